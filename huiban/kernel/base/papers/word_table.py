"""Tables of a DOCX."""

from __future__ import annotations

from docx.document import Document as WordDocument
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Emu
from docx.table import Table as WordTable
from docx.table import _Cell, _Row

from .fonts import visible
from .model import Style, Table
from .widths import shares
from .word_look import LINES, PALE, TEAL, text_width
from .word_marks import TABLE_ORDER, element, put, shade, table_borders

_BLACK = "000000"
# A table with at most so many rows stays on one page; paper.typ says the same.
WHOLE = 8
_EDGES: dict[Style, dict[str, tuple[float, str]]] = {
    "letter": dict.fromkeys(
        ("top", "left", "bottom", "right", "insideH", "insideV"), (0.5, _BLACK)
    ),
    "handbook": {"top": (1, TEAL), "bottom": (1, TEAL), "insideH": (0.5, LINES)},
}


def add_table(word: WordDocument, table: Table, style: Style) -> None:
    """The table as wide as the text; its head stands again on every page, no row is broken."""
    made = word.add_table(rows=len(table.rows) + 1, cols=len(table.columns))
    made.alignment = WD_TABLE_ALIGNMENT.CENTER
    made.autofit = False
    table_borders(made._tbl.tblPr, _EDGES[style])
    _set_widths(made, word, shares(table))
    head = tuple(column.name for column in table.columns)
    for place, (row, texts) in enumerate(zip(made.rows, (head, *table.rows), strict=True)):
        _fill_row(row, texts, table, place)
        if place == 0 and style == "handbook":
            for cell in row.cells:
                shade(cell._tc, PALE)


def _set_widths(made: WordTable, word: WordDocument, parts: list[float]) -> None:
    whole = text_width(word)
    for column, part in zip(made.columns, parts, strict=True):
        column.width = Emu(round(whole * part))
    properties = made._tbl.tblPr
    for old in properties.findall(qn("w:tblW")):
        properties.remove(old)
    put(properties, element("w:tblW", w=round(whole / 635), type="dxa"), TABLE_ORDER)


def _fill_row(row: _Row, texts: tuple[str, ...], table: Table, place: int) -> None:
    properties = row._tr.get_or_add_trPr()
    properties.append(element("w:cantSplit"))
    if place == 0:
        properties.append(element("w:tblHeader"))
    is_total = table.total and place == len(table.rows)
    # A short table isn't torn, as in a PDF.
    stays = len(table.rows) <= WHOLE and place < len(table.rows)
    for cell, text, column in zip(row.cells, texts, table.columns, strict=True):
        _fill(cell, text, "Table Text" if place else "Table Head", is_total)
        if stays:
            cell.paragraphs[0].paragraph_format.keep_with_next = True
        if place:
            right, left = WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.LEFT
            cell.paragraphs[0].alignment = right if column.figures else left


def _fill(cell: _Cell, text: str, style: str, bold: bool) -> None:
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    paragraph = cell.paragraphs[0]
    paragraph.style = style
    run = paragraph.add_run(visible(text))
    if bold:
        run.bold = True

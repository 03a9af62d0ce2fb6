"""Documents as DOCX, for offices that go on writing in them."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import UTC
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
from docx.document import Document as WordDocument
from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.text.paragraph import Paragraph as WordParagraph

from .fonts import visible
from .model import (
    Contents,
    Document,
    Figure,
    Heading,
    Items,
    Note,
    PageBreak,
    Paragraph,
    Table,
    table_of,
)
from .numbering import labelled
from .typeset import made_at
from .word_frame import close_paper, open_paper
from .word_look import TEAL, lay_out, text_width
from .word_marks import (
    add_bookmark,
    add_field,
    begin_field,
    border,
    end_field,
    picture,
    set_hanging,
    set_indent,
)
from .word_table import add_table

# A zip file can't say a time before this one.
_EARLIEST = (1980, 1, 1, 0, 0, 0)
_DPI = 300


def to_docx(document: Document, fonts: Path) -> bytes:
    """The document as DOCX, its charts as pictures whose letters come from the folder of fonts.

    Texts are set in the official typefaces by name, none is embedded. The same document gives the
    same bytes. Raises Refusal where the folder lacks a font.
    """
    word = docx.Document()
    lay_out(word, document.style)
    open_paper(word, document)
    _Writer(word, document, fonts).write()
    close_paper(word, document)
    _set_properties(word, document)
    out = BytesIO()
    word.save(out)
    return _steady(out.getvalue())


class _Writer:
    """Writes the body, block by block."""

    def __init__(self, word: WordDocument, document: Document, fonts: Path) -> None:
        self.word = word
        self.document = document
        self.fonts = fonts
        self.is_letter = document.style == "letter"
        self.blocks = list(labelled(document))
        self.headings = 0
        self.pictures = 0
        self.on_new_page = False
        self._ways: dict[type[Any], Callable[[Any, str], None]] = {
            Heading: self._heading,
            Paragraph: self._paragraph,
            Items: self._items,
            Table: self._table,
            Figure: self._figure,
            Note: self._note,
            PageBreak: self._page_break,
            Contents: self._contents,
        }

    def write(self) -> None:
        for block, label in self.blocks:
            self._ways[type(block)](block, label)

    def add(self, text: str, style: str = "Normal") -> WordParagraph:
        paragraph = self.word.add_paragraph(visible(text), style=style)
        if self.on_new_page:
            paragraph.paragraph_format.page_break_before = True
            self.on_new_page = False
        return paragraph

    def _heading(self, block: Heading, label: str) -> None:
        paragraph = self.add(label + block.text, f"Heading {block.level}")
        self.headings += 1
        add_bookmark(paragraph, _anchor(self.headings), self.headings)
        if self.is_letter:
            set_indent(paragraph, first=2)
        elif block.level == 1:
            border(paragraph, "bottom", 1, TEAL, 3)

    def _paragraph(self, block: Paragraph, label: str) -> None:
        paragraph = self.add("")
        if block.lead:
            paragraph.add_run(visible(block.lead)).bold = True
        paragraph.add_run(visible(block.text))
        set_indent(paragraph, first=2 if block.indent else 0)

    def _items(self, block: Items, label: str) -> None:
        for place, text in enumerate(block.items, 1):
            mark = f"{place}. " if block.ordered else "· "
            if self.is_letter:
                set_indent(self.add(mark + text), first=2)
            else:
                paragraph = self.add(mark.strip())
                paragraph.add_run("\t")
                paragraph.add_run(visible(text))
                set_hanging(paragraph, 2.5, 1.5)

    def _table(self, block: Table, label: str) -> None:
        if block.caption:
            self._caption(block.caption, label).paragraph_format.keep_with_next = True
        elif self.on_new_page:
            self.add("", "Small Print")
        add_table(self.word, block, self.document.style)
        self.add(block.note, "Small Print")

    def _figure(self, block: Figure, label: str) -> None:
        paragraph = self.add("", "Caption")
        paragraph.paragraph_format.line_spacing = 1.0
        paragraph.paragraph_format.keep_with_next = bool(block.caption or block.note)
        self.pictures += 1
        png = block.chart.png(self.fonts, _DPI)
        picture(paragraph, png, block.chart.width_mm, visible(block.chart.alt), self.pictures)
        if block.caption:
            self._caption(block.caption, label)
        if block.note:
            self.add(block.note, "Small Print")
        if block.with_table:
            self._table(table_of(block.chart), "")

    def _caption(self, caption: str, label: str) -> WordParagraph:
        return self.add(f"{label}　{caption}" if label else caption, "Caption")

    def _note(self, block: Note, label: str) -> None:
        self.add(block.text, "Small Print")

    def _page_break(self, block: PageBreak, label: str) -> None:
        self.on_new_page = True

    def _contents(self, block: Contents, label: str) -> None:
        """Lines that are there at once; Word works out their pages when the file is opened."""
        self.add(block.title, "Contents Title")
        headings = [(b, said) for b, said in self.blocks if isinstance(b, Heading)]
        shown = [
            (at, b, said) for at, (b, said) in enumerate(headings, 1) if b.level <= block.depth
        ]
        for at, heading, said in shown:
            paragraph = self.add("", f"toc {heading.level}")
            set_indent(paragraph, left=1.5 * (heading.level - 1))
            stops = paragraph.paragraph_format.tab_stops
            stops.add_tab_stop(text_width(self.word), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
            if at == shown[0][0]:
                begin_field(paragraph, f'TOC \\o "1-{block.depth}" \\h \\z \\u', stale=True)
            paragraph.add_run(visible(said + heading.text).replace("\n", ""))
            paragraph.add_run("\t")
            add_field(paragraph, f"PAGEREF {_anchor(at)} \\h", "·", stale=True)
            if at == shown[-1][0]:
                end_field(paragraph)


def _anchor(number: int) -> str:
    return f"_Toc{number:06d}"


def _set_properties(word: WordDocument, document: Document) -> None:
    said = word.core_properties
    said.title = visible(document.title).replace("\n", "")
    said.author = said.last_modified_by = visible(document.issuer)
    said.keywords = visible("，".join(document.keywords))
    said.comments = said.subject = said.category = ""
    said.language = "zh-CN"
    said.revision = 1
    said.created = said.modified = made_at(document).astimezone(UTC).replace(tzinfo=None)


def _steady(made: bytes) -> bytes:
    """The same zip file without the time at which it was packed."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(made)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, _EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(name))
    return out.getvalue()

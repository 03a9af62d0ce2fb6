"""Documents and charts through typst: a whole PDF, or one drawing as PNG."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import typst

from .charts.chart import Chart
from .fonts import check_fonts, missing_characters, printable, typst_fonts
from .model import Block, Contents, Document, Figure, Table, chinese_date, table_of
from .numbering import labelled
from .widths import shares

_TEMPLATE = Path(__file__).with_name("paper.typ")
# A paper that bears no date and no time of making says this one, so that its bytes stay the same.
_UNDATED = datetime(2000, 1, 1, tzinfo=UTC)
# One drawing on a page of its own size.
_DRAWING = """
#set page(width: {width}mm, height: {height}mm, margin: 0mm)
#image(bytes(sys.inputs.svg), format: "svg", width: 100%)
"""


def to_pdf(document: Document, fonts: Path) -> bytes:
    """The document as PDF/A-2a and PDF/UA-1, set in the fonts of that folder and no others.

    The same document gives the same bytes. A character that no font has is printed as 〓.
    Raises Refusal where the folder lacks a font.
    """
    said = json.dumps(_told(document, fonts), ensure_ascii=False)
    made = typst.compile(
        _TEMPLATE,
        format="pdf",
        font_paths=typst_fonts(fonts),
        sys_inputs={"data": said},
        pdf_standards=["a-2a", "ua-1"],
        timestamp=int(made_at(document).timestamp()),
    )
    assert isinstance(made, bytes)
    return made


def png_of(chart: Chart, fonts: Path, dpi: int) -> bytes:
    """The chart as PNG at that many dots an inch, on white."""
    source = _DRAWING.format(width=chart.width_mm, height=chart.height_mm)
    made = typst.compile(
        source.encode(),
        format="png",
        font_paths=typst_fonts(fonts),
        sys_inputs={"svg": printable(chart.svg(), fonts)},
        ppi=dpi,
    )
    assert isinstance(made, bytes)
    return made


def made_at(document: Document) -> datetime:
    """The time that the file says it was made at: as told, else the paper's date at midnight UTC."""
    if document.made_at:
        return document.made_at
    return datetime.combine(document.dated, time(), UTC) if document.dated else _UNDATED


def unprintable(document: Document, fonts: Path) -> str:
    """The characters of the document that a PDF would print as 〓, each once; empty if none."""
    return missing_characters(json.dumps(_facts(document), ensure_ascii=False), fonts)


def _told(document: Document, fonts: Path) -> dict[str, Any]:
    check_fonts(fonts)
    told: dict[str, Any] = _each_text(_facts(document), lambda text: printable(text, fonts))
    return told


def _facts(document: Document) -> dict[str, Any]:
    facts = asdict(document)
    del facts["made_at"]
    facts["dated"] = chinese_date(document.dated) if document.dated else ""
    facts["body"] = [_block(block, label) for block, label in labelled(document)]
    return facts


def _block(block: Block, label: str) -> dict[str, Any]:
    facts: dict[str, Any] = {"kind": type(block).__name__.lower(), "label": label}
    if isinstance(block, Figure):
        table = table_of(block.chart) if block.with_table else None
        facts |= {
            "caption": block.caption,
            "note": block.note,
            "chart": _chart(block.chart),
            "table": _table(table) if table else None,
        }
    elif isinstance(block, Table):
        facts |= _table(block)
    elif isinstance(block, Contents):
        facts |= {"depth": block.depth, "title": block.title}
    else:
        facts |= asdict(block)
    return facts


def _chart(chart: Chart) -> dict[str, Any]:
    return {
        "svg": chart.svg(),
        "alt": chart.alt,
        "width": chart.width_mm,
        "height": chart.height_mm,
    }


def _table(table: Table) -> dict[str, Any]:
    return {
        "head": [column.name for column in table.columns],
        "figures": [column.figures for column in table.columns],
        "shares": shares(table),
        "rows": table.rows,
        "caption": table.caption,
        "note": table.note,
        "total": table.total,
    }


def _each_text(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: _each_text(item, change) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_each_text(item, change) for item in value]
    return value

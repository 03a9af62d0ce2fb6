"""The workbook that people fill in: a table with its choices, and a sheet that explains it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter

from huiban.kernel.base.errors import Refusal

TEAL, PALE, GREY = "#0F5C5C", "#E3F0EF", "#6B6F70"
# Choices are offered and codes kept as text down to this row; tables may be longer.
ROWS_PREPARED = 3000

Cell = str | int | float | date | None


@dataclass(frozen=True)
class Column:
    """A column: heading, how to fill it, an example. `kind` is text, number, decimal or date."""

    heading: str
    explained: str
    example: str
    needed: bool = False
    kind: str = "text"
    choices: tuple[str, ...] = ()
    width: int = 16


def write_workbook(
    path: Path,
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Cell]],
    rules: Sequence[str],
) -> int:
    """Write the workbook; how many rows of data it holds. Raises Refusal where it can't."""
    if path.suffix.lower() != ".xlsx":
        raise Refusal(f"模板要写成 .xlsx 文件，“{path.name}”不是。请改文件名。", "file")
    if not path.parent.is_dir():
        raise Refusal(f"没有“{path.parent}”这个文件夹。请先建好，或换一个地方。", "file")
    book = xlsxwriter.Workbook(str(path))
    book.set_properties({"title": title})
    count = _write_table(book, title, columns, rows)
    _write_explanations(book, columns, rules)
    try:
        book.close()
    except (OSError, xlsxwriter.exceptions.XlsxWriterException) as problem:
        raise Refusal(
            f"写不了“{path.name}”。请核对文件夹的权限和空间，文件是否正开着。", "file"
        ) from problem
    return count


def _write_table(
    book: Any, title: str, columns: Sequence[Column], rows: Iterable[Sequence[Cell]]
) -> int:
    sheet = book.add_worksheet(title)
    formats = {
        "text": book.add_format({"num_format": "@", "valign": "top"}),
        "number": book.add_format({"num_format": "0", "valign": "top"}),
        "decimal": book.add_format({"num_format": "0.0000000", "valign": "top"}),
        "date": book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"}),
    }
    heading = {"bold": True, "bottom": 1, "valign": "vcenter"}
    needed = book.add_format(heading | {"bg_color": TEAL, "font_color": "white"})
    free = book.add_format(heading | {"bg_color": PALE, "font_color": TEAL})
    sheet.set_row(0, 24)
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width, formats[column.kind])
        sheet.write(0, place, column.heading, needed if column.needed else free)
        _validate(sheet, place, column)
    count = 0
    for count, row in enumerate(rows, start=1):
        for place, (column, value) in enumerate(zip(columns, row, strict=True)):
            _write_cell(sheet, count, place, value, formats[column.kind])
    return count


def _write_cell(sheet: Any, row: int, place: int, value: Cell, form: Any) -> None:
    if isinstance(value, date):
        sheet.write_datetime(row, place, value, form)
    elif isinstance(value, str):
        # Never as a formula, whatever a name begins with.
        sheet.write_string(row, place, value, form)
    elif value is not None:
        sheet.write_number(row, place, value, form)


def _validate(sheet: Any, place: int, column: Column) -> None:
    options: dict[str, Any] = {"input_title": column.heading, "input_message": column.explained}
    if column.choices:
        options |= {"validate": "list", "source": list(column.choices)}
        options["error_message"] = "请从列表里选一项。"
    elif column.kind == "number":
        options |= {"validate": "integer", "criteria": ">=", "value": 0}
        options["error_message"] = "请填整数。"
    elif column.kind == "date":
        options |= {"validate": "date", "criteria": ">=", "value": date(1949, 10, 1)}
        options["error_message"] = "请填日期，例如 2026-01-01。"
    else:
        options["validate"] = "any"
    sheet.data_validation(1, place, ROWS_PREPARED, place, options)


def _write_explanations(book: Any, columns: Sequence[Column], rules: Sequence[str]) -> None:
    sheet = book.add_worksheet("填写说明")
    title = book.add_format({"bold": True, "font_size": 14, "font_color": TEAL})
    head = book.add_format({"bold": True, "bg_color": PALE, "font_color": TEAL, "bottom": 1})
    plain = book.add_format({"text_wrap": True, "valign": "top"})
    quiet = book.add_format({"text_wrap": True, "valign": "top", "font_color": GREY})
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 1, 8)
    sheet.set_column(2, 2, 64)
    sheet.set_column(3, 3, 26)
    sheet.write(0, 0, "怎么填这张表", title)
    row = 1
    for rule in rules:
        sheet.merge_range(row, 0, row, 3, rule, plain)
        sheet.set_row(row, 32 if len(rule) > 56 else 18)
        row += 1
    row += 1
    for place, heading in enumerate(("列", "必填", "怎么填", "例子")):
        sheet.write(row, place, heading, head)
    for column in columns:
        row += 1
        explained = column.explained
        if column.choices:
            explained += f"可选：{'、'.join(column.choices)}。"
        sheet.write_string(row, 0, column.heading, plain)
        sheet.write_string(row, 1, "必填" if column.needed else "", plain)
        sheet.write_string(row, 2, explained, plain)
        sheet.write_string(row, 3, column.example, quiet)
        sheet.set_row(row, 32 if len(explained) > 36 else 18)

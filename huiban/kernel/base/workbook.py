"""Unpacks a workbook in a process of its own: `python -P workbook.py FILE` prints it as JSON lines.

A damaged or hostile workbook, or one stray cell in its last corner, makes the library ask for more
memory than there is, and that ends the process at once. So it isn't done in the process that
serves people: `tables` starts this file as a script, and it imports nothing of huiban.
"""

from __future__ import annotations

import json
import resource
import sys
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineWorkbook, PasswordError

PASSWORD_EXIT = 3
LARGEST_MEMORY_BYTES = 2 << 30

Cell = int | float | str | bool | time | date | datetime | timedelta


def as_text(cell: Cell) -> str:
    """A cell as its owner sees it, apart from dates, which become ISO text."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        # Workbooks keep 15 digits; more would show the binary fraction and not the number.
        return str(int(cell)) if cell.is_integer() else f"{cell:.15g}"
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, timedelta):
        minutes, seconds = divmod(round(cell.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)


def main(name: str) -> int:
    """Print the first sheet that holds anything, a JSON list of texts a row, from row 1 on."""
    resource.setrlimit(resource.RLIMIT_AS, (LARGEST_MEMORY_BYTES, LARGEST_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        with open(name, "rb") as file:  # by its content: an .xls is often named .xlsx
            book = CalamineWorkbook.from_filelike(file)
    except PasswordError:
        return PASSWORD_EXIT
    for place in range(len(book.sheet_names)):
        sheet = book.get_sheet_by_index(place)
        if sheet.height:
            for row in sheet.iter_rows():
                print(json.dumps([as_text(cell) for cell in row]))
            break
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

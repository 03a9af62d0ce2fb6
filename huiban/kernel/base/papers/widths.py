"""How a table's width is shared among its columns."""

from __future__ import annotations

from .measuring import width
from .model import Table

# Columns keep between these widths where their contents decide, so that none starves another.
_NARROWEST, _WIDEST = 3.0, 15.0


def shares(table: Table) -> list[float]:
    """Each column's part of the table's width, summing to 1."""
    parts = [
        column.share or _wanted([column.name, *(row[place] for row in table.rows)])
        for place, column in enumerate(table.columns)
    ]
    return [round(part / sum(parts), 4) for part in parts]


def _wanted(cells: list[str]) -> float:
    longest = max(width(line) for cell in cells for line in cell.split("\n") or [""])
    return min(max(longest + 1, _NARROWEST), _WIDEST)

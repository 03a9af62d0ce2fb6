"""A heat map without a map: units against fields, each cell as dark as it has more a thousand homes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from huiban.kernel.base.papers import Chart
from huiban.kernel.base.papers.charts.drawing import (
    PLAIN,
    SMALL,
    WIDTH,
    Sheet,
    fitted,
    nothing,
    taken,
)
from huiban.kernel.base.papers.charts.palette import AMOUNTS, GREY, UNKNOWN, WHITE, Fill, ink_on
from huiban.kernel.base.papers.charts.words import NO_DATA, NO_FIGURE, figure, nice_step

from .paper_parts import HIDDEN

_NAMES, _HEAD, _ROW, _KEY = 92.0, 34.0, 24.0, 26.0


@dataclass(frozen=True)
class GridRow:
    """A unit: its counts (None where they are hidden), and the same a thousand homes.

    A rate is None where homes aren't known, or the count is hidden.
    """

    name: str
    counts: tuple[int | None, ...]
    rates: tuple[float | None, ...]


def heat_grid(fields: Sequence[str], rows: Sequence[GridRow], *, measure: str) -> Chart:
    """Counts in cells, shaded by how many there are a thousand homes; dark is much.

    Where no homes are known the counts themselves shade. The table beside it has every figure.
    """
    head = ("单位（件）", *fields)
    table = [
        (row.name, *(HIDDEN if count is None else str(count) for count in row.counts))
        for row in rows
    ]
    by_homes = any(rate for row in rows for rate in row.rates)
    alt = _told(fields, rows, measure, by_homes)
    if not any(count for row in rows for count in row.counts):
        return nothing(NO_DATA, alt, head, table)
    most = max(_shade(row, at, by_homes) or 0 for row in rows for at in range(len(fields)))
    step = nice_step(most, len(AMOUNTS) - 1, "件/千户" if by_homes else "件")
    sheet = Sheet(_HEAD + _ROW * len(rows) + _KEY)
    # The last edge is half outside otherwise.
    wide = (WIDTH - _NAMES - 1) / len(fields)
    for at, field in enumerate(fields):
        lines = fitted(field, wide - 4, SMALL)[:2]
        sheet.block(_NAMES + (at + 0.5) * wide, _HEAD / 2, lines, size=SMALL, anchor="middle")
    for place, row in enumerate(rows):
        top = _HEAD + place * _ROW
        sheet.block(_NAMES - 6, top + _ROW / 2, fitted(row.name, _NAMES - 8, PLAIN), anchor="end")
        for at, count in enumerate(row.counts):
            fill = _fill(_shade(row, at, by_homes), step)
            _cell(sheet, _NAMES + at * wide, top, wide, fill, count)
    _key(sheet, step, by_homes, with_unknown=by_homes and any(map(_lacks_homes, rows)))
    return sheet.chart(alt, head, table)


def _lacks_homes(row: GridRow) -> bool:
    return any(
        rate is None and count is not None
        for rate, count in zip(row.rates, row.counts, strict=True)
    )


def _shade(row: GridRow, at: int, by_homes: bool) -> float | None:
    count = row.counts[at]
    return row.rates[at] if by_homes or count is None else float(count)


def _fill(value: float | None, step: float) -> Fill:
    """Nothing is white; the first step is the lightest colour."""
    if value is None:
        return UNKNOWN
    at = -int(-value // step)
    return Fill(AMOUNTS[min(at, len(AMOUNTS) - 1)] if value else WHITE)


def _cell(sheet: Sheet, x: float, y: float, wide: float, fill: Fill, count: int | None) -> None:
    sheet.shape(f"M{x:.2f},{y:.2f} h{wide:.2f} v{_ROW} h-{wide:.2f} Z", fill, GREY, 0.5)
    colour = ink_on(fill.colour)
    halo = fill.colour if fill.pattern else ""
    said = HIDDEN if count is None else str(count) if count else ""
    sheet.text(x + wide / 2, y + _ROW / 2, said, anchor="middle", colour=colour, halo=halo)


def _key(sheet: Sheet, step: float, by_homes: bool, *, with_unknown: bool) -> None:
    y, x = sheet.height - 10, _NAMES
    unit = "件/千户" if by_homes else "件"
    keys = [(Fill(WHITE), "0")]
    for at, colour in enumerate(AMOUNTS[1:]):
        low, high = figure(step * at), figure(step * (at + 1))
        last = at == len(AMOUNTS) - 2
        keys.append((Fill(colour), f"{low}–{high}{unit if last else ''}"))
    if with_unknown:
        keys.append((UNKNOWN, f"{NO_FIGURE} 没有户数"))
    for fill, words in keys:
        sheet.shape(f"M{x:.2f},{y - 5:.2f} h14 v10 h-14 Z", fill, GREY, 0.5)
        sheet.text(x + 18, y, words, size=SMALL)
        x += 18 + taken(words, SMALL) + 12


def _told(fields: Sequence[str], rows: Sequence[GridRow], measure: str, by_homes: bool) -> str:
    """The three darkest cells in a sentence."""
    cells = [
        (_shade(row, at, by_homes) or 0.0, row.counts[at] or 0, row.name, field)
        for row in rows
        for at, field in enumerate(fields)
    ]
    cells.sort(key=lambda cell: (-cell[0], -cell[1], cell[2], cell[3]))
    unit = "件/千户" if by_homes else "件"
    named = "、".join(
        f"{name}的{field}（{figure(shade, unit)}，{count}件）"
        for shade, count, name, field in cells[:3]
        if count
    )
    said = f"{measure}：{len(rows)}个单位、{len(fields)}类"
    return f"{said}；颜色最深的是{named}。" if named else f"{said}；{NO_DATA}。"

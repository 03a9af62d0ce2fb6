"""Lines over time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from .chart import Chart
from .drawing import SMALL, WIDTH, Sheet, named, nothing, spread, taken
from .palette import GREY, INK, RULE, WHITE, Fill
from .words import NO_DATA, figure, nice_step

_HEIGHT, _TOP, _BOTTOM, _LEFT = 200.0, 16.0, 24.0, 40.0
_LABELS = 92.0
_MOST_LINES = 4
# Colour, thickness and dashes; the signs at the points differ as well.
_LOOKS = (
    ("#0f5c5c", 2.0, ""),
    ("#b0561e", 1.6, "6 3"),
    ("#3d74a8", 1.6, "2 3"),
    ("#5d2f4f", 1.6, "8 3 2 3"),
)


class Line(NamedTuple):
    """A name with one figure for each moment; None where none is known."""

    name: str
    values: tuple[float | None, ...]


class _Scale(NamedTuple):
    step: float
    top: float
    right: float
    moments: int

    def x(self, place: int) -> float:
        room = self.right - _LEFT - 12
        return _LEFT + 6 + (room / 2 if self.moments == 1 else room * place / (self.moments - 1))

    def y(self, value: float) -> float:
        return _HEIGHT - _BOTTOM - (_HEIGHT - _BOTTOM - _TOP) * value / self.top


def trend(
    moments: Sequence[str],
    lines: Sequence[Line],
    *,
    measure: str,
    unit: str = "件",
    what: str = "月份",
    empty: str = NO_DATA,
) -> Chart:
    """Up to four lines over the same moments, each named at its end; a gap where a figure lacks.

    The scale begins at zero. Raises ValueError for more lines, for lines of another length, and
    for figures below zero.
    """
    _check(moments, lines)
    alt = _told(moments, lines, measure, unit, empty)
    head = (what, *(f"{line.name}（{unit}）" if unit else line.name for line in lines))
    rows = [
        (moment, *(figure(line.values[place]) for line in lines))
        for place, moment in enumerate(moments)
    ]
    most = max((value for line in lines for value in line.values if value), default=0)
    if not most:
        return nothing(empty, alt, head, rows)
    sheet = Sheet(_HEIGHT)
    step = nice_step(most, 5, unit)
    top = step * (int(most / step) + (most % step > 0))
    scale = _Scale(step, top, WIDTH - _LABELS, len(moments))
    _draw_scale(sheet, scale, unit)
    _draw_moments(sheet, scale, moments)
    for place in reversed(range(len(lines))):
        _draw_line(sheet, scale, lines[place].values, place)
    _draw_figures(sheet, scale, lines)
    _draw_names(sheet, scale, lines)
    return sheet.chart(alt, head, rows)


def _check(moments: Sequence[str], lines: Sequence[Line]) -> None:
    if len(lines) > _MOST_LINES:
        raise ValueError(f"at most {_MOST_LINES} lines can be told apart on paper")
    if any(len(line.values) != len(moments) for line in lines):
        raise ValueError("every line needs one figure a moment")
    if any(value < 0 for line in lines for value in line.values if value):
        raise ValueError("the scale begins at zero")


def _draw_scale(sheet: Sheet, scale: _Scale, unit: str) -> None:
    marks = round(scale.top / scale.step)
    for mark in range(marks + 1):
        y = scale.y(mark * scale.step)
        sheet.line([(_LEFT, y), (scale.right, y)], INK if mark == 0 else RULE, 0.6)
        said = figure(mark * scale.step, unit if mark == marks else "")
        sheet.text(_LEFT - 5, y, said, size=SMALL, anchor="end", colour=GREY)


def _draw_moments(sheet: Sheet, scale: _Scale, moments: Sequence[str]) -> None:
    widest = max(taken(moment, SMALL) for moment in moments) + 6
    apart = (scale.right - _LEFT - 12) / max(len(moments) - 1, 1)
    every = max(1, -int(-widest // apart))
    # Counted from the last, which is the one that the paper is about.
    for place in range(len(moments) - 1, -1, -every):
        sheet.text(
            scale.x(place), _HEIGHT - _BOTTOM + 12, moments[place], size=SMALL, anchor="middle"
        )


def _runs(values: Sequence[float | None]) -> Iterator[list[tuple[int, float]]]:
    """The stretches without a gap."""
    for known, run in groupby(enumerate(values), key=lambda pair: pair[1] is not None):
        if known:
            yield [(place, value) for place, value in run if value is not None]


def _draw_line(sheet: Sheet, scale: _Scale, values: Sequence[float | None], place: int) -> None:
    colour, thick, dashes = _LOOKS[place]
    for run in _runs(values):
        spots = [(scale.x(at), scale.y(value)) for at, value in run]
        if len(spots) > 1:
            sheet.line(spots, colour, thick, dashes)
        for x, y in spots:
            _sign(sheet, x, y, place)


def _sign(sheet: Sheet, x: float, y: float, place: int) -> None:
    colour = _LOOKS[place][0]
    if place == 0:
        sheet.circle(x, y, 3, Fill(colour))
    elif place == 1:
        sheet.shape(f"M{x - 3:.2f},{y - 3:.2f} h6 v6 h-6 Z", Fill(WHITE), colour, 1.2)
    elif place == 2:
        sheet.shape(f"M{x:.2f},{y - 3.6:.2f} L{x + 3.4:.2f},{y + 2.6:.2f} h-6.8 Z", Fill(colour))
    else:
        path = f"M{x:.2f},{y - 4:.2f} l4,4 l-4,4 l-4,-4 Z"
        sheet.shape(path, Fill(WHITE), colour, 1.2)


def _draw_figures(sheet: Sheet, scale: _Scale, lines: Sequence[Line]) -> None:
    """The figures at the points of a single line; beside others only names and ends are told."""
    if len(lines) != 1:
        return
    known = [(at, value) for at, value in enumerate(lines[0].values) if value is not None]
    marked = known if len(known) <= 13 else [max(known, key=lambda pair: pair[1])]
    for at, value in marked:
        sheet.text(
            scale.x(at),
            scale.y(value) - 10,
            figure(value),
            size=SMALL,
            anchor="middle",
            bold=True,
            halo=WHITE,
        )


def _draw_names(sheet: Sheet, scale: _Scale, lines: Sequence[Line]) -> None:
    ends = [
        (scale.y(run[-1][1]), place, run[-1])
        for place, line in enumerate(lines)
        if (run := [pair for stretch in _runs(line.values) for pair in stretch])
    ]
    ends.sort()
    names = [named(line.name, _LABELS - 18) for line in lines]
    heights = [1.2 * size * len(words) + 12 for words, size in names]
    gap = max(heights)
    places = spread([y for y, _, _ in ends], gap, gap / 2, _HEIGHT - gap / 2)
    for (_, place, (at, value)), middle in zip(ends, places, strict=True):
        (words, size), x = names[place], scale.right + 4
        sheet.line([(scale.x(at) + 5, scale.y(value)), (x, middle)], GREY, 0.4)
        y = middle - heights[place] / 2 + 0.6 * size
        _sign(sheet, x + 5, y, place)
        for line in words:
            sheet.text(x + 12, y, line, size=size)
            y += 1.2 * size
        sheet.text(x + 12, y + 1, figure(value), bold=True)


def _told(
    moments: Sequence[str], lines: Sequence[Line], measure: str, unit: str, empty: str
) -> str:
    if not any(value for line in lines for value in line.values):
        return f"{measure}：{empty}。"
    parts = [f"{measure}，{moments[0]}至{moments[-1]}"]
    for line in lines:
        known = [(m, v) for m, v in zip(moments, line.values, strict=True) if v is not None]
        if not known:
            parts.append(f"{line.name}没有数字")
            continue
        high = max(known, key=lambda pair: pair[1])
        low = min(known, key=lambda pair: pair[1])
        parts.append(
            f"{line.name}从{figure(known[0][1], unit)}到{figure(known[-1][1], unit)}，"
            f"最多的是{high[0]}（{figure(high[1], unit)}），最少的是{low[0]}（{figure(low[1], unit)}）"
        )
    return "；".join(parts) + "。"

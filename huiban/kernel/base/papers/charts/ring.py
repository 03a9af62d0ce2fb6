"""A ring: the parts of a whole."""

from __future__ import annotations

import math
from collections.abc import Sequence

from .chart import Chart
from .drawing import WIDTH, Anchor, Sheet, named, nothing, spread
from .palette import GREY, KINDS, Fill
from .words import NO_DATA, Amount, blank, figure, head_of, rows_of, share, told

_HEIGHT = 190.0
_MIDDLE = (WIDTH / 2, _HEIGHT / 2)
_OUTER, _INNER = 72.0, 42.0
_ELBOW = 84.0
_LABELS = WIDTH / 2 - 102
_LINE = 30.0
_REST = "其他"


def ring(
    amounts: Sequence[Amount],
    *,
    measure: str,
    unit: str = "件",
    what: str = "类别",
    empty: str = NO_DATA,
) -> Chart:
    """Parts of a whole, clockwise from the top, each named beside the ring with its share.

    The largest come first. Beyond six parts the smallest are drawn as one, 其他; the table has all.
    Raises ValueError for a negative part.
    """
    if any((amount.value or 0) < 0 for amount in amounts):
        raise ValueError("a part of a whole can't be negative")
    alt = told(amounts, measure, unit, empty)
    head, rows = head_of(amounts, what, measure, unit), rows_of(amounts, unit)
    if blank(amounts):
        return nothing(empty, alt, head, rows)
    parts = _parts(amounts)
    total = sum(value for _, value in parts)
    sheet = Sheet(_HEIGHT)
    angles: list[float] = []
    turned = 0.0
    for (_, value), fill in zip(parts, KINDS, strict=False):
        _slice(sheet, turned, turned + value / total, fill)
        angles.append(turned + value / total / 2)
        turned += value / total
    sheet.text(*_MIDDLE, figure(total, unit), size=15.0, anchor="middle", bold=True)
    _name(sheet, parts, angles, total, unit)
    return sheet.chart(alt, head, rows)


def _parts(amounts: Sequence[Amount]) -> list[tuple[str, float]]:
    """At most as many parts as there are fills, the largest first."""
    known = sorted(((a.name, a.value) for a in amounts if a.value), key=lambda part: -part[1])
    if len(known) <= len(KINDS):
        return known
    kept, rest = known[: len(KINDS) - 1], known[len(KINDS) - 1 :]
    return [*kept, (f"{_REST}{len(rest)}项", sum(value for _, value in rest))]


def _slice(sheet: Sheet, begin: float, end: float, fill: Fill) -> None:
    # A whole turn has the same point at both ends, which SVG would draw as nothing.
    end = min(end, begin + 0.9999)
    large = int(end - begin > 0.5)
    outer, inner = (_at(begin, _OUTER), _at(end, _OUTER)), (_at(end, _INNER), _at(begin, _INNER))
    sheet.shape(
        f"M{_pair(outer[0])} A{_OUTER:.0f},{_OUTER:.0f} 0 {large} 1 {_pair(outer[1])}"
        f" L{_pair(inner[0])} A{_INNER:.0f},{_INNER:.0f} 0 {large} 0 {_pair(inner[1])} Z",
        fill,
        thick=1.5,
    )


def _at(turn: float, radius: float) -> tuple[float, float]:
    angle = 2 * math.pi * turn
    return _MIDDLE[0] + radius * math.sin(angle), _MIDDLE[1] - radius * math.cos(angle)


def _pair(spot: tuple[float, float]) -> str:
    return f"{spot[0]:.2f},{spot[1]:.2f}"


def _name(
    sheet: Sheet, parts: list[tuple[str, float]], angles: list[float], total: float, unit: str
) -> None:
    """Names on the side where the parts are, moved apart where they would touch."""
    for right in (True, False):
        side = [at for at, angle in enumerate(angles) if (angle < 0.5) == right]
        side.sort(key=lambda at: _at(angles[at], _ELBOW)[1])
        wanted = [_at(angles[at], _ELBOW)[1] for at in side]
        places = spread(wanted, _LINE, _LINE / 2, _HEIGHT - _LINE / 2)
        for at, y in zip(side, places, strict=True):
            name, value = parts[at]
            x = _MIDDLE[0] + (96 if right else -96)
            sheet.line([_at(angles[at], _OUTER), _at(angles[at], _ELBOW - 4), (x, y)], GREY, 0.5)
            _label(sheet, x, y, right, name, f"{figure(value, unit)}，{share(value, total)}")


def _label(sheet: Sheet, x: float, y: float, right: bool, name: str, said: str) -> None:
    x += 4 if right else -4
    side: Anchor = "start" if right else "end"
    lines, size = named(name, _LABELS)
    step = size * 1.2
    top = y - step * len(lines) / 2
    for place, words in enumerate(lines):
        sheet.text(x, top + step * place, words, size=size, anchor=side)
    sheet.text(x, top + step * len(lines), said, size=size, anchor=side, bold=True)

"""Maps drawn from our own outlines: how much there is of something, and where."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from .chart import Chart
from .drawing import PLAIN, SMALL, WIDTH, Sheet, fitted, named, nothing, taken
from .palette import AMOUNTS, GREY, INK, UNKNOWN, WHITE, Fill, ink_on
from .words import NO_DATA, NO_FIGURE, Amount, blank, figure, head_of, nice_step, rows_of, told

Ring = tuple[tuple[float, float], ...]

_MAP = 264.0
_TALLEST = 300.0
NEARLY = 0.85
_LIST = WIDTH - _MAP - 14
_LISTED = 10
_ROW = 27.0
_KEY = 30.0


class Area(NamedTuple):
    """A unit with its outline: rings of longitude and latitude in degrees, holes among them."""

    name: str
    value: float | None
    rings: tuple[Ring, ...]


class Spot(NamedTuple):
    """A place with its figure, at a longitude and latitude in degrees."""

    name: str
    value: float
    lng: float
    lat: float


class _View(NamedTuple):
    """Degrees to points: longitudes shortened as they are at the middle latitude."""

    west: float
    north: float
    scale: float
    narrow: float
    left: float
    height: float

    def at(self, lng: float, lat: float) -> tuple[float, float]:
        return (
            self.left + (lng - self.west) * self.narrow * self.scale,
            2 + (self.north - lat) * self.scale,
        )


class _Classes(NamedTuple):
    """The steps that amounts are drawn in: the colour of each, from light to dark."""

    step: float
    colours: tuple[str, ...]

    def fill(self, value: float | None) -> Fill:
        if value is None:
            return UNKNOWN
        at = math.ceil(round(value / self.step, 6)) - 1
        return Fill(self.colours[min(max(at, 0), len(self.colours) - 1)])


def area_map(
    areas: Sequence[Area],
    *,
    measure: str,
    unit: str = "件",
    what: str = "单位",
    empty: str = NO_DATA,
) -> Chart:
    """Areas the darker the more, with their names where they fit, and the foremost in a list.

    An area without a figure is hatched: none is known, or none may be shown.
    """
    amounts = [Amount(area.name, area.value) for area in areas]
    alt = told(amounts, measure, unit, empty)
    head, rows = head_of(amounts, what, measure, unit), rows_of(amounts, unit)
    if blank(amounts) or not any(area.rings for area in areas):
        return nothing(empty, alt, head, rows)
    view = _view([point for area in areas for ring in area.rings for point in ring])
    ranks = _ranks(amounts)
    classes = _classes(max(area.value or 0 for area in areas), unit)
    sheet = Sheet(max(view.height, _listed(ranks) * _ROW + 8) + _KEY)
    for area in areas:
        sheet.shape(_path(view, area), classes.fill(area.value), GREY, 0.7)
    for place, area in enumerate(areas):
        _name(sheet, view, area, ranks[place], classes.fill(area.value), unit)
    _draw_list(sheet, amounts, ranks, unit)
    _draw_key(sheet, classes, unit, any(area.value is None for area in areas))
    return sheet.chart(alt, head, rows)


def spot_map(
    spots: Sequence[Spot],
    outlines: Sequence[Ring] = (),
    *,
    measure: str,
    unit: str = "件",
    what: str = "地点",
    empty: str = NO_DATA,
) -> Chart:
    """Discs whose area is the figure, over outlines, with a rank each and the foremost in a list."""
    amounts = [Amount(spot.name, spot.value) for spot in spots]
    alt = told(amounts, measure, unit, empty)
    head, rows = head_of(amounts, what, measure, unit), rows_of(amounts, unit)
    if blank(amounts):
        return nothing(empty, alt, head, rows)
    seen = [(spot.lng, spot.lat) for spot in spots]
    view = _view([*seen, *(point for ring in outlines for point in ring)], margin=20)
    ranks = _ranks(amounts)
    sheet = Sheet(max(view.height, _listed(ranks) * _ROW + 8))
    for ring in outlines:
        sheet.shape(_ring(view, ring), Fill("#f3f6f6"), "#9aa8a8", 0.7)
    most = max(spot.value for spot in spots)
    for at in sorted(range(len(spots)), key=lambda at: -spots[at].value):
        spot = spots[at]
        if spot.value > 0:
            x, y = view.at(spot.lng, spot.lat)
            radius = max(4.0, 17 * math.sqrt(spot.value / most))
            sheet.circle(x, y, radius, Fill("#0f5c5c"))
            if ranks[at] <= _LISTED and radius >= 6:
                said = str(ranks[at])
                sheet.text(x, y, said, size=SMALL, anchor="middle", colour=WHITE, bold=True)
    _draw_list(sheet, amounts, ranks, unit)
    return sheet.chart(alt, head, rows)


def _view(points: Sequence[tuple[float, float]], margin: float = 2) -> _View:
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    narrow = math.cos(math.radians((south + north) / 2))
    # A hundredth of a second at least, so that a single point has a view too.
    across, up = max((east - west) * narrow, 3e-6), max(north - south, 3e-6)
    scale = min((_MAP - 2 * margin) / across, (_TALLEST - 2 * margin) / up)
    left = (_MAP - across * scale) / 2
    return _View(west, north + margin / scale, scale, narrow, left, up * scale + 2 * margin + 4)


def _ranks(amounts: Sequence[Amount]) -> list[int]:
    """The place of each by its figure, from 1; in the order given where two are alike."""
    order = sorted(range(len(amounts)), key=lambda at: -(amounts[at].value or 0))
    return [order.index(at) + 1 for at in range(len(amounts))]


def _listed(ranks: Sequence[int]) -> int:
    return min(len(ranks), _LISTED) + (len(ranks) > _LISTED)


def _classes(most: float, unit: str) -> _Classes:
    step = nice_step(most, len(AMOUNTS), unit, (1, 2, 3, 4, 5, 6, 7, 8))
    count = math.ceil(round(most / step, 6))
    spaced = [round(place * (len(AMOUNTS) - 1) / max(count - 1, 1)) for place in range(count)]
    # A single class is as light as can be, but not as light as nothing.
    return _Classes(step, tuple(AMOUNTS[at] for at in spaced) if count > 1 else (AMOUNTS[2],))


def _path(view: _View, area: Area) -> str:
    return " ".join(_ring(view, ring) for ring in area.rings)


def _ring(view: _View, ring: Ring) -> str:
    return "M" + " L".join(f"{x:.2f},{y:.2f}" for x, y in (view.at(*p) for p in ring)) + " Z"


def _name(sheet: Sheet, view: _View, area: Area, rank: int, fill: Fill, unit: str) -> None:
    """The name with its figure where both fit into the area, else its rank, else nothing."""
    x, y, room, height = _widest(view, area)
    lines = fitted(area.name, room, SMALL)
    whole = "".join(lines) == area.name and len(lines) * 10 + 11 <= height
    colour = ink_on(fill.colour)
    halo = fill.colour if fill.pattern else ""
    if whole and room >= taken(figure(area.value, unit), SMALL):
        said = [*lines, figure(area.value, unit)]
        sheet.block(x, y, said, size=SMALL, anchor="middle", colour=colour, halo=halo)
    elif rank <= _LISTED and min(room, height) >= 12:
        sheet.text(
            x, y, str(rank), size=SMALL, anchor="middle", colour=colour, halo=halo, bold=True
        )


def _widest(view: _View, area: Area) -> tuple[float, float, float, float]:
    """The middle of a wide level stretch of the area, how wide it is and how high there."""
    rings = [[view.at(*point) for point in ring] for ring in area.rings]
    ys = [y for ring in rings for _, y in ring]
    low, high = min(ys), max(ys)
    found = [
        (right - left - 6, (left + right) / 2, y)
        for part in range(3, 14)
        for y in [low + (high - low) * (part + 0.01) / 16]
        for left, right in _stretches(rings, y)
    ]
    if not found:
        return 0, 0, 0, 0
    # A little narrower and nearer the middle reads better than the widest at the edge.
    wide = [each for each in found if each[0] >= NEARLY * max(found)[0]]
    room, x, y = min(wide, key=lambda each: abs(each[2] - (low + high) / 2))
    return x, y, room, 2 * min(y - low, high - y)


def _stretches(
    rings: Sequence[Sequence[tuple[float, float]]], y: float
) -> Iterator[tuple[float, float]]:
    """Where a level line at y runs inside, from left to right."""
    crossings = sorted(
        ax + (y - ay) * (bx - ax) / (by - ay)
        for ring in rings
        for (ax, ay), (bx, by) in zip(ring, [*ring[1:], ring[0]], strict=True)
        if (ay > y) != (by > y)
    )
    return zip(crossings[::2], crossings[1::2], strict=False)


def _draw_list(sheet: Sheet, amounts: Sequence[Amount], ranks: Sequence[int], unit: str) -> None:
    left = _MAP + 14
    for amount, rank in zip(amounts, ranks, strict=True):
        if rank > _LISTED:
            continue
        y = 4 + (rank - 0.5) * _ROW
        said = figure(amount.value, unit)
        room = _LIST - 18 - taken(said, PLAIN) - 6
        sheet.text(left + 12, y, str(rank), size=SMALL, anchor="end", colour=GREY)
        lines, size = named(amount.name, room)
        sheet.block(left + 18, y, lines, size=size)
        unknown = amount.value is None
        sheet.text(WIDTH, y, said, anchor="end", bold=not unknown, colour=GREY if unknown else INK)
    if len(ranks) > _LISTED:
        rest = f"其余{len(ranks) - _LISTED}个见表"
        sheet.text(left + 18, 4 + (_LISTED + 0.5) * _ROW, rest, size=SMALL, colour=GREY)


def _draw_key(sheet: Sheet, classes: _Classes, unit: str, with_unknown: bool) -> None:
    y = sheet.height - 11
    x = 2.0
    for place, colour in enumerate(classes.colours):
        low, high = figure(classes.step * place), figure(classes.step * (place + 1), unit)
        words = f"{low}–{high}" if place else f"≤{high}"
        x = _key(sheet, x, y, Fill(colour), words)
    if with_unknown:
        _key(sheet, x, y, UNKNOWN, f"{NO_FIGURE} 没有数字")


def _key(sheet: Sheet, x: float, y: float, fill: Fill, words: str) -> float:
    sheet.shape(f"M{x:.2f},{y - 5:.2f} h16 v10 h-16 Z", fill, GREY, 0.5)
    sheet.text(x + 20, y, words, size=SMALL)
    return x + 20 + taken(words, SMALL) + 10

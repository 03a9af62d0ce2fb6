"""The screen's drawings: the map out of the territory's own outlines, and the course of the days."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from huiban.modules.analysis.queries.outlines import Outline, Ring
from huiban.modules.analysis.queries.screen_parts import Area, Day

MAP_WIDTH, MAP_HEIGHT, MARGIN = 400.0, 260.0, 4.0
# What moves the line by less than this, in the map's units, isn't seen.
TOLERANCE = 0.5
# The size of a name on a wall, where it is largest.
NAME_SIZE = 18.0
BAR, STEP, COURSE_HEIGHT = 8, 10, 60


@dataclass(frozen=True)
class Shape:
    """A unit on the map: its path, its colour's class, its name where there is room, its count."""

    path: str
    degree: str
    name: str
    number: str
    x: float
    y: float


@dataclass(frozen=True)
class Map:
    """The map of the units below. What is unusual comes last: its edge lies over its neighbours'."""

    width: int
    height: int
    shapes: list[Shape]

    @property
    def has_hot(self) -> bool:
        """Whether anything on it has the thick edge of what is unusual."""
        return any(shape.degree == "hot" for shape in self.shapes)


@dataclass(frozen=True)
class _View:
    west: float
    north: float
    scale: float
    narrow: float

    def at(self, point: tuple[float, float]) -> tuple[float, float]:
        lng, lat = point
        return (
            MARGIN + (lng - self.west) * self.narrow * self.scale,
            MARGIN + (self.north - lat) * self.scale,
        )


def map_of(areas: Sequence[Area], outlines: Mapping[UUID, Outline]) -> Map | None:
    """The map, or None where not every unit has an outline: half a map would mislead."""
    if not areas or any(area.unit.id not in outlines for area in areas):
        return None
    points = [point for area in areas for ring in outlines[area.unit.id].rings for point in ring]
    view, width, height = _view(points)
    shapes = [_shape(view, area, outlines[area.unit.id]) for area in areas]
    shapes.sort(key=lambda shape: shape.degree == "hot")
    return Map(math.ceil(width), math.ceil(height), shapes)


def _view(points: Sequence[tuple[float, float]]) -> tuple[_View, float, float]:
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    narrow = math.cos(math.radians((south + north) / 2))
    across, up = max((east - west) * narrow, 1e-6), max(north - south, 1e-6)
    scale = min((MAP_WIDTH - 2 * MARGIN) / across, (MAP_HEIGHT - 2 * MARGIN) / up)
    view = _View(west, north, scale, narrow)
    return view, across * scale + 2 * MARGIN, up * scale + 2 * MARGIN


def _shape(view: _View, area: Area, outline: Outline) -> Shape:
    rings = [simplified([view.at(point) for point in ring]) for ring in outline.rings]
    x, y = view.at(outline.middle)
    name = short_name(area.unit.name)
    across = max(p[0] for p in rings[0]) - min(p[0] for p in rings[0])
    fits = across > len(name) * NAME_SIZE * 0.9
    return Shape(
        path=" ".join(_path(ring) for ring in rings if len(ring) > 2),
        degree=area.judged.degree,
        name=name if fits else "",
        number="—" if area.received.value is None else f"{area.received.value}件",
        x=round(x, 1),
        y=round(y, 1),
    )


def _path(ring: Ring) -> str:
    return "M" + " ".join(f"{x:.1f},{y:.1f}" for x, y in ring) + "Z"


def columns_of(tiles: int) -> int:
    """How many tiles stand beside one another: in one row, in two, or in rows of eight."""
    return tiles if tiles <= 4 else min(8, math.ceil(tiles / 2))


def short_name(name: str) -> str:
    """A unit's name without what all names of its level end in, where something is left."""
    for ending in ("街道", "社区"):
        if name.endswith(ending) and len(name) > len(ending) + 1:
            return name.removesuffix(ending)
    return name


def simplified(ring: Ring) -> Ring:
    """The ring without points that lie on the line to the eye (Douglas and Peucker)."""
    if len(ring) < 4:
        return ring
    kept = {0, len(ring) - 1}
    # A closed ring has no ends to draw a first line between: it is halved.
    middle = len(ring) // 2
    kept.add(middle)
    waiting = [(0, middle), (middle, len(ring) - 1)]
    while waiting:
        first, last = waiting.pop()
        far, at = max(
            ((_distance(ring[i], ring[first], ring[last]), i) for i in range(first + 1, last)),
            default=(0.0, first),
        )
        if far > TOLERANCE:
            kept.add(at)
            waiting += [(first, at), (at, last)]
    return [ring[at] for at in sorted(kept)]


def _distance(
    point: tuple[float, float], begin: tuple[float, float], end: tuple[float, float]
) -> float:
    across, down = end[0] - begin[0], end[1] - begin[1]
    length = math.hypot(across, down)
    if not length:
        return math.hypot(point[0] - begin[0], point[1] - begin[1])
    return abs(across * (begin[1] - point[1]) - (begin[0] - point[0]) * down) / length


@dataclass(frozen=True)
class Bar:
    """A day of the course: where its bar stands and how high it is."""

    x: int
    top: int
    height: int
    is_rest: bool


@dataclass(frozen=True)
class Course:
    """What came by day as bars, what was closed as a line."""

    width: int
    height: int
    bars: list[Bar]
    line: str
    most: int


def course_of(days: Sequence[Day]) -> Course | None:
    """The drawing of the days; None where there are none."""
    if not days:
        return None
    most = max(max(day.received, day.closed) for day in days)
    scale = COURSE_HEIGHT / most if most else 0
    bars = [
        Bar(
            at * STEP,
            COURSE_HEIGHT - round(day.received * scale),
            round(day.received * scale),
            day.day.weekday() > 4,
        )
        for at, day in enumerate(days)
    ]
    line = " ".join(
        f"{at * STEP + BAR / 2:.0f},{COURSE_HEIGHT - day.closed * scale:.1f}"
        for at, day in enumerate(days)
    )
    return Course(STEP * len(days) - (STEP - BAR), COURSE_HEIGHT, bars, line, most)

"""Outlines of units as a paper needs them: fewer points, the same shape. Pure."""

from __future__ import annotations

from collections.abc import Sequence

Point = tuple[float, float]
# Of an outline's greater side: a tenth of a millimetre on the printed map.
FINENESS = 0.001
DECIMALS = 5


def simplified(rings: Sequence[Sequence[Point]]) -> list[list[list[float]]]:
    """The rings with the points that the eye would miss left out (Douglas and Peucker 1973)."""
    points = [point for ring in rings for point in ring]
    if not points:
        return []
    wide = max(x for x, _ in points) - min(x for x, _ in points)
    high = max(y for _, y in points) - min(y for _, y in points)
    tolerance = max(wide, high) * FINENESS
    kept = [_thinned(list(ring), tolerance) for ring in rings]
    return [
        [[round(x, DECIMALS), round(y, DECIMALS)] for x, y in ring]
        for ring in kept
        if len(ring) >= 4
    ]


def _thinned(ring: list[Point], tolerance: float) -> list[Point]:
    """A closed ring is cut at its first point and at the one farthest from it."""
    if len(ring) < 5:
        return ring
    middle = max(range(len(ring)), key=lambda at: _apart(ring[0], ring[at]))
    stays = {0, middle, len(ring) - 1}
    waiting = [(0, middle), (middle, len(ring) - 1)]
    while waiting:
        low, high = waiting.pop()
        if high - low < 2:
            continue
        between = range(low + 1, high)
        farthest = max(between, key=lambda at: _off(ring[at], ring[low], ring[high]))
        if _off(ring[farthest], ring[low], ring[high]) > tolerance:
            stays.add(farthest)
            waiting += [(low, farthest), (farthest, high)]
    return [ring[at] for at in sorted(stays)]


def _apart(one: Point, other: Point) -> float:
    return float(((one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2) ** 0.5)


def _off(point: Point, begin: Point, end: Point) -> float:
    """How far a point lies off the straight way between two others."""
    length = _apart(begin, end)
    if not length:
        return _apart(point, begin)
    across = (end[0] - begin[0]) * (begin[1] - point[1]) - (begin[0] - point[0]) * (
        end[1] - begin[1]
    )
    return abs(across) / length

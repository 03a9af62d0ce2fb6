"""The fictional district on the ground: a mesh whose cells are communities and whose blocks are
streets, somewhere in a desert where nobody lives. The same every time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from random import Random

from huiban.kernel.territory.actions import set_boundary

from .world import World

ACTOR = "system"
DATUM = "wgs84"
WEST, NORTH = 102.30, 40.20
WIDTH, HEIGHT = 0.016, 0.012
BLOCK, BLOCKS_A_ROW = 3, 3
COLUMNS, ROWS = BLOCK * BLOCKS_A_ROW, BLOCK * 2
JITTER = 0.22
BEND = 0.09

Knot = tuple[int, int]
Point = tuple[float, float]


@dataclass(frozen=True)
class Patch:
    """Cells of the mesh from a knot to another, the far one excluded."""

    left: int
    top: int
    right: int
    bottom: int

    def knots(self) -> Iterator[Knot]:
        """The knots around it, once around, the first again at the end."""
        yield from ((column, self.top) for column in range(self.left, self.right))
        yield from ((self.right, row) for row in range(self.top, self.bottom))
        yield from ((column, self.bottom) for column in range(self.right, self.left, -1))
        yield from ((self.left, row) for row in range(self.bottom, self.top, -1))
        yield self.left, self.top


class Mesh:
    """Where each knot lies, and how each edge between two of them bends."""

    def __init__(self) -> None:
        rng = Random("the ground of the district")
        self._knots = {
            (column, row): (
                WEST + WIDTH * (column + rng.uniform(-JITTER, JITTER)),
                NORTH - HEIGHT * (row + rng.uniform(-JITTER, JITTER)),
            )
            for row in range(ROWS + 1)
            for column in range(COLUMNS + 1)
        }
        edges = [(knot, (knot[0] + 1, knot[1])) for knot in self._knots]
        edges += [(knot, (knot[0], knot[1] + 1)) for knot in self._knots]
        self._bends = {
            frozenset(edge): (rng.uniform(-BEND, BEND) * WIDTH, rng.uniform(-BEND, BEND) * HEIGHT)
            for edge in edges
        }

    def polygon(self, patch: Patch) -> dict[str, object]:
        """The patch's outline as GeoJSON."""
        around = list(patch.knots())
        ring: list[Point] = [self._knots[around[0]]]
        for before, knot in pairwise(around):
            ring += [self._bend(before, knot), self._knots[knot]]
        points = [[round(longitude, 6), round(latitude, 6)] for longitude, latitude in ring]
        return {"type": "Polygon", "coordinates": [points]}

    def _bend(self, one: Knot, other: Knot) -> Point:
        (x, y), (to_x, to_y) = self._knots[one], self._knots[other]
        aside, up = self._bends[frozenset((one, other))]
        return (x + to_x) / 2 + aside, (y + to_y) / 2 + up


def outline(world: World) -> None:
    """Give the district, its streets and its communities their outlines."""
    mesh = Mesh()
    set_boundary(ACTOR, world.district, mesh.polygon(Patch(0, 0, COLUMNS, ROWS)), DATUM)
    for number, street in enumerate(world.streets):
        left = BLOCK * (number % BLOCKS_A_ROW)
        top = BLOCK * (number // BLOCKS_A_ROW)
        block = Patch(left, top, left + BLOCK, top + BLOCK)
        set_boundary(ACTOR, street, mesh.polygon(block), DATUM)
        inside = [one.unit for one in world.communities if one.street is street]
        for place, unit in enumerate(inside):
            column, row = left + place % BLOCK, top + place // BLOCK
            # Where a street has fewer communities than cells, the last one takes the rest of its row.
            right = left + BLOCK if unit is inside[-1] else column + 1
            cell = Patch(column, row, right, row + 1)
            set_boundary(ACTOR, unit, mesh.polygon(cell), DATUM)

"""The outlines of units, for drawing them: as the territory keeps them, in degrees."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from huiban.kernel.territory.models import Unit
from huiban.kernel.territory.shapes import place_of
from huiban.kernel.vocab.queries import remember

Ring = list[tuple[float, float]]


class Outline:
    """A unit's rings of longitude and latitude, holes among them, and the point to name it at."""

    def __init__(self, boundary: dict[str, Any]) -> None:
        several = boundary["type"] == "MultiPolygon"
        polygons = boundary["coordinates"] if several else [boundary["coordinates"]]
        self.rings: list[Ring] = [
            [(float(lng), float(lat)) for lng, lat, *_ in ring]
            for polygon in polygons
            for ring in polygon
        ]
        self.middle: tuple[float, float] = place_of(boundary, "wgs84")


def outlines_of(units: Iterable[Unit]) -> dict[UUID, Outline]:
    """The outlines of these units, by key; without those that have none.

    They are kept until the territory changes: a screen is drawn again and again.
    """
    ids = [unit.id for unit in units]
    if not ids:
        return {}
    return remember(f"analysis.outlines:{min(ids)}:{len(ids)}", lambda: _read(ids))


def _read(ids: list[UUID]) -> dict[UUID, Outline]:
    kept = Unit.objects.filter(pk__in=ids, boundary__isnull=False).values_list("pk", "boundary")
    return {pk: Outline(boundary) for pk, boundary in kept if boundary}

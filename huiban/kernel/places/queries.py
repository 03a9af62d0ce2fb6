"""Reads of places: what a tag points to, which unit a place belongs to, what stands in a unit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from huiban.kernel.territory.models import Unit
from huiban.kernel.territory.queries import current_units, in_force

from .models import Place, PlaceCoverage, Tag

_WHOLES = "place__parent__parent__parent"


@dataclass(frozen=True)
class Standing:
    """A place and the unit it belongs to today (an estate, else a community)."""

    place: Place
    unit: Unit

    @property
    def building_id(self) -> UUID | None:
        """The building the place is, or is in."""
        return self.place.id if self.place.kind == "building" else self.place.building_id


def place_by_code(code: str) -> Place | None:
    """The place with that code."""
    return Place.objects.filter(code=code).select_related("parent", "building").first()


def standing_of_tag(token: str) -> Standing | None:
    """The place of a tag that is in use; None for one that never was, or was revoked."""
    tag = Tag.objects.filter(token=token, revoked_at=None).select_related(_WHOLES).first()
    return standing_of(tag.place) if tag else None


def standing_of(place: Place) -> Standing | None:
    """The place with its unit; a part of a place belongs where the whole belongs.

    A unit that was merged is answered with the one that stands for it now.
    """
    line = _line_of(place)
    rows = (
        PlaceCoverage.objects.filter(in_force(), place_id__in=line)
        .select_related("unit")
        .order_by()
    )
    nearest = min(rows, key=lambda row: line.index(row.place_id), default=None)
    if nearest is None:
        return None
    unit = nearest.unit
    return Standing(place, current_units([unit.id])[unit.id] if unit.successor_id else unit)


def _line_of(place: Place) -> list[UUID]:
    """The place and the wholes it is a part of, the nearest first; there are four kinds at most."""
    line = [place.id]
    whole = place.parent
    while whole is not None:
        line.append(whole.id)
        whole = whole.parent
    return line


def places_in(unit_ids: Iterable[UUID], kinds: Iterable[str]) -> list[Place]:
    """The places of these kinds that belong to these units today, by code.

    Parts that name no unit of their own are where their wholes are.
    """
    kinds = set(kinds)
    covered = PlaceCoverage.objects.filter(in_force())
    level = list(
        Place.objects.filter(pk__in=covered.filter(unit_id__in=list(unit_ids)).values("place"))
    )
    found = {place.id: place for place in level}
    while level:
        elsewhere = covered.filter(place__parent__in=level).values("place")
        level = list(Place.objects.filter(~Q(pk__in=elsewhere), parent__in=level))
        found |= {place.id: place for place in level}
    return sorted(
        (place for place in found.values() if place.kind in kinds), key=lambda place: place.code
    )

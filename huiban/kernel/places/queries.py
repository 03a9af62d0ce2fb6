"""Reads of places: what a tag points to, and which unit a place belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from huiban.kernel.territory.models import Unit
from huiban.kernel.territory.queries import in_force

from .models import Place, PlaceCoverage, Tag


@dataclass(frozen=True)
class Standing:
    """A place and the unit it belongs to today (an estate, else a community)."""

    place: Place
    unit: Unit

    @property
    def building_id(self) -> UUID | None:
        """The building the place is, or is in."""
        return self.place.id if self.place.kind == "building" else self.place.building_id


def standing_of_tag(token: str) -> Standing | None:
    """The place of a tag that is in use; None for one that never was, or was revoked."""
    tag = (
        Tag.objects.filter(token=token, revoked_at=None)
        .select_related("place", "place__parent")
        .first()
    )
    return standing_of(tag.place) if tag else None


def standing_of(place: Place) -> Standing | None:
    """The place with its unit; a part of a place belongs where the whole belongs."""
    parent = place.parent
    line = [place.id]
    if parent is not None:
        line += [parent.id] + ([parent.parent_id] if parent.parent_id else [])
    rows = (
        PlaceCoverage.objects.filter(in_force(), place_id__in=line)
        .select_related("unit")
        .order_by()
    )
    nearest = sorted(rows, key=lambda row: line.index(row.place_id))
    return Standing(place, nearest[0].unit) if nearest else None

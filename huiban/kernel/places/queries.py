"""Reads of places: what a tag points to, which unit a place belongs to, what stands in a unit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from huiban.kernel.base import clock
from huiban.kernel.territory.models import Unit
from huiban.kernel.territory.queries import current_unit, in_force

from .models import Place, PlaceCoverage, Tag

# Every scan and every report asks this first, so it is one statement, written out. A place stands
# in three wholes at the most, and the nearest one that names a unit says where it belongs.
_OF_TAG = """
SELECT place.*, coverage.unit_id AS governed_by
FROM places_tag tag
JOIN places_place place ON place.id = tag.place_id
LEFT JOIN places_place whole ON whole.id = place.parent_id
LEFT JOIN places_place larger ON larger.id = whole.parent_id
JOIN places_placecoverage coverage
  ON coverage.place_id IN (place.id, whole.id, larger.id, larger.parent_id)
  AND coverage.valid_from <= %(day)s
  AND (coverage.valid_to IS NULL OR coverage.valid_to > %(day)s)
WHERE tag.token = %(token)s AND tag.revoked_at IS NULL
ORDER BY CASE coverage.place_id
  WHEN place.id THEN 0 WHEN whole.id THEN 1 WHEN larger.id THEN 2 ELSE 3 END
LIMIT 1
"""


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
    if not token.isalnum():
        return None
    day = clock.local(clock.now()).date()
    found = next(iter(Place.objects.raw(_OF_TAG, {"day": day, "token": token})), None)
    if found is None:
        return None
    # SQLite keeps a key as text, and knows only of the model's own columns that they are keys.
    unit_id = found.governed_by  # type: ignore[attr-defined]
    return Standing(found, current_unit(unit_id if isinstance(unit_id, UUID) else UUID(unit_id)))


def standing_of(place: Place) -> Standing | None:
    """The place with its unit; a part of a place belongs where the whole belongs.

    A unit that was merged is answered with the one that stands for it now.
    """
    line = _line_of(place)
    rows = (
        PlaceCoverage.objects.filter(in_force(), place_id__in=line)
        .order_by()
        .values_list("place_id", "unit_id")
    )
    nearest = min(rows, key=lambda row: line.index(row[0]), default=None)
    return Standing(place, current_unit(nearest[1])) if nearest else None


def _line_of(place: Place) -> list[UUID]:
    """The place and the wholes it is a part of, the nearest first; there are four kinds at most."""
    line = [place.id]
    whole = place.parent
    while whole is not None:
        line.append(whole.id)
        whole = whole.parent
    return line


def tag_by_number(number: int) -> Tag | None:
    """The tag with the number that is printed on it, in use or not."""
    return Tag.objects.filter(number=number).select_related("place").first()


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

"""The district's gazetteer as this process remembers it, and the places that a text speaks of."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from huiban.kernel.base import clock
from huiban.kernel.territory.models import Unit
from huiban.kernel.territory.queries import all_units, in_force
from huiban.kernel.vocab.queries import remember

from .finding import Found, Gazetteer, KnownName, KnownPlace, find
from .models import Place, PlaceCoverage, PlaceName


def places_named_in(text: str, district_id: UUID, estate_id: UUID | None = None) -> list[Found]:
    """The places of the district that a text speaks of, the surest and smallest first.

    `estate_id` is the unit that the matter is known to lie in: "3号楼" alone is looked for there.
    The first call after a change of places or units reads them all; later ones ask nothing.
    """
    if not text.strip():
        return []
    return find(gazetteer_of(district_id), text, estate_id)


def gazetteer_of(district_id: UUID) -> Gazetteer:
    """The places of a district with all their names, as they are today."""
    eras = remember(f"places.gazetteer.{district_id}", _Eras)
    day = clock.local(clock.now()).date()
    era = bisect_right(eras.turns, day)
    if eras.era != era or eras.gazetteer is None:
        # An earlier one would only take room.
        eras.era, eras.gazetteer = era, _read(district_id, day)
    return eras.gazetteer


@dataclass
class _Eras:
    """The days on which any name or coverage begins or ends: between two of them all stays alike."""

    turns: list[date] = field(default_factory=lambda: _turns())
    era: int = -1
    gazetteer: Gazetteer | None = None


def _turns() -> list[date]:
    days: set[date] = set()
    for model in (PlaceCoverage, PlaceName):
        for begins, ends in model.objects.values_list("valid_from", "valid_to").distinct():
            days |= {day for day in (begins, ends) if day is not None}
    return sorted(days)


def _read(district_id: UUID, day: date) -> Gazetteer:
    covered = dict(PlaceCoverage.objects.filter(in_force(day)).values_list("place_id", "unit_id"))
    units = all_units()
    rows = Place.objects.order_by("code").values_list(
        "id", "kind", "name", "parent_id", "full_name"
    )
    wholes = {row[0]: row[3] for row in rows}
    here: dict[UUID, Unit | None] = {}
    for place_id in wholes:
        here[place_id] = _unit_of(place_id, wholes, covered, units)
    places = [
        KnownPlace(
            place_id, kind, name, parent, full_name, *_standing(covered, place_id, unit, units)
        )
        for place_id, kind, name, parent, full_name in rows
        if (unit := here[place_id]) is not None and unit.path.district_id == district_id
    ]
    names = PlaceName.objects.filter(in_force(day)).order_by("name", "valid_from")
    return Gazetteer(
        places, [KnownName(*row) for row in names.values_list("place_id", "name", "kind")]
    )


def _unit_of(
    place_id: UUID,
    wholes: Mapping[UUID, UUID | None],
    covered: Mapping[UUID, UUID],
    units: Mapping[UUID, Unit],
) -> Unit | None:
    """The unit that the place, or the nearest whole that names one, belongs to now."""
    whole: UUID | None = place_id
    while whole is not None:
        if whole in covered:
            unit = units[covered[whole]]
            while unit.successor_id is not None:
                unit = units[unit.successor_id]
            return unit
        whole = wholes[whole]
    return None


def _standing(
    covered: dict[UUID, UUID], place_id: UUID, unit: Unit, units: dict[UUID, Unit]
) -> tuple[UUID | None, tuple[str, ...]]:
    """The unit's key and the names of what it lies in, where the place names a unit itself."""
    if place_id not in covered:
        return None, ()
    areas = (unit.path.community_id, unit.path.street_id)
    return unit.id, tuple(units[area].name for area in areas if area is not None)

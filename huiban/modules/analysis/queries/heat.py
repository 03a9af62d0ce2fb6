"""Where there is more than households explain: the units below one, each against its share.

Streets and communities with more homes have more reports; a map of plain counts would show where
people live. So each count is set against what its households would lead one to expect.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from huiban.kernel.territory.models import Level, Unit
from huiban.kernel.territory.queries import all_units

from ..reckoning.hotspots import USUAL_RULES, HeatRules, HotPlace, PlaceCount, heat_map
from ..reckoning.suppression import suppress_list

# Four whole weeks, so that every weekday counts alike.
DAYS = 28
# Nothing is hidden from those who may open each of the cases.
NOTHING_HIDDEN = HeatRules(smallest_count=1, smallest_households=1)

Degree = Literal["hot", "usual", "few", "hidden", "unknown"]
DEGREES: dict[Degree, str] = {
    "hot": "明显偏多",
    "usual": "没有明显偏多",
    "few": "户数和件数太少，看不出",
    "hidden": "件数太少，不在此公布",
    "unknown": "没有户数，不作判断",
}


@dataclass(frozen=True)
class Judged:
    """A unit's count (None where it is hidden) against its expectation (None where unknown)."""

    count: int | None
    expected: float | None
    degree: Degree

    @property
    def words(self) -> str:
        """What it means, without colour."""
        return DEGREES[self.degree]


def households_of(unit: Unit) -> int:
    """The homes of a unit: its own number, else the sum of its communities'; 0 unknown."""
    if unit.households:
        return unit.households
    column = {Level.DISTRICT: "district_id", Level.STREET: "street_id"}.get(Level(unit.level))
    if column is None:
        return 0
    return sum(
        below.households or 0
        for below in all_units().values()
        if below.level == Level.COMMUNITY
        and below.valid_to is None
        and getattr(below, column) == unit.id
    )


def judged(
    counts: Mapping[Unit, int], homes: Mapping[Unit, int], *, hides: bool
) -> dict[Unit, Judged]:
    """Each unit's count against the share of its homes in all of them. Pure.

    With `hides` counts that could give somebody away are hidden, and what would give these away.
    """
    hidden = _hidden(counts, homes) if hides else frozenset()
    found: dict[Unit, Judged] = {}
    # The rate of those with homes would tell their sum, and so that of the others.
    if all(homes[unit] for unit in hidden):
        known = [unit for unit in counts if homes[unit]]
        places = [PlaceCount(unit.code, counts[unit], homes[unit]) for unit in known]
        also = [at for at, unit in enumerate(known) if unit in hidden]
        judgements = heat_map(places, USUAL_RULES if hides else NOTHING_HIDDEN, also).places
        found = dict(zip(known, map(_judged, judgements), strict=True))
    return {
        unit: found.get(unit) or _not_judged(None if unit in hidden else count)
        for unit, count in counts.items()
    }


def _hidden(counts: Mapping[Unit, int], homes: Mapping[Unit, int]) -> frozenset[Unit]:
    """The units whose counts are hidden, those with homes and those without in one list."""
    units = list(counts)
    few = [at for at, unit in enumerate(units) if 0 < homes[unit] < USUAL_RULES.smallest_households]
    shown = suppress_list([counts[unit] for unit in units], also=few)
    if shown.total is None:
        return frozenset(units)
    return frozenset(unit for unit, one in zip(units, shown.cells, strict=True) if one is None)


def _judged(place: HotPlace) -> Judged:
    return Judged(place.count, place.expected, place.heat)


def _not_judged(count: int | None) -> Judged:
    return Judged(count, None, "hidden" if count is None else "unknown")

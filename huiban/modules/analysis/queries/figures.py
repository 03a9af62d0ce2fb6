"""The figures of a unit, as counts of days: by measure, code, day, month and unit below it.

All of them come from the folded counts, so they cost the same whatever the history behind them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import F, Min, Q, QuerySet, Sum

from huiban.kernel.access.actor import Actor
from huiban.kernel.base.errors import Unseen
from huiban.kernel.base.measures import ALL, HANDLER, NOW
from huiban.kernel.territory.models import Level, Unit
from huiban.kernel.territory.queries import (
    all_units,
    current_unit,
    scope_of,
    with_predecessors,
)
from huiban.kernel.territory.scope import Scope

from .. import permits
from ..models import Count
from ..reckoning.months import Month, Period

# The level of units that a unit's figures are broken down by.
BELOW = {
    Level.DISTRICT: Level.STREET,
    Level.LEADING_GROUP: Level.STREET,
    Level.STREET: Level.COMMUNITY,
    Level.COMMUNITY: Level.ESTATE,
}
Tally = Counter[str]


@dataclass(frozen=True)
class Figures:
    """The figures of one unit that the asker may read. Made by `figures_of`.

    `handles` says that it is a department, or a branch: it has no territory of its own, so its
    figures are of what it handled.
    """

    unit: Unit
    keys: frozenset[UUID]
    handles: bool

    def total(self, measures: Iterable[str], period: Period) -> Tally:
        """How many of each measure in the period."""
        return _tally(_within(self._rows(measures), period))

    def totals(self, measures: Iterable[str], *periods: Period) -> list[Tally]:
        """The same of several periods, by one statement."""
        found: list[Tally] = [Counter() for _ in periods]
        rows = self._rows(measures).values_list("series__measure")
        for measure, *numbers in _summed(rows, periods):
            for tally, number in zip(found, numbers, strict=True):
                tally[measure] = number or 0
        return found

    def codes(self, measure: str, axis: str, *periods: Period) -> list[dict[str, int]]:
        """One measure by the axis' code in each of several periods, by one statement."""
        found: list[dict[str, int]] = [{} for _ in periods]
        rows = self._rows([measure], axis).values_list("series__code")
        for code, *numbers in _summed(rows, periods):
            for numbered, number in zip(found, numbers, strict=True):
                if number:
                    numbered[code] = number
        return found

    def of_all_time(self, measure: str) -> tuple[int, date | None]:
        """How many there ever were, and the first day on which there was one."""
        rows = self._rows([measure]).filter(day__gt=NOW, amount__gt=0)
        told = rows.aggregate(number=Sum("amount"), first=Min("day"))
        return told["number"] or 0, day_of(told["first"]) if told["first"] else None

    def now(self, measures: Iterable[str], axis: str = ALL) -> dict[str, Tally]:
        """What stands now, by the axis' code ("" along `ALL`)."""
        return _by("series__code", self._rows(measures, axis).filter(day=NOW))

    def by_code(self, measures: Iterable[str], period: Period, axis: str) -> dict[str, Tally]:
        """By the axis' code: category, group, hours; "" is none, and is always there if counted."""
        return _by("series__code", _within(self._rows(measures, axis), period))

    def by_day(self, measures: Iterable[str], period: Period) -> dict[date, Tally]:
        """By day; a day without any isn't there."""
        found = _by("day", _within(self._rows(measures), period))
        return {day_of(day): tally for day, tally in found.items()}

    def by_month(self, measures: Iterable[str], first: Month, last: Month) -> dict[Month, Tally]:
        """By month, for every month from the first to the last."""
        days = _by("day", _within(self._rows(measures), Period(first.first, last.last, "")))
        found: dict[Month, Tally] = defaultdict(Counter)
        for day, tally in days.items():
            found[Month.of(day_of(day))].update(tally)
        months = (first.later(step) for step in range(last.since(first) + 1))
        return {month: found[month] for month in months}

    def by_code_and_month(
        self, measure: str, first: Month, last: Month, axis: str
    ) -> dict[str, dict[Month, int]]:
        """One measure by the axis' code and month; a code without any isn't there."""
        found = counts_by_month(self.keys, measure, first, last, self._axis(axis))
        return {code: dict(months) for (_, code), months in found.items()}

    @property
    def below(self) -> list[Unit]:
        """The units that its figures are broken down by, in force or merged since, by code."""
        level = BELOW.get(Level(self.unit.level))
        column = {Level.STREET: "district_id", Level.COMMUNITY: "street_id"}.get(
            level or Level.DISTRICT, "community_id"
        )
        units = [unit for unit in all_units().values() if unit.level == level]
        above = self.keys
        return sorted(
            (unit for unit in units if getattr(unit, column) in above), key=lambda unit: unit.code
        )

    def by_unit(self, measures: Iterable[str], period: Period | None) -> dict[Unit, Tally]:
        """By each unit below, in the period or (without one) now; a merged unit counts in its heir."""
        units = {unit.id: unit for unit in self.below}
        rows = _counts(units.keys(), measures, ALL)
        found = _by("series__unit_id", _within(rows, period) if period else rows.filter(day=NOW))
        tallies: dict[Unit, Tally] = {
            unit: Counter() for unit in units.values() if unit.successor_id is None
        }
        for key, tally in found.items():
            tallies.setdefault(current_unit(key), Counter()).update(tally)
        return tallies

    def by_unit_and_code(
        self, measure: str, period: Period, axis: str
    ) -> dict[Unit, dict[str, int]]:
        """One measure by each unit below and the axis' code."""
        units = {unit.id: unit for unit in self.below}
        rows = _within(_counts(units.keys(), [measure], axis), period)
        found: dict[Unit, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        summed = rows.values_list("series__unit_id", "series__code").annotate(number=Sum("amount"))
        for key, code, number in summed.iterator():
            found[current_unit(key)][code] += number
        return {unit: dict(codes) for unit, codes in found.items()}

    def first_month(self) -> Month | None:
        """The first month in which it received anything, or None."""
        rows = self._rows(["voice.received" if not self.handles else "voice.due"])
        day = rows.filter(day__gt=NOW, amount__gt=0).order_by("day").values_list("day", flat=True)
        first = day.first()
        return None if first is None else Month.of(day_of(first))

    def _rows(self, measures: Iterable[str], axis: str | None = None) -> QuerySet[Count]:
        return _counts(self.keys, measures, self._axis(axis or ALL))

    def _axis(self, axis: str) -> str:
        # What a department handled is kept by category alone, and adds up over it.
        return HANDLER if self.handles else axis


def figures_of(actor: Actor, code: str = "") -> Figures:
    """The figures of the unit with that code, else of the unit whose post the actor holds.

    Raises NotPermitted without a post that reads figures, Unseen for a unit outside the scope.
    """
    seat = actor.seat_for(permits.READ)
    units = all_units()
    if not code:
        return figures_for(_territory_of(units[seat.unit_id]))
    unit = next((unit for unit in units.values() if unit.code == code), None)
    if unit is None or not reads(actor, unit):
        raise Unseen
    return figures_for(_territory_of(unit))


def reads(actor: Actor, unit: Unit) -> bool:
    """Whether a post of the actor's that reads figures covers the unit."""
    return covers(actor, permits.READ, unit)


def covers(actor: Actor, permit: str, unit: Unit) -> bool:
    """Whether a post that permits it has the unit in its territory, or is in it."""
    return _covered(unit, *_allowed(actor, permit))


def _allowed(actor: Actor, permit: str) -> tuple[Scope, frozenset[UUID]]:
    """What the posts that permit it see together, and the units that they are in."""
    seats = [seat for seat in actor.seats if permit in seat.permits]
    keys = frozenset(key for seat in seats for key in (seat.unit_id, *seat.merged))
    if keys == actor.unit_ids:
        return actor.scope, keys
    units = all_units()
    return scope_of(units[key] for key in keys), keys


def _covered(unit: Unit, scope: Scope, keys: frozenset[UUID]) -> bool:
    return unit.id in keys or _lies_in(unit, scope)


def seat_reads(seat_unit: Unit, unit: Unit) -> bool:
    """Whether a post in the one unit has the other in its territory, or is in it."""
    return _covered(unit, scope_of([seat_unit]), frozenset(with_predecessors([seat_unit.id])))


def _lies_in(unit: Unit, scope: Scope) -> bool:
    path = (
        (scope.districts, unit.district_id or unit.id),
        (scope.streets, unit.street_id if unit.level != Level.STREET else unit.id),
        (scope.communities, unit.community_id if unit.level != Level.COMMUNITY else unit.id),
        (scope.estates, unit.id),
    )
    return any(key in seen for seen, key in path)


def units_read(actor: Actor) -> list[Unit]:
    """Units in force whose figures the actor may read, without estates; the largest first."""
    order = list(Level.values)
    allowed = _allowed(actor, permits.READ)
    found = [
        unit
        for unit in all_units().values()
        if unit.valid_to is None and unit.level not in (Level.ESTATE, Level.LEADING_GROUP)
        if _covered(unit, *allowed)
    ]
    return sorted(found, key=lambda unit: (order.index(unit.level), unit.code))


def _territory_of(unit: Unit) -> Unit:
    """A leading group's figures are its district's."""
    if unit.level == Level.LEADING_GROUP and unit.district_id:
        return all_units()[unit.district_id]
    return unit


def figures_for(unit: Unit) -> Figures:
    """The figures of a unit, for work that is nobody's asking."""
    return Figures(
        unit=unit,
        keys=frozenset(with_predecessors([unit.id])),
        handles=unit.level in (Level.DEPARTMENT, Level.BRANCH),
    )


def counts_by_month(
    unit_ids: Iterable[UUID],
    measure: str,
    first: Month,
    last: Month,
    axis: str = "category",
    *,
    codes: Iterable[str] | None = None,
) -> dict[tuple[UUID, str], dict[Month, int]]:
    """One measure by unit, code (all, or only these) and month: one statement, however many units."""
    rows = _within(_counts(unit_ids, [measure], axis), Period(first.first, last.last, ""))
    if codes is not None:
        rows = rows.filter(series__code__in=list(codes))
    found: dict[tuple[UUID, str], dict[Month, int]] = defaultdict(lambda: defaultdict(int))
    # Days are numbers YYYYMMDD, so that a hundredth of one is its month.
    months = rows.annotate(month=F("day") / 100)
    summed = months.values_list("series__unit_id", "series__code", "month").annotate(
        number=Sum("amount")
    )
    for key, code, month, number in summed.iterator():
        found[current_unit(key).id, code][Month(month // 100, month % 100)] += number
    return found


def _counts(keys: Iterable[UUID], measures: Iterable[str], axis: str) -> QuerySet[Count]:
    return Count.objects.filter(
        series__unit_id__in=list(keys), series__measure__in=list(measures), series__axis=axis
    )


def _within(rows: QuerySet[Count], period: Period) -> QuerySet[Count]:
    return rows.filter(day__gte=number_of(period.first), day__lte=number_of(period.last))


def _summed(rows: QuerySet[Count, Any], periods: Iterable[Period]) -> QuerySet[Count, Any]:
    """The rows with one sum a period beside what they are grouped by."""
    days = [
        Q(day__gte=number_of(period.first), day__lte=number_of(period.last)) for period in periods
    ]
    sums = {f"sum_{at}": Sum("amount", filter=one) for at, one in enumerate(days)}
    return rows.filter(reduce(or_, days)).annotate(**sums)


def number_of(day: date) -> int:
    """A day as the counts keep it."""
    return day.year * 10_000 + day.month * 100 + day.day


def day_of(number: int) -> date:
    """A day as the counts keep it, as a date."""
    return date(number // 10_000, number // 100 % 100, number % 100)


def _tally(rows: QuerySet[Count]) -> Tally:
    found: Tally = Counter()
    for measure, number in rows.values_list("series__measure").annotate(number=Sum("amount")):
        found[measure] = number
    return found


def _by(column: str, rows: QuerySet[Count]) -> dict[Any, Tally]:
    found: dict[Any, Tally] = defaultdict(Counter)
    summed = rows.values_list(F(column), "series__measure").annotate(number=Sum("amount"))
    for key, measure, number in summed.iterator():
        if number:
            found[key][measure] = number
    return dict(found)

"""What every section reads from: the unit's figures, its span, and many counts by one statement."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from uuid import UUID

from django.db.models import F, Min, Sum

from huiban.kernel.base.measures import ALL, HANDLER, NOW
from huiban.kernel.territory.models import Level, Unit
from huiban.kernel.territory.queries import all_units, current_unit, with_predecessors
from huiban.kernel.vocab.queries import Word, word_name, words
from huiban.modules.voice.queries.owners import CATEGORIES

from ..models import Count
from ..queries.figures import Figures, day_of, figures_for, number_of
from ..reckoning.months import Month, Period
from .span import Span, whole_from

# Units that have a handbook of their own; an estate's cases are too few for one.
LEVELS = (Level.DISTRICT, Level.STREET, Level.COMMUNITY, Level.DEPARTMENT)
NO_CATEGORY = "未分类"
LONGEST_WAY = 6
# Unit → measure → amount.
ByUnit = dict[UUID, Counter[str]]


@dataclass(frozen=True)
class Source:
    """A unit's figures over the span of a month."""

    figures: Figures
    span: Span

    @property
    def unit(self) -> Unit:
        """The unit that the handbook is about."""
        return self.figures.unit

    @property
    def intake(self) -> str:
        """What stands for how much there was: what came in, or what fell due for who handles."""
        return "voice.due" if self.figures.handles else "voice.received"

    @cached_property
    def categories(self) -> dict[str, Word]:
        """The categories on the last day of the span, by code."""
        return words(CATEGORIES, self.span.period.last)

    def category_name(self, code: str) -> str:
        """A category's official name; 未分类 for none."""
        return word_name(CATEGORIES, code) if code else NO_CATEGORY

    def field_of(self, code: str) -> str:
        """诉求领域: the topmost category above this one, itself where there is none above."""
        for _ in range(LONGEST_WAY):
            word = self.categories.get(code)
            if word is None or not word.parent_code:
                break
            code = word.parent_code
        return code

    def first_month(self, most: int) -> Month:
        """The first month that series begin with: at most so many months back, whole figures only."""
        earliest = self.span.month.later(-most)
        known = self.span.known_from
        return earliest if known is None or known <= earliest else min(known, self.span.month)


def first_day_of(unit: Unit) -> date | None:
    """The day of the district's first record, from which on its figures are whole; None before."""
    district = unit.district_id or unit.id
    rows = Count.objects.filter(
        series__unit_id__in=with_predecessors([district]),
        series__measure="voice.received",
        series__axis=ALL,
        day__gt=NOW,
        amount__gt=0,
    )
    first = rows.aggregate(first=Min("day"))["first"]
    return None if first is None else day_of(first)


def first_whole_month(unit: Unit) -> Month | None:
    """The first month whose figures are whole; None where nothing was ever counted."""
    return whole_from(first_day_of(unit))


def months_with_cases(unit: Unit) -> list[Month]:
    """The months in which a unit received anything, or had anything to handle; the oldest first."""
    figures = figures_for(unit)
    rows = Count.objects.filter(
        series__unit_id__in=figures.keys,
        series__measure="voice.due" if figures.handles else "voice.received",
        series__axis=HANDLER if figures.handles else ALL,
        day__gt=NOW,
    )
    months = rows.values_list(F("day") / 100).annotate(number=Sum("amount"))
    return sorted(Month(number // 100, number % 100) for number, amount in months if amount)


def counts_of_units(
    unit_ids: Iterable[UUID], measures: Iterable[str], period: Period | None, axis: str = ALL
) -> ByUnit:
    """How many of each measure under each of these units, in a period or (without one) now."""
    rows = Count.objects.filter(
        series__unit_id__in=list(unit_ids), series__measure__in=list(measures), series__axis=axis
    )
    if period is None:
        rows = rows.filter(day=NOW)
    else:
        rows = rows.filter(day__gte=number_of(period.first), day__lte=number_of(period.last))
    found: ByUnit = defaultdict(Counter)
    summed = rows.values_list("series__unit_id", "series__measure").annotate(number=Sum("amount"))
    for key, measure, number in summed.iterator():
        found[current_unit(key).id][measure] += number
    return found


def units_below(unit: Unit, level: Level) -> list[Unit]:
    """The units of that level within a unit, in force or merged since, by code."""
    column = {
        Level.DISTRICT: "district_id",
        Level.STREET: "street_id",
        Level.COMMUNITY: "community_id",
    }[Level(unit.level)]
    above = with_predecessors([unit.id])
    found = (one for one in all_units().values() if one.level == level)
    return sorted((one for one in found if getattr(one, column) in above), key=lambda u: u.code)


def standing(units: Iterable[Unit]) -> list[Unit]:
    """Those that weren't merged into others."""
    return [unit for unit in units if unit.successor_id is None]


def handled_of_units(
    unit_ids: Iterable[UUID], measures: Iterable[str], period: Period | None
) -> ByUnit:
    """The same of what units handled rather than of what lies within them."""
    return counts_of_units(unit_ids, measures, period, HANDLER)

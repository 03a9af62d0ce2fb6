"""反复出现的问题: themes with cases of the unit in the month, and how each runs from month to month."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet

from huiban.kernel.base.masking import mask
from huiban.kernel.territory.models import Level, Unit
from huiban.kernel.territory.queries import all_units, with_predecessors
from huiban.modules.voice.models import Theme, ThemeMember
from huiban.modules.voice.queries.themes import NOT_COUNTED

from ..reckoning.months import Month
from ..reckoning.recurring import theme_course
from ..reckoning.suppression import SMALLEST
from .canonical import Section
from .gather_places import has_few_homes
from .reading import Source

SHOWN, FEWEST, PLACES_NAMED = 6, 2, 2
MONTHS, MOST_THEMES = 12, 300
SIMILAR = "内容相近的反映"


@dataclass
class _Run:
    """A theme's cases in the unit: by month, where they are, and where this month's are."""

    by_month: Counter[Month] = field(default_factory=Counter)
    places: Counter[UUID] = field(default_factory=Counter)
    lately: Counter[UUID] = field(default_factory=Counter)


def case_filter(unit: Unit) -> dict[str, Iterable[UUID]]:
    """Which cases are a unit's: those on its path, or those that it answered."""
    column = {
        Level.DISTRICT: "district_id",
        Level.STREET: "street_id",
        Level.COMMUNITY: "community_id",
    }.get(Level(unit.level), "answered_by_id")
    return {f"{column}__in": with_predecessors([unit.id])}


def themes(source: Source) -> Section:
    """The largest themes with at least two cases in the month, and how many such there are.

    A title is the theme's own where all of its cases are the unit's, else its category: the words
    of a title come from reports, and those of others aren't this unit's to tell.
    """
    month = source.span.month
    keys = _of_month(source)
    found = Theme.objects.filter(pk__in=keys[:MOST_THEMES]).defer("centre").in_bulk()
    runs = _runs(source, found)
    sizes = _sizes(found)
    ranked = sorted(
        runs, key=lambda key: (-runs[key].by_month[month], -runs[key].by_month.total(), str(key))
    )
    shown = [_told(source, found[key], runs[key], sizes.get(key, 0)) for key in ranked[:SHOWN]]
    return {"themes": shown, "themes_count": len(keys)}


def _of_month(source: Source) -> list[UUID]:
    """The themes with enough of the unit's cases in the month, the largest first."""
    rows = _members(source, source.span.month).order_by().values("theme_id")
    counted = rows.annotate(number=Count("pk")).filter(number__gte=FEWEST)
    return list(counted.order_by("-number", "theme_id").values_list("theme_id", flat=True))


def _members(source: Source, first: Month) -> QuerySet[ThemeMember]:
    """The unit's cases in themes, from that month to the end of the span."""
    return ThemeMember.objects.filter(
        case__received_at__gte=first.period.begins,
        case__received_at__lt=source.span.period.ends,
        **{f"case__{column}": keys for column, keys in case_filter(source.unit).items()},
    ).exclude(case__stage__in=NOT_COUNTED)


def _runs(source: Source, found: Iterable[UUID]) -> dict[UUID, _Run]:
    month = source.span.month
    rows = _members(source, month.later(1 - MONTHS)).filter(theme__in=list(found))
    runs: dict[UUID, _Run] = defaultdict(_Run)
    members: Iterable[Any] = rows.values_list(
        "theme_id", "case__received_at", "case__estate_id", "case__community_id"
    )
    for theme, received, estate, community in members:
        run, place, told = runs[theme], estate or community, Month.of(received)
        run.by_month[told] += 1
        if place is not None:
            run.places[place] += 1
            run.lately[place] += told == month
    return runs


def _sizes(found: Iterable[UUID]) -> dict[UUID, int]:
    """How many cases each theme has in all, whosever they are."""
    rows = ThemeMember.objects.filter(theme__in=list(found)).exclude(case__stage__in=NOT_COUNTED)
    return dict(rows.order_by().values_list("theme_id").annotate(number=Count("pk")))


def _told(source: Source, theme: Theme, run: _Run, size: int) -> Section:
    month = source.span.month
    first = max(source.first_month(MONTHS - 1), month.later(1 - MONTHS))
    months = [first.later(step) for step in range(month.since(first) + 1)]
    sizes = [run.by_month[one] for one in months]
    category = source.category_name(theme.category) if theme.category else SIMILAR
    whole = run.by_month.total() == size
    return {
        "id": str(theme.pk),
        "title": mask(theme.title) if whole and theme.title else category,
        "category": category,
        "place": _places(run),
        "value": run.by_month[month],
        "total": run.by_month.total(),
        "course": theme_course(sizes).course,
        "words": theme_course(sizes).words,
    }


def _places(run: _Run) -> str:
    """Where a theme is, no closer than the month's cases there may be told of by themselves."""
    units = all_units()
    places: Counter[Unit] = Counter()
    for key, number in run.places.items():
        if key in units:
            places[_told_of(units[key], run.lately[key])] += number
    ranked = sorted(places, key=lambda unit: (-places[unit], unit.code))
    names = [unit.name for unit in ranked]
    return "、".join(names[:PLACES_NAMED]) + ("等" if len(names) > PLACES_NAMED else "")


def _told_of(unit: Unit, cases: int) -> Unit:
    """The place itself, or the unit around it where so few cases or homes would be recognised."""
    units = all_units()
    community = units[unit.community_id] if unit.community_id else unit
    if has_few_homes(community) and community.street_id:
        return units[community.street_id]
    if unit.level == Level.ESTATE and (cases < SMALLEST or has_few_homes(unit)):
        return community
    return unit

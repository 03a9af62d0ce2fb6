"""反复出现的问题: themes with cases of the unit in the month, and how each runs from month to month."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count

from huiban.kernel.base.masking import mask
from huiban.kernel.territory.models import Level, Unit
from huiban.kernel.territory.queries import all_units, with_predecessors
from huiban.modules.voice.models import Theme, ThemeMember
from huiban.modules.voice.queries.themes import NOT_COUNTED

from ..reckoning.months import Month
from ..reckoning.recurring import theme_course
from .canonical import Section
from .reading import Source

SHOWN, FEWEST, PLACES_NAMED = 6, 2, 2
MONTHS, MOST_THEMES = 12, 300
SIMILAR = "内容相近的反映"


@dataclass
class _Run:
    """A theme's cases in the unit, by month, and where they are."""

    by_month: Counter[Month] = field(default_factory=Counter)
    places: Counter[UUID] = field(default_factory=Counter)


def case_filter(unit: Unit) -> dict[str, Iterable[UUID]]:
    """Which cases are a unit's: those on its path, or those that it answered."""
    column = {
        Level.DISTRICT: "district_id",
        Level.STREET: "street_id",
        Level.COMMUNITY: "community_id",
    }.get(Level(unit.level), "answered_by_id")
    return {f"{column}__in": with_predecessors([unit.id])}


def themes(source: Source) -> list[Section]:
    """The themes with at least two cases in the month, the largest first.

    A title is the theme's own where all of its cases are the unit's, else its category: the words
    of a title come from reports, and those of others aren't this unit's to tell.
    """
    span = source.span
    recent = Theme.objects.filter(
        district_id=source.unit.district_id or source.unit.id,
        last_at__gte=span.period.begins,
        first_at__lt=span.period.ends,
    )
    found = {one.pk: one for one in recent.defer("centre").order_by("-size", "pk")[:MOST_THEMES]}
    runs = _runs(source, found)
    sizes = _sizes(found)
    ranked = sorted(
        (key for key, run in runs.items() if run.by_month[span.month] >= FEWEST),
        key=lambda key: (-runs[key].by_month[span.month], -runs[key].by_month.total(), str(key)),
    )
    return [_told(source, found[key], runs[key], sizes.get(key, 0)) for key in ranked[:SHOWN]]


def _runs(source: Source, found: Iterable[UUID]) -> dict[UUID, _Run]:
    since = source.span.month.later(1 - MONTHS).period.begins
    rows = ThemeMember.objects.filter(
        theme__in=list(found),
        case__received_at__gte=since,
        case__received_at__lt=source.span.period.ends,
        **{f"case__{column}": keys for column, keys in case_filter(source.unit).items()},
    ).exclude(case__stage__in=NOT_COUNTED)
    runs: dict[UUID, _Run] = defaultdict(_Run)
    members: Iterable[Any] = rows.values_list(
        "theme_id", "case__received_at", "case__estate_id", "case__community_id"
    )
    for theme, received, estate, community in members:
        _count(runs[theme], received, estate or community)
    return runs


def _count(run: _Run, received: datetime, place: UUID | None) -> None:
    run.by_month[Month.of(received)] += 1
    if place is not None:
        run.places[place] += 1


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
        "place": _places(run.places),
        "value": run.by_month[month],
        "total": run.by_month.total(),
        "course": theme_course(sizes).course,
        "words": theme_course(sizes).words,
    }


def _places(places: Counter[UUID]) -> str:
    units = all_units()
    ranked = sorted(
        (key for key in places if key in units), key=lambda key: (-places[key], units[key].code)
    )
    names = [units[key].name for key in ranked]
    return "、".join(names[:PLACES_NAMED]) + ("等" if len(names) > PLACES_NAMED else "")

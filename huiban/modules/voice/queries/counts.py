"""The counts of a scope: service in numbers, each of which opens its cases."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef, Q

from huiban.kernel.access.actor import Actor
from huiban.kernel.base import clock
from huiban.kernel.vocab.queries import setting, word_name

from .. import kinds, permits, stages, wording
from ..measures import Handling, Rate, Tally, handling, rates
from ..models import Case, CaseQuerySet, VisitCount
from .lists import (
    OF_DUE,
    OF_ENDED,
    RATED,
    ListFilter,
    day_begins,
    is_late,
    last_handling,
    late_leads,
    narrowed,
)
from .owners import CATEGORIES, units


@dataclass(frozen=True)
class CountFilter:
    """The period (both days included) and, if wanted, a unit and a category."""

    start: date
    end: date
    unit: str = ""
    category: str = ""

    def cases(self) -> ListFilter:
        """The same as a filter of cases received in the period."""
        return ListFilter(unit=self.unit, category=self.category, start=self.start, end=self.end)

    def query(self, **more: str) -> str:
        """As the query of a list of cases; `more` narrows it, None of the period for open ones."""
        said = {
            "unit": self.unit,
            "category": self.category,
            "start": self.start.isoformat(),
            "end": self.end.isoformat(),
        } | more
        return urlencode({name: value for name, value in said.items() if value})

    def timeless(self, **more: str) -> str:
        """The same without the period, for what is open now."""
        return self.query(start="", end="", **more)


@dataclass(frozen=True)
class Cell:
    """One number; `query` opens its cases."""

    key: str
    label: str
    value: int
    query: str


@dataclass(frozen=True)
class LinkedRate:
    """A rate whose two numbers open their cases."""

    rate: Rate
    part_query: str
    whole_query: str


@dataclass(frozen=True)
class CountRow:
    """The numbers of one unit or category."""

    label: str
    received: int
    open: int
    late: int
    query: str
    open_query: str
    late_query: str


@dataclass(frozen=True)
class Counts:
    """All that the counts page shows."""

    cells: list[Cell]
    rates: list[LinkedRate]
    unrated: Cell
    not_reached: Cell
    by_unit: list[CountRow]
    by_unit_label: str
    by_category: list[CountRow]
    late_by_tier: list[Cell]
    handling: Handling | None
    handling_before: Handling | None
    visits: int


def counts(actor: Actor, wanted: CountFilter) -> Counts:
    """The counts of what the actor sees in the period. Raises NotPermitted, Refusal."""
    actor.seat_for(permits.READ)
    seen = Case.objects.within(actor.scope)
    received = narrowed(seen, wanted.cases())
    timeless = narrowed(seen, replace(wanted.cases(), start=None, end=None))
    tally = _tally(timeless, wanted)
    column, label = _next_level(actor, wanted)
    unrated = tally.ended - tally.rated - tally.not_reached
    return Counts(
        cells=_cells(received, timeless, wanted),
        rates=[
            LinkedRate(rate, wanted.query(measure=rate.part), wanted.query(measure=rate.whole))
            for rate in rates(tally, partly_counts=bool(setting(kinds.PARTLY_COUNTS)))
        ],
        unrated=Cell("unrated", "未评价", unrated, wanted.query(measure="unrated")),
        not_reached=Cell(
            "not_reached", "没有联系上", tally.not_reached, wanted.query(measure="not_reached")
        ),
        by_unit=_rows_by_unit(received, timeless, column, wanted),
        by_unit_label=label,
        by_category=_rows_by_category(received, timeless, wanted),
        late_by_tier=_late_by_tier(timeless, wanted),
        handling=_handling(timeless, wanted.start, wanted.end),
        handling_before=_handling(
            timeless, _a_year_before(wanted.start), _a_year_before(wanted.end)
        ),
        visits=_visits(wanted),
    )


def _a_year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # 29 February
        return day.replace(year=day.year - 1, day=28)


def _cells(received: CaseQuerySet, timeless: CaseQuerySet, wanted: CountFilter) -> list[Cell]:
    still = timeless.exclude(stage__in=Case.STAGES.finished)
    late = still.filter(is_late(clock.now()))
    return [
        Cell("received", "收到", received.count(), wanted.query()),
        Cell("open", "正在办", still.count(), wanted.timeless(state="open")),
        Cell("late", "已超时", late.count(), wanted.timeless(state="late")),
        Cell(
            "reopened",
            "重办过",
            received.filter(reopened__gt=0).count(),
            wanted.query(state="reopened"),
        ),
        Cell(
            "danger", "涉及安全", received.filter(danger=True).count(), wanted.query(state="danger")
        ),
    ]


def _tally(cases: CaseQuerySet, wanted: CountFilter) -> Tally:
    begins, ends = day_begins(wanted.start), day_begins(wanted.end + timedelta(days=1))
    due = last_handling().filter(due_at__gte=begins, due_at__lt=ends)
    over = due.filter(Exists(cases.filter(pk=OuterRef("subject_id")))).aggregate(
        due=Count("id"),
        closed=Count("id", filter=OF_DUE["due_closed"]),
        closed_on_time=Count("id", filter=OF_DUE["due_on_time"]),
    )
    ended = cases.filter(
        stage=stages.CLOSED, answered_at__isnull=False, closed_at__gte=begins, closed_at__lt=ends
    ).aggregate(
        ended=Count("id"),
        rated=Count("id", filter=RATED),
        solved=Count("id", filter=OF_ENDED["solved"]),
        partly=Count("id", filter=Q(verdict="partly")),
        satisfied=Count("id", filter=RATED & Q(satisfaction="satisfied")),
        basically=Count("id", filter=RATED & Q(satisfaction="basically")),
        not_reached=Count("id", filter=OF_ENDED["not_reached"]),
    )
    return Tally(**over, **ended)


def _next_level(actor: Actor, wanted: CountFilter) -> tuple[str, str]:
    level = ""
    if wanted.unit:
        level = next((unit.level for unit in units().values() if unit.code == wanted.unit), "")
    elif actor.seats:
        order = ("leading_group", "district", "street", "community", "branch", "department")
        level = min((seat.unit_level for seat in actor.seats), key=order.index)
    if level in ("street",):
        return "community_id", "社区"
    if level in ("community", "estate", "branch"):
        return "estate_id", "小区"
    return "street_id", "街道"


def _rows_by_unit(
    received: CaseQuerySet, timeless: CaseQuerySet, column: str, wanted: CountFilter
) -> list[CountRow]:
    rows = []
    for key, numbers in _grouped(received, timeless, column).items():
        unit = units().get(key)
        code = unit.code if unit else ""
        rows.append(_row(unit.name if unit else "未归属", numbers, wanted, unit=code))
    return sorted(rows, key=lambda row: -row.received)


def _rows_by_category(
    received: CaseQuerySet, timeless: CaseQuerySet, wanted: CountFilter
) -> list[CountRow]:
    rows = [
        _row(word_name(CATEGORIES, key) or "未分类", numbers, wanted, category=key or "none")
        for key, numbers in _grouped(received, timeless, "category").items()
    ]
    return sorted(rows, key=lambda row: -row.received)


def _grouped(
    received: CaseQuerySet, timeless: CaseQuerySet, column: str
) -> dict[Any, dict[str, int]]:
    still = timeless.exclude(stage__in=Case.STAGES.finished)
    numbers: dict[Any, dict[str, int]] = {}
    for name, cases in (
        ("received", received),
        ("open", still),
        ("late", still.filter(is_late(clock.now()))),
    ):
        for key, number in cases.order_by().values_list(column).annotate(number=Count("id")):
            numbers.setdefault(key, {})[name] = number
    return numbers


def _row(label: str, numbers: dict[str, int], wanted: CountFilter, **narrow: str) -> CountRow:
    return CountRow(
        label=label,
        received=numbers.get("received", 0),
        open=numbers.get("open", 0),
        late=numbers.get("late", 0),
        query=wanted.query(**narrow),
        open_query=wanted.timeless(state="open", **narrow),
        late_query=wanted.timeless(state="late", **narrow),
    )


def _late_by_tier(timeless: CaseQuerySet, wanted: CountFilter) -> list[Cell]:
    late = late_leads(clock.now()).filter(Exists(timeless.filter(pk=OuterRef("subject_id"))))
    numbers = dict(late.order_by().values_list("tier").annotate(number=Count("id")))
    return [
        Cell(str(tier), label, numbers.get(tier, 0), wanted.timeless(state="late", tier=str(tier)))
        for tier, label in wording.TIERS.items()
    ]


def _handling(cases: CaseQuerySet, start: date, end: date) -> Handling | None:
    closed = cases.filter(
        stage=stages.CLOSED,
        closed_at__gte=day_begins(start),
        closed_at__lt=day_begins(end + timedelta(days=1)),
    )
    pairs: Iterable[tuple[Any, Any]] = closed.values_list("received_at", "closed_at")
    return handling([(closes - begins).total_seconds() / 3600 for begins, closes in pairs])


def _visits(wanted: CountFilter) -> int:
    days = VisitCount.objects.filter(day__gte=wanted.start, day__lte=wanted.end)
    return sum(days.values_list("count", flat=True))

"""统计: the numbers of one's scope in a period; each opens the cases behind it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from huiban.kernel.base.phrases import say_hours
from huiban.modules.analysis import permits as analysis
from huiban.modules.analysis.handbook.reading import LEVELS
from huiban.modules.analysis.queries.figures import figures_of
from huiban.modules.analysis.queries.monday import TERRITORY
from huiban.modules.voice import permits, queries
from huiban.modules.voice.measures import Handling
from huiban.modules.voice.queries import CountFilter
from huiban.modules.voice.queries.counts import CountRow
from huiban.web.kit.asked import code_asked

from .frame import show
from .periods import (
    Period,
    category_choices,
    day_asked,
    named_periods,
    refuse_backward,
    unit_choices,
)
from .session import DeskRequest, desk
from .today import Chip


@dataclass(frozen=True)
class Bar:
    """A row of a table with the length of its bar, in hundredths of the longest."""

    row: CountRow
    length: int


@dataclass(frozen=True)
class Times:
    """Handling times in words."""

    label: str
    mean: str
    median: str
    p90: str
    cases: int


@desk(permits.READ)
@require_safe
def counts(request: DeskRequest) -> HttpResponse:
    """The counts page."""
    wanted = _wanted(request)
    found = queries.counts(request.actor, wanted)
    context = {
        "counts": found,
        "wanted": wanted,
        "period_chips": [_period_chip(period, wanted) for period in named_periods()],
        "units": unit_choices(request.actor.scope),
        "unit_name": _unit_name(request, wanted.unit),
        "categories": category_choices(),
        **_ways_on(request),
        "by_unit": _bars(found.by_unit),
        "by_category": _bars(found.by_category),
        "times": [
            _times("这段时间", found.handling),
            _times("去年同期", found.handling_before),
        ],
    }
    return show(request, "desk/pages/counts.html", context, here="counts")


def _ways_on(request: DeskRequest) -> dict[str, bool]:
    """Which other pages with figures open for the asker; some are of territories alone."""
    may = request.actor.may(analysis.READ)
    level = figures_of(request.actor).unit.level if may else ""
    return {
        "may_figures": may,
        "has_monday": level in TERRITORY,
        "has_handbooks": level in LEVELS,
    }


def _wanted(request: DeskRequest) -> CountFilter:
    usual = named_periods()[0]
    start = day_asked(request.GET, "start") or usual.start
    end = day_asked(request.GET, "end") or max(usual.end, start)
    refuse_backward(start, end)
    return CountFilter(
        start=start,
        end=end,
        unit=code_asked(request.GET, "unit"),
        category=code_asked(request.GET, "category"),
    )


def _period_chip(period: Period, wanted: CountFilter) -> Chip:
    said = {
        "start": period.start.isoformat(),
        "end": period.end.isoformat(),
        "unit": wanted.unit,
        "category": wanted.category,
    }
    query = urlencode({name: value for name, value in said.items() if value})
    on = (period.start, period.end) == (wanted.start, wanted.end)
    return Chip(period.label, f"{reverse('desk:counts')}?{query}", on)


def _unit_name(request: DeskRequest, code: str) -> str:
    """The unit that was asked for, else all that the asker's posts look after."""
    named = dict(pair for _, choices in unit_choices(request.actor.scope) for pair in choices)
    if code:
        return named.get(code, code)
    return "、".join(dict.fromkeys(seat.unit_name for seat in request.actor.seats))


def _bars(rows: list[CountRow]) -> list[Bar]:
    longest = max((row.received for row in rows), default=0) or 1
    return [Bar(row, round(row.received * 100 / longest)) for row in rows]


def _times(label: str, found: Handling | None) -> Times:
    if found is None:
        return Times(label, "无", "无", "无", 0)
    return Times(
        label, say_hours(found.mean), say_hours(found.median), say_hours(found.p90), found.cases
    )

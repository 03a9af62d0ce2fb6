"""What a screen is made of: figures with their cards and lists, and the periods they are of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from huiban.kernel.base.errors import Refusal
from huiban.kernel.territory.models import Unit
from huiban.modules.voice.queries import ListFilter

from ..reckoning.months import Month, Period, month_to_date
from .figures import Figures, Tally
from .heat import Judged
from .standing import Standing
from .themes import Repeated

PERIODS = {"month": "本月", "last": "上月", "days": "近30天"}


@dataclass(frozen=True)
class Number:
    """A figure: the key of its card, its value (None: too few to be shown), the cases it counts."""

    key: str
    label: str
    value: int | None
    lists: ListFilter | None = None
    unit: str = "件"


@dataclass(frozen=True)
class Share:
    """A rate with what it is made of; `percent` is "" over nothing, or where it is hidden.

    `measures` are what the part counts.
    """

    key: str
    label: str
    percent: str
    part: Number
    whole: Number
    beside: tuple[Number, ...]
    is_hidden: bool
    measures: tuple[str, ...]


@dataclass(frozen=True)
class Area:
    """A unit below, with what came in the last four weeks against its households."""

    unit: Unit
    received: Number
    open: Number
    late: Number
    homes: int
    judged: Judged


@dataclass(frozen=True)
class Day:
    """What came and what was closed on a day."""

    day: date
    received: int
    closed: int


@dataclass(frozen=True)
class Times:
    """How long cases took that were closed in a period, in hours; None of none, or of too few."""

    label: str
    cases: int
    mean: float | None
    median: float | None


@dataclass(frozen=True)
class Screen:
    """All that the screen shows. What doesn't concern the unit is empty or None."""

    figures: Figures
    period: Period
    period_code: str
    is_public: bool
    standing: Standing
    counters: list[Number]
    rates: list[Share]
    late_by_tier: list[Number]
    areas: list[Area]
    by_category: list[Number]
    course: list[Day]
    received: Number | None
    total: Number | None
    since: date | None
    visits: tuple[int, int] | None
    times: tuple[Times, Times] | None
    themes: list[Repeated] | None
    findings: int | None


def period_of(code: str, today: date) -> Period:
    """The period that a code names as of that day. Raises Refusal."""
    month = Month.of(today)
    if code == "month":
        return month_to_date(month, today)
    if code == "last":
        return month.previous.period
    if code == "days":
        return Period(today - timedelta(days=29), today, "近30天")
    raise Refusal("没有这个时间段。请从页面上选。", "period")


def year_before(period: Period) -> Period:
    """The same days a year before; of 29 February the 28th."""
    days = [_year_before(day) for day in (period.first, period.last)]
    return Period(days[0], days[1], "去年同期")


def _year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def mean_of(tally: Tally) -> float | None:
    """The mean in hours out of the minutes of all that was closed; None of none."""
    cases = tally["voice.closed"]
    return tally["voice.closed_minutes"] / 60 / cases if cases else None


def median_of(codes: Mapping[str, int]) -> float | None:
    """The median out of counts by the upper end of their stretch in hours: that upper end."""
    whole = sum(codes.values())
    passed = 0
    for code in sorted(codes):
        passed += codes[code]
        if 2 * passed >= whole:
            return float(int(code))
    return None

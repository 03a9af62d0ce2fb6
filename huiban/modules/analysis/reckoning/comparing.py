"""A count against the same count of another period: 环比, 同比, January with February, 春节, a year.

A comparison always carries its measure, both counts and both periods, so that anyone can reckon it
again: a percentage alone can't be checked (国家统计局: 增长速度 = 报告期 ÷ 基期 − 1).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from .festival import spring_festival
from .months import (
    DAYS_AFTER_FESTIVAL,
    DAYS_BEFORE_FESTIVAL,
    Month,
    Period,
    around_festival,
    january_and_february,
    rolling_year,
)
from .words import half_up, percent_of

Kind = Literal[
    "month_on_month", "year_on_year", "january_february", "festival", "rolling_year", "other"
]
# Below this base a percentage says more than the counts do: 3 to 6 isn't "doubled".
LEAST_BASE_FOR_PERCENT = 20
# Two periods whose lengths differ by this share are also compared by the day.
UNEQUAL_LENGTH = 0.05

_BASE_NAMES: Mapping[Kind, str] = {
    "month_on_month": "上月",
    "year_on_year": "去年同月",
    "january_february": "去年1—2月",
    "festival": "去年春节前后",
    "rolling_year": "再往前12个月",
    "other": "基期",
}


@dataclass(frozen=True)
class Named:
    """What is compared: its code, its official name and, of counts, its measure word."""

    code: str
    label: str
    unit: str = "件"


@dataclass(frozen=True)
class CountComparison:
    """A count, its base, and what lies between them.

    `percent` is None over a base of nothing; `daily_percent` compares the counts a day, for periods
    of unequal length. `words` are short; `sentence` names measure, periods and counts.
    """

    kind: Kind
    measure: Named
    period: Period
    base_period: Period
    value: int
    base: int
    difference: int
    percent: Decimal | None
    daily_percent: Decimal | None
    words: str
    sentence: str
    caution: str = ""


def compare_counts(
    measure: Named,
    kind: Kind,
    period: Period,
    value: int,
    base_period: Period,
    base: int,
    caution: str = "",
) -> CountComparison:
    """A count against its base: difference = value − base, percent = difference ÷ base × 100."""
    if value < 0 or base < 0:
        raise ValueError("counts are never negative")
    percent = percent_of(value - base, base)
    daily = _daily_percent(value, period.days, base, base_period.days)
    words = _words(measure, _BASE_NAMES[kind], value, base, percent)
    told = (
        f"{period.label}{measure.label}{value}{measure.unit}，"
        f"{_against(kind, base_period, base, measure)}{words}"
    )
    notes = [note for note in (_lengths(period, base_period, base, daily), caution) if note]
    return CountComparison(
        kind=kind,
        measure=measure,
        period=period,
        base_period=base_period,
        value=value,
        base=base,
        difference=value - base,
        percent=percent,
        daily_percent=daily,
        words=words,
        sentence="".join(f"{part}。" for part in (told, *notes)),
        caution="；".join(notes),
    )


def _against(kind: Kind, base_period: Period, base: int, measure: Named) -> str:
    return f"{_BASE_NAMES[kind]}（{base_period.label}）{base}{measure.unit}，"


def _daily_percent(value: int, days: int, base: int, base_days: int) -> Decimal | None:
    if not base:
        return None
    return half_up((Decimal(value) * base_days / (Decimal(base) * days) - 1) * 100)


def _words(measure: Named, name: str, value: int, base: int, percent: Decimal | None) -> str:
    """`比上月多12件，增长8.33%`; of a small base the difference alone; never a rise from nothing."""
    unit = measure.unit
    if value == base:
        return f"与{name}持平" if base else f"与{name}一样没有"
    if not base:
        return f"{name}没有，本期{value}{unit}"
    difference = f"比{name}{'多' if value > base else '少'}{abs(value - base)}{unit}"
    if percent is None or base < LEAST_BASE_FOR_PERCENT:
        return f"{difference}（基数不足{LEAST_BASE_FOR_PERCENT}{unit}，不算百分比）"
    return f"{difference}，{'增长' if value > base else '下降'}{abs(percent)}%"


def _lengths(period: Period, base_period: Period, base: int, daily: Decimal | None) -> str:
    longer, shorter = sorted((period.days, base_period.days), reverse=True)
    if longer / shorter - 1 <= UNEQUAL_LENGTH or base < LEAST_BASE_FOR_PERCENT or daily is None:
        return ""
    told = f"两期天数不同（{period.days}天、{base_period.days}天），按日均算"
    return f"{told}{'持平' if not daily else ('增长' if daily > 0 else '下降') + f'{abs(daily)}%'}"


@dataclass(frozen=True)
class MonthComparisons:
    """A month's comparisons; None where a base isn't known, with the reason in `missing`."""

    month_on_month: CountComparison | None
    year_on_year: CountComparison | None
    january_february: CountComparison | None
    rolling_year: CountComparison | None
    missing: tuple[str, ...]


def compare_month(measure: Named, counts: Mapping[Month, int], month: Month) -> MonthComparisons:
    """All comparisons of one month. A month that is absent from `counts` is unknown, not empty.

    KeyError if the month itself is absent. January–February is given in February only.
    """
    value = counts[month]
    missing: list[str] = []

    def against(kind: Kind, base: Month, caution: str = "") -> CountComparison | None:
        if base not in counts:
            missing.append(f"没有{base.label}的数据，不能与{_BASE_NAMES[kind]}比较")
            return None
        return compare_counts(
            measure, kind, month.period, value, base.period, counts[base], caution
        )

    return MonthComparisons(
        against("month_on_month", month.previous),
        against("year_on_year", month.same_last_year, moved_festival(month)),
        _january_february(measure, counts, month, missing),
        _rolling(measure, counts, month, missing),
        tuple(missing),
    )


def moved_festival(month: Month) -> str:
    """A caution where 春节 lies in this month in one of two years and not in the other."""
    if month.number > 2:
        return ""
    this, last = spring_festival(month.year), spring_festival(month.year - 1)
    if (this.month == month.number) == (last.month == month.number):
        return ""
    return (
        f"春节今年在{this.month}月{this.day}日，去年在{last.month}月{last.day}日，"
        "单月不可比，请看1—2月合计"
    )


def _january_february(
    measure: Named, counts: Mapping[Month, int], month: Month, missing: list[str]
) -> CountComparison | None:
    if month.number != 2:
        return None
    periods = january_and_february(month.year), january_and_february(month.year - 1)
    sums = [_sum(counts, Month(month.year - back, 1), 2) for back in (0, 1)]
    return _pair(measure, "january_february", periods, sums, missing)


def _rolling(
    measure: Named, counts: Mapping[Month, int], month: Month, missing: list[str]
) -> CountComparison | None:
    before = month.later(-12)
    sums = [_sum(counts, end.later(-11), 12) for end in (month, before)]
    return _pair(
        measure, "rolling_year", (rolling_year(month), rolling_year(before)), sums, missing
    )


def _pair(
    measure: Named,
    kind: Kind,
    periods: tuple[Period, Period],
    sums: list[int | None],
    missing: list[str],
) -> CountComparison | None:
    value, base = sums
    if value is None or base is None:
        lacking = periods[0] if value is None else periods[1]
        missing.append(f"{lacking.label}的数据不全，不能与{_BASE_NAMES[kind]}比较")
        return None
    return compare_counts(measure, kind, periods[0], value, periods[1], base)


def _sum(counts: Mapping[Month, int], first: Month, months: int) -> int | None:
    parts = [counts.get(first.later(step)) for step in range(months)]
    known = [part for part in parts if part is not None]
    return sum(known) if len(known) == months else None


def compare_festivals(
    measure: Named,
    count_on: Callable[[date], int],
    year: int,
    before: int = DAYS_BEFORE_FESTIVAL,
    after: int = DAYS_AFTER_FESTIVAL,
) -> CountComparison:
    """The days around 春节 against the same days around last year's, day by day from 正月初一."""
    this, last = around_festival(year, before, after), around_festival(year - 1, before, after)
    return compare_counts(
        measure, "festival", this, _count(count_on, this), last, _count(count_on, last)
    )


def _count(count_on: Callable[[date], int], period: Period) -> int:
    return sum(count_on(period.first + timedelta(days=step)) for step in range(period.days))

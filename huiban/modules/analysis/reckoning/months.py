"""Months and periods on China's calendar.

Days are whole days in Asia/Shanghai; `begins` and `ends` are their edges as aware moments, the end
excluded, so that a period can be asked of rows that are kept in UTC.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from huiban.kernel.base.clock import SHANGHAI, local
from huiban.kernel.base.errors import Refusal

from .festival import spring_festival

# How far the festival reaches beyond its days off, as the National Bureau of Statistics puts it.
DAYS_BEFORE_FESTIVAL, DAYS_AFTER_FESTIVAL = 5, 15

_WRITTEN = re.compile(r"(\d{4})-(\d{2})")
_DAY = timedelta(days=1)


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month. Months are ordered; `later` and `since` do arithmetic in months."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if not 1 <= self.number <= 12 or not 1900 <= self.year <= 2999:
            raise ValueError(f"there is no month {self.year}-{self.number}")

    @classmethod
    def parse(cls, written: str) -> Month:
        """Read `2026-11`; a Refusal says how a month is written."""
        found = _WRITTEN.fullmatch(written.strip())
        try:
            if found:
                return cls(int(found[1]), int(found[2]))
        except ValueError:
            pass
        raise Refusal(
            f"“{written[:20]}”不是月份。请写成四位年份、短横线、两位月份，例如 2026-11。", "month"
        )

    @classmethod
    def of(cls, moment: date) -> Month:
        """The month of a day, or of an aware moment as the wall clock in China has it."""
        day = local(moment) if isinstance(moment, datetime) else moment
        return cls(day.year, day.month)

    def __str__(self) -> str:
        return f"{self.year}-{self.number:02}"

    @property
    def label(self) -> str:
        """`2026年11月`."""
        return f"{self.year}年{self.number}月"

    def later(self, months: int) -> Month:
        """The month so many months later, earlier where negative."""
        years, number = divmod(self.number - 1 + months, 12)
        return Month(self.year + years, number + 1)

    def since(self, other: Month) -> int:
        """How many months this is after the other; negative if before."""
        return (self.year - other.year) * 12 + self.number - other.number

    @property
    def previous(self) -> Month:
        """The month before."""
        return self.later(-1)

    @property
    def same_last_year(self) -> Month:
        """The month of the same name a year before."""
        return self.later(-12)

    @property
    def days(self) -> int:
        """How many days it has."""
        return monthrange(self.year, self.number)[1]

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return date(self.year, self.number, self.days)

    @property
    def period(self) -> Period:
        """The month as a period."""
        return Period(self.first, self.last, self.label)


@dataclass(frozen=True)
class Period:
    """Whole days from `first` to `last`, both included, and what people call them."""

    first: date
    last: date
    label: str

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("a period ends no earlier than it begins")

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def begins(self) -> datetime:
        """The moment at which it begins."""
        return datetime.combine(self.first, time(), SHANGHAI)

    @property
    def ends(self) -> datetime:
        """The moment at which it is over, no longer part of it."""
        return datetime.combine(self.last + _DAY, time(), SHANGHAI)

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


def months_between(first: Month, last: Month) -> Iterator[Month]:
    """Every month from the first to the last, both included."""
    return (first.later(step) for step in range(last.since(first) + 1))


def rolling_year(month: Month) -> Period:
    """The twelve months that end with this one."""
    begins = month.later(-11)
    return Period(begins.first, month.last, f"{begins.label}至{month.label}")


def january_and_february(year: int) -> Period:
    """Both months together: 春节 falls into one or the other.

    So state statistics publish them, since in either month alone a year can't be compared with
    the year before.
    """
    return Period(date(year, 1, 1), Month(year, 2).last, f"{year}年1—2月")


def month_to_date(month: Month, last: date) -> Period:
    """The part of a running month up to a day, for comparing like with like."""
    if last not in month.period:
        raise ValueError("the day isn't in the month")
    if last == month.last:
        return month.period
    return Period(month.first, last, f"{month.label}1日至{last.day}日")


def around_festival(
    year: int, before: int = DAYS_BEFORE_FESTIVAL, after: int = DAYS_AFTER_FESTIVAL
) -> Period:
    """The days from `before` days before 春节 to `after` days after it, the same length each year."""
    festival = spring_festival(year)
    return Period(
        festival - before * _DAY,
        festival + after * _DAY,
        f"{year}年春节前{before}天至后{after}天",
    )


def festival_share(first: date, days: int) -> float:
    """Which share of so many days, from the first on, 春节 reaches (0 to 1)."""
    reached = 0
    for year in {first.year, (first + (days - 1) * _DAY).year}:
        window = around_festival(year)
        begins, ends = max(first, window.first), min(first + (days - 1) * _DAY, window.last)
        reached += max(0, (ends - begins).days + 1)
    return reached / days

"""Which days a handbook is about, and which it compares them with. Pure."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from huiban.kernel.base.errors import Refusal

from ..reckoning.months import Month, Period, month_to_date

# A month counts as whole where the first record of the district falls into its first days.
FIRST_DAYS = 7


@dataclass(frozen=True)
class Span:
    """A month's days so far, the same days of the month before and of the year before.

    `is_over` says that the month has ended; `known_from` is the first month whose figures are
    whole, or None where nothing was ever told.
    """

    month: Month
    period: Period
    previous: Period
    last_year: Period
    is_over: bool
    known_from: Month | None

    def knows(self, month: Month) -> bool:
        """Whether that month's figures are whole, so that others may be held against them."""
        return self.known_from is not None and month >= self.known_from


def span_of(month: Month, today: date, first_day: date | None) -> Span:
    """The days of that month up to today. Raises Refusal for a month that hasn't begun."""
    if month.first > today:
        raise Refusal(
            f"{month.label}还没有开始。手册最晚做到本月（{Month.of(today)}），请改月份。", "month"
        )
    if today > month.last:
        days = month.period, month.previous.period, month.same_last_year.period
        return Span(month, *days, True, whole_from(first_day))
    return Span(
        month,
        _so_far(month, today.day),
        _so_far(month.previous, today.day),
        _so_far(month.same_last_year, today.day),
        False,
        whole_from(first_day),
    )


def _so_far(month: Month, day: int) -> Period:
    """The first days of a month, as many as it has of them."""
    last = min(day, monthrange(month.year, month.number)[1])
    return month_to_date(month, date(month.year, month.number, last))


def whole_from(first_day: date | None) -> Month | None:
    """The first month whose figures are whole, from the day of the first record; None without one."""
    if first_day is None:
        return None
    month = Month.of(first_day)
    return month if first_day.day <= FIRST_DAYS else month.later(1)

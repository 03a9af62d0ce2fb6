"""Working time as the simulation needs it: quickly, and in minutes from the horizon's first midnight.

The same arithmetic as `kernel.base.calendar`, which is exact to the step but explains itself; a test
holds them against each other.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import date, datetime, time, timedelta

from huiban.kernel.base.calendar import Allowance, WorkCalendar
from huiban.kernel.base.clock import SHANGHAI

DAY_MINUTES = 24 * 60
_NEVER = float("inf")
_MIDNIGHT = time()


class WorkTime:
    """The working hours of `days` days from `first` on. Moments beyond them are infinitely far."""

    def __init__(self, calendar: WorkCalendar, first: date, days: int) -> None:
        self.first, self.day_minutes = first, calendar.day_minutes
        self._begins: list[int] = []
        self._lengths: list[int] = []
        self._before: list[int] = []
        # The end of each workday's last shift.
        self._ends: list[int] = []
        self._whole = 0
        for ahead in range(days):
            if calendar.is_workday(first + timedelta(days=ahead)):
                self._add_workday(ahead * DAY_MINUTES, calendar)

    def _add_workday(self, midnight: int, calendar: WorkCalendar) -> None:
        for opens, closes in calendar.shifts:
            begins = midnight + opens.hour * 60 + opens.minute
            length = closes.hour * 60 + closes.minute - opens.hour * 60 - opens.minute
            self._begins.append(begins)
            self._lengths.append(length)
            self._before.append(self._whole)
            self._whole += length
        self._ends.append(self._begins[-1] + self._lengths[-1])

    def minute(self, moment: datetime) -> float:
        """An aware moment as minutes from the first midnight in China."""
        begins = datetime.combine(self.first, _MIDNIGHT, SHANGHAI)
        return (moment - begins).total_seconds() / 60

    def worked(self, minute: float) -> float:
        """Working minutes up to that minute."""
        shift = bisect_right(self._begins, minute) - 1
        if shift < 0:
            return 0.0
        return self._before[shift] + min(minute - self._begins[shift], self._lengths[shift])

    def moment(self, worked: float) -> float:
        """The minute by which so many working minutes are over; infinite beyond the horizon."""
        if worked > self._whole or not self._begins:
            return _NEVER
        shift = max(0, bisect_left(self._before, worked) - 1)
        return self._begins[shift] + worked - self._before[shift]

    def after(self, minute: float, length: float, *, is_worked: bool) -> float:
        """The minute that lies so many (working) minutes later; no length is no time at all."""
        if not length:
            return minute
        return self.moment(self.worked(minute) + length) if is_worked else minute + length

    def due(self, minute: float, allowance: Allowance) -> float:
        """When an allowance that runs from that minute is used up."""
        if allowance.unit == "minutes":
            return minute + allowance.amount
        if allowance.unit == "working_minutes":
            return self.moment(self.worked(minute) + allowance.amount)
        # The day in which the count begins doesn't count itself.
        last = bisect_right(self._ends, minute) + allowance.amount
        return self._ends[last] if last < len(self._ends) else _NEVER

    def workdays(self) -> list[tuple[float, float]]:
        """Each workday's first and last working minute."""
        shifts = len(self._begins) // len(self._ends) if self._ends else 1
        return list(zip(self._begins[::shifts], self._ends, strict=True))

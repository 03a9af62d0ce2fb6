"""What is computed is kept, and working time is counted as the calendar counts it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random

import pytest

from huiban.kernel.base.calendar import (
    Allowance,
    Unit,
    WorkCalendar,
    deadline,
    working_minutes_between,
)
from huiban.kernel.base.clock import SHANGHAI
from huiban.modules.analysis.what_if.keeping import Kept
from huiban.modules.analysis.what_if.simulating import TooLong
from huiban.modules.analysis.what_if.worktime import WorkTime

SHIFTS = ((time(8, 30), time(12)), (time(14), time(17, 30)))


def test_what_was_computed_is_kept_and_what_failed_is_not() -> None:
    kept, made = Kept(2), []

    def make() -> int:
        made.append(1)
        return len(made)

    assert [kept.get("a", make, 1), kept.get("a", make, 1)] == [1, 1]
    assert [kept.get("b", make, 1), kept.get("c", make, 1), kept.get("a", make, 1)] == [2, 3, 4]

    def fail() -> int:
        raise TooLong

    with pytest.raises(TooLong):
        kept.get("d", fail, 1)
    assert kept.get("d", make, 1) == 5


def test_working_time_is_the_calendar_s() -> None:
    holidays = WorkCalendar(
        {date(2026, 5, 1): False, date(2026, 5, 9): True}, frozenset({2026}), SHIFTS
    )
    time_, rng = WorkTime(holidays, date(2026, 4, 20), 60), Random(3)
    begins = datetime(2026, 4, 20, tzinfo=SHANGHAI)
    for _ in range(400):
        moment = begins + timedelta(minutes=rng.randrange(30 * 1440))
        units: tuple[Unit, ...] = ("minutes", "working_minutes", "working_days")
        unit = rng.choice(units)
        allowance = Allowance(unit, rng.randint(1, 9 if unit == "working_days" else 3000))
        due = deadline(moment, allowance, holidays).due
        assert time_.due(time_.minute(moment), allowance) == time_.minute(due)
        between = working_minutes_between(moment, due, holidays)
        worked = time_.worked(time_.minute(due)) - time_.worked(time_.minute(moment))
        assert int(worked) == between
    assert time_.due(59 * 1440, Allowance("working_days", 9)) == float("inf")

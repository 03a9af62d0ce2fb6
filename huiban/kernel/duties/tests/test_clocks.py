"""Clocks of duties: warnings, lateness, pauses, and a calendar corrected later."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from huiban.kernel.base.calendar import Allowance, WorkCalendar
from huiban.kernel.base.clock import SHANGHAI, Traveller, local
from huiban.kernel.duties.actions import DUTY_LATE, DUTY_MOVED, DUTY_WARNED, recompute_deadlines
from huiban.kernel.duties.models import Duty
from huiban.kernel.duties.queries import clock_in_words
from huiban.kernel.duties.rules import reckon
from huiban.kernel.events.models import Event
from huiban.kernel.events.pump import drain
from huiban.kernel.vocab.actions import load_calendar_year
from huiban.modules.voice import actions
from tests.cast import Cast, Tell

SHIFTS = ((time(9), time(17)),)
WEEKDAYS_ONLY = WorkCalendar(days={}, known_years=frozenset({2026}), shifts=SHIFTS)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 6, day, hour, minute, tzinfo=SHANGHAI)


def test_a_pause_is_not_counted() -> None:
    """Eight working hours from Monday 9:00, asked from 10:00 to Wednesday 10:00."""
    allowance = Allowance("working_minutes", 8 * 60)
    plain = reckon(at(1, 9), allowance, [], WEEKDAYS_ONLY)
    paused = reckon(at(1, 9), allowance, [(at(1, 10), at(3, 10))], WEEKDAYS_ONLY)
    assert plain.due == at(1, 17)
    assert paused.due == at(3, 17)


def test_a_pause_after_the_time_was_used_up_changes_nothing() -> None:
    allowance = Allowance("minutes", 60)
    late = reckon(at(1, 9), allowance, [(at(1, 11), at(2, 11))], WEEKDAYS_ONLY)
    assert late.due == at(1, 10)


@pytest.mark.django_db
def test_a_duty_is_warned_then_late_once(cast: Cast, tell: Tell, clock: Traveller) -> None:
    reported = tell()
    duty = Duty.objects.get(subject_id=reported.case_id)
    assert duty.warn_at is not None
    clock.to(duty.warn_at)
    drain()
    clock.to(duty.due_at)
    drain()
    drain()
    for kind in (DUTY_WARNED, DUTY_LATE):
        told = Event.objects.filter(kind=kind, subject_id=reported.case_id)
        mine = [event for event in told if event.payload["duty"] == str(duty.id)]
        assert len(mine) == 1, kind


@pytest.mark.django_db
def test_a_corrected_calendar_moves_open_deadlines(
    cast: Cast, tell: Tell, clock: Traveller
) -> None:
    """A year that wasn't known is reckoned by weekends, marked, and reckoned again when known."""
    clock.to(datetime(2027, 9, 29, 10, tzinfo=SHANGHAI))
    reported = tell()
    actions.accept(cast["worker"], reported.case_id)
    duty = Duty.objects.get(subject_id=reported.case_id, closed_at=None)
    assert duty.provisional
    assert local(duty.due_at).date() == date(2027, 10, 6)
    assert any("暂按周末推算" in line for line in clock_in_words(duty))
    holidays = {date(2027, 10, 1) + timedelta(days=n): (False, "国庆节") for n in range(7)}
    load_calendar_year(2027, holidays, "国务院办公厅通知（测试）")
    assert recompute_deadlines() == 1
    duty = Duty.objects.get(pk=duty.pk)
    assert not duty.provisional
    assert local(duty.due_at).date() == date(2027, 10, 13)
    assert Event.objects.filter(kind=DUTY_MOVED, subject_id=reported.case_id).count() == 1
    assert recompute_deadlines() == 0


@pytest.mark.django_db
def test_a_correction_takes_lateness_back_where_there_is_time_again(
    cast: Cast, tell: Tell, clock: Traveller
) -> None:
    clock.to(datetime(2026, 9, 28, 10, tzinfo=SHANGHAI))
    reported = tell()
    duty = Duty.objects.get(subject_id=reported.case_id)
    clock.to(duty.due_at - timedelta(minutes=1))
    drain()
    today = local(clock.moment).date()
    load_calendar_year(2026, {today: (False, "临时放假")}, "更正（测试）")
    assert recompute_deadlines() == 1
    clock.ahead(minutes=2)
    drain()
    duty.refresh_from_db()
    assert duty.late_at is None
    clock.to(duty.due_at)
    drain()
    duty.refresh_from_db()
    assert duty.late_at is not None

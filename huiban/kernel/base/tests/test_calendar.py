from __future__ import annotations

import timeit
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiban.kernel.base.calendar import (
    LIMITS,
    Allowance,
    Unit,
    WorkCalendar,
    deadline,
    explain,
    warn_at,
    working_minutes_between,
)
from huiban.kernel.base.clock import SHANGHAI, local

MINUTE = timedelta(minutes=1)
SHIFTS = ((time(8, 30), time(12)), (time(14), time(17, 30)))
HOLIDAY = {date(2026, 10, day): False for day in range(1, 8)}
MADE_UP = {date(2026, 9, 20): True, date(2026, 10, 10): True}
CALENDAR = WorkCalendar(
    days=HOLIDAY | MADE_UP,
    known_years=frozenset({2026}),
    shifts=SHIFTS,
    names=dict.fromkeys(HOLIDAY | MADE_UP, "国庆节"),
)


def at(month: int, day: int, hour: int = 0, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)


def due(start: datetime, unit: Unit, amount: int) -> datetime:
    return deadline(start, Allowance(unit, amount), CALENDAR).due


@pytest.mark.parametrize(
    ("start", "unit", "amount", "expected"),
    [
        # the start's day doesn't count; the last shift of the nth workday is the end
        (at(9, 7, 10), "working_days", 1, at(9, 8, 17, 30)),
        (at(9, 7, 10), "working_days", 5, at(9, 14, 17, 30)),
        # before the first shift it is still that day, after the last one it is the next
        (at(9, 7, 7), "working_days", 1, at(9, 8, 17, 30)),
        (at(9, 7, 20), "working_days", 1, at(9, 9, 17, 30)),
        (at(9, 5, 10), "working_days", 1, at(9, 8, 17, 30)),
        # holidays are passed over, make-up workdays count
        (at(9, 30, 10), "working_days", 3, at(10, 10, 17, 30)),
        (at(9, 18, 10), "working_days", 1, at(9, 20, 17, 30)),
        # working minutes stop at noon, at night and on Sundays
        (at(9, 7, 11, 30), "working_minutes", 30, at(9, 7, 12)),
        (at(9, 7, 11, 30), "working_minutes", 31, at(9, 7, 14, 1)),
        (at(9, 7, 12, 45), "working_minutes", 1, at(9, 7, 14, 1)),
        (at(9, 7, 17, 30), "working_minutes", 1, at(9, 8, 8, 31)),
        (at(9, 30, 17), "working_minutes", 60, at(10, 8, 9)),
        # clock time runs day and night
        (at(9, 30, 23), "minutes", 120, at(10, 1, 1)),
    ],
)
def test_deadlines_by_example(start: datetime, unit: Unit, amount: int, expected: datetime) -> None:
    assert due(start, unit, amount) == expected
    assert deadline(start, Allowance(unit, amount), CALENDAR).due.tzinfo is UTC


@pytest.mark.parametrize("unit", list(LIMITS))
def test_amounts_have_limits(unit: Unit) -> None:
    assert deadline(at(1, 5), Allowance(unit, LIMITS[unit]), CALENDAR).due > at(1, 5, year=2028)
    for amount in (0, -1, LIMITS[unit] + 1):
        with pytest.raises(ValueError, match=unit):
            Allowance(unit, amount)


def test_an_unknown_unit_is_refused() -> None:
    with pytest.raises(ValueError, match="fortnights"):
        Allowance("fortnights", 1)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "shifts",
    [
        (),
        ((time(12), time(8)),),
        ((time(8), time(8)),),
        ((time(14), time(17)), (time(8), time(12))),
        ((time(8), time(12)), (time(11), time(17))),
        ((time(8), time(12, 0, 30)),),
        ((time(8, tzinfo=UTC), time(12, tzinfo=UTC)),),
    ],
)
def test_unsound_shifts_are_refused(shifts: tuple[tuple[time, time], ...]) -> None:
    with pytest.raises(ValueError, match="shifts"):
        WorkCalendar({}, frozenset(), shifts)


def test_a_calendar_without_workdays_ends_in_an_error_not_in_a_loop() -> None:
    never = {date(2026, 1, 1) + timedelta(ahead): False for ahead in range(5_000)}
    with pytest.raises(ValueError, match="too few workdays"):
        deadline(at(1, 1), Allowance("working_days", 1), WorkCalendar(never, frozenset(), SHIFTS))


def test_working_time_is_counted_over_any_number_of_years() -> None:
    first, last = at(1, 1, year=2006), at(1, 1, year=2021)
    weekdays = sum((first.date() + timedelta(n)).weekday() < 5 for n in range(5_479))
    assert first + timedelta(5_479) == last
    assert working_minutes_between(first, last, CALENDAR) == weekdays * CALENDAR.day_minutes
    warned = warn_at(first, last, "working_days", CALENDAR, share=0.5)
    assert at(1, 1, year=2013) < warned < at(1, 1, year=2014)


@pytest.mark.parametrize("unit", list(LIMITS))
def test_a_moment_without_zone_is_refused(unit: Unit) -> None:
    with pytest.raises(ValueError, match="zone"):
        deadline(at(9, 7).replace(tzinfo=None), Allowance(unit, 1), CALENDAR)


def test_a_year_without_announcement_is_provisional() -> None:
    assert CALENDAR.is_workday(date(2027, 1, 1))
    assert CALENDAR.is_provisional(date(2027, 1, 1))
    assert not CALENDAR.is_provisional(date(2026, 12, 31))
    assert not deadline(at(12, 30, 9), Allowance("working_days", 1), CALENDAR).provisional
    assert deadline(at(12, 30, 9), Allowance("working_days", 2), CALENDAR).provisional
    assert not deadline(at(12, 31, 23), Allowance("minutes", 900), CALENDAR).provisional


def test_a_single_day_that_is_announced_is_no_guess() -> None:
    early = WorkCalendar({date(2027, 1, 1): False}, frozenset({2026}), SHIFTS)
    assert not early.is_provisional(date(2027, 1, 1))
    assert not early.is_workday(date(2027, 1, 1))


def told(start: datetime, unit: Unit, amount: int) -> list[str]:
    allowance = Allowance(unit, amount)
    return explain(start, allowance, deadline(start, allowance, CALENDAR))


def test_the_calculation_is_told_with_holidays_and_make_up_days() -> None:
    assert told(at(9, 17, 16), "working_days", 14) == [
        "2026年9月17日 周四 16:00开始，限14个工作日。",
        "9月17日 周四：起算当日不计。",
        "9月18日 周五至9月19日 周六：计1个工作日，其间周末不计。",
        "9月20日 周日：国庆节调休上班，计1个工作日。",
        "9月21日 周一至9月30日 周三：计8个工作日，其间周末不计。",
        "10月1日 周四至10月7日 周三：国庆节放假，不计。",
        "10月8日 周四至10月9日 周五：计2个工作日。",
        "10月10日 周六：国庆节调休上班，计1个工作日。",
        "10月11日 周日至10月12日 周一：计1个工作日，其间周末不计。",
        "到期：10月12日 周一 17:30前。",
    ]


def test_the_calculation_tells_why_it_began_later_and_what_may_change() -> None:
    assert told(at(12, 31, 20), "working_minutes", 500) == [
        "2026年12月31日 周四 20:00开始，限工作时间8小时20分。",
        "12月31日 周四：不在工作时间，从2027年1月1日 周五 08:30起算。",
        "2027年1月1日 周五至2027年1月4日 周一：计8小时20分，其间周末不计。",
        "到期：2027年1月4日 周一 09:50前。",
        "2027年暂按周末推算，待国务院公布2027年节假日安排后重算。",
    ]


def test_clock_time_is_told_in_two_lines() -> None:
    assert told(at(9, 30, 23), "minutes", 120) == [
        "2026年9月30日 周三 23:00开始，限2小时，昼夜连续计时。",
        "到期：10月1日 周四 01:00前。",
    ]


def test_a_holiday_without_name_is_told_too() -> None:
    bare = WorkCalendar({date(2026, 9, 8): False}, frozenset({2026}), SHIFTS)
    allowance = Allowance("working_days", 1)
    lines = explain(at(9, 7, 9), allowance, deadline(at(9, 7, 9), allowance, bare))
    assert "9月8日 周二：放假，不计。" in lines


def test_the_warning_comes_when_three_quarters_of_the_working_time_have_passed() -> None:
    # two days of seven hours: half the second one is left from its break on
    start, end = at(9, 7, 8, 30), at(9, 8, 17, 30)
    assert warn_at(start, end, "working_days", CALENDAR) == at(9, 8, 12)
    assert warn_at(start, end, "working_minutes", CALENDAR, share=1) == end
    assert warn_at(start, start + 100 * MINUTE, "minutes", CALENDAR) == start + 75 * MINUTE
    assert warn_at(at(9, 5, 9), at(9, 5, 10), "working_minutes", CALENDAR) == at(9, 5, 10)
    for share in (0, -1, 1.1):
        with pytest.raises(ValueError, match="share"):
            warn_at(start, end, "minutes", CALENDAR, share=share)


# Properties, on calendars nobody has thought of.

FIRST = date(2026, 1, 1)
edges = st.lists(st.integers(0, 24 * 60 - 1), min_size=2, max_size=6, unique=True).map(sorted)


def as_shifts(minutes: list[int]) -> tuple[tuple[time, time], ...]:
    times = [time(*divmod(minute, 60)) for minute in minutes]
    return tuple(zip(times[::2], times[1::2], strict=False))


def lasting(shifts: tuple[tuple[time, time], ...]) -> bool:
    """Half an hour a day at least: the search for an end is limited."""
    return WorkCalendar({}, frozenset(), shifts).day_minutes >= 30


calendars = st.builds(
    WorkCalendar,
    days=st.dictionaries(
        st.integers(0, 60).map(lambda ahead: FIRST + timedelta(ahead)), st.booleans(), max_size=40
    ),
    known_years=st.frozensets(st.integers(2025, 2028)),
    shifts=edges.map(as_shifts).filter(lasting),
)
starts = st.integers(0, 50 * 86_400).map(lambda s: at(1, 1) + timedelta(seconds=s))
whole_starts = st.integers(0, 50 * 1440).map(lambda minutes: at(1, 1) + minutes * MINUTE)
allowances = st.one_of(
    st.builds(Allowance, st.just("working_days"), st.integers(1, 60)),
    st.builds(Allowance, st.sampled_from(["minutes", "working_minutes"]), st.integers(1, 9_000)),
)
shorter = settings(max_examples=60, deadline=None)


def is_working(moment: datetime, calendar: WorkCalendar) -> bool:
    wall = local(moment)
    return calendar.is_workday(wall.date()) and any(
        begins <= wall.time() < ends for begins, ends in calendar.shifts
    )


def longer(allowance: Allowance) -> Allowance:
    return Allowance(allowance.unit, allowance.amount + 1)


@shorter
@given(starts, allowances, calendars)
def test_a_deadline_is_after_its_start_and_grows_with_the_amount(
    start: datetime, allowance: Allowance, calendar: WorkCalendar
) -> None:
    first = deadline(start, allowance, calendar)
    assert start < first.due < deadline(start, longer(allowance), calendar).due


@shorter
@given(starts, st.integers(0, 100_000), allowances, calendars)
def test_a_later_start_is_never_due_earlier(
    start: datetime, seconds: int, allowance: Allowance, calendar: WorkCalendar
) -> None:
    later = start + timedelta(seconds=seconds)
    assert deadline(start, allowance, calendar).due <= deadline(later, allowance, calendar).due


@shorter
@given(starts, st.integers(1, 9_000), calendars)
def test_working_minutes_given_are_the_working_minutes_counted(
    start: datetime, amount: int, calendar: WorkCalendar
) -> None:
    made = deadline(start, Allowance("working_minutes", amount), calendar)
    assert working_minutes_between(start, made.due, calendar) == amount
    assert working_minutes_between(made.due, start, calendar) == 0
    assert sum(step.minutes for step in made.steps) == amount


@shorter
@given(starts, st.integers(1, 60), calendars)
def test_working_days_are_counted_one_by_one(
    start: datetime, amount: int, calendar: WorkCalendar
) -> None:
    made = deadline(start, Allowance("working_days", amount), calendar)
    last = local(made.due)
    begun = local(deadline(start, Allowance("working_minutes", 1), calendar).due - MINUTE).date()
    between = [begun + timedelta(n) for n in range(1, (last.date() - begun).days + 1)]
    assert sum(map(calendar.is_workday, between)) == amount
    assert calendar.is_workday(last.date())
    assert last.time() == calendar.shifts[-1][1]
    assert sum(step.minutes > 0 for step in made.steps) == amount


@settings(max_examples=25, deadline=None)
@given(whole_starts, st.integers(0, 4 * 1440), calendars)
def test_working_time_agrees_with_looking_at_every_minute(
    start: datetime, minutes: int, calendar: WorkCalendar
) -> None:
    looked = sum(is_working(start + n * MINUTE, calendar) for n in range(minutes))
    assert working_minutes_between(start, start + minutes * MINUTE, calendar) == looked


@shorter
@given(whole_starts, st.integers(0, 20_000), st.integers(0, 20_000), calendars)
def test_working_time_adds_up(
    start: datetime, first: int, second: int, calendar: WorkCalendar
) -> None:
    middle, end = start + first * MINUTE, start + (first + second) * MINUTE
    whole = working_minutes_between(start, end, calendar)
    assert whole == working_minutes_between(start, middle, calendar) + (
        working_minutes_between(middle, end, calendar)
    )


@shorter
@given(starts, allowances, calendars, st.floats(0.01, 1))
def test_a_warning_lies_between_start_and_due_at_its_share(
    start: datetime, allowance: Allowance, calendar: WorkCalendar, share: float
) -> None:
    end = deadline(start, allowance, calendar).due
    warned = warn_at(start, end, allowance.unit, calendar, share)
    assert start <= warned <= end
    if allowance.unit != "minutes":
        total = working_minutes_between(start, end, calendar)
        assert abs(working_minutes_between(start, warned, calendar) - total * share) <= 1


@shorter
@given(starts, allowances, calendars)
def test_steps_are_in_order_and_every_calculation_can_be_told(
    start: datetime, allowance: Allowance, calendar: WorkCalendar
) -> None:
    made = deadline(start, allowance, calendar)
    days = [step.day for step in made.steps]
    assert days == sorted(days)
    lines = explain(start, allowance, made)
    assert all(line.endswith("。") for line in lines)
    assert made.provisional == ("待国务院公布" in lines[-1])


@pytest.mark.parametrize(("amount", "microseconds"), [(15, 50), (200, 1_000)])
def test_deadlines_are_quick(amount: int, microseconds: int) -> None:
    allowance = Allowance("working_days", amount)
    best = min(
        timeit.repeat(lambda: deadline(at(1, 5, 9), allowance, CALENDAR), number=20, repeat=10)
    )
    # four times the goal, since a machine that runs tests is seldom idle
    assert best / 20 * 1_000_000 < 4 * microseconds

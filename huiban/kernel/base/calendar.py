"""Work-calendar arithmetic: deadlines, what was worked between two moments, and the reasons.

Pure: the calendar is handed in as data. The State Council says each year, usually in the autumn
before, which days are holidays and which weekends are worked; until then a year is reckoned by
weekends alone and its deadlines are provisional. All shifts are on China's wall clock.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from itertools import groupby
from typing import Literal

from huiban.kernel.base.clock import SHANGHAI, local
from huiban.kernel.base.phrases import say_date, say_minutes

Unit = Literal["minutes", "working_minutes", "working_days"]

LIMITS: Mapping[str, int] = {
    "minutes": 3 * 366 * 24 * 60,
    "working_minutes": 3 * 250 * 8 * 60,
    "working_days": 3 * 250,
}
"""The largest amount per unit: about three years."""

_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)
_NOTHING = timedelta(0)
_LONGEST_SEARCH = 4_000  # days; only a calendar without workdays gets there
_NOT_COUNTED = "起算当日不计"


@dataclass(frozen=True)
class WorkCalendar:
    """Which days are worked and when.

    `days` says of single days whether they are worked, against Monday to Friday; `known_years` are
    those whose holidays are announced; `shifts` are a day's working hours in order, in whole
    minutes; `names` are the holidays' names, of make-up workdays too.
    """

    days: Mapping[date, bool]
    known_years: frozenset[int]
    shifts: tuple[tuple[time, time], ...]
    names: Mapping[date, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        edges = [edge for shift in self.shifts for edge in shift]
        if not edges or edges != sorted(set(edges)):
            raise ValueError("shifts must be given in order, each ending after it begins")
        if any(edge.second or edge.microsecond or edge.tzinfo for edge in edges):
            raise ValueError("shifts are whole minutes on China's wall clock, without a zone")

    @cached_property
    def day_minutes(self) -> int:
        """The working minutes of a whole workday."""
        return sum(
            (ends.hour - begins.hour) * 60 + ends.minute - begins.minute
            for begins, ends in self.shifts
        )

    def is_workday(self, day: date) -> bool:
        """Whether that day is worked: by its own entry, else Monday to Friday."""
        entry = self.days.get(day)
        return day.weekday() < 5 if entry is None else entry

    def is_provisional(self, day: date) -> bool:
        """Whether that day is a guess, its year's holidays not being announced yet."""
        return day.year not in self.known_years and day not in self.days


@dataclass(frozen=True)
class Allowance:
    """How much time is given. "minutes" run day and night, the others in working hours only."""

    unit: Unit
    amount: int

    def __post_init__(self) -> None:
        if self.unit not in LIMITS:
            raise ValueError(f"unknown unit {self.unit!r}")
        if not 0 < self.amount <= LIMITS[self.unit]:
            raise ValueError(f"{self.unit} must be 1 to {LIMITS[self.unit]}, not {self.amount}")


@dataclass(frozen=True)
class Step:
    """One day of a calculation: the minutes it counts (0 where it is passed over), and why.

    An ordinary workday has an empty note, an ordinary weekend "周末".
    """

    day: date
    minutes: int
    note: str
    provisional: bool = False


@dataclass(frozen=True)
class Deadline:
    """When something is due (UTC), whether a later announcement may move it, and how it came."""

    due: datetime
    provisional: bool
    steps: tuple[Step, ...]


def deadline(start: datetime, allowance: Allowance, calendar: WorkCalendar) -> Deadline:
    """When an allowance that runs from `start` (aware) is used up.

    In the working units a start outside working hours counts from the next shift's beginning. For
    working days the start's day doesn't count; due is the end of the last day's last shift.
    """
    _need_zone(start)
    if allowance.unit == "minutes":
        step = Step(local(start).date(), allowance.amount, "昼夜连续计时")
        return Deadline(start.astimezone(UTC) + allowance.amount * _MINUTE, False, (step,))
    wall = _wall(start)
    begun = _begin(wall, calendar)
    run = _run_days if allowance.unit == "working_days" else _run_minutes
    counted, end = run(begun, allowance.amount, calendar)
    steps = (*_lead_in(wall, begun, calendar), *counted)
    return Deadline(_moment(end), any(step.provisional for step in steps), steps)


def working_minutes_between(start: datetime, end: datetime, calendar: WorkCalendar) -> int:
    """Whole minutes of working hours between two aware moments; 0 where `end` isn't later."""
    return _worked(start, end, calendar) // _MINUTE


def warn_at(
    start: datetime,
    due: datetime,
    allowance_unit: Unit,
    calendar: WorkCalendar,
    share: float = 0.75,
) -> datetime:
    """The moment (UTC) at which that share of the time from `start` to `due` has passed.

    Working time for the working units, else clock time; `due` itself where there is none between.
    """
    if not 0 < share <= 1:
        raise ValueError("a share is more than 0 and at most 1")
    if allowance_unit == "minutes":
        return start.astimezone(UTC) + max(due - start, _NOTHING) * share
    target = _worked(start, due, calendar) * share
    passed = _NOTHING
    for begins, ends in _stretches(_wall(start), _wall(due), calendar):
        if passed + (ends - begins) >= target:
            return _moment(begins + (target - passed))
        passed += ends - begins
    return due.astimezone(UTC)


def explain(start: datetime, allowance: Allowance, deadline: Deadline) -> list[str]:
    """The calculation in sentences, a line a step; runs of ordinary days share one line."""
    begun = local(start)
    first = f"{_say_wall(begun, None)}开始，{_say_allowance(allowance)}。"
    lines = [first, *_say_steps(deadline.steps, allowance.unit, begun.date())]
    lines.append(f"到期：{_say_wall(local(deadline.due), begun.date())}前。")
    if deadline.provisional:
        years = {step.day.year for step in deadline.steps if step.provisional}
        said = "、".join(str(year) for year in sorted(years or {local(deadline.due).year}))
        lines.append(f"{said}年暂按周末推算，待国务院公布{said}年节假日安排后重算。")
    return lines


def _need_zone(moment: datetime) -> None:
    if moment.tzinfo is None:
        raise ValueError("a moment needs its zone")


def _wall(moment: datetime) -> datetime:
    """The moment on China's wall clock, without its zone, as shifts are reckoned."""
    _need_zone(moment)
    return local(moment).replace(tzinfo=None)


def _moment(wall: datetime) -> datetime:
    return wall.replace(tzinfo=SHANGHAI).astimezone(UTC)


def _days_from(day: date) -> Iterator[date]:
    for ahead in range(_LONGEST_SEARCH):
        yield day + ahead * _DAY
    raise ValueError(f"the calendar has too few workdays in the ten years from {day}")


def _shifts_of(day: date, calendar: WorkCalendar) -> list[tuple[datetime, datetime]]:
    if not calendar.is_workday(day):
        return []
    combine = datetime.combine
    return [(combine(day, begins), combine(day, ends)) for begins, ends in calendar.shifts]


def _begin(wall: datetime, calendar: WorkCalendar) -> datetime:
    """That moment of the wall clock if it is in working hours, else the next shift's beginning."""
    for day in _days_from(wall.date()):
        for begins, ends in _shifts_of(day, calendar):
            if ends > wall:
                return max(begins, wall)
    raise AssertionError("the days never end without an error")


def _stretches(
    start: datetime, end: datetime, calendar: WorkCalendar
) -> Iterator[tuple[datetime, datetime]]:
    """The working hours between two moments of the wall clock, however far apart."""
    for ahead in range((end.date() - start.date()).days + 1):
        for begins, ends in _shifts_of(start.date() + ahead * _DAY, calendar):
            begins, ends = max(begins, start), min(ends, end)
            if begins < ends:
                yield begins, ends


def _worked(start: datetime, end: datetime, calendar: WorkCalendar) -> timedelta:
    stretches = _stretches(_wall(start), _wall(end), calendar)
    return sum((ends - begins for begins, ends in stretches), _NOTHING)


def _lead_in(wall: datetime, begun: datetime, calendar: WorkCalendar) -> Iterator[Step]:
    """Why the count begins later than the start, where it does."""
    if begun == wall:
        return
    said = _say_wall(begun, wall.date())
    yield Step(wall.date(), 0, f"不在工作时间，从{said}起算", calendar.is_provisional(wall.date()))
    for day in _days_from(wall.date() + _DAY):
        if day >= begun.date():
            return
        yield _step(day, 0, calendar)


def _run_minutes(
    begun: datetime, amount: int, calendar: WorkCalendar
) -> tuple[list[Step], datetime]:
    steps: list[Step] = []
    left = amount * _MINUTE
    for day in _days_from(begun.date()):
        shifts = _shifts_of(day, calendar)
        # A day's minutes are the difference of whole ones, so that they add up to the amount
        # even when the start has seconds.
        before = _ceiling(left)
        for begins, ends in shifts:
            begins = max(begins, begun)
            if ends - begins >= left:
                steps.append(_step(day, before, calendar))
                return steps, begins + left
            left -= max(ends - begins, _NOTHING)
        if before > _ceiling(left) or not shifts:
            steps.append(_step(day, before - _ceiling(left), calendar))
    raise AssertionError("the days never end without an error")


def _ceiling(length: timedelta) -> int:
    return -(-length // _MINUTE)


def _run_days(begun: datetime, amount: int, calendar: WorkCalendar) -> tuple[list[Step], datetime]:
    first = begun.date()
    steps = [Step(first, 0, _NOT_COUNTED, calendar.is_provisional(first))]
    counted = 0
    for day in _days_from(first + _DAY):
        works = calendar.is_workday(day)
        steps.append(_step(day, calendar.day_minutes if works else 0, calendar))
        counted += works
        if counted == amount:
            return steps, datetime.combine(day, calendar.shifts[-1][1])
    raise AssertionError("the days never end without an error")


def _step(day: date, minutes: int, calendar: WorkCalendar) -> Step:
    return Step(day, minutes, _note(day, calendar), calendar.is_provisional(day))


def _note(day: date, calendar: WorkCalendar) -> str:
    weekend = day.weekday() >= 5
    name = calendar.names.get(day, "")
    if calendar.is_workday(day):
        return f"{name}调休上班" if weekend else ""
    return f"{name}放假" if name or not weekend else "周末"


def _say_allowance(allowance: Allowance) -> str:
    if allowance.unit == "working_days":
        return f"限{allowance.amount}个工作日"
    if allowance.unit == "working_minutes":
        return f"限工作时间{say_minutes(allowance.amount)}"
    return f"限{say_minutes(allowance.amount)}，昼夜连续计时"


def _say_wall(wall: datetime, near: date | None) -> str:
    return f"{say_date(wall.date(), near)} {wall:%H:%M}"


def _say_steps(steps: Sequence[Step], unit: Unit, near: date) -> Iterator[str]:
    if unit == "minutes":
        return
    for (note, _provisional), run in groupby(steps, key=_fold):
        days = list(run)
        said = say_date(days[0].day, near)
        if len(days) > 1:
            said += f"至{say_date(days[-1].day, near)}"
        yield f"{said}：{_say_run(note, days, unit)}。"


def _fold(step: Step) -> tuple[str, bool]:
    """Ordinary workdays and the weekends between them are told together."""
    return "" if step.note == "周末" else step.note, step.provisional


def _say_run(note: str, days: Sequence[Step], unit: Unit) -> str:
    if note.endswith("起算") or note == _NOT_COUNTED:
        return note
    worked = [step for step in days if step.minutes]
    if not worked:
        return f"{note or '周末'}，不计"
    if unit == "working_days":
        counted = f"计{len(worked)}个工作日"
    else:
        counted = f"计{say_minutes(sum(step.minutes for step in worked))}"
    between = "，其间周末不计" if len(worked) < len(days) else ""
    return f"{note}，{counted}" if note else counted + between

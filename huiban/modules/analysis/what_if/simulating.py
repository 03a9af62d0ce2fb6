"""A month of the district's flow, again and again: each case from holding to holding until it ends.

Cases meet only at the desks whose limit shows: there they are taken on one after another, in the
order in which they came. Whatever is drawn for a case depends on its number and its visit alone, so
that two questions meet the same chance (common random numbers) and differ by what was asked.
"""

from __future__ import annotations

import heapq
import time as wall
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import NamedTuple

from huiban.kernel.base.calendar import WorkCalendar

from ..reckoning.months import Month
from .chances import INSTEAD, MOST_VISITS, RECORD, THINNED, TO_UNIT, VERDICT, Chances
from .desks import NEVER, Desks
from .fitting import kind_of_day
from .flow import (
    AGAIN,
    COUNTED_LATE,
    HANDLING,
    NEW,
    ORDINARY,
    TAKEN,
    End,
    Flow,
    Pattern,
    Profile,
    Question,
    State,
)
from .worktime import DAY_MINUTES, WorkTime

# Cases of the weeks before the month are simulated too, so that it doesn't begin with empty desks;
# what is under way at its end is followed on for so long.
WARM_UP, AFTERWARDS = 35, 150
STEPS_BETWEEN_LOOKS = 1024


class TooLong(Exception):  # noqa: N818 - an answer of this package, which its caller words
    """The simulation would take longer than was allowed."""


@dataclass(frozen=True)
class Outcome:
    """What one simulated month brought. `hours` are those of each case closed in it.

    `due` and `on_time` count the cases whose last handling fell due in it; `held` counts by level
    how often a unit got a case in hand.
    """

    received: int
    due: int
    on_time: int
    hours: tuple[float, ...]
    open: int
    held: Counter[str]


@dataclass
class _Case:
    """A case on its way."""

    number: int
    profile: Profile
    urgency: str
    received: float
    level: str
    unit: str
    owes: str = "triage"
    entry: str = NEW
    senders: list[tuple[str, str]] = field(default_factory=list)
    visits: int = 0
    was_late: bool = False
    due: float = NEVER
    is_on_time: bool = False
    ended: float = NEVER
    is_closed: bool = False


class _Clock(NamedTuple):
    """When a duty is due, whether its minutes are working ones, and whether the case rises then."""

    due: float
    is_worked: bool
    rises: bool


def simulate(
    flow: Flow,
    question: Question,
    month: Month,
    calendar: WorkCalendar,
    *,
    runs: int,
    seed: int,
    seconds: float = NEVER,
) -> tuple[Outcome, ...]:
    """So many runs of the month. The same flow, month and seed give the same, whatever the machine.

    Raises TooLong after so many seconds.
    """
    first, days = month.first - timedelta(days=WARM_UP), WARM_UP + month.days
    time = WorkTime(calendar, first, days + AFTERWARDS)
    kinds = [kind_of_day(calendar, first + timedelta(days=ahead)) for ahead in range(days)]
    until = wall.monotonic() + seconds
    outcomes = []
    for number in range(runs):
        run = _Run(flow, question, time, Chances(flow, kinds, (seed, number)))
        run.go(until)
        outcomes.append(run.counted(WARM_UP * DAY_MINUTES, days * DAY_MINUTES))
    return tuple(outcomes)


class _Run:
    """One run: its chance, its cases, its desks."""

    def __init__(self, flow: Flow, question: Question, time: WorkTime, chances: Chances) -> None:
        self._question, self._time, self._chances = question, time, chances
        self._desks = Desks(flow, question, time)
        self._held: list[tuple[float, str]] = []
        arrivals = chances.arrivals(question.arrivals / 100)
        self._cases = [_case(number, flow, *came) for number, came in enumerate(arrivals)]

    def go(self, until: float) -> None:
        """Let every case go its way, in the order of the moments. Raises TooLong."""
        waiting = [(case.received, case.number) for case in self._cases]
        heapq.heapify(waiting)
        steps = 0
        while waiting:
            minute, number = heapq.heappop(waiting)
            then = self._hold(self._cases[number], minute)
            if then < NEVER:
                heapq.heappush(waiting, (then, number))
            steps += 1
            if steps % STEPS_BETWEEN_LOOKS == 0 and wall.monotonic() > until:
                raise TooLong

    def _hold(self, case: _Case, minute: float) -> float:
        """Let a unit have the case from that minute on; when another has it, or never."""
        self._held.append((minute, case.level))
        draws = self._chances.of_visit(case.number, case.visits)
        pattern = self._pattern(case, draws)
        case.visits += 1
        clock, above = self._clock(case, minute, pattern)
        closed, end = self._course(case, minute, pattern, clock)
        self._close(case, end, clock.due, is_late=end is End.LIFTED or closed > clock.due)
        if closed == NEVER:
            return NEVER
        if end is End.LIFTED:
            assert above is not None
            _give(case, *above, "take_up")
            return closed
        return self._go_on(case, pattern, end, closed, draws)

    def _clock(
        self, case: _Case, minute: float, pattern: Pattern
    ) -> tuple[_Clock, tuple[str, str] | None]:
        """The duty's clock, and who gets the case if it runs out."""
        profile, time = case.profile, self._time
        above = self._desks.above(case.level, profile)
        allowance = self._desks.allowance(
            case.level, case.owes, profile.category, profile.is_danger
        )
        is_worked = allowance.unit != "minutes"
        due = time.after(time.due(minute, allowance), pattern.extra, is_worked=is_worked)
        return _Clock(due, is_worked, above is not None), above

    def _pattern(self, case: _Case, draws: Sequence[float]) -> Pattern:
        """A pattern of the case's state; where returns are fewer, another stands for some of them."""
        state = State(case.level, case.owes, case.urgency, case.entry)
        pool = self._chances.patterns(state)
        pattern = pool[int(draws[RECORD] * len(pool))]
        if pattern.end is End.RETURNED and draws[THINNED] >= self._question.returns / 100:
            others = [one for one in pool if one.end is not End.RETURNED]
            if others:
                return others[int(draws[INSTEAD] * len(others))]
        return pattern

    def _course(
        self, case: _Case, minute: float, pattern: Pattern, clock: _Clock
    ) -> tuple[float, End]:
        """Until when the unit has it, and how that ends."""
        if clock.rises and pattern.end is End.LIFTED:
            return clock.due, End.LIFTED
        # What is urgent doesn't wait its turn, nor what the unit has had.
        queues = case.entry == NEW and case.urgency == ORDINARY
        if queues and self._desks.is_limited(case.unit):
            start = self._desks.take_on(case.unit, minute, clock.due if clock.rises else NEVER)
        else:
            start = self._time.after(minute, pattern.wait, is_worked=clock.is_worked)
        closed = self._time.after(start, pattern.work, is_worked=clock.is_worked)
        if clock.rises and closed > clock.due:
            return clock.due, End.LIFTED
        # Where nobody is above, what a clock once took away is answered here after as long.
        return closed, End.ANSWERED if pattern.end is End.LIFTED else pattern.end

    def _close(self, case: _Case, end: End, due: float, *, is_late: bool) -> None:
        """What the figures count of it: the last handling's due day, and whether all was in time."""
        if case.owes in HANDLING:
            case.due = NEVER if end is End.LEFT else due
            case.is_on_time = not is_late and not case.was_late
        if is_late and case.owes in COUNTED_LATE:
            case.was_late = True

    def _go_on(
        self, case: _Case, pattern: Pattern, end: End, closed: float, draws: Sequence[float]
    ) -> float:
        """What follows when the unit is through with it; when the next has it, or never."""
        if case.visits >= MOST_VISITS or end is End.ANSWERED:
            return self._answered(case, closed, draws)
        if end is End.TOOK:
            case.owes, case.entry = "handle", TAKEN
        elif end is End.SENT:
            unit = self._desks.unit_of(pattern.to_level, case.profile, draws[TO_UNIT])
            _give(case, pattern.to_level, unit, pattern.to_owes)
        elif end is End.RETURNED:
            front = (case.profile.level, case.profile.front_desk)
            case.level, case.unit = case.senders.pop() if case.senders else front
            case.owes, case.entry = "handle", AGAIN
        else:
            case.ended = closed
            return NEVER
        return closed

    def _answered(self, case: _Case, closed: float, draws: Sequence[float]) -> float:
        verdict = self._chances.verdict(case.urgency, draws[VERDICT])
        if verdict.again and case.visits < MOST_VISITS:
            case.owes, case.entry = "handle", AGAIN
            return closed + verdict.gap
        case.ended, case.is_closed = closed + verdict.gap, True
        return NEVER

    def counted(self, begins: float, ends: float) -> Outcome:
        """What the figures say of the time from `begins` to before `ends`."""
        cases = self._cases
        due = [case for case in cases if begins <= case.due < ends]
        closed = [case for case in cases if case.is_closed and begins <= case.ended < ends]
        return Outcome(
            received=sum(begins <= case.received < ends for case in cases),
            due=len(due),
            on_time=sum(case.is_on_time for case in due),
            hours=tuple((case.ended - case.received) / 60 for case in closed),
            open=sum(case.received < ends <= case.ended for case in cases),
            held=Counter(level for minute, level in self._held if begins <= minute < ends),
        )


def _case(number: int, flow: Flow, minute: float, profile: Profile) -> _Case:
    urgency = flow.clocks.urgency(profile.category, profile.is_danger)
    return _Case(number, profile, urgency, minute, profile.level, profile.front_desk)


def _give(case: _Case, level: str, unit: str, owes: str) -> None:
    """Put the case before another unit."""
    case.senders.append((case.level, case.unit))
    case.level, case.unit, case.owes, case.entry = level, unit, owes, NEW

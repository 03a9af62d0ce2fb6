"""The flow out of the log: rates, profiles, patterns of holdings, verdicts, limits."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from huiban.kernel.base.calendar import WorkCalendar
from huiban.kernel.base.clock import local

from ..reckoning.months import Month, months_between
from .capacity import Wait, by_unit, limits_of, own_waits
from .flow import (
    BRANCH,
    DEPARTMENT,
    NEW,
    ORDINARY,
    Clocks,
    End,
    Flow,
    Limit,
    Pattern,
    Profile,
    State,
    Verdict,
)
from .holdings import CaseRead, Holding
from .worktime import WorkTime

# What began in the last days before the end may go on beyond it; taking only what was over by then
# would make the quick ones too many.
SETTLED = timedelta(days=21)
# So many patterns make a state; with fewer, those of wider ones stand for it.
LEAST_PATTERNS = 6
# How much months are taken to differ beyond chance before enough of them are known, and how many
# months that weighs.
USUAL_DISPERSION, USUAL_WEIGHS = 0.02, 3
# From how many months the rate of arrivals is taken.
MONTHS_OF_RATES = 3
WEEKDAYS, RESTS = 5, 5


@dataclass(frozen=True)
class Ground:
    """What the fit stands on beside the cases: which months, calendar, levels, clocks, lifting."""

    first: Month
    last: Month
    calendar: WorkCalendar
    level_of: Mapping[str, str]
    clocks: Clocks
    lifted: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Seen:
    """A holding in its state, in minutes of the span that is fitted."""

    state: State
    holding: Holding
    category: str
    wait: Wait | None
    is_worked: bool


def fit(cases: Sequence[CaseRead], ground: Ground) -> Flow:
    """The flow of the months from the first to the last. All cases began within them.

    What happened after the last month must not be in them.
    """
    days = (ground.last.last - ground.first.first).days + 1
    time = WorkTime(ground.calendar, ground.first.first, days)
    seen = [one for case in cases for one in _seen(case, ground, time)]
    # What is urgent is taken on at once, queue or not.
    ordinary = [one for one in seen if one.state.urgency == ORDINARY]
    waits = by_unit((one.holding.unit, one.wait) for one in ordinary if one.wait is not None)
    limits = limits_of(
        {unit: some for unit, some in waits.items() if _has_limit(unit, ground)}, time
    )
    settled = ground.last.period.ends - SETTLED
    own = {unit: own_waits(waits[unit]) for unit in limits}
    patterns = [
        (one.state, found)
        for one in seen
        if one.holding.opened < settled
        if (found := _pattern(one, ground, time, own)) is not None
    ]
    return Flow(
        months=ground.last.since(ground.first) + 1,
        cases=len(cases),
        rates=_rates(cases, ground),
        dispersion=_dispersion(cases, ground),
        profiles=_profiles(cases, ground),
        pools=_pools(patterns),
        verdicts=_verdicts(cases, ground),
        departments=_departments(seen, ground),
        limits=limits,
        level_of=ground.level_of,
        clocks=ground.clocks,
        lifted=ground.lifted,
    )


def _has_limit(unit: str, ground: Ground) -> bool:
    return ground.level_of.get(unit, BRANCH) != BRANCH


def _seen(case: CaseRead, ground: Ground, time: WorkTime) -> Iterator[_Seen]:
    urgency = ground.clocks.urgency(case.category, case.is_danger)
    for holding in case.holdings:
        level = ground.level_of.get(holding.unit)
        if level is None:
            continue
        wait = None
        if holding.entry == NEW:
            ended = holding.taken or holding.closed
            until = float("inf") if ended is None else time.minute(ended)
            wait = Wait(time.minute(holding.opened), until, holding.taken is not None)
        state = State(level, holding.owes, urgency, holding.entry)
        clock = ground.clocks.allowances.get((level, holding.owes, case.category, case.is_danger))
        is_worked = clock is None or clock.unit != "minutes"
        yield _Seen(state, holding, case.category, wait, is_worked)


def _pattern(
    one: _Seen, ground: Ground, time: WorkTime, own: Mapping[str, Mapping[Wait, float]]
) -> Pattern | None:
    """How it went; None where it isn't over, or where a queue alone kept it until its clock ran out."""
    holding = one.holding
    to_level = ground.level_of.get(holding.to_unit, "")
    is_over = holding.closed is not None and holding.end is not None
    if not is_over or (holding.end is End.SENT and not to_level):
        return None
    assert holding.closed is not None
    assert holding.end is not None
    queue = own.get(holding.unit) if one.state.urgency == ORDINARY else None
    if queue is not None and holding.entry == NEW and holding.taken is None:
        return None
    opened, closed = time.minute(holding.opened), time.minute(holding.closed)
    taken = time.minute(holding.taken or holding.closed)
    since = opened
    if queue is not None and one.wait is not None:
        since = queue.get(one.wait, opened)

    def length(start: float, end: float) -> float:
        return time.worked(end) - time.worked(start) if one.is_worked else end - start

    moves = [(time.minute(before), time.minute(after)) for before, after in holding.moves]
    return Pattern(
        wait=length(since, taken) if holding.entry == NEW else 0.0,
        work=length(taken, closed),
        extra=sum(length(before, after) for before, after in moves),
        end=holding.end,
        to_level=to_level,
        to_owes=holding.to_owes,
    )


def _pools(patterns: Sequence[tuple[State, Pattern]]) -> dict[State, tuple[Pattern, ...]]:
    """The patterns of each state and of each wider one."""
    pools: dict[State, list[Pattern]] = defaultdict(list)
    for state, pattern in patterns:
        for wider in dict.fromkeys(wider_than(state)):
            pools[wider].append(pattern)
    return {state: tuple(pool) for state, pool in pools.items()}


def wider_than(state: State) -> tuple[State, ...]:
    """The state and the wider ones that stand for it where few were seen, the nearest first.

    How pressing a case is weighs more than who has it, and counts other minutes.
    """
    _, owes, urgency, entry = state
    return (
        state,
        State("", owes, urgency, entry),
        State("", owes, urgency, ""),
        State("", owes, "", ""),
        State("", "", "", ""),
    )


def pool_of(pools: Mapping[State, tuple[Pattern, ...]], state: State) -> tuple[Pattern, ...]:
    """The patterns that a holding in that state may follow."""
    for wider in wider_than(state):
        pool = pools.get(wider, ())
        if len(pool) >= LEAST_PATTERNS:
            return pool
    return pools.get(State("", "", "", ""), ())


def _rates(cases: Sequence[CaseRead], ground: Ground) -> tuple[float, ...]:
    """Reports a day in the last months, by kind of day: seasons go on slowly."""
    first = max(ground.first, ground.last.later(1 - MONTHS_OF_RATES)).first
    span = (ground.last.last - first).days + 1
    dates = (first + timedelta(days=ahead) for ahead in range(span))
    days = Counter(kind_of_day(ground.calendar, day) for day in dates)
    received = (local(case.received).date() for case in cases)
    came = Counter(kind_of_day(ground.calendar, day) for day in received if day >= first)
    return tuple(came[kind] / days[kind] if days[kind] else 0.0 for kind in range(RESTS + 1))


def kind_of_day(calendar: WorkCalendar, day: date) -> int:
    """0 to 4: a workday from Monday to Friday (a worked weekend is like Friday); 5: a day of rest."""
    return min(day.weekday(), WEEKDAYS - 1) if calendar.is_workday(day) else RESTS


def _dispersion(cases: Sequence[CaseRead], ground: Ground) -> float:
    """How much months' rates differ beyond chance, a few months' worth of the usual mixed in."""
    counts = Counter(Month.of(case.received) for case in cases)
    months = list(months_between(ground.first, ground.last))
    daily = np.asarray([counts[month] / month.days for month in months])
    mean = float(daily.mean())
    if not mean:
        return USUAL_DISPERSION
    chance = mean / (sum(month.days for month in months) / len(months))
    own = max(0.0, (float(daily.var(ddof=1)) - chance) / mean**2) if len(months) > 1 else 0.0
    known = len(months) - 1
    return (known * own + USUAL_WEIGHS * USUAL_DISPERSION) / (known + USUAL_WEIGHS)


def _profiles(cases: Sequence[CaseRead], ground: Ground) -> dict[bool, tuple[Profile, ...]]:
    """How cases came in on workdays (True) and on days of rest (False)."""
    found: dict[bool, list[Profile]] = {True: [], False: []}
    for case in cases:
        there = local(case.received)
        level = ground.level_of.get(case.front_desk, "")
        profile = Profile(
            minute=there.hour * 60 + there.minute,
            level=level,
            front_desk=case.front_desk,
            community=case.community,
            street=case.street,
            category=case.category,
            is_danger=case.is_danger,
        )
        if level:
            found[ground.calendar.is_workday(there.date())].append(profile)
    everything = tuple(found[True] + found[False])
    return {kind: tuple(some) or everything for kind, some in found.items()}


def _verdicts(cases: Sequence[CaseRead], ground: Ground) -> dict[str, tuple[Verdict, ...]]:
    """What followed answers, by how pressing the case was; of any under ""."""
    settled = ground.last.period.ends - SETTLED
    found: dict[str, list[Verdict]] = defaultdict(list)
    for case in cases:
        urgency = ground.clocks.urgency(case.category, case.is_danger)
        for answer in case.answers:
            if answer.followed is not None and answer.at < settled:
                gap = (answer.followed - answer.at).total_seconds() / 60
                for kind in (urgency, ""):
                    found[kind].append(Verdict(gap, answer.again))
    return {urgency: tuple(some) for urgency, some in found.items()}


def _departments(seen: Sequence[_Seen], ground: Ground) -> dict[str, tuple[str, ...]]:
    """Which departments got a category's cases, as often as they did."""
    found: dict[str, list[str]] = defaultdict(list)
    for one in seen:
        if one.state.level == DEPARTMENT and one.state.entry == NEW:
            found[one.category].append(one.holding.unit)
            found[""].append(one.holding.unit)
    return {category: tuple(units) for category, units in found.items()}


def seen_limits(flow: Flow, level: str) -> dict[str, Limit]:
    """The limits that show at units of a level."""
    return {unit: one for unit, one in flow.limits.items() if flow.level_of.get(unit) == level}

"""A log made by known parameters is reproduced, and what is asked moves it the right way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from random import Random
from typing import Any

import pytest

from huiban.kernel.base.calendar import (
    Allowance,
    WorkCalendar,
    deadline,
)
from huiban.kernel.base.clock import SHANGHAI
from huiban.modules.analysis.reckoning.months import Month
from huiban.modules.analysis.what_if.capacity import LEAST_DAYS, MAY_OVERTAKE, Wait, limits_of
from huiban.modules.analysis.what_if.fitting import Ground, fit, seen_limits
from huiban.modules.analysis.what_if.flow import LEADS, Clocks, End, Flow, Limit, Question
from huiban.modules.analysis.what_if.holdings import CaseRead, read_case
from huiban.modules.analysis.what_if.simulating import Outcome, TooLong, simulate
from huiban.modules.analysis.what_if.telling import (
    FIGURES,
    LOADS,
    Actual,
    checked,
    lines,
    median_hours,
    on_time_percent,
)
from huiban.modules.analysis.what_if.worktime import WorkTime
from huiban.modules.voice import kinds

CALENDAR = WorkCalendar({}, frozenset({2026}), ((time(8, 30), time(12)), (time(14), time(17, 30))))
FIRST, LAST, NEXT = Month(2026, 3), Month(2026, 6), Month(2026, 7)
LEVELS = {"c": "community", "s": "street", "d": "department", "g": "leading_group"}
DAYS = {"handle": 5, "take_up": 3, "guide": 2, "triage": 1}
CLOCKS = Clocks(
    {
        (level, owes, category, danger): Allowance("working_days", DAYS[owes])
        for level in (*LEVELS.values(), "branch", "district")
        for owes in LEADS
        for category in ("", "noise")
        for danger in (False, True)
    }
)
GROUND = Ground(FIRST, LAST, CALENDAR, LEVELS, CLOCKS, frozenset({"community", "street"}))
NEVER_LIFTED = replace(GROUND, lifted=frozenset())


@dataclass(frozen=True)
class Link:
    """A link of a synthetic log."""

    kind: str
    at: datetime
    payload: dict[str, Any]


@dataclass(frozen=True)
class World:
    """The parameters a log is made by: cases and takings a workday, shares, working days of work."""

    arrivals: float = 6.0
    capacity: float = 60.0
    to_department: float = 0.3
    returned: float = 0.2
    again: float = 0.1
    work: tuple[float, float] = (1.0, 7.0)


def after(moment: datetime, minutes: float) -> datetime:
    """So many working minutes later."""
    whole = max(1, round(minutes))
    return deadline(moment, Allowance("working_minutes", whole), CALENDAR).due


def step(
    kind: str, at: datetime, closes: str, owes: str = "", owner: str = "", **more: Any
) -> Link:
    """A link with what every step says."""
    due = (
        deadline(at, Allowance("working_days", DAYS[owes]), CALENDAR).due.isoformat()
        if owes
        else ""
    )
    told = {"closes": closes, "owes": owes, "owner": owner, "due": due, "stage": ""} | more
    return Link(kind, at, told)


def log_of(world: World, seed: int = 1) -> list[CaseRead]:
    """The cases that a world brings in four months: one community's desk, a department behind it."""
    rng, free, found = Random(seed), datetime(2026, 1, 1, tzinfo=UTC), []
    for came in sorted(_arrivals(world, rng)):
        taken = after(max(came, free), 420 / world.capacity)
        free = taken
        links = list(_story(world, rng, came, taken))
        case = read_case([link for link in links if link.at < LAST.period.ends])
        if case is not None:
            found.append(case)
    return found


def _arrivals(world: World, rng: Random) -> Iterator[datetime]:
    for ahead in range((LAST.last - FIRST.first).days + 1):
        day = FIRST.first + timedelta(days=ahead)
        often = world.arrivals if CALENDAR.is_workday(day) else world.arrivals / 2
        for _ in range(int(often) + (rng.random() < often % 1)):
            yield datetime.combine(day, time(8, 30), SHANGHAI) + timedelta(
                minutes=rng.random() * 540
            )


def _story(world: World, rng: Random, came: datetime, taken: datetime) -> Iterator[Link]:
    told = {"unit": "c", "street": "s", "community": "c", "category": "noise", "danger": False}
    yield step(kinds.REPORTED, came, "", "triage", "c", **told)
    yield step(kinds.ACCEPTED, taken, "accepted", "handle", "c")
    moment = after(taken, 30)
    if rng.random() < world.to_department:
        yield step(kinds.DISPATCHED, moment, "dispatched", "handle", "d")
        moment = after(moment, 60)
        if rng.random() < world.returned:
            yield step(kinds.RETURNED, moment, "returned", "handle", "c")
        else:
            yield step(kinds.ACCEPTED, moment, "")
    while True:
        moment = after(moment, rng.uniform(*world.work) * 420)
        yield step(kinds.ANSWERED, moment, "answered")
        moment = moment + timedelta(days=2)
        if rng.random() >= world.again:
            break
        yield step(kinds.REOPENED, moment, "reopened", "handle", "c")
    yield step(kinds.CLOSED_UNRATED, moment, "late", stage="closed")


def run(
    flow: Flow, question: Question | None = None, runs: int = 40, seed: int = 7
) -> tuple[Outcome, ...]:
    """Runs of July."""
    return simulate(flow, question or Question(), NEXT, CALENDAR, runs=runs, seed=seed)


@pytest.fixture(scope="module")
def flow() -> Flow:
    """Of an ordinary world."""
    return fit(log_of(World()), NEVER_LIFTED)


@pytest.fixture(scope="module")
def crowded() -> Flow:
    """Of a desk that takes on four a day, which is hardly more than come."""
    world = World(arrivals=3.4, capacity=4.0, to_department=0, again=0, work=(1.0, 4.0))
    return fit(log_of(world), NEVER_LIFTED)


def mean(values: list[float]) -> float:
    """The mean of some values."""
    return sum(values) / len(values)


def late_cases(outcomes: tuple[Outcome, ...]) -> float:
    """Cases that fell due and weren't in time, a run."""
    return mean([float(one.due - one.on_time) for one in outcomes])


# ---- what a known log says


def test_a_known_log_is_reproduced(flow: Flow) -> None:
    cases = [case for case in log_of(World()) if case.received.month < 6]
    handled = [one for case in cases for one in case.holdings if one.owes == "handle"]
    truly = [
        all(one.closed is not None and one.closed <= one.due for one in case.holdings)
        for case in cases
    ]
    found = run(flow)
    assert (
        abs(
            mean([on_time_percent(one) or 0 for one in found]) - 100 * mean(list(map(float, truly)))
        )
        < 4
    )
    daily = len(cases) / 92
    assert abs(mean([float(one.received) for one in found]) / 31 / daily - 1) < 0.06
    hours = sorted(
        (case.answers[-1].followed - case.received).total_seconds() / 3600
        for case in cases
        if case.answers and case.answers[-1].followed
    )
    assert abs(mean([median_hours(one) or 0 for one in found]) / hours[len(hours) // 2] - 1) < 0.08
    sent = mean([float(one.unit == "d") for one in handled])
    held = mean([one.held["department"] / (one.held.total() - one.received) for one in found])
    assert abs(held - sent) < 0.03
    assert flow.limits == {}


def test_what_the_shares_are_is_read_off_the_patterns(flow: Flow) -> None:
    departments = [
        one for state, pool in flow.pools.items() if state.level == "department" for one in pool
    ]
    returned = mean([float(one.end is End.RETURNED) for one in departments])
    assert abs(returned - World().returned) < 0.08
    assert abs(mean([float(one.again) for one in flow.verdicts["ordinary"]]) - World().again) < 0.04


def test_a_desk_s_limit_is_found_where_it_shows_and_nowhere_else(crowded: Flow, flow: Flow) -> None:
    limit = crowded.limits["c"]
    assert abs(limit.cases_a_day - 4.0) < 0.35
    assert limit.days > 20
    assert set(seen_limits(crowded, "community")) == {"c"}
    assert seen_limits(crowded, "street") == seen_limits(flow, "community") == {}


def test_an_overlooked_case_is_no_queue() -> None:
    cases = log_of(World(arrivals=2, capacity=40.0))
    # Ten cases are overlooked for two workdays each, while later ones are taken on.
    for case in cases[:100:10]:
        first = case.holdings[0]
        first.taken = first.closed = after(first.opened, 840)
    assert fit(cases, NEVER_LIFTED).limits == {}


def test_a_limit_is_that_of_looking_at_every_day_by_itself() -> None:
    days = WorkTime(CALENDAR, FIRST.first, 60).workdays()
    rng, shown = Random(5), 0
    for _ in range(100):
        waits, free, each = [], 0.0, rng.choice((60.0, 200.0, 400.0))
        for opened in sorted(rng.uniform(0, 60 * 1440) for _ in range(rng.randrange(400))):
            # A queue, but for what is urgent or was never taken on.
            free = max(opened, free) + each
            ended = opened + each if rng.random() < 0.05 else free
            waits.append(Wait(opened, ended, rng.random() < 0.9))
        waits += waits[:3]
        days_at_limit = [number for day in days if (number := at_limit(waits, *day))]
        found = limits_of({"c": waits}, WorkTime(CALENDAR, FIRST.first, 60)).get("c")
        if len(days_at_limit) < LEAST_DAYS:
            assert found is None
            continue
        shown += 1
        assert found == Limit(sum(days_at_limit) / len(days_at_limit), len(days_at_limit))
    assert shown > 20


def at_limit(waits: list[Wait], begins: float, ends: float) -> int:
    """How many were taken on that day if something was left waiting from its first minute on."""
    left = [wait.opened for wait in waits if wait.opened <= begins and wait.ended > ends]
    taken = [wait for wait in waits if wait.is_taken and begins <= wait.ended <= ends]
    overtook = sum(wait.opened > min(left) for wait in taken) if left else 0
    return len(taken) if left and overtook <= MAY_OVERTAKE * len(taken) else 0


# ---- what is asked


def test_the_same_seed_gives_the_same_and_another_doesn_t(flow: Flow) -> None:
    assert run(flow, runs=3) == run(flow, runs=3)
    assert run(flow, runs=3) != run(flow, runs=3, seed=8)


def test_asking_for_nothing_changes_nothing(flow: Flow) -> None:
    assert Question().is_today
    assert run(flow, Question(people=4), runs=3) == run(flow, runs=3)


def test_more_capacity_never_makes_lateness_worse(crowded: Flow) -> None:
    asked = [run(crowded, Question(people=4, more=more)) for more in (0, 1, 2, 4)]
    late = [late_cases(some) for some in asked]
    medians = [mean([median_hours(one) or 0 for one in some]) for some in asked]
    assert late[0] > late[1] + 5
    for worse, better in (*pairwise(late), *pairwise(medians)):
        assert better <= worse + 0.5


def test_more_people_change_nothing_where_no_limit_shows(flow: Flow, crowded: Flow) -> None:
    assert run(flow, Question(people=1, more=3), runs=3) == run(flow, runs=3)
    elsewhere = Question(more_level="street", people=1, more=3)
    assert run(crowded, elsewhere, runs=3) == run(crowded, runs=3)


def test_a_shorter_clock_lifts_more() -> None:
    lifting = fit(log_of(World(work=(1.0, 4.5))), GROUND)
    today = run(lifting)
    asked = run(lifting, Question(clock_level="community", clock_days=2))
    longer = run(lifting, Question(clock_level="community", clock_days=20))
    assert mean([float(one.held["street"]) for one in asked]) > 20
    assert mean([float(one.held["street"]) for one in today]) < 3
    assert late_cases(asked) > late_cases(today) + 20
    assert late_cases(longer) <= late_cases(today)
    other = run(lifting, Question(clock_level="street", clock_days=2))
    assert late_cases(other) < late_cases(asked)


def test_arrivals_and_returns_move_what_they_are(flow: Flow) -> None:
    today, more, fewer = (run(flow, Question(arrivals=share)) for share in (100, 120, 80))
    came = [mean([float(one.received) for one in some]) for some in (today, more, fewer)]
    assert abs(came[1] / came[0] - 1.2) < 0.04
    assert abs(came[2] / came[0] - 0.8) < 0.04
    kept = run(flow, Question(returns=0))
    assert mean([float(one.held["community"]) for one in kept]) < mean(
        [float(one.held["community"]) for one in today]
    )


def test_without_arrivals_nothing_happens() -> None:
    nothing = fit([], GROUND)
    found = run(nothing, runs=3)
    assert [(one.received, one.due, one.open, one.hours) for one in found] == [(0, 0, 0, ())] * 3
    told = lines(FIGURES, found, None)
    assert "on_time" not in {line.code for line in told}
    assert all(line.asked is None and not line.is_clear for line in told)
    assert not any(one.holds for one in checked(Actual(None, 0, None), found) if one.actual is None)


def test_a_simulation_that_takes_too_long_is_given_up(flow: Flow) -> None:
    with pytest.raises(TooLong):
        simulate(
            replace(flow, rates=(900.0,) * 6),
            Question(),
            NEXT,
            CALENDAR,
            runs=9,
            seed=1,
            seconds=0.0,
        )


# ---- what is told


def test_the_check_holds_for_its_own_month_and_fails_for_another(flow: Flow) -> None:
    found = run(flow)
    middle = {line.code: line.today.middle for line in lines(FIGURES, found, None)}
    median = sorted(median_hours(one) or 0 for one in found)[len(found) // 2]
    same = Actual(middle["on_time"], round(middle["closed"]), round(median))
    assert all(one.holds for one in checked(same, found))
    other = checked(replace(same, on_time=20.0), found)
    assert [one.holds for one in other] == [False, True, True]


def test_differences_are_taken_run_by_run(flow: Flow) -> None:
    today, asked = run(flow), run(flow, Question(arrivals=150))
    told = {line.code: line for line in lines(FIGURES, today, asked)}
    received = told["received"]
    assert received.asked is not None
    assert received.difference is not None
    assert received.is_clear
    # Both meet the same chance, so the difference is surer than either.
    assert (
        received.difference.high - received.difference.low
        < received.today.high - received.today.low
    )
    assert len(lines(LOADS, today, None)) == 5


# ---- reading a chain


def test_a_chain_without_its_beginning_or_its_steps_is_left_out() -> None:
    at = datetime(2026, 3, 2, 2, tzinfo=UTC)
    assert read_case([step(kinds.ACCEPTED, at, "accepted", "handle", "c")]) is None
    assert read_case([Link(kinds.REPORTED, at, {"unit": "c"})]) is None
    assert read_case([]) is None


def test_a_pause_makes_the_clock_longer_by_what_it_took() -> None:
    at = datetime(2026, 3, 2, 2, tzinfo=UTC)
    told = {"unit": "c", "street": "s", "community": "c", "category": "noise", "danger": False}
    later = deadline(at, Allowance("working_days", 7), CALENDAR).due
    chain = [
        step(kinds.REPORTED, at, "", "triage", "c", **told),
        step(kinds.ACCEPTED, at, "accepted", "handle", "c"),
        Link(kinds.ASKED, at, {"unit": "c"}),
        Link(kinds.REPLIED, at, {"report": "r", "due": later.isoformat()}),
    ]
    case = read_case(chain)
    assert case is not None
    assert len(case.holdings[1].moves) == 1
    assert case.holdings[1].due == later
    assert case.holdings[1].closed is None

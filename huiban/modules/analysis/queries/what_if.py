"""What if: the district's flow out of its log, checked against last month, and what was asked of it.

All that is read lies before the present month began, so an answer holds for the whole month. Each
question is simulated once and kept, by what was asked and how far the log was read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TypeVar
from uuid import UUID

from huiban.kernel.access.actor import Actor
from huiban.kernel.base import clock
from huiban.kernel.base.calendar import Allowance
from huiban.kernel.base.errors import NotPermitted, Refusal
from huiban.kernel.base.measures import HOURS
from huiban.kernel.base.phrases import say_minutes
from huiban.kernel.people.models import Tenure
from huiban.kernel.territory.models import Level, Unit
from huiban.kernel.territory.queries import all_units, in_force, with_predecessors
from huiban.kernel.vocab.queries import calendar, edition, setting, words
from huiban.modules.supervision.permits import SUPERVISE
from huiban.modules.voice import kinds
from huiban.modules.voice.actions.steps import CATEGORIES, DEADLINES
from huiban.modules.voice.rules import TIER_OF_LEVEL, Vocabularied, allowance_for

from .. import permits
from ..handbook.gather_numbers import within
from ..handbook.reading import first_whole_month
from ..position import position
from ..reckoning.months import Month
from ..what_if.fitting import Ground, fit, seen_limits
from ..what_if.flow import COMMUNITY, DEPARTMENT, LEADS, STREET, Clocks, Flow, Question
from ..what_if.holdings import CaseRead
from ..what_if.keeping import Kept
from ..what_if.simulating import WARM_UP, Outcome, TooLong, simulate
from ..what_if.telling import FIGURES, LOADS, Actual, Checked, Line, checked, lines
from .figures import Figures
from .what_if_log import Stretch, first_position, read_cases

# The flow is taken from so many months at the most, and said nothing of with fewer than FEWEST.
MOST, FEWEST, FEWEST_CASES = 6, 3, 60
# A run is worth so many cases; how many runs there are depends on nothing else.
CASES_IN_ALL, FEWEST_RUNS, MOST_RUNS = 40_000, 50, 200
SECONDS, PATIENCE = 12.0, 20.0
# A web process reads and fits so many within 300 MB (some 520 bytes each), or doesn't begin.
MOST_EVENTS, SECONDS_TO_READ = 500_000, 20.0
# How many people there are at a unit, where the asker doesn't say it.
AS_COUNTED = 0
ASKABLE = {COMMUNITY: "社区", STREET: "街道", DEPARTMENT: "部门"}

T = TypeVar("T")


@dataclass(frozen=True)
class Study:
    """A district's flow and how it stood the check. `flow` is None where nothing may be asked.

    `month` is the last finished one; `months` those that there are. `why` says why nothing can be.
    """

    month: Month
    months: int
    flow: Flow | None
    checks: list[Checked]
    today: tuple[Outcome, ...]
    runs: int
    why: str


@dataclass(frozen=True)
class AtLevel:
    """What is known of the units of a level: how many, how many show their limit, people, clock."""

    code: str
    label: str
    units: int
    limited: int
    cases_a_day: float | None
    people: int
    clock: str


@dataclass(frozen=True)
class WhatIf:
    """All that the page shows. `lines` and `loads` are empty where nothing may be asked."""

    unit: Unit
    study: Study
    question: Question
    levels: list[AtLevel]
    lines: list[Line]
    loads: list[Line]


_kept = Kept(64)


def what_if(actor: Actor, question: Question) -> WhatIf:
    """Today's flow beside what is asked, of the district in which the actor has a post of its level.

    Raises NotPermitted for others, Refusal where it takes too long.
    """
    unit = _district_of(actor)
    if question.people == AS_COUNTED:
        question = replace(question, people=_people(_units_of(unit, question.more_level)))
    month = Month.of(clock.now()).previous
    end = first_position(month.period.ends)
    if position() < end - 1:
        # The check holds counts against the log: a refusal for want of counts mustn't be kept.
        raise Refusal("上个月的办件还没有统计完，暂时不能推演。后台正在统计，请过几分钟再看。")
    key = (unit.id, month, end, edition())
    study = _in_time(key, lambda: _study(unit, month, end))
    found, loads = [], []
    if study.flow is not None:
        asked = None if question.is_today else _asked(key, study, question)
        found, loads = lines(FIGURES, study.today, asked), lines(LOADS, study.today, asked)
    return WhatIf(unit, study, question, _levels(unit, month, study.flow), found, loads)


def _district_of(actor: Actor) -> Unit:
    """The district of a post that reads figures of all of it: its own, or that of who supervises."""
    for seat in actor.seats:
        whole = seat.unit_level in (Level.DISTRICT, Level.LEADING_GROUP)
        if permits.READ in seat.permits and (whole or SUPERVISE in seat.permits):
            return all_units()[seat.district_id]
    raise NotPermitted("推演用的是全区的数据，由区级、领导小组和监督评价的岗位查看。")


def _in_time(key: tuple[object, ...], make: Callable[[], T]) -> T:
    try:
        return _kept.get(key, make, PATIENCE)
    except TooLong:
        raise Refusal(
            "这个区的事太多，在规定的时间里没有算完。请稍后再试，或请管理员在空闲时间打开本页。"
        ) from None


def _asked(key: tuple[object, ...], study: Study, question: Question) -> tuple[Outcome, ...]:
    flow = study.flow
    assert flow is not None
    return _in_time((*key, question), lambda: _simulated(flow, question, study.month.later(1)))


def _simulated(flow: Flow, question: Question, month: Month) -> tuple[Outcome, ...]:
    """The runs of a month; its number is the seed, so that it comes out the same again."""
    seed = month.year * 100 + month.number
    return simulate(
        flow, question, month, calendar(), runs=runs_for(flow, month), seed=seed, seconds=SECONDS
    )


def runs_for(flow: Flow, month: Month) -> int:
    """How many runs a flow is worth: the fewer, the more cases one has."""
    rest = flow.rates[-1]
    daily = max(max(flow.rates), rest)
    cases = max(1.0, daily * (month.days + WARM_UP))
    return int(min(MOST_RUNS, max(FEWEST_RUNS, CASES_IN_ALL / cases)))


# ---- the study: what is read, fitted and checked


def _study(unit: Unit, month: Month, end: int) -> Study:
    known = first_whole_month(unit)
    if known is None or known > month:
        return _none(month, 0, _too_few_months(0))
    first = max(month.later(-MOST), known)
    if (whole := month.since(first) + 1) < FEWEST:
        return _none(month, whole, _too_few_months(whole))
    first, stretch = _stretch(unit, first, month, end)
    months = month.since(first) + 1
    if stretch is None:
        why = (
            f"办件太多：最近{months}个月的办理记录超过{MOST_EVENTS}条，"
            "这一页一次算不完，所以不回答。"
        )
        return _none(month, months, why)
    read = read_cases(stretch, month.period.begins, SECONDS_TO_READ)
    before = _fitted(unit, read.before, first, month.previous, month)
    if before.cases < FEWEST_CASES:
        why = f"数据不够：{month.label}之前只有{before.cases}件，至少要有{FEWEST_CASES}件。"
        return _none(month, months, why)
    checks = checked(_actual(unit, month), _simulated(before, Question(), month))
    runs = runs_for(before, month)
    if not all(one.holds for one in checks):
        return Study(month, months, None, checks, (), runs, _failed(month, checks))
    # What stood in for the months before isn't held any longer.
    del before
    read.before.clear()
    of = month.later(1)
    flow = _fitted(unit, read.cases, max(first, month.later(1 - MOST)), month, of)
    today = _simulated(flow, Question(), of)
    return Study(month, months, flow, checks, today, runs_for(flow, of), "")


def _stretch(unit: Unit, first: Month, last: Month, end: int) -> tuple[Month, Stretch | None]:
    """The log from as early a month as fits, and that month; None where the fewest are too many."""
    while True:
        stretch = Stretch(unit, first_position(first.period.begins), end)
        if not stretch.holds_more_than(MOST_EVENTS):
            return first, stretch
        if last.since(first) + 1 == FEWEST:
            return first, None
        first = first.later(1)


def _none(month: Month, months: int, why: str) -> Study:
    """Nothing may be asked, and nothing was checked."""
    return Study(month, months, None, [], (), 0, why)


def _too_few_months(months: int) -> str:
    return f"数据不够：完整的月份只有{months}个，至少要有{FEWEST}个。"


def _failed(month: Month, checks: list[Checked]) -> str:
    """Why a simulation that failed its check isn't asked, and what would be needed."""
    apart = "、".join(one.label for one in checks if not one.holds)
    return (
        f"用{month.label}以前的数据模拟{month.label}，“{apart}”与实际对不上，所以不回答。"
        "办件少、月份少的时候常会这样：要有更多的办件，或再过一个完整的月份。"
        "下个月会用新的数据重新检验，对得上就回答。"
    )


def _fitted(unit: Unit, cases: Iterable[CaseRead], first: Month, last: Month, of: Month) -> Flow:
    within_months = [case for case in cases if first <= Month.of(case.received) <= last]
    levels = {
        str(one.id): str(one.level)
        for one in all_units().values()
        if unit.id in (one.id, one.district_id) and one.level != Level.ESTATE
    }
    ground = Ground(
        first=first,
        last=last,
        calendar=calendar(),
        level_of=levels,
        clocks=_clocks(of, {case.category for case in within_months}),
        lifted=frozenset(setting(kinds.LIFTED_LEVELS, of.first)),
    )
    return fit(within_months, ground)


def _clocks(month: Month, categories: set[str]) -> Clocks:
    """The allowances that hold at the beginning of a month."""
    found = words(DEADLINES, month.first).values()
    terms = [Vocabularied(word.code, word.name, word.data) for word in found]
    return Clocks(
        {
            (level, owes, category, danger): allowance_for(
                owes, TIER_OF_LEVEL[level], category, danger, terms
            ).allowance
            for level in TIER_OF_LEVEL
            for owes in LEADS
            for category in {"", *words(CATEGORIES, month.first), *categories}
            for danger in (False, True)
        }
    )


def _actual(unit: Unit, month: Month) -> Actual:
    """The month's true figures, as the district's other pages tell them."""
    figures = Figures(unit, frozenset(with_predecessors([unit.id])), handles=False)
    told = figures.total(["voice.due", "voice.due_on_time", "voice.closed"], month.period)
    hours = figures.codes("voice.closed", HOURS, month.period)[0]
    due = told["voice.due"]
    return Actual(
        on_time=told["voice.due_on_time"] / due * 100 if due else None,
        closed=told["voice.closed"],
        median_hours=within(sorted((int(code), n) for code, n in hours.items()), 50),
    )


# ---- what stands beside the knobs


def _levels(unit: Unit, month: Month, flow: Flow | None) -> list[AtLevel]:
    clocks = _clocks(month.later(1), set())
    return [_at_level(unit, code, label, flow, clocks) for code, label in ASKABLE.items()]


def _at_level(unit: Unit, code: str, label: str, flow: Flow | None, clocks: Clocks) -> AtLevel:
    units = _units_of(unit, code)
    limits = list(seen_limits(flow, code).values()) if flow else []
    handling = clocks.allowances[code, "handle", "", False]
    taking_up = clocks.allowances[code, "take_up", "", False]
    return AtLevel(
        code=code,
        label=label,
        units=len(units),
        limited=len(limits),
        cases_a_day=sum(one.cases_a_day for one in limits) / len(limits) if limits else None,
        people=_people(units),
        clock=f"办理{_said(handling)}，接办{_said(taking_up)}",
    )


def _people(units: set[UUID]) -> int:
    """How many people hold a post at one of these units on average, and at least one."""
    held = Tenure.objects.filter(in_force(), post__unit_id__in=units)
    people = held.values("person_id").distinct().count()
    return max(1, round(people / len(units))) if units else 1


def _units_of(unit: Unit, level: str) -> set[UUID]:
    return {
        one.id
        for one in all_units().values()
        if one.level == level and one.district_id == unit.id and one.valid_to is None
    }


def _said(allowance: Allowance) -> str:
    """An allowance in words."""
    if allowance.unit == "working_days":
        return f"{allowance.amount}个工作日"
    return say_minutes(allowance.amount)

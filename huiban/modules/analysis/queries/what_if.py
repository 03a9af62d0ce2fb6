"""What if: the district's flow out of its log, checked against last month, and what was asked of it.

All that is read lies before the present month began, so an answer holds for the whole month. Each
question is simulated once and kept, by what was asked and how far the log was read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from django.db.models import Max

from huiban.kernel.access.actor import Actor
from huiban.kernel.base import clock
from huiban.kernel.base.calendar import Allowance
from huiban.kernel.base.errors import NotPermitted, Refusal
from huiban.kernel.base.measures import HOURS
from huiban.kernel.base.phrases import say_minutes
from huiban.kernel.events.models import Event
from huiban.kernel.people.models import Tenure
from huiban.kernel.territory.models import Level, Unit
from huiban.kernel.territory.queries import all_units, in_force, with_predecessors
from huiban.kernel.vocab.models import Edition
from huiban.kernel.vocab.queries import calendar, setting, words
from huiban.modules.supervision.permits import SUPERVISE
from huiban.modules.voice import kinds
from huiban.modules.voice.actions.steps import CATEGORIES, DEADLINES
from huiban.modules.voice.models import Case
from huiban.modules.voice.rules import TIER_OF_LEVEL, Vocabularied, allowance_for

from .. import permits
from ..handbook.gather_numbers import within
from ..reckoning.months import Month
from ..what_if.fitting import Ground, fit, seen_limits
from ..what_if.flow import COMMUNITY, DEPARTMENT, LEADS, STREET, Clocks, Flow, Question
from ..what_if.holdings import CaseRead, read_case
from ..what_if.keeping import Kept
from ..what_if.simulating import WARM_UP, Outcome, TooLong, simulate
from ..what_if.telling import FIGURES, LOADS, Actual, Checked, Line, checked, lines
from .figures import Figures

# The flow is taken from so many months at the most, and said nothing of with fewer than FEWEST.
MOST, FEWEST, FEWEST_CASES = 6, 3, 60
# A run is worth so many cases; how many runs there are depends on nothing else.
CASES_IN_ALL, FEWEST_RUNS, MOST_RUNS = 40_000, 50, 200
SECONDS, PATIENCE = 12.0, 20.0
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
    end = _first_position(month.period.ends)
    edition = Edition.objects.filter(id=1).values_list("number", flat=True).first() or 0
    key = (unit.id, month, end, edition)
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
            f"这个区的事太多，在{SECONDS:.0f}秒内没有算完。请稍后再试，或请管理员在空闲时间打开本页。"
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
    first = month.later(-MOST)
    begin = _first_position(first.period.begins)
    chains = _chains(unit, begin, end)
    cases = _read(chains, None)
    if begin <= 1 and cases:
        # The log begins within; its first month may not be whole.
        first = Month.of(min(case.received for case in cases)).later(1)
    months = month.since(first) + 1 if cases else 0
    if months < FEWEST:
        why = f"数据不够：完整的月份只有{max(0, months)}个，至少要有{FEWEST}个。"
        return Study(month, max(0, months), None, [], (), 0, why)
    before = _fitted(unit, _read(chains, month.period.begins), first, month.previous, month)
    if before.cases < FEWEST_CASES:
        why = f"数据不够：{month.label}之前只有{before.cases}件，至少要有{FEWEST_CASES}件。"
        return Study(month, months, None, [], (), 0, why)
    checks = checked(_actual(unit, month), _simulated(before, Question(), month))
    if not all(one.holds for one in checks):
        why = f"模拟与{month.label}的实际对不上，所以不回答。等下个月数据再看。"
        return Study(month, months, None, checks, (), runs_for(before, month), why)
    of = month.later(1)
    flow = _fitted(unit, cases, max(first, month.later(1 - MOST)), month, of)
    return Study(
        month, months, flow, checks, _simulated(flow, Question(), of), runs_for(flow, of), ""
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


# ---- the log


def _first_position(moment: datetime) -> int:
    """The position of the first event of the log at that moment or later; the next one if none is.

    Positions follow time, but for events written at once, which differ by moments.
    """
    placed = Event.objects.filter(position__isnull=False)
    low, high = 1, (placed.aggregate(last=Max("position"))["last"] or 0) + 1
    while low < high:
        middle = (low + high) // 2
        found = placed.filter(position__gte=middle).order_by("position")
        position, at = found.values_list("position", "at")[0]
        assert position is not None
        low, high = (low, middle) if at >= moment else (position + 1, high)
    return low


class _Link(NamedTuple):
    """A link of a case's chain."""

    kind: str
    at: datetime
    payload: dict[str, Any]


def _chains(unit: Unit, begin: int, end: int) -> list[list[_Link]]:
    """The links of each of the district's cases between two positions, the end excluded."""
    found: dict[UUID, list[_Link]] = defaultdict(list)
    told = Event.objects.filter(
        position__gte=begin, position__lt=end, subject_type=Case.SUBJECT, district_id=unit.id
    )
    rows = told.order_by("position").values_list("subject_id", "kind", "at", "payload")
    for subject_id, kind, at, payload in rows.iterator(chunk_size=5_000):
        found[subject_id].append(_Link(kind, at, payload))
    return list(found.values())


def _read(chains: Sequence[Sequence[_Link]], until: datetime | None) -> list[CaseRead]:
    """The cases as far as they had come at a moment."""
    cut = ([link for link in chain if until is None or link.at < until] for chain in chains)
    return [case for chain in cut if (case := read_case(chain)) is not None]


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

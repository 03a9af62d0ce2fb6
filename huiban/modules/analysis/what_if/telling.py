"""What the runs say: each figure with its interval, today's beside what was asked, and the check."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from huiban.modules.voice.counting import hours_code

from .flow import BRANCH, COMMUNITY, DEPARTMENT, DISTRICT, LEADING_GROUP, STREET
from .simulating import Outcome

SHOWN, CHECKED = 0.8, 0.9
HOURS_A_DAY = 24
# Levels that are told together, and what they are called.
TIERS: tuple[tuple[str, frozenset[str]], ...] = (
    ("小区党支部", frozenset({BRANCH})),
    ("社区", frozenset({COMMUNITY})),
    ("街道", frozenset({STREET})),
    ("区级", frozenset({DISTRICT, LEADING_GROUP})),
    ("部门", frozenset({DEPARTMENT})),
)
ON_TIME, CLOSED, MEDIAN_HOURS = "on_time", "closed", "median_hours"


@dataclass(frozen=True)
class Spread:
    """The middle of the runs, and between what the stated share of them lies."""

    middle: float
    low: float
    high: float

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high


@dataclass(frozen=True)
class Line:
    """A figure: today's, what was asked (None where nothing was), and the difference run by run.

    `digits` are those it is worth; `unit` is a word or a sign.
    """

    code: str
    label: str
    unit: str
    digits: int
    today: Spread
    asked: Spread | None
    difference: Spread | None

    @property
    def is_clear(self) -> bool:
        """Whether the difference is one: its interval is on one side of nought, as it is shown."""
        found = self.difference
        if found is None:
            return False
        return round(found.low, self.digits) > 0 or round(found.high, self.digits) < 0

    @property
    def is_same(self) -> bool:
        """Whether what was asked changes nothing of it that shows."""
        found = self.difference
        return found is not None and not any(
            round(value, self.digits) for value in (found.low, found.middle, found.high)
        )


@dataclass(frozen=True)
class Actual:
    """What a month was in truth; None where it had none to be counted."""

    on_time: float | None
    closed: int
    median_hours: int | None


@dataclass(frozen=True)
class Checked:
    """A true figure beside the interval simulated for it from the months before."""

    code: str
    label: str
    unit: str
    digits: int
    actual: float | None
    simulated: Spread | None

    @property
    def holds(self) -> bool:
        """Whether it lies within."""
        return (
            self.actual is not None and self.simulated is not None and self.actual in self.simulated
        )


Value = Callable[[Outcome], float | None]


def on_time_percent(outcome: Outcome) -> float | None:
    """按期办结率 of the cases that fell due, in per cent."""
    return outcome.on_time / outcome.due * 100 if outcome.due else None


def median_hours(outcome: Outcome) -> float | None:
    """In how many hours half of the closed cases were, to the stretch in which hours are counted."""
    if not outcome.hours:
        return None
    ranked = sorted(outcome.hours)
    return float(hours_code(int(ranked[-(-len(ranked) // 2) - 1] * 60)))


def _mean_days(outcome: Outcome) -> float | None:
    hours = outcome.hours
    return sum(hours) / len(hours) / HOURS_A_DAY if hours else None


def _median_days(outcome: Outcome) -> float | None:
    return float(np.median(outcome.hours)) / HOURS_A_DAY if outcome.hours else None


def _held_at(levels: frozenset[str]) -> Value:
    return lambda outcome: float(sum(outcome.held[level] for level in levels))


FIGURES: tuple[tuple[str, str, str, int, Value], ...] = (
    (ON_TIME, "按期办结率", "%", 1, on_time_percent),
    ("late", "到期没有按期的", "件", 0, lambda one: float(one.due - one.on_time)),
    ("received", "收到", "件", 0, lambda one: float(one.received)),
    (CLOSED, "办结", "件", 0, lambda one: float(len(one.hours))),
    ("mean_days", "平均办理时长", "天", 1, _mean_days),
    ("median_days", "办理时长中位数", "天", 1, _median_days),
    ("open", "月底还在办", "件", 0, lambda one: float(one.open)),
)
LOADS: tuple[tuple[str, str, str, int, Value], ...] = tuple(
    (f"held_{number}", label, "件次", 0, _held_at(levels))
    for number, (label, levels) in enumerate(TIERS)
)


def lines(
    figures: Sequence[tuple[str, str, str, int, Value]],
    today: Sequence[Outcome],
    asked: Sequence[Outcome] | None,
) -> list[Line]:
    """Each figure of the two, run by run; without what no run has."""
    found = []
    for code, label, unit, digits, value in figures:
        before = _spread([value(one) for one in today], SHOWN)
        if before is None:
            continue
        after = difference = None
        if asked is not None:
            after = _spread([value(one) for one in asked], SHOWN)
            difference = _spread(_differences(today, asked, value), SHOWN)
        found.append(Line(code, label, unit, digits, before, after, difference))
    return found


def _differences(
    today: Sequence[Outcome], asked: Sequence[Outcome], value: Value
) -> list[float | None]:
    pairs = [(value(one), value(other)) for one, other in zip(today, asked, strict=True)]
    return [None if a is None or b is None else b - a for a, b in pairs]


def _spread(values: Sequence[float | None], share: float) -> Spread | None:
    """The middle and the interval of those that there are; None of none."""
    known = np.asarray([value for value in values if value is not None])
    if not known.size:
        return None
    tail = (1 - share) / 2
    low, middle, high = np.quantile(known, [tail, 0.5, 1 - tail])
    return Spread(float(middle), float(low), float(high))


def checked(actual: Actual, outcomes: Sequence[Outcome]) -> list[Checked]:
    """A finished month's figures beside the runs that were fitted on the months before it."""
    told: tuple[tuple[str, str, str, int, float | None, Value], ...] = (
        (ON_TIME, "按期办结率", "%", 1, actual.on_time, on_time_percent),
        (CLOSED, "办结", "件", 0, float(actual.closed), lambda one: float(len(one.hours))),
        (MEDIAN_HOURS, "半数办结不超过", "小时", 0, actual.median_hours, median_hours),
    )
    return [
        Checked(code, label, unit, digits, true, _spread([value(one) for one in outcomes], CHECKED))
        for code, label, unit, digits, true, value in told
    ]

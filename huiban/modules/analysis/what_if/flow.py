"""What the simulation knows of a district: its flow, as fitted from the log, and what may be asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from huiban.kernel.base.calendar import Allowance

BRANCH, COMMUNITY, STREET = "branch", "community", "street"
DISTRICT, LEADING_GROUP, DEPARTMENT = "district", "leading_group", "department"
# Duties of whoever has the case in hand; handling is those that a due day is counted of.
LEADS = frozenset({"triage", "handle", "take_up", "guide"})
HANDLING = frozenset({"handle", "guide", "take_up"})
# The branch's step doesn't count as late: its clock only lifts.
COUNTED_LATE = frozenset({"triage", "handle", "take_up"})
# How a unit came by the case: it was put before it, it had taken it on, it got back what it had.
NEW, TAKEN, AGAIN = "new", "taken", "again"
# How pressing a case is: danger, a clock that runs day and night, the ordinary working days.
DANGER, HOURS, ORDINARY = "danger", "hours", "ordinary"


class End(Enum):
    """How a unit's time with a case ended."""

    TOOK = "took"
    SENT = "sent"
    RETURNED = "returned"
    ANSWERED = "answered"
    DIVERTED = "diverted"
    LEFT = "left"
    # The clock took it away. What the unit would have needed isn't known.
    LIFTED = "lifted"


class State(NamedTuple):
    """In what state a unit has a case; "" stands for any, where few were seen."""

    level: str
    owes: str
    urgency: str
    entry: str


class Pattern(NamedTuple):
    """How one holding of the log went: a simulated one goes the same way as one of its state's.

    `wait` until the unit took it on, `work` from then to the end, `extra` what pauses and deferrals
    added to its clock: minutes, working ones where that clock counts those. `to_level` and `to_owes` say where
    a sent case went.
    """

    wait: float
    work: float
    extra: float
    end: End
    to_level: str
    to_owes: str


class Verdict(NamedTuple):
    """What followed an answer: so many minutes later the case closed, or was worked on again."""

    gap: float
    again: bool


class Profile(NamedTuple):
    """A case of the log as it came in. `minute` is that of the day; unknown units are ""."""

    minute: int
    level: str
    front_desk: str
    community: str
    street: str
    category: str
    is_danger: bool


@dataclass(frozen=True)
class Limit:
    """What a unit took on in a working day at its limit, and on how many days that was seen."""

    cases_a_day: float
    days: int


@dataclass(frozen=True)
class Flow:
    """The district's flow. `rates` are reports a day: Monday to Friday when worked, days of rest.

    `dispersion` is how much months differ beyond chance (variance of the rate ÷ its square).
    `limits` holds only units whose limit shows in the log. `departments` are those that a
    category's cases went to, as often as they did; those of any category under "".
    """

    months: int
    cases: int
    rates: tuple[float, ...]
    dispersion: float
    profiles: Mapping[bool, tuple[Profile, ...]]
    pools: Mapping[State, tuple[Pattern, ...]]
    verdicts: Mapping[str, tuple[Verdict, ...]]
    departments: Mapping[str, tuple[str, ...]]
    limits: Mapping[str, Limit]
    level_of: Mapping[str, str]
    clocks: Clocks
    lifted: frozenset[str]


@dataclass(frozen=True)
class Clocks:
    """The allowances of duties, by level, kind of duty, category and danger."""

    allowances: Mapping[tuple[str, str, str, bool], Allowance]

    def urgency(self, category: str, is_danger: bool) -> str:
        """How pressing a case of that category is."""
        if is_danger:
            return DANGER
        handling = self.allowances[COMMUNITY, "handle", category, False]
        return HOURS if handling.unit == "minutes" else ORDINARY


@dataclass(frozen=True)
class Question:
    """What is asked: today's values unless something is changed.

    `more` workers at every unit of `more_level`, where `people` are today; `clock_days` working
    days for ordinary handling at units of `clock_level` (0: as today); arrivals and returns in per
    cent of today's.
    """

    more_level: str = COMMUNITY
    people: int = 1
    more: int = 0
    clock_level: str = STREET
    clock_days: int = 0
    arrivals: int = 100
    returns: int = 100

    @property
    def capacity_factor(self) -> float:
        """By how much the limit of the units asked about changes."""
        return (self.people + self.more) / self.people

    @property
    def is_today(self) -> bool:
        """Whether nothing is changed."""
        return (self.more, self.clock_days, self.arrivals, self.returns) == (0, 0, 100, 100)

"""The units of a run: who is above whom, what time each has, and the desks that take on in turn."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from huiban.kernel.base.calendar import Allowance

from .flow import (
    BRANCH,
    COMMUNITY,
    DEPARTMENT,
    HANDLING,
    LEADING_GROUP,
    ORDINARY,
    STREET,
    Flow,
    Profile,
    Question,
)
from .worktime import WorkTime

NEVER = float("inf")
Place = tuple[str, str]


class Desks:
    """What a question makes of the flow's units, and since when each limited desk is free."""

    def __init__(self, flow: Flow, question: Question, time: WorkTime) -> None:
        self._flow, self._question, self._time = flow, question, time
        self._service = {unit: self._minutes_each(unit) for unit in flow.limits}
        self._free = dict.fromkeys(flow.limits, 0.0)
        groups = (unit for unit, level in flow.level_of.items() if level == LEADING_GROUP)
        self._group = next(groups, "")
        self.allowance = cache(self._allowance)

    def _minutes_each(self, unit: str) -> float:
        asked = self._flow.level_of[unit] == self._question.more_level
        factor = self._question.capacity_factor if asked else 1.0
        return self._time.day_minutes / (self._flow.limits[unit].cases_a_day * factor)

    def _allowance(self, level: str, owes: str, category: str, is_danger: bool) -> Allowance:
        """The time a duty has."""
        clocks, asked = self._flow.clocks, self._question
        is_asked = asked.clock_days and level == asked.clock_level and owes in HANDLING
        if is_asked and clocks.urgency(category, is_danger) == ORDINARY:
            return Allowance("working_days", asked.clock_days)
        return clocks.allowances[level, owes, category, is_danger]

    def is_limited(self, unit: str) -> bool:
        """Whether cases wait their turn there."""
        return unit in self._service

    def take_on(self, unit: str, minute: float, leaves: float) -> float:
        """When a limited desk takes a case on that came now; never where it leaves before.

        Must be asked in the order in which cases come.
        """
        free = max(self._free[unit], self._time.worked(minute)) + self._service[unit]
        start = self._time.moment(free)
        if start > leaves:
            return NEVER
        self._free[unit] = free
        return start

    def above(self, level: str, profile: Profile) -> Place | None:
        """Who gets a case whose clock ran out at that level; None where it stays."""
        if level not in self._flow.lifted:
            return None
        if level == BRANCH and profile.community:
            return COMMUNITY, profile.community
        if level in (BRANCH, COMMUNITY) and profile.street:
            return STREET, profile.street
        if level in (BRANCH, COMMUNITY, STREET, DEPARTMENT) and self._group:
            return LEADING_GROUP, self._group
        return None

    def unit_of(self, level: str, profile: Profile, draw: float) -> str:
        """The unit of a level that a case is sent to: on its path, or one its category goes to."""
        if level == COMMUNITY:
            return profile.community
        if level == STREET:
            return profile.street
        if level == DEPARTMENT:
            return _picked(self._flow.departments, profile.category, draw)
        return self._group if level == LEADING_GROUP else ""


def _picked(departments: Mapping[str, tuple[str, ...]], category: str, draw: float) -> str:
    some = departments.get(category) or departments.get("", ("",))
    return some[int(draw * len(some))]

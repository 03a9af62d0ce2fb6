"""How a theme runs from month to month: new, come back, growing, fading, or simply still there.

Two months are told apart by the exact conditional test of two Poisson counts (Przyborowski and
Wilenski 1940): of a + b reports, with equal chances, so many or more are this month's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Literal

Course = Literal["new", "returned", "growing", "fading", "persistent", "present", "gone", "absent"]

# From so many months in a row a theme is persistent.
PERSISTENT = 3
# A change is one if it is by half at least and chance does it in at most one of ten.
BY_HALF, BY_CHANCE = 1.5, 0.10


@dataclass(frozen=True)
class ThemeCourse:
    """How a theme runs. `running` counts the months in a row up to this one that have reports;
    `p` is the chance of so large a change from last month to this, None if either has none."""

    course: Course
    this: int
    last: int
    running: int
    p: float | None
    words: str


def theme_course(sizes: Sequence[int]) -> ThemeCourse:
    """Judge a theme by its reports a month, the oldest first; the last is the month in question."""
    if not sizes or min(sizes) < 0:
        raise ValueError("a theme needs at least one month, and no count is negative")
    this, last = sizes[-1], sizes[-2] if len(sizes) > 1 else 0
    running = sum(1 for _ in takewhile(bool, reversed(sizes)))
    p = _change_p(this, last) if this and last else None
    course = _course(sizes, this, last, running, p)
    return ThemeCourse(course, this, last, running, p, _words(course, sizes, this, last, running))


def _change_p(this: int, last: int) -> float:
    """P(at least the larger of the two | their sum), each month being as likely."""
    from scipy.special import betainc

    larger, whole = max(this, last), this + last
    return float(betainc(larger, whole - larger + 1, 0.5))


def _course(sizes: Sequence[int], this: int, last: int, running: int, p: float | None) -> Course:
    if not this:
        return "gone" if last else "absent"
    if not any(sizes[:-1]):
        return "new"
    if not last:
        return "returned"
    if p is not None and p <= BY_CHANCE:
        if this >= BY_HALF * last:
            return "growing"
        if last >= BY_HALF * this:
            return "fading"
    return "persistent" if running >= PERSISTENT else "present"


def _words(course: Course, sizes: Sequence[int], this: int, last: int, running: int) -> str:
    long = f"，已连续{running}个月出现" if running >= PERSISTENT else ""
    if course == "new":
        before = len(sizes) - 1
        return f"本月新出现，{this}件" + (f"，此前{before}个月没有" if before else "")
    if course == "returned":
        away = sum(1 for _ in takewhile(lambda size: not size, reversed(sizes[:-1])))
        return f"停了{away}个月后再次出现，{this}件"
    if course in ("gone", "absent"):
        return f"本月没有再出现，上月{last}件" if last else "本月和上月都没有出现"
    if course in ("growing", "fading"):
        return f"本月{this}件，上月{last}件，{'增多' if this > last else '减少'}{long}"
    moved = "与上月持平" if this == last else "增减还在偶然的范围内"
    return f"本月{this}件，上月{last}件，{moved}{long}"

"""Where a policy stands on a day, in words: pure decisions from its dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Course:
    """The days on which things happened to a policy; None where they haven't."""

    opened: date
    drafted: date | None = None
    begins: date | None = None
    ends: date | None = None
    outcome: date | None = None
    in_force: date | None = None
    measured: date | None = None
    ended: date | None = None


def say_day(day: date) -> str:
    """`2026年5月8日`."""
    return f"{day.year}年{day.month}月{day.day}日"


def state_on(course: Course, day: date, comments: int = 0) -> str:
    """How it stands at the end of a day, `comments` being those told by then; empty before it began."""
    if day < course.opened:
        return ""
    if course.ended is not None and course.ended <= day:
        return _ended(course, course.ended)
    if course.in_force is not None and _announced(course, day):
        return _in_force(course, course.in_force, day)
    if course.begins is not None and course.ends is not None and course.begins <= day:
        return _asked(course, course.ends, day, comments)
    if course.drafted is not None and course.drafted <= day:
        return "起草中"
    return "已列为议题"


def _announced(course: Course, day: date) -> bool:
    """Whether the rule's day is known by then: once it has come, or once the outcome was published."""
    assert course.in_force is not None
    return course.in_force <= day or (course.outcome is not None and course.outcome <= day)


def _ended(course: Course, ended: date) -> str:
    said = say_day(ended)
    return f"{said}起不再施行" if course.in_force is not None else f"{said}终止"


def _in_force(course: Course, since: date, day: date) -> str:
    said = say_day(since)
    if since > day:
        return f"已定稿，{said}起施行"
    measured = course.measured is not None and course.measured <= day
    return f"{said}起施行" + ("，已评估" if measured else "")


def _asked(course: Course, ends: date, day: date, comments: int) -> str:
    got = f"收到{comments}条意见" if comments else "还没有收到意见"
    if day <= ends:
        return f"公开征求意见，到{say_day(ends)}，{got}"
    if course.outcome is not None and course.outcome <= day:
        return f"已公布意见采纳情况（{comments}条），待施行"
    return f"征求意见已结束，{got}，归类修改中" if comments else "征求意见已结束，没有收到意见"


def concerns(course: Course, first: date, last: date) -> bool:
    """Whether a policy was under way at any time from one day to another.

    One that was concluded or ended before isn't; one that began later isn't yet.
    """
    over = [day for day in (course.measured, course.ended) if day is not None]
    return course.opened <= last and not (over and min(over) < first)

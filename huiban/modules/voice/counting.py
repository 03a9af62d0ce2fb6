"""What a case counts for, from its course: pure. `measures.py` says in words what is counted here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, cast

from huiban.kernel.base.measures import ALL, CATEGORY, GROUP, HANDLER, HOURS, NOW, TIER, Mark, Tally

from . import stages
from .course import NOBODY, Course, apply, dump, load

UNCOUNTED_OUTCOMES = frozenset({"withdrawn", "merged"})
UNDER_WAY = frozenset(stages.CASE.labels) - stages.CASE.finished
CHINA = timedelta(hours=8)


def marks(course: Course) -> Iterator[Mark]:
    """What a case counts for, as `measures.py` defines it."""
    if course.received is None:
        return
    yield from _spread(course, "voice.received", _day(course.received))
    if course.danger:
        yield from _spread(course, "voice.danger", _day(course.received))
    if course.reopened:
        yield from _spread(course, "voice.reopened", _day(course.received))
    if course.triage_due is not None:
        yield from _of_triage(course)
    if course.handling_due is not None and course.handling_outcome not in UNCOUNTED_OUTCOMES:
        yield from _of_due(course)
    if course.stage == stages.CLOSED and course.closed is not None:
        yield from _of_closed(course)
    if course.diverted is not None:
        yield from _spread(course, "voice.diverted", _day(course.diverted))
    if course.stage in UNDER_WAY:
        yield from _of_now(course)


def _day(moment: datetime) -> int:
    """The day in China as the number YYYYMMDD. Moments come in UTC."""
    there = moment + CHINA
    return there.year * 10_000 + there.month * 100 + there.day


def _of_triage(course: Course) -> Iterator[Mark]:
    assert course.triage_due is not None
    day = _day(course.triage_due)
    yield from _spread(course, "voice.triage_due", day)
    if course.triage_closed is not None and course.triage_closed <= course.triage_due:
        yield from _spread(course, "voice.triage_on_time", day)


def _of_due(course: Course) -> Iterator[Mark]:
    due, closed = course.handling_due, course.handling_closed
    assert due is not None
    day = _day(due)
    yield from _spread(course, "voice.due", day, handler=course.handling_by)
    if closed is None:
        return
    yield from _spread(course, "voice.due_closed", day, handler=course.handling_by)
    if closed <= due and not course.handling_was_late:
        yield from _spread(course, "voice.due_on_time", day, handler=course.handling_by)


def _of_closed(course: Course) -> Iterator[Mark]:
    assert course.closed is not None
    assert course.received is not None
    day = _day(course.closed)
    minutes = int((course.closed - course.received).total_seconds() // 60)
    yield from _spread(course, "voice.closed", day)
    yield from _spread(course, "voice.closed_minutes", day, amount=minutes)
    for unit in _above_estate(course):
        yield HOURS, "voice.closed", unit, hours_code(minutes), day, 1
    if course.answered is not None:
        for measure in _of_verdict(course):
            yield from _spread(course, measure, day, handler=course.answered_by)


def _of_verdict(course: Course) -> Iterator[str]:
    yield "voice.ended"
    if course.verdict == "":
        yield "voice.unrated"
    elif course.verdict == "not_reached":
        yield "voice.not_reached"
    else:
        yield "voice.rated"
        if course.verdict != "not_solved":
            yield f"voice.{course.verdict}"
        if course.satisfaction in ("satisfied", "basically"):
            yield f"voice.{course.satisfaction}"


def _of_now(course: Course) -> Iterator[Mark]:
    yield from _spread(course, "voice.open", NOW, handler=course.owner)
    if course.danger:
        yield from _spread(course, "voice.danger_open", NOW)
    if course.late and not course.paused:
        yield from _spread(course, "voice.late", NOW, handler=course.owner)
        for unit in _above_estate(course):
            yield TIER, "voice.late", unit, str(course.owner_tier), NOW, 1


# Of an estate only what comes and goes is counted; rates of so few would say little.
OF_ESTATES = frozenset({"voice.received", "voice.closed", "voice.open", "voice.late"})
OF_GROUPS = frozenset(
    {"voice.received", "voice.ended", "voice.rated", "voice.solved", "voice.closed"}
)
# What is told apart by category and group down to communities (by category down to estates). Of
# everything else a street is where such counts are large enough to say something.
TOLD_APART_EVERYWHERE = frozenset({"voice.received"})


def _spread(
    course: Course, measure: str, day: int, *, amount: int = 1, handler: str = NOBODY
) -> Iterator[Mark]:
    """The same count under every unit of the path and along every axis of the measure."""
    units = _above_estate(course)
    apart = units if measure in TOLD_APART_EVERYWHERE else _above_community(course)
    if measure in OF_GROUPS:
        for group in course.groups.split("+"):
            for unit in apart:
                yield GROUP, measure, unit, group, day, amount
    if course.estate and measure in OF_ESTATES:
        units = [*units, course.estate]
        apart = units if measure in TOLD_APART_EVERYWHERE else apart
    for unit in units:
        yield ALL, measure, unit, "", day, amount
    for unit in apart:
        yield CATEGORY, measure, unit, course.category, day, amount
    # What lies within a unit is counted above; this is for who handles what lies elsewhere.
    if handler and handler not in units:
        yield HANDLER, measure, handler, course.category, day, amount


def _above_community(course: Course) -> list[str]:
    return [unit for unit in (course.district, course.street) if unit]


def _above_estate(course: Course) -> list[str]:
    return [unit for unit in (course.district, course.street, course.community) if unit]


def hours_code(minutes: int) -> str:
    """How long it took, as the upper end of a stretch, in hours with four digits.

    Up to two days a stretch is an hour, up to ten days four hours, beyond a day, a year at the
    most; a median read from it is exact to the stretch.
    """
    hours = max(1, -(-minutes // 60))
    step = 1 if hours <= 48 else 4 if hours <= 240 else 24
    return f"{min(-(-hours // step) * step, 8760):04d}"


TALLY = Tally(
    subject_type="voice.case",
    version=3,
    blank=Course,
    apply=cast("Callable[[Any, str, datetime, dict[str, Any]], None]", apply),
    marks=marks,
    dump=dump,
    load=load,
)

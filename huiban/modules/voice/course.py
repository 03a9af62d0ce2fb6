"""The course of a case as its events tell it: pure, so that a recount can't differ."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from huiban.kernel.duties.actions import DUTY_LATE, DUTY_MOVED

from . import kinds, stages

HANDLING = frozenset({"handle", "guide", "take_up"})
# The branch's step doesn't count as late: its clock only lifts.
COUNTED_LATE = frozenset({"triage", "handle", "take_up"})
NOBODY = ""


class Course:
    """Where a case stands after the events so far. Moments are aware; "" and None mean unknown."""

    __slots__ = (
        "answered",
        "answered_by",
        "category",
        "closed",
        "community",
        "danger",
        "district",
        "diverted",
        "due",
        "estate",
        "groups",
        "handling_by",
        "handling_closed",
        "handling_due",
        "handling_outcome",
        "handling_was_late",
        "late",
        "owes",
        "owner",
        "owner_tier",
        "paused",
        "received",
        "reopened",
        "satisfaction",
        "stage",
        "street",
        "triage_closed",
        "triage_due",
        "verdict",
        "was_late",
    )

    def __init__(self) -> None:
        self.district = self.street = self.community = self.estate = ""
        self.category = self.groups = self.stage = self.verdict = self.satisfaction = ""
        self.owes = self.owner = self.answered_by = self.handling_by = self.handling_outcome = ""
        self.owner_tier = self.reopened = 0
        self.danger = self.late = self.paused = self.was_late = self.handling_was_late = False
        self.received: datetime | None = None
        self.due: datetime | None = None
        self.answered: datetime | None = None
        self.closed: datetime | None = None
        self.diverted: datetime | None = None
        self.handling_due: datetime | None = None
        self.handling_closed: datetime | None = None
        self.triage_due: datetime | None = None
        self.triage_closed: datetime | None = None


_MOMENTS = frozenset(
    {
        "received",
        "due",
        "answered",
        "closed",
        "diverted",
        "handling_due",
        "handling_closed",
        "triage_due",
        "triage_closed",
    }
)


def dump(course: Course) -> list[Any]:
    """As JSON holds it: the values in the order of their names."""
    values = [getattr(course, name) for name in Course.__slots__]
    return [value.isoformat() if isinstance(value, datetime) else value for value in values]


def load(values: list[Any]) -> Course:
    """The reverse of `dump`."""
    course = Course()
    for name, value in zip(Course.__slots__, values, strict=True):
        is_moment = name in _MOMENTS and value is not None
        setattr(course, name, datetime.fromisoformat(value) if is_moment else value)
    return course


def apply(course: Course, kind: str, at: datetime, payload: dict[str, Any]) -> None:
    """Let one more event happen to the case. The payload also says the `district`."""
    if "closes" in payload:
        _step(course, at, payload)
    tells = _TELLS.get(kind)
    if tells is not None:
        tells(course, at, payload)
    if stage := payload.get("stage"):
        course.stage = stage


def _step(course: Course, at: datetime, payload: dict[str, Any]) -> None:
    """What every step says: which duty closed, and which opened."""
    if payload["closes"]:
        _close(course, at, payload["closes"])
    if payload["owes"]:
        _open(course, payload)


def _close(course: Course, at: datetime, outcome: str) -> None:
    if course.owes in HANDLING:
        course.handling_closed, course.handling_outcome = at, outcome
    if course.owes == "triage" and course.triage_closed is None:
        course.triage_closed = at
    if course.late and course.owes in COUNTED_LATE:
        course.was_late = True
    course.owes = course.owner = NOBODY
    course.owner_tier, course.due, course.late, course.paused = 0, None, False, False


def _open(course: Course, payload: dict[str, Any]) -> None:
    course.owes, course.owner = payload["owes"], payload["owner"]
    course.owner_tier, course.late, course.paused = payload["owner_tier"], False, False
    _due(course, payload["due"])
    if course.owes in HANDLING:
        course.handling_by, course.handling_closed, course.handling_outcome = course.owner, None, ""
        course.handling_was_late = course.was_late


def _due(course: Course, due: str) -> None:
    """The open lead duty is due at another moment."""
    course.due = datetime.fromisoformat(due)
    if course.owes in HANDLING:
        course.handling_due = course.due
    elif course.owes == "triage" and course.triage_closed is None:
        course.triage_due = course.due


def _moved(course: Course, at: datetime, due: str) -> None:
    if not due or not course.owes:
        return
    _due(course, due)
    assert course.due is not None
    if course.late and course.due > at:
        course.late = False


def _reported(course: Course, at: datetime, payload: dict[str, Any]) -> None:
    course.received, course.district = at, payload["district"]
    course.category, course.danger = payload["category"], payload["danger"]
    _located(course, at, payload)


def _located(course: Course, at: datetime, payload: dict[str, Any]) -> None:
    course.street = payload.get("street", course.street)
    course.community = payload.get("community", course.community)
    course.estate = payload.get("estate", course.estate)


def _categorised(course: Course, at: datetime, payload: dict[str, Any]) -> None:
    course.category = payload["category"]
    _moved(course, at, payload.get("due", ""))


def _asked(course: Course, at: datetime, payload: dict[str, Any]) -> None:
    course.paused = True


def _runs_on(course: Course, at: datetime, payload: dict[str, Any]) -> None:
    course.paused = False
    _moved(course, at, payload.get("due", ""))


def _deferred(course: Course, at: datetime, payload: dict[str, Any]) -> None:
    _moved(course, at, payload["after"])


def _duty_moved(course: Course, at: datetime, payload: dict[str, Any]) -> None:
    if payload["unit"] == course.owner and course.due == datetime.fromisoformat(payload["before"]):
        _moved(course, at, payload["after"])


def _duty_late(course: Course, at: datetime, payload: dict[str, Any]) -> None:
    if (payload["kind"], payload["unit"]) == (course.owes, course.owner):
        course.late = True


def _answered(course: Course, at: datetime, payload: dict[str, Any]) -> None:
    course.answered, course.answered_by = at, payload["unit"]


def _sent_back(course: Course, at: datetime, payload: dict[str, Any]) -> None:
    course.answered = None


def _reopened(course: Course, at: datetime, payload: dict[str, Any]) -> None:
    course.answered = None
    course.reopened += 1


def _rated(course: Course, at: datetime, payload: dict[str, Any]) -> None:
    course.verdict, course.satisfaction = payload["verdict"], payload["satisfaction"]
    closes = payload["stage"] == stages.CLOSED
    course.closed = (course.closed or at) if closes else None


def _closed_unrated(course: Course, at: datetime, payload: dict[str, Any]) -> None:
    course.verdict, course.satisfaction, course.closed = payload.get("verdict", ""), "", at


def _ended(course: Course, at: datetime, payload: dict[str, Any]) -> None:
    course.closed = at


def _diverted(course: Course, at: datetime, payload: dict[str, Any]) -> None:
    course.closed = course.diverted = at


def _goes_on(course: Course, at: datetime, payload: dict[str, Any]) -> None:
    course.closed = course.diverted = None


def _grouped(course: Course, at: datetime, payload: dict[str, Any]) -> None:
    course.groups = payload["groups"]


_TELLS: dict[str, Callable[[Course, datetime, dict[str, Any]], None]] = {
    kinds.REPORTED: _reported,
    kinds.LOCATED: _located,
    kinds.CATEGORISED: _categorised,
    kinds.GROUPS_SAID: _grouped,
    kinds.ASKED: _asked,
    kinds.REPLIED: _runs_on,
    kinds.QUESTION_LAPSED: _runs_on,
    kinds.DEFERRED: _deferred,
    DUTY_MOVED: _duty_moved,
    DUTY_LATE: _duty_late,
    kinds.ANSWERED: _answered,
    kinds.REJECTED: _sent_back,
    kinds.REOPENED: _reopened,
    kinds.RATED: _rated,
    kinds.CLOSED_UNRATED: _closed_unrated,
    kinds.EXPLAINED: _ended,
    kinds.JOINED: _ended,
    kinds.MERGED: _ended,
    kinds.WITHDRAWN: _ended,
    kinds.DIVERTED: _diverted,
    kinds.REOPENING_ASKED: _goes_on,
    kinds.UNMERGED: _goes_on,
}

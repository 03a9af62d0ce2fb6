"""Along which axes a case is counted: everywhere as a whole, apart where that says something."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from huiban.kernel.base.measures import ALL, CATEGORY, GROUP, HANDLER, MEASURES
from huiban.modules.voice.counting import marks
from huiban.modules.voice.course import Course

AT = datetime(2026, 5, 8, 1, 30, tzinfo=UTC)


def course(handler: str) -> Course:
    """A case of an estate that came, was handled and rated."""
    found = Course()
    found.district, found.street, found.community, found.estate = "D", "S", "C", "E"
    found.category, found.groups, found.stage = "noise", "elderly", "closed"
    found.verdict, found.satisfaction, found.answered_by = "solved", "satisfied", handler
    found.received, found.closed, found.answered = AT, AT + timedelta(days=1), AT
    found.handling_due, found.handling_closed = AT + timedelta(days=2), AT
    found.handling_by = handler
    return found


def units(axis: str, measure: str, handler: str = "C") -> set[str]:
    return {unit for on, of, unit, *_ in marks(course(handler)) if (on, of) == (axis, measure)}


def test_what_comes_is_told_apart_down_to_where_it_lies() -> None:
    assert units(ALL, "voice.received") == {"D", "S", "C", "E"}
    assert units(CATEGORY, "voice.received") == {"D", "S", "C", "E"}
    assert units(GROUP, "voice.received") == {"D", "S", "C"}


def test_what_became_of_it_is_told_apart_down_to_the_street() -> None:
    assert units(ALL, "voice.solved") == {"D", "S", "C"}
    assert units(CATEGORY, "voice.solved") == {"D", "S"}
    assert units(GROUP, "voice.solved") == {"D", "S"}


def test_who_handles_what_lies_in_the_own_territory_is_not_counted_twice() -> None:
    assert units(HANDLER, "voice.due") == set()
    assert units(HANDLER, "voice.due", "housing") == {"housing"}


def test_a_measure_says_each_axis_along_which_it_is_counted() -> None:
    for axis, measure, *_ in marks(course("housing")):
        assert axis in MEASURES[measure].axes, (axis, measure)

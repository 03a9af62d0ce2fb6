"""Counts folded from events equal what the tables say, however the log is cut, and counted anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huiban.kernel.base.clock import travelling
from huiban.kernel.base.measures import ALL, NOW
from huiban.kernel.events.pump import drain, give_positions
from huiban.modules.analysis.actions import folding
from huiban.modules.analysis.folding.counting import Link, counted
from huiban.modules.analysis.folding.log import states_of
from huiban.modules.analysis.folding.proof import broken_counts
from huiban.modules.analysis.models import Count, SubjectState
from huiban.modules.voice.queries import CountFilter, counts
from tests.cast import Cast, Tell
from tests.stories import STEPS, Story

STATES = "huiban.modules.analysis.actions.folding.states_of"
pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 5, 1), date(2026, 6, 30)
MOMENT = datetime(2026, 5, 8, 1, 30, tzinfo=UTC)
UNITS = ("district", "street", "other_street", "community", "neighbour")


@contextmanager
def taken_back() -> Iterator[None]:
    """Whatever happens within leaves no trace, so that one story doesn't stand in another's way."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def folded(cast: Cast, unit: str) -> Counter[str]:
    """The folded counts of a unit, by measure: of the days, and of now."""
    found: Counter[str] = Counter()
    rows = Count.objects.filter(series__unit_id=cast.units[unit].id, series__axis=ALL)
    for measure, day, amount in rows.values_list("series__measure", "day", "amount"):
        if day == NOW or 20260501 <= day <= 20260630:
            found[measure] += amount
    return found


def told_by_tables(cast: Cast, unit: str) -> Counter[str]:
    """The same from the tables, as the counts page reads them."""
    wanted = CountFilter(FIRST, LAST, unit=cast.units[unit].code)
    said = counts(cast["district_officer"], wanted)
    cells = {cell.key: cell.value for cell in said.cells}
    rates = {linked.rate.code: linked.rate for linked in said.rates}
    return Counter(
        {
            "voice.received": cells["received"],
            "voice.open": cells["open"],
            "voice.late": cells["late"],
            "voice.reopened": cells["reopened"],
            "voice.danger": cells["danger"],
            "voice.due": rates["closed"].denominator,
            "voice.due_closed": rates["closed"].numerator,
            "voice.due_on_time": rates["on_time"].numerator,
            "voice.rated": rates["solved"].denominator,
            "voice.solved": rates["solved"].numerator,
            "voice.ended": rates["coverage"].denominator,
            "voice.unrated": said.unrated.value,
            "voice.not_reached": said.not_reached.value,
            "voice.closed": said.handling.cases if said.handling else 0,
            "content": rates["satisfied"].numerator,
        }
    )


def everything() -> dict[Any, int]:
    """All counts that aren't nought."""
    rows = Count.objects.exclude(amount=0).values_list(
        "series__unit_id", "series__axis", "series__measure", "series__code", "day", "amount"
    )
    return {row[:-1]: row[-1] for row in rows}


@pytest.mark.thorough
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS, batch=st.integers(1, 40))
def test_any_story_is_counted_as_the_tables_tell_it(
    cast: Cast, steps: list[tuple[Any, ...]], batch: int
) -> None:
    with travelling(datetime(2026, 5, 8, 1, 30, tzinfo=UTC)) as clock, taken_back():
        story = Story(cast, Tell(cast), clock)
        for step in steps:
            story.play(step)
            give_positions()
            folding.fold_some(batch)
        drain()
        give_positions()
        folding.fold_all(batch)
        for unit in UNITS:
            counted, told = folded(cast, unit), told_by_tables(cast, unit)
            counted["content"] = counted["voice.satisfied"] + counted["voice.basically"]
            wrong = {key: (counted[key], told[key]) for key in told if counted[key] != told[key]}
            assert wrong == {}, unit
        assert broken_counts() == []
        live = everything()
        folding.fold_again()
        assert everything() == live


def test_a_second_run_counts_nothing_twice(cast: Cast, tell: Tell) -> None:
    tell()
    give_positions()
    assert folding.fold_all() > 0
    before = everything()
    assert folding.fold_all() == 0
    assert everything() == before
    assert folded(cast, "community")["voice.received"] == 1


def test_whoever_was_overtaken_writes_nothing(
    cast: Cast, tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell()
    give_positions()

    def overtaken(subject_ids: Any) -> dict[str, str]:
        monkeypatch.setattr(STATES, states_of)
        folding.fold_all()
        return states_of([])

    monkeypatch.setattr(STATES, overtaken)
    folding.fold_some()
    assert folded(cast, "community")["voice.received"] == 1
    assert SubjectState.objects.filter(subject_type="voice.case").count() == 1


def test_a_record_that_is_as_it_was_is_not_written_again(cast: Cast, tell: Tell) -> None:
    case_id = str(tell().case_id)
    give_positions()
    folding.fold_all()
    known = states_of([case_id])
    told = Link(1, "voice.case", case_id, "voice.nobody_counts_this", MOMENT, "", {})
    stretch = counted([told], known)
    assert stretch.states == {}
    assert not any(stretch.changes.values())
    assert counted([told], {}).states.keys() == {case_id}, "what is new is written"

"""Every figure of a snapshot equals what the tables say, whatever story was told."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from huiban.kernel.base.clock import travelling
from huiban.kernel.events.pump import drain
from huiban.modules.analysis.actions.folding import fold_again
from huiban.modules.analysis.actions.publishing import follow_log
from huiban.modules.analysis.handbook.canonical import Section
from huiban.modules.analysis.handbook.gathering import gather
from huiban.modules.analysis.reckoning.months import Month
from huiban.modules.analysis.tests.test_folding import taken_back
from huiban.modules.voice.queries import CountFilter, counts
from tests.cast import Cast, Tell
from tests.stories import STEPS, Story

pytestmark = pytest.mark.django_db
UNITS = ("district", "street", "other_street", "community", "neighbour")


def printed(snapshot: Section) -> Counter[str]:
    """What the snapshot prints, by name; rates as their counts."""
    found: Counter[str] = Counter()
    for line in snapshot["numbers"]["lines"]:
        found[line["measure"].removeprefix("voice.")] = line["value"]
    for one in snapshot["rates"]:
        name = one["rate"].removeprefix("voice.")
        found[f"{name} part"], found[f"{name} whole"] = one["part"], one["whole"]
        for beside in one["beside"]:
            found[beside["measure"].removeprefix("voice.")] = beside["value"]
    now = snapshot["numbers"]["now"]
    found["open"], found["late"] = now["open"], now["late"]
    for tier in now["tiers"]:
        found[f"late at {tier['tier']}"] = tier["late"]
    for matter in snapshot["matters"]["matters"]:
        found[f"of {matter['name']}"] = matter["value"]
    this = snapshot["handling"][0]
    found["closed"] = this["cases"]
    return found


def told(cast: Cast, unit: str, first: date, last: date) -> Counter[str]:
    """The same from the tables, as the counts page reads them."""
    wanted = CountFilter(first, last, unit=cast.units[unit].code)
    said = counts(cast["district_officer"], wanted)
    found = Counter({cell.key: cell.value for cell in said.cells})
    names = {"closed": "closed_rate", "on_time": "on_time_rate", "solved": "solved_rate"}
    names |= {"satisfied": "satisfied_rate", "coverage": "coverage"}
    for linked in said.rates:
        name = names[linked.rate.code]
        found[f"{name} part"] = linked.rate.numerator
        found[f"{name} whole"] = linked.rate.denominator
    found["unrated"], found["not_reached"] = said.unrated.value, said.not_reached.value
    found["due"] = found["closed_rate whole"]
    found["ended"] = found["coverage whole"]
    found["closed"] = said.handling.cases if said.handling else 0
    for cell in said.late_by_tier:
        found[f"late at {cell.key}"] = cell.value
    for row in said.by_category:
        if row.received:
            found[f"of {row.label}"] = row.received
    return found


@pytest.mark.thorough
@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
def test_any_story_is_printed_as_the_tables_tell_it(cast: Cast, steps: list[Any]) -> None:
    with travelling(datetime(2026, 5, 8, 1, 30, tzinfo=UTC)) as clock, taken_back():
        story = Story(cast, Tell(cast), clock)
        story.tell.begin_with(str(id(story)))
        for step in steps:
            story.play(step)
        drain()
        fold_again()
        follow_log()
        for unit in UNITS:
            snapshot = gather(cast.units[unit], Month(2026, 5))
            first, last = (date.fromisoformat(snapshot["period"][end]) for end in ("first", "last"))
            expected, found = told(cast, unit, first, last), printed(snapshot)
            wrong = {
                name: (found[name], expected[name])
                for name in expected
                if found[name] != expected[name]
            }
            assert wrong == {}, unit
            _adds_up(snapshot)


def _adds_up(snapshot: Section) -> None:
    """Parts are never more than their whole, and what is hidden is hidden everywhere."""
    received = next(
        line["value"]
        for line in snapshot["numbers"]["lines"]
        if line["measure"] == "voice.received"
    )
    assert sum(one["value"] for one in snapshot["matters"]["matters"]) == received
    assert sum(one["value"] for one in snapshot["matters"]["fields"]) == received
    assert snapshot["trend"]["lines"][0]["values"][-1] == received
    units = snapshot["places"]["units"]
    if not any(unit["hidden"] for unit in units):
        assert sum(unit["received"] for unit in units) + snapshot["places"]["elsewhere"] == received
    hidden = {unit["name"] for unit in units if unit["hidden"]}
    for row in (snapshot["places"]["grid"] or {"rows": []})["rows"]:
        assert (set(row["counts"]) == {None}) == (row["name"] in hidden)
    groups = snapshot["groups"]
    assert groups["not_stated"]["value"] <= groups["total"] == received
    assert all(line["value"] >= groups["smallest"] for line in groups["lines"])

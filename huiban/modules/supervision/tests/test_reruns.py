"""Reading history again, after rules changed, and month by month: as watching would have found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from huiban.kernel.base.clock import SHANGHAI, Traveller
from huiban.kernel.base.clock import now as moment
from huiban.kernel.base.ids import new_id
from huiban.kernel.events.pump import drain
from huiban.kernel.vocab.actions import load_terms
from huiban.modules.supervision.actions import watching
from huiban.modules.supervision.models import Finding, Occurrence
from huiban.modules.supervision.reading import VOCABULARY, InForce, chain_of, found_in
from huiban.modules.supervision.reading import ground as ground_as_it_is
from huiban.modules.supervision.rules import LIFTED_OFTEN, RULES, Found, Link, Turn, walk
from huiban.modules.supervision.tests.simulated_story import Story, at_department, ground
from huiban.modules.supervision.tests.test_watching import busy_weeks, findings, let_pass
from huiban.modules.voice import actions as voice
from huiban.modules.voice import kinds
from tests.cast import Cast, Tell

pytestmark = pytest.mark.django_db

GROUND = ground()
MONDAY = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)
WEDNESDAY = date(2026, 6, 3)
TICK = timedelta(microseconds=1)


def change(code: str, day: date, **numbers: int) -> None:
    """Let a rule have these numbers from a day on, as its second version."""
    data = {"on": True, "version": 2, **numbers}
    load_terms(VOCABULARY, [{"code": code, "name": RULES[code].name, "data": data}], day)


def once(links: list[Link], code: str) -> tuple[InForce, Found]:
    """The only thing that a rule finds in a case, read as a whole and again link by link."""
    begins, ends = links[0].at, links[-1].at + TICK
    whole = found_in(code, walk(links), GROUND, begins, ends)
    heard = [
        found
        for length, link in enumerate(links, 1)
        for found in found_in(code, walk(links[:length]), GROUND, link.at, link.at + TICK)
    ]
    assert heard == whole
    (found,) = whole
    return found


def at_a_department_on_monday() -> tuple[Story, str]:
    story = Story("case", Random(1), MONDAY)
    _, department = at_department(story)
    return story, department


def test_what_lay_over_a_tightening_is_found_by_the_version_of_its_day(cast: Cast) -> None:
    change("stalled", WEDNESDAY, hours=7)
    story, department = at_a_department_on_monday()
    for name, hours in (("duties.duty_warned", 24), ("duties.duty_late", 48)):
        story.at += timedelta(hours=hours)
        story.add(name, duty="", unit=department, kind="handle", tier=2)
    stood, found = once(story.links, "stalled")
    assert (stood.version, found.link) == (2, story.links[-1])


def test_what_was_found_before_a_loosening_is_not_found_again(cast: Cast) -> None:
    change("extended", WEDNESDAY, times=3, days=10)
    story, department = at_a_department_on_monday()
    story.accept()
    for hours in (20, 2, 48):
        story.at += timedelta(hours=hours)
        story.add(kinds.DEFERRED, unit=department, days=1, before="", after="")
    stood, found = once(story.links, "extended")
    assert (stood.version, found.link) == (1, story.links[-2])


def test_what_was_kept_under_its_link_is_not_found_again(
    cast: Cast, tell: Tell, clock: Traveller
) -> None:
    began = moment()
    busy_weeks(cast, tell, clock)
    kept = findings()
    assert {"bounced", "stalled", "extended"} <= {finding.rule for finding in kept}
    for finding in kept:
        finding.key = f"{finding.rule}:{finding.case_id}:{finding.evidence['steps'][-1]}"
        finding.save(update_fields=["key"])
    assert watching.rerun(began, moment() + timedelta(seconds=1)) == 0


def test_a_corrected_calendar_doubles_nothing(
    cast: Cast, tell: Tell, clock: Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By shorter working days a holding shows later, at another link, that it was left lying."""
    began = moment()
    case = tell("楼下垃圾没人清运").case_id
    voice.dispatch(cast["worker"], case, cast.units["housing"].id)
    let_pass(clock, days=12)
    kept = next(one for one in findings() if one.unit == cast.units["housing"])
    right = ground_as_it_is()
    shorter = replace(right, calendar=replace(right.calendar, shifts=((time(9), time(11)),)))
    until = moment() + timedelta(seconds=1)
    _, later = found_in("stalled", chain_of(case, 1000), shorter, began, until)[0]
    assert (kept.rule, later.unit) == ("stalled", str(kept.unit_id))
    assert later.link.sequence > kept.evidence["steps"][-1]
    monkeypatch.setattr(watching, "ground", lambda: shorter)
    assert watching.rerun(began, until) == 0


def lifted(cast: Cast, days: list[int]) -> dict[UUID, list[Turn]]:
    """Cases in the order of their keys that rose from the community on these days of the month."""
    street, community = (str(cast.units[name].id) for name in ("street", "community"))
    payload = {"unit": street, "from_unit": community, "stage": "dispatched"}
    moments = [datetime(2026, 5, day, 10, tzinfo=SHANGHAI) for day in days]
    return {new_id(): walk([Link(1, kinds.LIFTED, at, payload)]) for at in moments}


def test_the_first_too_many_of_a_month_is_found_whichever_batch_it_stands_in(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Batches come by the cases' age: the older ones rose later."""
    batches = [lifted(cast, [21, 22, 23, 24, 25]), lifted(cast, [9, 10, 11, 12, 13])]

    def chains(since: datetime, until: datetime) -> Iterator[dict[UUID, list[Turn]]]:
        yield from batches

    monkeypatch.setattr(watching, "chains_between", chains)
    begins, ends = (datetime(2026, month, 1, tzinfo=SHANGHAI) for month in (5, 6))
    assert watching.rerun(begins, ends) == 1
    (often,) = findings()
    assert (often.rule, often.at.astimezone(SHANGHAI).day) == (LIFTED_OFTEN, 13)


def test_a_rerun_from_mid_month_knows_what_rose_before(
    cast: Cast, tell: Tell, clock: Traveller
) -> None:
    change(LIFTED_OFTEN, date(2020, 1, 2), times=3)
    clock.moment = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)
    for _ in range(2):
        tell("楼道里的灯坏了")
    let_pass(clock, days=2)
    since = moment()
    tell("楼道里的灯又坏了")
    let_pass(clock, days=2)
    (live,) = [finding for finding in findings() if finding.rule == LIFTED_OFTEN]
    Finding.objects.everywhere("a database that never watched").delete()
    Occurrence.objects.all().delete()
    watching.rerun(since, moment() + timedelta(seconds=1))
    (again,) = [finding for finding in findings() if finding.rule == LIFTED_OFTEN]
    assert (again.at, again.evidence) == (live.at, live.evidence)
    Finding.objects.everywhere("one more").filter(rule=LIFTED_OFTEN).delete()
    watching.rerun(live.at + TICK, moment() + timedelta(seconds=1))
    assert [finding for finding in findings() if finding.rule == LIFTED_OFTEN] == []


def test_once_it_is_found_a_month_is_read_no_more(cast: Cast, tell: Tell, clock: Traveller) -> None:
    change(LIFTED_OFTEN, date(2020, 1, 2), times=2)
    for _ in range(2):
        tell("楼道里的灯坏了")
    clock.ahead(days=1, hours=1)
    drain()
    assert [finding.rule for finding in findings()].count(LIFTED_OFTEN) == 1
    tell("楼道里的灯又坏了")
    clock.ahead(days=1, hours=1)
    with CaptureQueriesContext(connection) as asked:
        drain()
    said = [query["sql"] for query in asked.captured_queries]
    assert any("INSERT" in sql and "supervision_occurrence" in sql for sql in said)
    assert not any("SELECT" in sql and "supervision_occurrence" in sql for sql in said)

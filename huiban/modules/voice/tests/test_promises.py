"""Any sequence of moves, valid or not, keeps the promises: duties, chains, no lost report."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huiban.kernel.base.clock import travelling
from huiban.kernel.base.errors import Refusal
from huiban.kernel.duties.actions import lead_of
from huiban.kernel.duties.models import Duty
from huiban.kernel.events.models import Event
from huiban.kernel.events.pump import drain, give_positions
from huiban.kernel.events.seals import broken_chains
from huiban.kernel.moves.proof import broken_promises
from huiban.modules.voice import actions, kinds, queries
from huiban.modules.voice.models import Case, Report
from tests.cast import WORKERS as WORKS
from tests.cast import Cast, Tell

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]

# Whoever holds the lead acts most often, so that stories get on; anyone else may try.
WORKERS = st.one_of(
    st.just("holder"),
    st.just("holder"),
    st.sampled_from(
        [
            *("worker", "neighbour_worker", "secretary", "street_officer", "group_officer"),
            *("housing_officer", "city_officer", "district_officer"),
        ]
    ),
)
UNITS = st.sampled_from(["branch", "community", "street", "housing", "city_management"])
WORDS = st.sampled_from(["", "已处理完毕", "需要上级协调"])
VERBS = st.sampled_from(
    [
        *("accept", "dispatch", "undo_dispatch", "answer", "pass_on", "escalate", "ask_return"),
        *("decide_return", "invite", "finish_part", "ask_resident", "defer", "verify", "review"),
        *("record_callback", "divert", "categorise", "erase"),
    ]
)
RESIDENT = st.sampled_from(["rate", "ask_reopening", "withdraw", "answer_question", "ask_erasure"])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("worker"), WORKERS, VERBS, UNITS, WORDS, st.booleans()),
        st.tuples(st.just("resident"), RESIDENT, WORDS, st.booleans()),
        st.tuples(st.just("time"), st.integers(1, 24 * 12)),
        st.tuples(st.just("tell"), st.sampled_from(["电梯停运", "有煤气味", "楼上太吵"])),
        st.tuples(st.just("join")),
    ),
    min_size=4,
    max_size=16,
)


class Story:
    """Plays steps on the cast and remembers which receipts were shown."""

    def __init__(self, cast: Cast, tell: Tell, clock: Any) -> None:
        self.cast, self.tell, self.clock = cast, tell, clock
        self.receipts: list[str] = [tell("电梯停运", contact="13800001234").receipt]

    def play(self, step: tuple[Any, ...]) -> None:
        """Take one step; a refusal is an answer like any other."""
        try:
            getattr(self, f"_{step[0]}")(*step[1:])
        except Refusal:
            return

    def _worker(self, who: str, verb: str, unit: str, words: str, yes: bool) -> None:
        data = {
            "unit_id": str(self.cast.units[unit].id),
            "unit_ids": [str(self.cast.units[unit].id)],
            "text": words,
            "reason": words,
            "consent": "yes" if yes else "no",
            "ok": "yes" if yes else "no",
            "reopen": "yes" if yes else "no",
            "verdict": "solved" if yes else "not_reached",
            "satisfaction": "satisfied",
            "without_waiting": "1" if yes else "",
            "days": "2",
            "diversion": "outside",
            "category": "noise",
        }
        if who == "holder":
            who = self._holder()
        actions.perform(self.cast[who], verb, self._report().case_id, data)

    def _holder(self) -> str:
        lead = lead_of(self._report().case_id)
        names = {self.cast.units[unit].id: worker for worker, unit, *_ in WORKS}
        return names[lead.unit_id] if lead else "worker"

    def _resident(self, verb: str, words: str, yes: bool) -> None:
        report = self._report()
        if verb == "rate":
            verdict = ("solved", "satisfied") if yes else ("not_solved", "not_satisfied")
            actions.rate(report, *verdict)
        elif verb in ("ask_reopening", "answer_question"):
            getattr(actions, verb)(report, words)
        else:
            getattr(actions, verb)(report)

    def _time(self, hours: int) -> None:
        self.clock.ahead(hours=hours)
        drain()

    def _tell(self, text: str) -> None:
        self.receipts.append(self.tell(text).receipt)

    def _join(self) -> None:
        first = queries.report_by_receipt(self.receipts[0])
        actions.join_case(queries.report_by_receipt(self.receipts[-1]), first.case_id)

    def _report(self) -> Report:
        return queries.report_by_receipt(self.receipts[0])


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
def test_any_story_keeps_the_promises(cast: Cast, steps: list[tuple[Any, ...]]) -> None:
    with travelling(datetime(2026, 5, 8, 1, 30, tzinfo=UTC)) as clock:
        story = Story(cast, Tell(cast), clock)
        story.tell.begin_with(str(id(story)))
        for step in steps:
            story.play(step)
        drain()
        assert list(broken_promises(Case)) == []
        assert list(broken_chains()) == []
        for receipt in story.receipts:
            queries.report_by_receipt(receipt)


def test_the_proof_finds_a_forged_link(cast: Cast, tell: Tell) -> None:
    reported = tell()
    give_positions()
    forged = Event.objects.get(subject_id=reported.case_id, kind=kinds.REPORTED)
    head = forged.hash
    Event(
        subject_type=Case.SUBJECT,
        subject_id=reported.case_id,
        sequence=2,
        kind=kinds.WITHDRAWN,
        version=1,
        at=forged.at,
        actor="resident",
        payload={},
        previous_hash=head,
        hash="f" * 64,
    ).save(force_insert=True)
    assert len(list(broken_chains())) == 2


def test_the_proof_finds_a_case_that_nobody_owes(cast: Cast, tell: Tell) -> None:
    reported = tell()
    Duty.objects.filter(subject_id=reported.case_id).update(
        closed_at=datetime(2026, 5, 8, tzinfo=UTC), outcome="lost"
    )
    assert len(list(broken_promises(Case))) == 1

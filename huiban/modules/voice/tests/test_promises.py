"""Any sequence of moves, valid or not, keeps the promises: duties, chains, no lost report."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from huiban.kernel.base.clock import travelling
from huiban.kernel.duties.models import Duty
from huiban.kernel.events.models import Event
from huiban.kernel.events.pump import drain, give_positions
from huiban.kernel.events.seals import broken_chains
from huiban.kernel.moves.proof import broken_promises
from huiban.modules.voice import kinds
from huiban.modules.voice.models import Case, Gram, Report
from tests.cast import Cast, Tell
from tests.stories import STEPS, Story

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
def test_any_story_keeps_the_promises(cast: Cast, steps: list[tuple[Any, ...]]) -> None:
    with travelling(datetime(2026, 5, 8, 1, 30, tzinfo=UTC)) as clock:
        story = Story(cast, Tell(cast), clock)
        for step in steps:
            story.play(step)
        drain()
        assert list(broken_promises(Case)) == []
        assert list(broken_chains()) == []
        told_of = Counter(Report.objects.values_list("case_id", flat=True))
        for case in story.cases():
            assert case.joiner_count == max(0, told_of[case.pk] - 1), case.stage
        ended = story.cases().filter(stage__in=Case.STAGES.finished)
        assert not Gram.objects.filter(case_id__in=ended.values("pk")).exists()


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

"""The log that benchmarks load is one that the house could have written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

import pytest

from bench import bulk
from bench.district import District, furnish
from huiban.kernel.base.clock import Traveller
from huiban.kernel.duties.models import Duty
from huiban.kernel.events.models import ChainHead, Event
from huiban.kernel.events.registry import KINDS, checked_payload
from huiban.kernel.events.seals import broken_chains
from huiban.kernel.moves.proof import broken_promises
from huiban.kernel.vocab.queries import forget_copy
from huiban.modules.voice import kinds, stages
from huiban.modules.voice.models import Case

CASES = 200


@pytest.fixture
def district(db: None, clock: Traveller, monkeypatch: pytest.MonkeyPatch) -> Iterator[District]:
    """The benchmarks' district. A test's transaction can't tidy the file up."""
    monkeypatch.setattr(bulk, "_settle", lambda: None)
    forget_copy()
    yield furnish()
    forget_copy()


def proved() -> bool:
    return not [*broken_chains(), *broken_promises(Case)]


def test_every_event_says_what_its_kind_declares(district: District) -> None:
    bulk.load_cases(district, CASES, open_share=0.4)
    events = list(Event.objects.all())
    for event in events:
        assert event.version == KINDS[event.kind].version
        checked_payload(event.kind, event.payload)
    assert len({event.position for event in events}) == len(events)
    assert {event.kind for event in events} >= {
        *(kinds.REPORTED, kinds.GROUPS_SAID, kinds.ACCEPTED, kinds.DISPATCHED),
        *(kinds.ANSWERED, kinds.RATED, kinds.ASKED),
    }
    assert proved()


def test_the_duties_are_what_the_events_opened_and_closed(district: District) -> None:
    bulk.load_cases(district, CASES, open_share=0.4)
    duties = {(duty.subject_id, duty.opened_at): duty for duty in Duty.objects.all()}
    said = 0
    for event in Event.objects.exclude(payload__due=None).order_by("subject_id", "sequence"):
        if not event.payload.get("owes"):
            continue
        duty, said = duties[event.subject_id, event.at], said + 1
        told = (event.payload["owes"], event.payload["owner"], event.payload["owner_tier"])
        assert told == (duty.kind, str(duty.unit_id), duty.tier)
        assert datetime.fromisoformat(event.payload["due"]) == duty.due_at
    assert said == len(duties)
    closing = Counter(
        (event.subject_id, event.at, event.payload["closes"])
        for event in Event.objects.exclude(payload__closes="").exclude(kind=kinds.RATED)
        if "closes" in event.payload
    )
    ended = Duty.objects.exclude(closed_at=None)
    assert closing == Counter(ended.values_list("subject_id", "closed_at", "outcome"))


def test_the_rows_are_what_the_last_events_say(district: District) -> None:
    bulk.load_cases(district, CASES, open_share=0.4)
    for case in Case.objects.everywhere("a test looks at them"):
        payloads = [
            event.payload for event in Event.objects.filter(subject_id=case.pk).order_by("sequence")
        ]
        assert [told["stage"] for told in payloads if "stage" in told][-1] == case.stage
        assert [told["tier"] for told in payloads if "tier" in told][-1] == case.tier
        assert next((t["groups"] for t in payloads if "groups" in t), "") == case.groups
        if case.stage == stages.CLOSED:
            assert payloads[-2]["unit"] == str(case.answered_by_id)


def test_chains_are_as_long_as_wanted(district: District) -> None:
    bulk.load_cases(district, CASES, open_share=0.4, events_per_case=20)
    lengths = list(ChainHead.objects.values_list("sequence", flat=True))
    assert (len(lengths), min(lengths), max(lengths)) == (CASES, 20, 20)
    assert proved()
    for head in ChainHead.objects.all()[:20]:
        told = Event.objects.filter(subject_id=head.subject_id).order_by("sequence")
        moments = list(told.values_list("at", flat=True))
        assert moments == sorted(moments)

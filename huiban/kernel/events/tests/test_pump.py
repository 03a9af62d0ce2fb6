"""Deliveries: once each, in order, with leases, back-off and a shelf."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import transaction

from huiban.kernel.base.clock import Traveller
from huiban.kernel.events import actions, pump, registry
from huiban.kernel.events.models import Delivery, Event, Seal
from huiban.kernel.events.rules import ATTEMPTS_BEFORE_SHELF, back_off
from huiban.kernel.events.seals import broken_chains, broken_seals, seal_if_due

pytestmark = pytest.mark.django_db

KIND = "test.happened"


class Listener:
    """Remembers what it heard, and fails for the subjects it was told to fail for."""

    def __init__(self) -> None:
        self.heard: list[tuple[uuid.UUID, int]] = []
        self.fails_for: set[uuid.UUID] = set()

    def __call__(self, event: Event) -> None:
        if event.subject_id in self.fails_for:
            raise RuntimeError("told to fail")
        self.heard.append((event.subject_id, event.sequence))


@pytest.fixture
def listener(clock: Traveller) -> Iterator[Listener]:
    """A listener to a kind of event that exists only in this test."""
    heard = Listener()
    with pytest.MonkeyPatch.context() as patch:
        kind = registry.Kind(KIND, 1, frozenset({"code"}), "A test's event.")
        patch.setitem(registry.KINDS, KIND, kind)
        patch.setitem(registry.LISTENERS, KIND, ["test.hear"])
        patch.setitem(registry.REACTIONS, "test.hear", registry.Reaction("test.hear", heard))
        patch.setitem(registry.TIMERS, "test.ring", registry.Timer("test.ring", lambda _: None))
        yield heard


def happen(subject: uuid.UUID) -> Event:
    with transaction.atomic():
        return actions.append(KIND, "test", subject, "system", {"code": "x"})


def test_each_event_is_heard_once_and_in_its_order(listener: Listener) -> None:
    subject = uuid.uuid4()
    for _ in range(3):
        happen(subject)
    pump.drain()
    pump.drain()
    assert listener.heard == [(subject, 1), (subject, 2), (subject, 3)]


def test_a_failure_backs_off_and_ends_on_the_shelf(listener: Listener, clock: Traveller) -> None:
    subject = uuid.uuid4()
    listener.fails_for.add(subject)
    happen(subject)
    for attempt in range(1, ATTEMPTS_BEFORE_SHELF + 1):
        pump.drain()
        delivery = Delivery.objects.get(subject_id=subject)
        assert delivery.attempts == attempt
        clock.moment += back_off(attempt)
    assert delivery.state == Delivery.State.SHELVED
    assert delivery.problem == "RuntimeError"


def test_a_shelved_delivery_holds_up_only_its_own_line(
    listener: Listener, clock: Traveller
) -> None:
    bad, good = uuid.uuid4(), uuid.uuid4()
    listener.fails_for.add(bad)
    happen(bad)
    for _ in range(ATTEMPTS_BEFORE_SHELF):
        pump.drain()
        clock.ahead(hours=2)
    happen(bad)
    happen(good)
    pump.drain()
    assert listener.heard == [(good, 1)]
    listener.fails_for.clear()
    shelved = Delivery.objects.get(state=Delivery.State.SHELVED)
    assert actions.take_off_shelf(shelved.pk)
    pump.drain()
    assert listener.heard == [(good, 1), (bad, 1), (bad, 2)]


def test_a_dead_workers_lease_runs_out(listener: Listener, clock: Traveller) -> None:
    happen(uuid.uuid4())
    assert len(pump.claim("a worker that dies")) == 1
    assert pump.claim("another") == []
    clock.moment += pump.LEASE + timedelta(seconds=1)
    assert pump.drain() == 1
    assert len(listener.heard) == 1


def test_a_worker_that_lost_its_lease_cant_deliver(listener: Listener, clock: Traveller) -> None:
    happen(uuid.uuid4())
    (held,) = pump.claim("slow")
    clock.moment += pump.LEASE + timedelta(seconds=1)
    assert pump.drain() == 1
    assert not pump.deliver(held, "slow")
    assert len(listener.heard) == 1


def test_an_effect_whose_lease_was_lost_meanwhile_is_taken_back(
    listener: Listener, clock: Traveller
) -> None:
    subject, other = uuid.uuid4(), uuid.uuid4()

    def ring(delivery: Delivery) -> None:
        happen(other)
        Delivery.objects.filter(pk=delivery.pk).update(lease="a quicker worker")

    registry.TIMERS["test.ring"] = registry.Timer("test.ring", ring)
    actions.set_timer(actions.alarm("test.ring", "test", subject, clock.moment))
    assert pump.drain() == 0
    assert not Event.objects.filter(subject_id=other).exists()


def test_an_alarm_may_cancel_itself(listener: Listener, clock: Traveller) -> None:
    subject = uuid.uuid4()

    def ring(_: Delivery) -> None:
        happen(subject)
        actions.cancel_timers(subject, "test.ring")

    registry.TIMERS["test.ring"] = registry.Timer("test.ring", ring)
    actions.set_timer(actions.alarm("test.ring", "test", subject, clock.moment))
    assert pump.drain(rounds=1) == 1
    assert Event.objects.filter(subject_id=subject).count() == 1


def test_a_timer_rings_when_it_is_due_and_never_after_it_was_cancelled(
    listener: Listener, clock: Traveller
) -> None:
    subject = uuid.uuid4()
    due = clock.moment + timedelta(hours=1)
    actions.set_timer(actions.alarm("test.ring", "test", subject, due, key="once"))
    actions.set_timer(actions.alarm("test.ring", "test", subject, due, key="once"))
    assert pump.drain() == 0
    clock.ahead(hours=2)
    assert pump.drain() == 1
    actions.set_timer(actions.alarm("test.ring", "test", subject, due))
    assert actions.cancel_timers(subject, "test.ring") == 1
    assert pump.drain() == 0


def test_a_shelved_timer_is_cancelled_like_an_open_one(
    listener: Listener, clock: Traveller
) -> None:
    subject = uuid.uuid4()
    actions.set_timer(actions.alarm("test.ring", "test", subject, clock.moment))
    (timer,) = Delivery.objects.all()
    Delivery.objects.update(state=Delivery.State.SHELVED)
    assert actions.cancel_timers(subject, "test.ring") == 1
    assert not actions.take_off_shelf(timer.pk)
    assert pump.drain() == 0


def test_a_payload_with_free_text_is_refused(listener: Listener) -> None:
    with pytest.raises(ValueError, match="free text"), transaction.atomic():
        actions.append(KIND, "test", uuid.uuid4(), "system", {"code": "他说的话，有标点"})


def test_an_event_needs_a_transaction(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transaction.get_connection(), "in_atomic_block", False)
    with pytest.raises(RuntimeError, match="transaction"):
        actions.append(KIND, "test", uuid.uuid4(), "system", {"code": "x"})


def test_a_clock_that_runs_backwards_keeps_the_order(listener: Listener, clock: Traveller) -> None:
    subject = uuid.uuid4()
    first = happen(subject)
    clock.ahead(hours=-5)
    second = happen(subject)
    assert second.at == first.at
    pump.give_positions()
    placed = Event.objects.order_by("position").values_list("pk", flat=True)
    assert list(placed) == [first.pk, second.pk]


def test_seals_prove_the_log_and_find_what_is_gone(listener: Listener, clock: Traveller) -> None:
    for _ in range(3):
        happen(uuid.uuid4())
    assert seal_if_due()
    assert not seal_if_due()
    clock.ahead(days=1)
    happen(uuid.uuid4())
    assert seal_if_due()
    assert list(broken_seals()) == []
    assert list(broken_chains()) == []
    first = Seal.objects.order_by("day")[0]
    assert (first.first_position, first.last_position) == (1, 3)

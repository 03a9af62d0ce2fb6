"""The pump: gives positions, delivers events, rings alarms. Any number may run at once."""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import close_old_connections, transaction
from django.db.models import Exists, OuterRef, QuerySet

from huiban.kernel.base import clock

from .models import STANDING, Delivery, Event, Sequencer
from .registry import REACTIONS, TIMERS
from .rules import ATTEMPTS_BEFORE_SHELF, back_off

log = logging.getLogger("huiban.pump")

BATCH = 50
LEASE = timedelta(seconds=60)
IDLE_SECONDS = 0.5


def claimable(now: datetime) -> QuerySet[Delivery]:
    """Deliveries that may be claimed at that moment: the first of each line, once it is ready."""
    earlier = Delivery.objects.filter(
        subject_id=OuterRef("subject_id"),
        reaction=OuterRef("reaction"),
        sequence__lt=OuterRef("sequence"),
        state__in=STANDING,
    )
    return Delivery.objects.filter(state=Delivery.State.OPEN, ready_at__lte=now).filter(
        ~Exists(earlier)
    )


def claim(worker: str, limit: int = BATCH) -> list[Delivery]:
    """Lease deliveries that are ready, at most one of each line (a subject's way to a reaction)."""
    now = clock.now()
    with transaction.atomic():
        ready = list(
            claimable(now)
            .select_for_update(skip_locked=True, of=("self",))
            .order_by("ready_at")[:limit]
        )
        Delivery.objects.filter(pk__in=[delivery.pk for delivery in ready]).update(
            lease=worker, ready_at=now + LEASE
        )
    return ready


class LostLeaseError(RuntimeError):
    """The delivery went to another worker while it ran: its effect is undone."""


def deliver(delivery: Delivery, worker: str) -> bool:
    """Run one leased delivery; its effect and its completion are one transaction.

    The delivery's own row is locked last, by its completion: a verb locks its record first and
    its alarms after, and whoever did it the other way round would wait for it in a circle. A
    failure rolls effect and completion back and is noted with a back-off, at last on the shelf.
    False if the delivery failed, or was no longer this worker's.
    """
    mine = Delivery.objects.filter(pk=delivery.pk, lease=worker, state=Delivery.State.OPEN)
    try:
        with transaction.atomic():
            current = mine.first()
            if current is None:
                return False
            _run(current)
            _complete(current, worker)
        return True
    except LostLeaseError:
        return False
    except Exception as problem:  # noqa: BLE001 - a reaction may fail in any way; work must go on
        _note_failure(delivery, worker, problem)
        return False


def _complete(delivery: Delivery, worker: str) -> None:
    """Note that it is done, unless another worker was quicker: that takes this effect back.

    An alarm may cancel itself, by moving its record on; then there is nothing more to note.
    """
    held = Delivery.objects.filter(pk=delivery.pk, lease=worker)
    done = held.filter(state=Delivery.State.OPEN).update(
        state=Delivery.State.DONE, done_at=clock.now(), lease=""
    )
    if not done and not held.filter(state=Delivery.State.CANCELLED).exists():
        raise LostLeaseError


def _run(delivery: Delivery) -> None:
    if delivery.event_id is None:
        TIMERS[delivery.reaction].run(delivery)
    else:
        REACTIONS[delivery.reaction].run(Event.objects.get(pk=delivery.event_id))


def _note_failure(delivery: Delivery, worker: str, problem: Exception) -> None:
    log.exception(
        "a delivery failed", extra={"delivery": str(delivery.pk), "reaction": delivery.reaction}
    )
    attempts = delivery.attempts + 1
    shelved = attempts >= ATTEMPTS_BEFORE_SHELF
    with transaction.atomic():
        Delivery.objects.filter(pk=delivery.pk, lease=worker, state=Delivery.State.OPEN).update(
            attempts=attempts,
            state=Delivery.State.SHELVED if shelved else Delivery.State.OPEN,
            ready_at=clock.now() + back_off(attempts),
            problem=type(problem).__name__[:300],
            lease="",
        )


def give_positions(limit: int = 1000) -> int:
    """Give committed events their positions in the log; how many got one.

    Within a subject, time never runs backwards and sequence breaks ties, so this order puts every
    link after the one it follows, whoever committed first.
    """
    with transaction.atomic():
        row = Sequencer.objects.select_for_update().filter(pk=1).first()
        if row is None:
            row = Sequencer.objects.create(id=1, position=0)
        waiting = list(
            Event.objects.filter(position=None).order_by("at", "sequence", "id").only("id")[:limit]
        )
        for offset, event in enumerate(waiting, start=1):
            event.position = row.position + offset
        if waiting:
            Event.objects.bulk_update(waiting, ["position"], batch_size=200)
            Sequencer.objects.filter(pk=1).update(position=row.position + len(waiting))
    return len(waiting)


def drain(worker: str = "", rounds: int = 10_000) -> int:
    """Deliver all that is ready now, then return; how many were delivered."""
    worker = worker or f"drain-{secrets.token_hex(8)}"
    delivered = 0
    for _ in range(rounds):
        batch = claim(worker)
        if not batch:
            break
        delivered += sum(deliver(delivery, worker) for delivery in batch)
    return delivered


def pump(stop: threading.Event, nightly: Callable[[], None]) -> None:
    """Work until told to stop; what is leased when the word comes is still finished."""
    worker = f"worker-{secrets.token_hex(8)}"
    while not stop.is_set():
        try:
            busy = _turn(worker, nightly)
        except Exception:  # the database may be away; the worker must outlive it
            log.exception("the pump stumbled and goes on")
            close_old_connections()
            busy = False
            stop.wait(2)
        if not busy:
            stop.wait(IDLE_SECONDS)


def _turn(worker: str, nightly: Callable[[], None]) -> bool:
    placed = give_positions()
    batch = claim(worker)
    began = time.monotonic()
    for delivery in batch:
        # What a slow batch leaves over comes back when its lease ends.
        if time.monotonic() - began > LEASE.total_seconds() / 2:
            break
        deliver(delivery, worker)
    nightly()
    return bool(placed or batch)

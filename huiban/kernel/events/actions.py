"""Writes of the event log: append a link, set and cancel alarms."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from huiban.kernel.base import clock
from huiban.kernel.base.ids import new_id

from .models import STANDING, ChainHead, Delivery, Event
from .registry import KINDS, LISTENERS, TIMERS, checked_payload
from .rows import insert_rows
from .rules import NOTHING_BEFORE, link_hash


def append(
    kind: str,
    subject_type: str,
    subject_id: UUID,
    actor: str,
    payload: dict[str, Any],
    *,
    district_id: UUID | None = None,
    birth: bool = False,
    timers: tuple[Delivery, ...] = (),
) -> Event:
    """Add a link to the subject's chain and a delivery for each listener, in this transaction.

    Takes the lock of the chain's head and keeps it until the transaction ends. `birth` says that
    the subject is being made in this transaction, so no head can exist yet. `timers` (made by
    `alarm`) are written together with the deliveries. Raises RuntimeError outside a transaction,
    ValueError for a payload that isn't what the kind declares.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("an event is written in the transaction of what it tells")
    checked_payload(kind, payload)
    head = None if birth else ChainHead.objects.select_for_update().filter(pk=subject_id).first()
    event = _link(kind, subject_type, subject_id, actor, payload, district_id, head)
    insert_rows([event])
    _move_head(head, event)
    waiting = [_delivery(event, name) for name in LISTENERS.get(kind, ())] + list(timers)
    if waiting:
        insert_rows(waiting)
    return event


def _link(
    kind: str,
    subject_type: str,
    subject_id: UUID,
    actor: str,
    payload: dict[str, Any],
    district_id: UUID | None,
    head: ChainHead | None,
) -> Event:
    # A process whose clock runs behind must not put a link before the one it follows.
    at = max(clock.now(), head.at) if head else clock.now()
    sequence = head.sequence + 1 if head else 1
    previous = head.hash if head else NOTHING_BEFORE
    version = KINDS[kind].version
    event_id = new_id()
    return Event(
        id=event_id,
        subject_type=subject_type,
        subject_id=subject_id,
        sequence=sequence,
        kind=kind,
        version=version,
        at=at,
        actor=actor,
        district_id=district_id,
        payload=payload,
        previous_hash=previous,
        hash=link_hash(
            previous,
            event_id=event_id,
            subject_id=subject_id,
            sequence=sequence,
            kind=kind,
            version=version,
            at=at,
            actor=actor,
            payload=payload,
        ),
    )


def _move_head(head: ChainHead | None, event: Event) -> None:
    if head is None:
        born = ChainHead(
            subject_id=event.subject_id,
            subject_type=event.subject_type,
            sequence=event.sequence,
            hash=event.hash,
            at=event.at,
        )
        insert_rows([born])
        return
    head.sequence, head.hash, head.at = event.sequence, event.hash, event.at
    head.save(update_fields=["sequence", "hash", "at"])


def _delivery(event: Event, reaction: str) -> Delivery:
    return Delivery(
        reaction=reaction,
        event_id=event.id,
        subject_type=event.subject_type,
        subject_id=event.subject_id,
        sequence=event.sequence,
        ready_at=event.at,
    )


def alarm(
    name: str,
    subject_type: str,
    subject_id: UUID,
    due_at: datetime,
    *,
    key: str | None = None,
    payload: dict[str, Any] | None = None,
) -> Delivery:
    """An alarm, not yet written: hand it to `append`, or to `set_timer`. KeyError if undeclared."""
    TIMERS[name]
    return Delivery(
        reaction=name,
        subject_type=subject_type,
        subject_id=subject_id,
        ready_at=due_at,
        key=key,
        payload=payload or {},
    )


def set_timer(delivery: Delivery) -> None:
    """Write an alarm. One with a key that is already set is left as it is."""
    Delivery.objects.bulk_create([delivery], ignore_conflicts=True)


def cancel_timers(subject_id: UUID, *names: str) -> int:
    """Cancel the subject's alarms of these names, the shelved ones too; how many there were.

    One left on the shelf would ring once a person takes it off, long after what it was set for.
    """
    return Delivery.objects.filter(
        subject_id=subject_id, reaction__in=names, event_id=None, state__in=STANDING
    ).update(state=Delivery.State.CANCELLED, done_at=clock.now())


def take_off_shelf(delivery_id: UUID) -> bool:
    """Let a shelved delivery be tried again from the beginning; False if it isn't shelved."""
    with transaction.atomic():
        return bool(
            Delivery.objects.filter(pk=delivery_id, state=Delivery.State.SHELVED).update(
                state=Delivery.State.OPEN, attempts=0, ready_at=clock.now(), problem="", lease=""
            )
        )

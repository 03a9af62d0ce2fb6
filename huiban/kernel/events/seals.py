"""Nightly seals and their proof, and the proof of the chains."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db import transaction

from huiban.kernel.base import clock

from .models import ChainHead, Event, Seal
from .pump import give_positions
from .rules import NOTHING_BEFORE, link_hash, seal_digest


def seal_if_due() -> bool:
    """Seal all events placed so far, once a day, for yesterday; True if a seal was set."""
    yesterday = clock.local(clock.now()).date() - timedelta(days=1)
    if Seal.objects.filter(day__gte=yesterday).exists():
        return False
    while give_positions():
        pass
    with transaction.atomic():
        before = Seal.objects.select_for_update().order_by("-day").first()
        if before is not None and before.day >= yesterday:
            return False
        first = before.last_position + 1 if before else 1
        placed = Event.objects.filter(position__gte=first).order_by("position")
        last = placed.values_list("position", flat=True).last() or first - 1
        previous = before.digest if before else NOTHING_BEFORE
        hashes = placed.filter(position__lte=last).values_list("hash", flat=True)
        Seal.objects.create(
            day=yesterday,
            first_position=first,
            last_position=last,
            previous_digest=previous,
            digest=seal_digest(previous, hashes.iterator()),
            sealed_at=clock.now(),
        )
    return True


def broken_seals() -> Iterator[str]:
    """A line for each seal that no longer fits the events under it."""
    previous, next_position = NOTHING_BEFORE, 1
    for seal in Seal.objects.order_by("day"):
        hashes = (
            Event.objects.filter(position__gte=seal.first_position)
            .filter(position__lte=seal.last_position)
            .order_by("position")
            .values_list("hash", flat=True)
        )
        if (
            seal.previous_digest != previous
            or seal.first_position != next_position
            or seal.digest != seal_digest(previous, hashes.iterator())
        ):
            yield f"seal {seal.day}: the events up to {seal.last_position} are not what was sealed"
        previous, next_position = seal.digest, seal.last_position + 1


def broken_chains(subject_ids: list[str] | None = None) -> Iterator[str]:
    """A line for each chain with a missing, altered or surplus link (all chains, or those)."""
    events = Event.objects.order_by("subject_id", "sequence")
    heads = ChainHead.objects.order_by("subject_id")
    if subject_ids is not None:
        events = events.filter(subject_id__in=subject_ids)
        heads = heads.filter(subject_id__in=subject_ids)
    ends = {head.subject_id: (head.sequence, head.hash) for head in heads.iterator()}
    current, sequence, previous = None, 0, NOTHING_BEFORE
    for event in events.iterator():
        if event.subject_id != current:
            if current is not None and ends.pop(current, None) != (sequence, previous):
                yield f"chain {current}: its head is not its last link"
            current, sequence, previous = event.subject_id, 0, NOTHING_BEFORE
        sequence += 1
        if event.sequence != sequence or not _fits(event, previous):
            yield f"chain {current}: link {event.sequence} ({event.kind}) is not as it was written"
        previous = event.hash
    if current is not None and ends.pop(current, None) != (sequence, previous):
        yield f"chain {current}: its head is not its last link"
    for subject_id in ends:
        yield f"chain {subject_id}: a head without links"


def _fits(event: Event, previous: str) -> bool:
    return event.previous_hash == previous and event.hash == link_hash(
        previous,
        event_id=event.id,
        subject_id=event.subject_id,
        sequence=event.sequence,
        kind=event.kind,
        version=event.version,
        at=event.at,
        actor=event.actor,
        payload=event.payload,
    )

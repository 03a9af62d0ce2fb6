"""Writes of notices: send one to a unit, mark them read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import transaction

from huiban.kernel.access.actor import Actor
from huiban.kernel.base import clock
from huiban.kernel.events import actions as events
from huiban.kernel.vocab.queries import setting
from huiban.kernel.vocab.settings import declare

from . import wordings
from .models import Notice

CHANNEL = declare(
    "notices.channel",
    "none",
    "Where notices also go: none (the desk alone), file (lines of JSON in the outbox folder).",
    "通知还送到哪里",
)
HAND_OUT = "notices.hand_out"


def send(
    unit_id: UUID,
    wording: str,
    subject_type: str,
    subject_id: UUID,
    payload: dict[str, Any],
    key: str,
) -> Notice:
    """Tell a unit about a record: on its desk, and by the channel that is set.

    The same key again finds the first notice and sends nothing. `payload` holds codes and numbers
    that the wording needs, never what a resident wrote. Raises KeyError for a wording nobody
    declared, ValueError where it lacks a value.
    """
    wordings.check(wording, payload)
    with transaction.atomic():
        notice, is_new = Notice.objects.get_or_create(
            key=key,
            defaults={
                "unit_id": unit_id,
                "wording": wording,
                "subject_type": subject_type,
                "subject_id": subject_id,
                "payload": payload,
                "at": clock.now(),
            },
        )
        if is_new and setting(CHANNEL) != "none":
            # Messages to the outside are the pump's: at least once, after this transaction holds.
            events.set_timer(
                events.alarm(
                    HAND_OUT, "notices.notice", notice.id, notice.at, key=f"notice:{notice.id}"
                )
            )
    return notice


def mark_read(actor: Actor, notice_ids: Iterable[UUID] | None = None) -> int:
    """Mark the notices to the actor's units as read, all or these; how many were unread."""
    unread = Notice.objects.filter(unit_id__in=actor.unit_ids, read_at=None)
    if notice_ids is not None:
        unread = unread.filter(pk__in=list(notice_ids))
    return unread.update(read_at=clock.now())

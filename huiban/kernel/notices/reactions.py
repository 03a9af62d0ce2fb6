"""Hands notices out by the channel that is set, at least once each, under a stable id."""

from __future__ import annotations

from collections.abc import Callable

from huiban.kernel.events.models import Delivery
from huiban.kernel.events.registry import timer
from huiban.kernel.vocab.queries import setting

from . import wordings
from .actions import CHANNEL, HAND_OUT
from .models import Notice
from .outbox import append_line


def _to_file(notice: Notice) -> None:
    append_line(
        {
            "id": str(notice.id),
            "at": notice.at.isoformat(),
            "unit": notice.unit.code,
            "unit_name": notice.unit.name,
            "wording": notice.wording,
            "text": wordings.sentence(notice.wording, notice.payload),
            "subject_type": notice.subject_type,
            "subject_id": str(notice.subject_id),
        }
    )


CHANNELS: dict[str, Callable[[Notice], None]] = {"file": _to_file}


@timer(HAND_OUT)
def hand_out(delivery: Delivery) -> None:
    """Hand one notice out; nothing to do where the channel was closed meanwhile."""
    channel = setting(CHANNEL)
    if channel != "none":
        CHANNELS[channel](Notice.objects.select_related("unit").get(pk=delivery.subject_id))

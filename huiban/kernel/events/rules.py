"""How links are hashed and events put in line: pure, so that `verify` and tests say the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

NOTHING_BEFORE = "0" * 64
ATTEMPTS_BEFORE_SHELF = 8
LONGEST_BACK_OFF = timedelta(hours=1)


def link_hash(
    previous_hash: str,
    *,
    event_id: UUID,
    subject_id: UUID,
    sequence: int,
    kind: str,
    version: int,
    at: datetime,
    actor: str,
    payload: dict[str, Any],
) -> str:
    """The SHA-256 of a link: all that the event says, and the hash of the link before it."""
    said = [
        previous_hash,
        event_id.hex,
        subject_id.hex,
        sequence,
        kind,
        version,
        at.astimezone(UTC).isoformat(timespec="microseconds"),
        actor,
        payload,
    ]
    text = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def seal_digest(previous_digest: str, hashes: Iterable[str]) -> str:
    """The SHA-256 over the seal before and the events' hashes in the order of their positions."""
    digest = hashlib.sha256(previous_digest.encode())
    for link in hashes:
        digest.update(link.encode())
    return digest.hexdigest()


def back_off(attempts: int) -> timedelta:
    """How long a delivery rests after its nth failure: 2, 4, 8 … seconds, an hour at the most."""
    return min(timedelta(seconds=2 ** min(attempts, 12)), LONGEST_BACK_OFF)

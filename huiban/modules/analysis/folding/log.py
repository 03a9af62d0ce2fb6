"""Reads a stretch of the event log and the states before it, without making a model of each row.

A history of millions is read here; the framework's own rows would take most of the time.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection

from huiban.kernel.base.measures import TALLIES

from .counting import Link

KEYS_AT_ONCE = 900


def links_after(position: int, most: int) -> list[Link]:
    """The next events of the log that are tallied or not, at most so many, in its order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT position, subject_type, subject_id, kind, at, district_id, payload"
            " FROM events_event WHERE position > %s ORDER BY position LIMIT %s",
            [position, most],
        )
        return [link_of(row) for row in cursor.fetchall()]


def link_of(row: tuple[Any, ...]) -> Link:
    """A row of position, subject_type, subject_id, kind, at, district_id and payload."""
    position, subject_type, subject_id, kind, at, district, payload = row
    return Link(
        position,
        subject_type,
        text_of(subject_id),
        kind,
        moment_of(at),
        district_of(district),
        # What nobody counts isn't read either.
        payload if subject_type in TALLIES else {},
    )


def text_of(key: str | UUID) -> str:
    """An identifier as payloads write it, whichever way the database gives it."""
    if isinstance(key, UUID):
        return str(key)
    return f"{key[:8]}-{key[8:12]}-{key[12:16]}-{key[16:20]}-{key[20:]}" if len(key) == 32 else key


@lru_cache(maxsize=64)
def district_of(key: str | UUID | None) -> str:
    """A district's identifier as text; "" for none. There are few."""
    return "" if key is None else text_of(key)


def moment_of(at: datetime) -> datetime:
    """A moment in UTC; SQLite gives it without saying so."""
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


def states_of(subject_ids: Iterable[str]) -> dict[str, str]:
    """The kept states of these subjects, by subject."""
    found: dict[str, str] = {}
    asked = list(dict.fromkeys(subject_ids))
    with connection.cursor() as cursor:
        for some in _by(KEYS_AT_ONCE, asked):
            marks = ", ".join(["%s"] * len(some))
            cursor.execute(
                f"SELECT subject_id, state FROM analysis_subjectstate WHERE subject_id IN ({marks})",
                [key_of(one) for one in some],
            )
            found.update((text_of(key), state) for key, state in cursor.fetchall())
    return found


def key_of(text: str) -> str | UUID:
    """An identifier as the database wants it."""
    return UUID(text) if connection.vendor == "postgresql" else text.replace("-", "")


def _by(size: int, items: list[str]) -> Iterator[list[str]]:
    turns = iter(items)
    while some := list(itertools.islice(turns, size)):
        yield some

"""What two furnishings have in common when their day and their seed are the same."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from huiban.kernel.duties.models import Duty
from huiban.kernel.events.models import Event
from huiban.modules.voice.models import Case, Entry, Report

CASE = (
    *("received_at", "stage", "tier", "category", "channel", "danger", "verdict", "satisfaction"),
    *("result", "closed_at", "joiner_count", "reopened", "diversion", "groups"),
)


def likeness() -> str:
    """A digest of all that was told, done, decided and owed, and when; without keys and codes,
    which are never the same twice."""
    lines = {
        case_id: [repr(told)]
        for case_id, *told in Case.objects.everywhere("compared as a whole").values_list(
            "id", *CASE
        )
    }
    events = Event.objects.filter(subject_type=Case.SUBJECT)
    duties = Duty.objects.filter(subject_type=Case.SUBJECT)
    for rows in (
        Report.objects.values_list("case_id", "text", "place_words", "photos", "received_at"),
        events.values_list("subject_id", "sequence", "kind", "at"),
        duties.values_list("subject_id", "opened_at", "kind", "unit__code", "due_at", "outcome"),
        Entry.objects.values_list("case_id", "at", "kind", "text", "signed"),
    ):
        _add(lines, rows)
    return hashlib.sha256("\n".join(sorted(map("\n".join, lines.values()))).encode()).hexdigest()


def _add(lines: dict[UUID, list[str]], rows: Iterable[tuple[Any, ...]]) -> None:
    """Add each case's rows in an order that depends on what they say alone."""
    said: dict[UUID, list[str]] = defaultdict(list)
    for case_id, *told in rows:
        said[case_id].append(repr(told))
    for case_id, parts in said.items():
        lines[case_id] += sorted(parts)

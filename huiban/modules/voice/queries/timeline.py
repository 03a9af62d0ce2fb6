"""The steps of a case, from its events and the words kept beside them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from huiban.kernel.base.masking import ALL, Kind, mask
from huiban.kernel.events.models import Event
from huiban.kernel.files.models import StoredFile
from huiban.kernel.files.queries import photos_of
from huiban.kernel.vocab.queries import word_name

from .. import kinds, wording
from ..models import Case, Entry, Report
from .groups import group_names
from .owners import CATEGORIES, units


@dataclass(frozen=True)
class Photo:
    """A photo as a page shows it."""

    name: str
    width: int
    height: int


@dataclass(frozen=True)
class Step:
    """One step of a case: what happened, and the words said with it."""

    at: datetime
    kind: str
    title: str
    text: str
    by: str
    tone: str
    photos: tuple[Photo, ...] = ()


@dataclass
class Record:
    """All that is kept of a case, read once."""

    case: Case
    reports: list[Report]
    events: list[Event]
    entries: dict[UUID, Entry]
    loose: list[Entry]
    photos: dict[UUID, list[Photo]] = field(default_factory=lambda: defaultdict(list))


def read_record(case: Case) -> Record:
    """The case's reports, events, words and photos: four statements."""
    entries = list(Entry.objects.filter(case=case).order_by("at", "id"))
    reports = list(Report.objects.filter(case=case).order_by("received_at", "id"))
    record = Record(
        case=case,
        reports=reports,
        events=list(Event.objects.filter(subject_id=case.pk).order_by("sequence")),
        entries={entry.event_id: entry for entry in entries if entry.event_id},
        loose=[entry for entry in entries if not entry.event_id],
    )
    kept = [report.id for report in reports if report.photos] + [entry.id for entry in entries]
    for stored in photos_of(kept) if kept else []:
        if stored.subject_id is not None:
            record.photos[stored.subject_id].append(photo(stored))
    return record


def photo(stored: StoredFile) -> Photo:
    """A stored photo as pages show it."""
    return Photo(stored.name, stored.width, stored.height)


def steps(record: Record, *, for_resident: bool, masked: frozenset[Kind] = ALL) -> list[Step]:
    """The timeline, oldest first, with these kinds masked; residents see their own way through."""
    return [
        _step(record, event, for_resident, masked)
        for event in record.events
        if not for_resident or event.kind in wording.FOR_RESIDENTS
    ]


def _step(record: Record, event: Event, for_resident: bool, masked: frozenset[Kind]) -> Step:
    entry = record.entries.get(event.id)
    shown = entry is not None and (entry.for_resident or not for_resident)
    text = entry.text if entry is not None and shown else ""
    if entry is not None and shown and entry.erased_at:
        text = "（内容已按居民申请清除）"
    return Step(
        at=event.at,
        kind=event.kind,
        title=title(event),
        text=mask(text, masked),
        by=entry.signed if entry is not None and shown else "",
        tone=TONES.get(event.kind, ""),
        photos=tuple(record.photos.get(entry.id, ())) if entry is not None and shown else (),
    )


TONES = {
    kinds.ANSWERED: "answer",
    kinds.RATED: "verdict",
    kinds.LIFTED: "late",
    kinds.REOPENED: "late",
    kinds.ASKED: "question",
}


def title(event: Event) -> str:
    """What the event is called, with its units and words put in."""
    payload: dict[str, Any] = event.payload
    unit_field, other_field = wording.UNIT_FIELDS.get(event.kind, ("unit", "from_unit"))
    return wording.STEPS.get(event.kind, event.kind).format(
        unit=unit_name(payload.get(unit_field, "")),
        other=unit_name(payload.get(other_field, payload.get("by_unit", ""))),
        category=word_name(CATEGORIES, payload.get("category", "")),
        days=payload.get("days", ""),
        groups=group_names(payload.get("groups", "")),
        source=wording.GROUP_SOURCES.get(payload.get("source", ""), ""),
        verdict=wording.VERDICTS.get(payload.get("verdict", ""), ""),
        satisfaction=wording.SATISFACTIONS.get(payload.get("satisfaction", ""), ""),
    )


def unit_name(unit_id: str) -> str:
    """The name of a unit by the key that an event keeps; "" for none."""
    if not unit_id:
        return ""
    unit = units().get(UUID(unit_id))
    return unit.name if unit else "已撤销的单位"

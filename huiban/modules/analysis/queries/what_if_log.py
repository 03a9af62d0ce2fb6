"""What the simulation reads of the log: each case folded as its events come, never the events kept."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Max, QuerySet

from huiban.kernel.events.models import Event
from huiban.kernel.territory.models import Unit
from huiban.modules.voice.models import Case

from ..what_if.holdings import CaseRead, begun, go_on
from ..what_if.simulating import TooLong

READ_AT_ONCE = 5_000


class Stretch(NamedTuple):
    """The events of a district's cases between two positions of the log, the end excluded."""

    unit: Unit
    begin: int
    end: int

    @property
    def events(self) -> QuerySet[Event]:
        """Those events."""
        return Event.objects.filter(
            position__gte=self.begin,
            position__lt=self.end,
            subject_type=Case.SUBJECT,
            district_id=self.unit.id,
        )

    def holds_more_than(self, most: int) -> bool:
        """Whether there are more of them; says so without counting the rest."""
        return self.end - self.begin > most and self.events[: most + 1].count() > most


class _Link(NamedTuple):
    """A link of a case's chain."""

    kind: str
    at: datetime
    payload: dict[str, Any]


@dataclass(frozen=True)
class Read:
    """The cases that were reported within a stretch: as far as they had come by a moment, and whole."""

    before: list[CaseRead]
    cases: list[CaseRead]


def first_position(moment: datetime) -> int:
    """The position of the first event of the log at that moment or later; the next one if none is.

    Positions follow time, but for events written at once, which differ by moments.
    """
    placed = Event.objects.filter(position__isnull=False)
    low, high = 1, (placed.aggregate(last=Max("position"))["last"] or 0) + 1
    while low < high:
        middle = (low + high) // 2
        found = placed.filter(position__gte=middle).order_by("position")
        position, at = found.values_list("position", "at")[0]
        assert position is not None
        low, high = (low, middle) if at >= moment else (position + 1, high)
    return low


def read_cases(stretch: Stretch, until: datetime, seconds: float) -> Read:
    """The cases of a stretch, also as far as they had come before `until`.

    Read in the log's order, which each chain's own is part of, so that nothing has to be sorted.
    Raises TooLong after so many seconds.
    """
    gives_up = time.monotonic() + seconds
    cases: dict[UUID, CaseRead | None] = {}
    early: dict[UUID, CaseRead] = {}
    rows = stretch.events.order_by("position").values_list("subject_id", "kind", "at", "payload")
    for number, (key, *told) in enumerate(rows.iterator(chunk_size=READ_AT_ONCE)):
        if not number % READ_AT_ONCE and time.monotonic() > gives_up:
            raise TooLong
        link = _Link(*told)
        if key not in cases:
            cases[key] = begun(link)
        elif (case := cases[key]) is not None:
            if link.at >= until > case.received and key not in early:
                early[key] = case.copy()
            go_on(case, link)
    whole = {key: case for key, case in cases.items() if case is not None}
    before = [early.get(key, case) for key, case in whole.items() if case.received < until]
    return Read(before, list(whole.values()))

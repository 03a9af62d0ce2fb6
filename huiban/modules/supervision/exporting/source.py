"""Where the exports read: the log up to a position, the duties and the units."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time
from itertools import groupby
from typing import Any

from django.db.models import Exists, OuterRef

from huiban.kernel.base.clock import SHANGHAI
from huiban.kernel.duties.models import Duty
from huiban.kernel.events.models import Event, Sequencer
from huiban.kernel.events.pump import give_positions
from huiban.kernel.people.sealed import lookup_hash
from huiban.kernel.territory.models import Unit
from huiban.modules.voice.models import Case

from .facts import (
    CASE,
    DUTY,
    UNIT,
    Fact,
    Link,
    Names,
    Thing,
    Told,
    Trace,
    fact_of,
    in_utc,
    trace_of,
)

ROWS_AT_ONCE = 2_000
PSEUDONYM_DIGITS = 20

_DUTY_FACTS = ("kind", "role", "tier", "outcome")
_DUTY_TIMES = {
    "opened": "opened_at",
    "accepted": "accepted_at",
    "due": "due_at",
    "late": "late_at",
    "closed": "closed_at",
}


class Source:
    """The log as it stands at the moment of making; what comes later isn't in it.

    A pseudonym is a keyed hash: the same in each export of this installation, and without its
    secrets nobody can tell the record behind it.
    """

    def __init__(self) -> None:
        while give_positions():
            pass
        row = Sequencer.objects.filter(pk=1).first()
        self.position = row.position if row else 0
        self._units = {str(unit.pk): unit for unit in Unit.objects.order_by("code")}
        codes = {key: unit.code for key, unit in self._units.items()}
        self.names = Names(pseudonym, codes)

    def traces(self) -> Iterator[Trace]:
        """Each case with its events, the oldest case first; one case at a time in memory."""
        events = (
            Event.objects.filter(subject_type=Case.SUBJECT, position__lte=self.position)
            .order_by("subject_id", "sequence")
            .values_list(
                "subject_id", "kind", "version", "sequence", "at", "actor", "payload", "district_id"
            )
            .iterator(chunk_size=ROWS_AT_ONCE)
        )
        for case_id, told in groupby(events, key=lambda row: row[0]):
            yield trace_of(case_id, map(_told, told), self.names)

    def others(self) -> Iterator[Thing]:
        """The objects beside cases and reports: units and duties."""
        yield from self._all_units()
        yield from self._duties()

    def _all_units(self) -> Iterator[Thing]:
        """Each unit, in force or not."""
        for unit in self._units.values():
            since = datetime.combine(unit.valid_from, time(), SHANGHAI).astimezone(UTC)
            parent = self._units.get(str(unit.parent_id))
            yield Thing(
                Link("", UNIT, unit.code),
                ((since, Fact("level", "string", unit.level)),),
                (Link("parent", UNIT, parent.code),) if parent else (),
            )

    def _duties(self) -> Iterator[Thing]:
        """Each duty about a case that is in the log, as the duty stands now."""
        born = Event.objects.filter(
            subject_id=OuterRef("subject_id"), sequence=1, position__lte=self.position
        )
        duties = Duty.objects.filter(Exists(born), subject_type=Case.SUBJECT).order_by("pk")
        for duty in duties.iterator(chunk_size=ROWS_AT_ONCE):
            times = ((name, getattr(duty, field)) for name, field in _DUTY_TIMES.items())
            facts = [fact_of(name, getattr(duty, name)) for name in _DUTY_FACTS]
            facts += [Fact(name, "time", in_utc(moment)) for name, moment in times if moment]
            yield Thing(
                self.names.link("", DUTY, duty.pk),
                tuple((duty.opened_at, fact) for fact in facts if fact),
                (
                    self.names.link("about", CASE, duty.subject_id),
                    Link("owed_by", UNIT, self.names.unit_codes[str(duty.unit_id)]),
                ),
            )


def _told(row: tuple[Any, ...]) -> Told:
    """An event; the first of a case also tells the district, which the log keeps beside it."""
    _case_id, kind, version, sequence, at, actor, payload, district_id = row
    if sequence == 1 and district_id:
        payload = payload | {"district": str(district_id)}
    return Told(kind, version, sequence, at, actor, payload)


def pseudonym(kind: str, identifier: str) -> str:
    """The name under which a record is told outside."""
    return lookup_hash(f"export:{kind}:{identifier}")[:PSEUDONYM_DIGITS]

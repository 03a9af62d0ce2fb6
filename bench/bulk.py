"""Cases by the hundred thousand, written straight into the tables, with chains and duties in order.

One case in twenty is open, with the duty that goes with its stage, held at communities, streets,
departments or the district; the others went through report, answer and rating. What is written is
what the house's own actions would have written, as the proofs afterwards show.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, models, transaction

from bench.district import District
from bench.texts import complaint
from huiban.kernel.base import clock
from huiban.kernel.duties.actions import CLOCK
from huiban.kernel.duties.models import Duty
from huiban.kernel.events.models import ChainHead, Delivery, Event, Sequencer
from huiban.kernel.events.registry import KINDS
from huiban.kernel.events.rules import NOTHING_BEFORE, link_hash
from huiban.kernel.people.sealed import field_cipher
from huiban.kernel.territory.models import Level, Unit
from huiban.kernel.vocab.queries import words
from huiban.modules.voice import kinds, stages
from huiban.modules.voice.learning.grams import grams_of, marks_of, uniform
from huiban.modules.voice.models import Case, Gram, Report, ReporterContact

OPEN_SHARE = 0.05
CONTACT_SHARE = 0.3
# Who holds what is open, of each hundred cases.
HOLDERS = ((Level.COMMUNITY, 55), (Level.DEPARTMENT, 30), (Level.STREET, 10), (Level.DISTRICT, 5))
CHUNK = 5_000
# Children after parents.
TABLES = (Case, Report, ReporterContact, Duty, Event, ChainHead, Delivery, Gram)


class Rows:
    """Rows of a table on their way in, as text in the order of its columns."""

    def __init__(self, model: type[models.Model]) -> None:
        fields = model._meta.concrete_fields
        self.table = model._meta.db_table
        self.columns = [one.column for one in fields]
        self._place = {one.attname: at for at, one in enumerate(fields)}
        # SQLite's own forms are read by PostgreSQL too, which needs to hear the zone.
        zone = "+00" if connection.vendor == "postgresql" else ""
        self._plain: dict[type, Callable[[Any], Any]] = {
            UUID: lambda value: value.hex,
            datetime: lambda value: value.replace(tzinfo=None).isoformat(" ") + zone,
            dict: json.dumps,
            bool: int,
        }
        defaults = [one.get_default() if one.has_default() else None for one in fields]
        self._blank = [self._as_text(value) for value in defaults]
        self.waiting: list[list[Any]] = []

    def _as_text(self, value: Any) -> Any:
        plain = self._plain.get(type(value))
        return plain(value) if plain else value

    def add(self, **values: Any) -> None:
        """A row; columns not named have their defaults. Times are in UTC."""
        row = self._blank.copy()
        place, plain = self._place, self._plain
        for name, value in values.items():
            make = plain.get(type(value))
            row[place[name]] = make(value) if make else value
        self.waiting.append(row)


@dataclass
class _Writer:
    """Makes the rows of case after case."""

    district: District
    chance: random.Random
    now: datetime
    position: int
    words: Callable[[int], str]
    # The key of the last mark, where the marks of open cases are written too.
    mark: int | None
    rows: dict[type[models.Model], Rows] = field(
        default_factory=lambda: {model: Rows(model) for model in TABLES}
    )

    def __post_init__(self) -> None:
        self.categories = list(words("voice.category"))
        self.contact = field_cipher().seal("13800000000", "reporter.contact")
        self.desks = {unit.id: unit for unit in self.district.units[Level.COMMUNITY]}
        self.levels = [level for level, weight in HOLDERS for _ in range(weight)]
        self.allowance = {"unit": "working_days", "amount": 5, "rule": "handle", "pauses": []}

    def key(self, at: datetime) -> UUID:
        """A key as the house makes them: it grows with time."""
        stamp = int(at.timestamp() * 1000)
        return UUID(int=(stamp << 80) | (7 << 76) | self.chance.getrandbits(76))

    def add_case(self, number: int, received: datetime, is_open: bool) -> None:
        """One case with all that belongs to it."""
        building, estate = self.district.buildings[number % len(self.district.buildings)]
        path = estate.path
        desk = path.community_id
        holder = self._holder(desk) if is_open else None
        closed = None if is_open else received + timedelta(days=self.chance.uniform(1, 9))
        case = self.key(received)
        known: dict[str, Any] = {
            "id": case,
            "reference": f"{number:08d}",
            "stage": _stage(holder, self.chance) if holder else stages.CLOSED,
            **path.fields(),
            "front_desk_id": desk,
            "place_id": building.id,
            "building_id": building.id,
            "channel": "scan",
            "category": self.chance.choice(self.categories),
            "category_source": "keywords",
            "received_at": received,
        }
        if closed is not None:
            known |= {
                "answered_at": closed - timedelta(hours=5),
                "answered_by_id": desk,
                "closed_at": closed,
                "result": "solved",
                "verdict": "solved",
                "satisfaction": "satisfied",
                "rating_channel": "receipt",
            }
        self.rows[Case].add(**known)
        text = self.words(number)
        self._add_report(case, text, received)
        if is_open and self.mark is not None:
            self._add_marks(known, text)
        self._add_duties(known, holder, closed)
        self._add_events(known, closed)

    def _holder(self, desk: UUID | None) -> Unit:
        level = self.chance.choice(self.levels)
        if level == Level.COMMUNITY:
            assert desk is not None
            return self.desks[desk]
        return self.chance.choice(self.district.units[level])

    def _add_marks(self, case: dict[str, Any], text: str) -> None:
        assert self.mark is not None
        for one in marks_of(grams_of(uniform(text))):
            self.mark += 1
            self.rows[Gram].add(
                id=self.mark, district_id=case["district_id"], gram=one, case_id=case["id"]
            )

    def _add_report(self, case: UUID, text: str, received: datetime) -> None:
        report = self.key(received)
        self.rows[Report].add(
            id=report,
            case_id=case,
            key_hash=f"{self.chance.getrandbits(256):064x}",
            receipt_hash=f"{self.chance.getrandbits(256):064x}",
            device_hash=f"{self.chance.getrandbits(256):064x}",
            channel="scan",
            text=text,
            received_at=received,
        )
        if self.chance.random() < CONTACT_SHARE:
            self.rows[ReporterContact].add(report_id=report, contact=self.contact)

    def _add_duties(
        self, case: dict[str, Any], holder: Unit | None, closed: datetime | None
    ) -> None:
        received, desk = case["received_at"], case["front_desk_id"]
        accepted = received + timedelta(hours=2)
        if case["stage"] != stages.RECEIVED:
            self._add_duty(case, "triage", desk, received, received + timedelta(hours=4), accepted)
        if closed is not None:
            self._add_duty(case, "handle", desk, accepted, received + timedelta(days=7), closed)
        elif holder is not None:
            due = self.now + timedelta(days=self.chance.uniform(-2, 8))
            kind = "triage" if case["stage"] == stages.RECEIVED else "handle"
            self._add_duty(case, kind, holder.id, received, due, None)

    def _add_duty(
        self,
        case: dict[str, Any],
        kind: str,
        unit: UUID,
        opened: datetime,
        due: datetime,
        closed: datetime | None,
    ) -> None:
        duty = self.key(opened)
        waits = closed is None and self.chance.random() < 0.05
        self.rows[Duty].add(
            id=duty,
            subject_type=Case.SUBJECT,
            subject_id=case["id"],
            kind=kind,
            unit_id=unit,
            from_unit_id=case["front_desk_id"] if unit != case["front_desk_id"] else None,
            tier=2,
            opened_at=opened,
            accepted_at=None if kind == "triage" else opened,
            warn_at=due - timedelta(hours=1),
            due_at=due,
            clock=self.allowance | {"start": opened.isoformat()},
            paused_at=self.now if waits else None,
            closed_at=closed,
            outcome="accepted" if closed else "",
        )
        self.rows[Delivery].add(
            id=self.key(opened),
            reaction=CLOCK,
            subject_type=Case.SUBJECT,
            subject_id=case["id"],
            payload={"duty": str(duty), "step": "late"},
            state="done" if closed else "open",
            ready_at=due,
            done_at=closed,
        )

    def _add_events(self, case: dict[str, Any], closed: datetime | None) -> None:
        unit = str(case["front_desk_id"])
        told = [(kinds.REPORTED, case["received_at"], {"channel": "scan", "unit": unit})]
        if closed is not None:
            told += [
                (kinds.ANSWERED, closed - timedelta(hours=5), {"unit": unit, "means": "visit"}),
                (kinds.RATED, closed, {"verdict": "solved", "satisfaction": "satisfied"}),
            ]
        previous = NOTHING_BEFORE
        for sequence, (kind, at, payload) in enumerate(told, 1):
            previous = self._add_event(case, sequence, kind, at, payload, previous)
        self.rows[ChainHead].add(
            subject_id=case["id"],
            subject_type=Case.SUBJECT,
            sequence=len(told),
            hash=previous,
            at=told[-1][1],
        )

    def _add_event(
        self,
        case: dict[str, Any],
        sequence: int,
        kind: str,
        at: datetime,
        payload: dict[str, Any],
        previous: str,
    ) -> str:
        event = self.key(at)
        version = KINDS[kind].version
        link = link_hash(
            previous,
            event_id=event,
            subject_id=case["id"],
            sequence=sequence,
            kind=kind,
            version=version,
            at=at,
            actor="resident",
            payload=payload,
        )
        self.position += 1
        self.rows[Event].add(
            id=event,
            subject_type=Case.SUBJECT,
            subject_id=case["id"],
            sequence=sequence,
            kind=kind,
            version=version,
            at=at,
            actor="resident",
            district_id=case["district_id"],
            payload=payload,
            previous_hash=previous,
            hash=link,
            position=self.position,
        )
        return link


def _stage(holder: Unit, chance: random.Random) -> str:
    if holder.level in (Level.DEPARTMENT, Level.STREET):
        return stages.DISPATCHED
    return stages.RECEIVED if chance.random() < 0.3 else stages.HANDLING


def load_cases(
    district: District,
    number: int,
    *,
    open_share: float = OPEN_SHARE,
    words: Callable[[int], str] = complaint,
    with_marks: bool = False,
) -> None:
    """Add that many cases to those that are there, the oldest first.

    `words` are the report's, by the number of its case; with `with_marks` what the worker process
    would have read of the open ones' wording is written too.
    """
    there = Case.objects.everywhere("the benchmark counts on").count()
    chance = random.Random(there)
    last = Event.objects.aggregate(last=models.Max("position"))["last"] or 0
    mark = (Gram.objects.aggregate(last=models.Max("id"))["last"] or 0) if with_marks else None
    writer = _Writer(district, chance, clock.now(), last, words, mark)
    moments = _moments(number, open_share, chance, writer.now)
    for done, (received, is_open) in enumerate(moments, 1):
        writer.add_case(there + done, received, is_open)
        if done % CHUNK == 0 or done == number:
            _write(list(writer.rows.values()))
    Sequencer.objects.update_or_create(id=1, defaults={"position": writer.position})
    with connection.cursor() as cursor:
        # PostgreSQL would look at the new rows by itself before long; SQLite never does.
        settle = (
            "ANALYZE" if connection.vendor == "postgresql" else "PRAGMA wal_checkpoint(TRUNCATE)"
        )
        cursor.execute(settle)


def _moments(
    number: int, open_share: float, chance: random.Random, now: datetime
) -> Iterator[tuple[datetime, bool]]:
    """When each case was received, and whether it is open: the finished ones over two years."""
    still = round(number * open_share)
    ended = sorted(chance.uniform(15, 730) for _ in range(number - still))
    yield from ((now - timedelta(days=days), False) for days in reversed(ended))
    recent = sorted(chance.uniform(0.1, 10) for _ in range(still))
    yield from ((now - timedelta(days=days), True) for days in reversed(recent))


def _write(tables: list[Rows]) -> None:
    put = _copy if connection.vendor == "postgresql" else _insert
    with transaction.atomic():
        for rows in tables:
            put(rows)
            rows.waiting.clear()


def _insert(rows: Rows) -> None:
    marks = ", ".join("?" * len(rows.columns))
    names = ", ".join(f'"{name}"' for name in rows.columns)
    connection.connection.executemany(
        f'INSERT INTO "{rows.table}" ({names}) VALUES ({marks})', rows.waiting
    )


def _copy(rows: Rows) -> None:
    names = ", ".join(f'"{name}"' for name in rows.columns)
    with (
        connection.connection.cursor() as cursor,
        cursor.copy(f'COPY "{rows.table}" ({names}) FROM STDIN'.encode()) as copy,
    ):
        for row in rows.waiting:
            copy.write_row(row)

"""Cases by the hundred thousand, written straight into the tables, with chains and duties in order.

One case in twenty is open, with the duty that goes with its stage, held at communities, streets,
departments or the district; the others were handled by their front desk or a department, answered
and rated. What is written is what the house's own actions would have written, as the proofs
afterwards show.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, models

from bench.bulk_course import TRIAGE_TIME, VERDICT_AFTER, Course, Owed, Step, end, hand_on, wait
from bench.bulk_rows import Rows, write
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
from huiban.modules.voice.learning.grams import grams_of, marks_of, uniform
from huiban.modules.voice.models import Case, Gram, Report, ReporterContact

OPEN_SHARE = 0.05
CONTACT_SHARE = 0.3
# As of the demonstration's reports, and of cases that their own front desk doesn't handle.
GROUPS_SHARE, SENT_SHARE = 0.25, 0.4
# Of what is open at its own front desk.
UNTAKEN_SHARE = 0.3
# Who holds what is open, of each hundred cases.
HOLDERS = ((Level.COMMUNITY, 55), (Level.DEPARTMENT, 30), (Level.STREET, 10), (Level.DISTRICT, 5))
CHUNK = 5_000
# Children after parents.
TABLES = (Case, Report, ReporterContact, Duty, Event, ChainHead, Delivery, Gram)


@dataclass
class _Writer:
    """Makes the rows of case after case."""

    district: District
    chance: random.Random
    now: datetime
    position: int
    words: Callable[[int], str]
    # How many events a case has at the least.
    least: int
    # The key of the last mark, where the marks of open cases are written too.
    mark: int | None
    rows: dict[type[models.Model], Rows] = field(
        default_factory=lambda: {model: Rows(model) for model in TABLES}
    )

    def __post_init__(self) -> None:
        self.categories = list(words("voice.category"))
        self.groups = list(words("voice.group"))
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
        desk = estate.path.community_id
        assert desk is not None
        known: dict[str, Any] = {
            "id": self.key(received),
            "reference": f"{number:08d}",
            **estate.path.fields(),
            "front_desk_id": desk,
            "place_id": building.id,
            "building_id": building.id,
            "channel": "scan",
            "category": self.chance.choice(self.categories),
            "category_source": "keywords",
            "received_at": received,
        }
        if self.chance.random() < GROUPS_SHARE:
            known |= {"groups": self.chance.choice(self.groups), "groups_source": "words"}
        course = Course(self.key(received), desk, received, self.key)
        if is_open:
            self._stay(course, known)
        else:
            known |= self._finish(course, known)
        self.rows[Case].add(**known, stage=course.stage, tier=course.tier)
        text = self.words(number)
        self._add_report(course, known["id"], text)
        if is_open and self.mark is not None:
            self._add_marks(known, text)
        for duty in course.duties:
            self._add_duty(known["id"], duty)
        self._add_events(known, course.steps)

    def _stay(self, course: Course, known: dict[str, Any]) -> None:
        """Let a case be open at somebody's."""
        holder = self._holder(course.desk)
        due = self.now + timedelta(days=self.chance.uniform(-2, 8))
        untaken = holder.id == course.desk and self.chance.random() < UNTAKEN_SHARE
        self._report_in(course, known, due if untaken else course.received + TRIAGE_TIME)
        if not untaken:
            hand_on(course, holder, due)
        wait(course, self.now, self.chance, self.least)

    def _finish(self, course: Course, known: dict[str, Any]) -> dict[str, Any]:
        """Let a case be answered and rated; what its row says of that."""
        closed = course.received + timedelta(days=self.chance.uniform(1, 9))
        sent_to = None
        if self.chance.random() < SENT_SHARE:
            sent_to = self.chance.choice(self.district.units[Level.DEPARTMENT])
        self._report_in(course, known, course.received + TRIAGE_TIME)
        return {
            "answered_by_id": end(course, closed, sent_to, self.chance, self.least),
            "answered_at": closed - VERDICT_AFTER,
            "closed_at": closed,
            "result": "solved",
            "verdict": "solved",
            "satisfaction": "satisfied",
            "rating_channel": "receipt",
        }

    def _report_in(self, course: Course, known: dict[str, Any], due: datetime) -> None:
        told = {name: known[name] for name in ("channel", "category")}
        parts = ("street", "community", "estate", "building")
        told |= {name: str(known[f"{name}_id"]) for name in parts}
        course.report_in(told | {"danger": False, "photos": 0}, due, known.get("groups", ""))

    def _holder(self, desk: UUID) -> Unit:
        level = self.chance.choice(self.levels)
        if level == Level.COMMUNITY:
            return self.desks[desk]
        return self.chance.choice(self.district.units[level])

    def _add_marks(self, case: dict[str, Any], text: str) -> None:
        assert self.mark is not None
        for one in marks_of(grams_of(uniform(text))):
            self.mark += 1
            self.rows[Gram].add(
                id=self.mark, district_id=case["district_id"], gram=one, case_id=case["id"]
            )

    def _add_report(self, course: Course, case: UUID, text: str) -> None:
        self.rows[Report].add(
            id=course.report,
            case_id=case,
            key_hash=f"{self.chance.getrandbits(256):064x}",
            receipt_hash=f"{self.chance.getrandbits(256):064x}",
            device_hash=f"{self.chance.getrandbits(256):064x}",
            channel="scan",
            text=text,
            received_at=course.received,
        )
        if self.chance.random() < CONTACT_SHARE:
            self.rows[ReporterContact].add(report_id=course.report, contact=self.contact)

    def _add_duty(self, case: UUID, duty: Owed) -> None:
        self.rows[Duty].add(
            id=duty.key,
            subject_type=Case.SUBJECT,
            subject_id=case,
            kind=duty.kind,
            unit_id=duty.unit_id,
            from_unit_id=duty.from_unit_id,
            tier=duty.tier,
            opened_at=duty.opened,
            accepted_at=duty.accepted,
            warn_at=duty.due - timedelta(hours=1),
            due_at=duty.due,
            clock=self.allowance | {"start": duty.opened.isoformat()},
            paused_at=duty.paused,
            closed_at=duty.closed,
            outcome=duty.outcome,
        )
        self.rows[Delivery].add(
            id=self.key(duty.opened),
            reaction=CLOCK,
            subject_type=Case.SUBJECT,
            subject_id=case,
            payload={"duty": str(duty.key), "step": "late"},
            state="done" if duty.closed else "open",
            ready_at=duty.due,
            done_at=duty.closed,
        )

    def _add_events(self, case: dict[str, Any], steps: list[Step]) -> None:
        previous = NOTHING_BEFORE
        for sequence, step in enumerate(steps, 1):
            previous = self._add_event(case, sequence, step, previous)
        self.rows[ChainHead].add(
            subject_id=case["id"],
            subject_type=Case.SUBJECT,
            sequence=len(steps),
            hash=previous,
            at=steps[-1].at,
        )

    def _add_event(self, case: dict[str, Any], sequence: int, step: Step, previous: str) -> str:
        event = self.key(step.at)
        version = KINDS[step.kind].version
        link = link_hash(
            previous,
            event_id=event,
            subject_id=case["id"],
            sequence=sequence,
            kind=step.kind,
            version=version,
            at=step.at,
            actor=step.actor,
            payload=step.payload,
        )
        self.position += 1
        self.rows[Event].add(
            id=event,
            subject_type=Case.SUBJECT,
            subject_id=case["id"],
            sequence=sequence,
            kind=step.kind,
            version=version,
            at=step.at,
            actor=step.actor,
            district_id=case["district_id"],
            payload=step.payload,
            previous_hash=previous,
            hash=link,
            position=self.position,
        )
        return link


def load_cases(
    district: District,
    number: int,
    *,
    open_share: float = OPEN_SHARE,
    words: Callable[[int], str] = complaint,
    with_marks: bool = False,
    events_per_case: int = 1,
) -> None:
    """Add that many cases to those that are there, the oldest first.

    `words` are the report's, by the number of its case; with `with_marks` what the worker process
    would have read of the open ones' wording is written too. A case has some five events; where
    `events_per_case` asks for more, added words and warnings bring each chain up to that.
    """
    there = Case.objects.everywhere("the benchmark counts on").count()
    chance = random.Random(there)
    last = Event.objects.aggregate(last=models.Max("position"))["last"] or 0
    mark = (Gram.objects.aggregate(last=models.Max("id"))["last"] or 0) if with_marks else None
    writer = _Writer(district, chance, clock.now(), last, words, events_per_case, mark)
    moments = _moments(number, open_share, chance, writer.now)
    for done, (received, is_open) in enumerate(moments, 1):
        writer.add_case(there + done, received, is_open)
        if done % CHUNK == 0 or done == number:
            write(writer.rows.values())
    Sequencer.objects.update_or_create(id=1, defaults={"position": writer.position})
    _settle()


def _settle() -> None:
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

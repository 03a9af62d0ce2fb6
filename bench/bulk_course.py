"""What happens to a case of the benchmarks, step by step, as the house's own actions would tell it.

Each step is an event with the payload that its kind declares; what it opens and closes are the lead
duties that go with it, due when the event says.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from huiban.kernel.duties.actions import DUTY_WARNED
from huiban.kernel.territory.models import Level, Unit
from huiban.modules.voice import kinds, stages
from huiban.modules.voice.rules import TIER_OF_LEVEL

READ_AFTER = timedelta(seconds=20)
ACCEPTED_AFTER = timedelta(minutes=30)
SENT_AFTER = timedelta(hours=1)
TAKEN_AFTER = timedelta(minutes=90)
TRIAGE_TIME = timedelta(hours=4)
HANDLING_TIME = timedelta(days=7)
VERDICT_AFTER = timedelta(hours=5)
WAITING_SHARE = 0.05
RESIDENT, SYSTEM = "resident", "system"
# All but a tenth of the departments' answers are plain.
DOUBTS = (0, 0, 5, 5, 10, 10, 20, 20, 40, 70)


@dataclass
class Owed:
    """A lead duty of a case."""

    key: UUID
    kind: str
    unit_id: UUID
    tier: int
    opened: datetime
    due: datetime
    from_unit_id: UUID | None = None
    accepted: datetime | None = None
    paused: datetime | None = None
    closed: datetime | None = None
    outcome: str = ""


@dataclass
class Step:
    """An event of a case."""

    kind: str
    at: datetime
    actor: str
    payload: dict[str, Any]


@dataclass
class Course:
    """A case on its way: its stage, the steps so far, and what is or was owed."""

    report: UUID
    desk: UUID
    received: datetime
    new_key: Callable[[datetime], UUID]
    stage: str = stages.RECEIVED
    tier: int = int(TIER_OF_LEVEL[Level.COMMUNITY])
    steps: list[Step] = field(default_factory=list)
    duties: list[Owed] = field(default_factory=list)
    owed: Owed | None = None

    def report_in(self, told: dict[str, Any], due: datetime, groups: str) -> None:
        """The report comes in, with what its event says beside the desk; then it is read."""
        own = told | {"report": str(self.report), "unit": str(self.desk), "tier": self.tier}
        self.owed = self._duty("triage", self.desk, self.received, due)
        self._move(kinds.REPORTED, self.received, RESIDENT, stages.RECEIVED, own, opens=self.owed)
        if groups:
            payload = {"groups": groups, "before": "", "source": "words"}
            self._note(kinds.GROUPS_SAID, self.received + READ_AFTER, SYSTEM, payload)

    def accept(self, due: datetime) -> None:
        """The front desk takes the case on."""
        at = self.received + ACCEPTED_AFTER
        opens = self._duty("handle", self.desk, at, due, accepted=at)
        own = {"unit": str(self.desk), "tier": self.tier}
        self._move(kinds.ACCEPTED, at, _worker(self.desk), stages.HANDLING, own, "accepted", opens)

    def send(self, unit: Unit, due: datetime, *, taken: bool) -> None:
        """The front desk sends the case on; `taken` says whether the other unit accepts it."""
        at = self.received + SENT_AFTER
        self.tier = int(TIER_OF_LEVEL[unit.level])
        opens = self._duty("handle", unit.id, at, due, from_unit_id=self.desk)
        own = {
            "unit": str(unit.id),
            "from_unit": str(self.desk),
            "tier": self.tier,
            "suggested": True,
        }
        desk = _worker(self.desk)
        self._move(kinds.DISPATCHED, at, desk, stages.DISPATCHED, own, "dispatched", opens)
        if taken:
            opens.accepted = self.received + TAKEN_AFTER
            own = {"unit": str(unit.id), "tier": self.tier}
            by = _worker(unit.id)
            self._move(kinds.ACCEPTED, opens.accepted, by, stages.HANDLING, own)

    def answer(self, at: datetime, doubt: int) -> UUID:
        """Whoever has the case answers; that unit's key."""
        assert self.owed is not None
        unit_id = self.owed.unit_id
        own = {"unit": str(unit_id), "means": "", "photos": 0, "doubt": doubt, "reasons": []}
        self._move(kinds.ANSWERED, at, _worker(unit_id), stages.ANSWERED, own, "answered")
        return unit_id

    def rate(self, at: datetime) -> None:
        """The resident is content."""
        own = {
            "report": str(self.report),
            "verdict": "solved",
            "satisfaction": "satisfied",
            "channel": "receipt",
        }
        self._move(kinds.RATED, at, RESIDENT, stages.CLOSED, own, "rated")

    def ask(self, at: datetime) -> None:
        """The resident is asked; the clock stands still."""
        assert self.owed is not None
        self.owed.paused = at
        unit_id = self.owed.unit_id
        self._note(kinds.ASKED, at, _worker(unit_id), {"unit": str(unit_id)})

    def fill(self, least: int, until: datetime) -> None:
        """Harmless steps up to that many in all: words are added, and a duty is warned of."""
        missing, since = least - len(self.steps), self.steps[-1].at
        assert self.owed is not None
        warned = {
            "duty": str(self.owed.key),
            "unit": str(self.owed.unit_id),
            "kind": self.owed.kind,
            "tier": self.owed.tier,
        }
        added = {"report": str(self.report), "photos": 0}
        for number in range(1, missing + 1):
            at = since + (until - since) * number / (missing + 1)
            if number % 2:
                self._note(kinds.WORDS_ADDED, at, RESIDENT, added)
            else:
                self._note(DUTY_WARNED, at, SYSTEM, warned)

    def _duty(
        self,
        kind: str,
        unit_id: UUID,
        opened: datetime,
        due: datetime,
        *,
        from_unit_id: UUID | None = None,
        accepted: datetime | None = None,
    ) -> Owed:
        key = self.new_key(opened)
        duty = Owed(key, kind, unit_id, self.tier, opened, due, from_unit_id, accepted)
        self.duties.append(duty)
        return duty

    def _move(
        self,
        kind: str,
        at: datetime,
        actor: str,
        stage: str,
        own: dict[str, Any],
        closes: str = "",
        opens: Owed | None = None,
    ) -> None:
        if closes and self.owed is not None:
            self.owed.closed, self.owed.outcome = at, closes
            self.owed = None
        self.stage, self.owed = stage, opens or self.owed
        step = {"stage": stage, "closes": closes, **_owes(opens)}
        self.steps.append(Step(kind, at, actor, own | step))

    def _note(self, kind: str, at: datetime, actor: str, payload: dict[str, Any]) -> None:
        self.steps.append(Step(kind, at, actor, payload))


def end(
    course: Course, closed: datetime, unit: Unit | None, chance: random.Random, least: int
) -> UUID:
    """Let a reported case be handled by its desk, or by a unit it is sent to; who answered."""
    due = course.received + HANDLING_TIME
    course.accept(due)
    if unit is not None:
        course.send(unit, due, taken=True)
    answered = closed - VERDICT_AFTER
    course.fill(least - 2, answered)
    answered_by = course.answer(answered, chance.choice(DOUBTS))
    course.rate(closed)
    return answered_by


def hand_on(course: Course, holder: Unit, due: datetime) -> None:
    """Let a reported case come to whoever holds it now; that unit's duty is due then.

    What the district itself takes on it has accepted; departments and streets haven't yet.
    """
    if holder.id == course.desk:
        course.accept(due)
        return
    course.accept(course.received + HANDLING_TIME)
    course.send(holder, due, taken=holder.level == Level.DISTRICT)


def wait(course: Course, now: datetime, chance: random.Random, least: int) -> None:
    """Let an open case stand as it is now; of some the resident has just been asked."""
    waits = chance.random() < WAITING_SHARE
    course.fill(least - waits, now)
    if waits:
        course.ask(now)


def _owes(duty: Owed | None) -> dict[str, Any]:
    if duty is None:
        return {"owes": "", "owner": "", "owner_tier": 0, "due": ""}
    return {
        "owes": duty.kind,
        "owner": str(duty.unit_id),
        "owner_tier": duty.tier,
        "due": duty.due.isoformat(),
    }


def _worker(unit_id: UUID) -> str:
    """Somebody of the unit, as the log calls an account; nobody looks these up."""
    return f"account:{unit_id}"

"""The one function that moves a record from stage to stage, keeping the duties' promise.

The promise: an unfinished record has exactly one open lead duty or, only in a stage that awaits
the resident's verdict, exactly one open verdict timer instead; a finished one has neither.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from django.db import models

from huiban.kernel.access.actor import Actor
from huiban.kernel.base.errors import Unseen
from huiban.kernel.base.stages import StageTable
from huiban.kernel.duties import actions as duties
from huiban.kernel.duties.actions import NewDuty
from huiban.kernel.duties.models import Duty
from huiban.kernel.events import actions as events
from huiban.kernel.events.models import STANDING, Delivery, Event
from huiban.kernel.events.rows import insert_rows

# What the event of each step carries beside its own fields, so that the log alone says who owed
# what until when: the stage reached, the outcome with which open duties closed, and the lead duty
# that opened (its kind, unit, tier and due time). Empty where none did.
STEP_FIELDS = "stage closes owes owner owner_tier due"


class BrokenPromiseError(RuntimeError):
    """A move would leave a record that nobody owes anything about, or that two owe."""


class Movable(models.Model):
    """A record with a life-cycle. Its module declares the table and the stages that await."""

    STAGES: ClassVar[StageTable]
    SUBJECT: ClassVar[str]
    AWAITING: ClassVar[frozenset[str]]
    VERDICT_TIMER: ClassVar[str]
    # Kinds of further duties that outlive a move, such as a request about the record itself.
    KEPT_DUTIES: ClassVar[frozenset[str]]

    stage = models.CharField(max_length=20)

    class Meta:
        abstract = True


R = TypeVar("R", bound=Movable)


def lock_record(model: type[R], pk: UUID) -> R:
    """The record, locked until the transaction ends. Raises Unseen if there is none."""
    manager: Any = model._default_manager
    record: R | None = (
        manager.everywhere("locked by its key").select_for_update().filter(pk=pk).first()
    )
    if record is None:
        raise Unseen
    return record


def move(
    record: Movable,
    verb: str,
    actor: Actor,
    *,
    kind: str,
    payload: dict[str, Any],
    closes: str = "",
    opens: NewDuty | None = None,
    awaits: Delivery | None = None,
    changes: dict[str, Any] | None = None,
) -> Event:
    """Move a locked record by a verb of its stage table, in the caller's transaction.

    `closes` is the outcome with which all its open duties end; `opens` the lead duty that
    follows; `awaits` the verdict timer that stands instead. `changes` are saved with the stage,
    and nothing else is. The event's payload also carries the stage reached, what closed and who
    owes what from now on (`STEP_FIELDS`). Raises ImproperMove when the stage doesn't allow the
    verb, BrokenPromiseError when the promise wouldn't hold.
    """
    target = record.STAGES.target(record.stage, verb)
    timers: tuple[Delivery, ...] = (awaits,) if awaits else ()
    if closes:
        duties.close_all(record.pk, closes, keep=record.KEPT_DUTIES)
    if record.stage in record.AWAITING and (target != record.stage or awaits):
        events.cancel_timers(record.pk, record.VERDICT_TIMER)
    duty = None
    if opens is not None:
        duty, alarms = duties.open_duty(record.SUBJECT, record.pk, opens)
        timers += alarms
    record.stage = target
    for name, value in (changes or {}).items():
        setattr(record, name, value)
    record.save(update_fields=["stage", *(changes or {})])
    step = {"stage": target, "closes": closes, **owed(duty)}
    event = note(record, actor, kind, payload | step, timers=timers)
    prove_promise(record)
    return event


def bear(
    record: Movable, actor: Actor, *, kind: str, payload: dict[str, Any], opens: NewDuty
) -> Event:
    """Write a new record with its first duty and the first link of its chain.

    It needs no proof: the one lead duty is inserted here, and a second is refused by the database.
    """
    insert_rows([record])
    duty, alarms = duties.open_duty(record.SUBJECT, record.pk, opens)
    step = {"stage": record.stage, "closes": "", **owed(duty)}
    return note(record, actor, kind, payload | step, timers=alarms, birth=True)


def owed(duty: Duty | None) -> dict[str, Any]:
    """What an event says of the lead duty that it opened; all empty where it opened none."""
    if duty is None:
        return {"owes": "", "owner": "", "owner_tier": 0, "due": ""}
    return {
        "owes": duty.kind,
        "owner": str(duty.unit_id),
        "owner_tier": duty.tier,
        "due": duty.due_at.isoformat(),
    }


def note(
    record: Movable,
    actor: Actor,
    kind: str,
    payload: dict[str, Any],
    *,
    timers: tuple[Delivery, ...] = (),
    birth: bool = False,
) -> Event:
    """Write an event of the record that changes no stage."""
    return events.append(
        kind,
        record.SUBJECT,
        record.pk,
        actor.code,
        payload,
        district_id=getattr(record, "district_id", None),
        timers=timers,
        birth=birth,
    )


def prove_promise(record: Movable) -> None:
    """Raise BrokenPromiseError unless the promise holds for the record as it is now.

    Every move pays for it, so both are counted in one statement.
    """
    duties_open = Duty.objects.filter(subject_id=record.pk, role="lead", closed_at=None)
    timers_standing = Delivery.objects.filter(
        subject_id=record.pk, reaction=record.VERDICT_TIMER, state__in=STANDING
    )
    found = Counter(
        duties_open.values_list("role", flat=True).union(
            timers_standing.values_list("reaction", flat=True), all=True
        )
    )
    leads, timers = found["lead"], found[record.VERDICT_TIMER]
    owed = (0, 0) if record.stage in record.STAGES.finished else (1, 0)
    if record.stage in record.AWAITING:
        owed = (0, 1)
    if (leads, timers) != owed:
        raise BrokenPromiseError(
            f"{record.SUBJECT} {record.pk} at {record.stage}: {leads} lead duties and"
            f" {timers} verdict timers, {owed} are due"
        )

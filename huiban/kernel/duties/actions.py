"""Writes of duties. All run inside the transaction of the move that causes them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from huiban.kernel.base import clock
from huiban.kernel.base.calendar import Allowance
from huiban.kernel.base.ids import new_id
from huiban.kernel.events import actions as events
from huiban.kernel.events.models import Delivery
from huiban.kernel.events.registry import declare
from huiban.kernel.events.rows import insert_rows
from huiban.kernel.vocab.queries import calendar

from .models import Duty
from .rules import clock_data, read_clock, reckon

CLOCK = "duties.clock"
DUTY_WARNED = declare(
    "duties.duty_warned", "duty unit kind tier", "A duty has used up three quarters of its time."
)
DUTY_LATE = declare("duties.duty_late", "duty unit kind tier due", "A duty wasn't met in time.")
DUTY_MOVED = declare(
    "duties.deadline_moved", "duty unit before after why", "A duty's due time changed."
)


@dataclass(frozen=True)
class NewDuty:
    """A duty to be opened: of which unit, of what kind, and by which clock rule."""

    kind: str
    unit_id: UUID
    tier: int
    allowance: Allowance
    rule: str
    role: str = Duty.Role.LEAD
    from_unit_id: UUID | None = None
    accepted: bool = False
    start: datetime | None = None


def open_duty(
    subject_type: str, subject_id: UUID, new: NewDuty
) -> tuple[Duty, tuple[Delivery, ...]]:
    """Open a duty, giving it and the alarm that `events.append` must write.

    Its clock starts now, or at `new.start` where it goes on from an earlier duty.
    Two lead duties of one subject, or two of a kind for one unit, are refused by the database.
    """
    now = clock.now()
    start = new.start or now
    reckoned = reckon(start, new.allowance, (), calendar())
    duty = Duty(
        id=new_id(),
        subject_type=subject_type,
        subject_id=subject_id,
        kind=new.kind,
        role=new.role,
        unit_id=new.unit_id,
        from_unit_id=new.from_unit_id,
        tier=new.tier,
        opened_at=now,
        accepted_at=now if new.accepted else None,
        warn_at=reckoned.warn,
        due_at=reckoned.due,
        provisional=reckoned.deadline.provisional,
        clock=clock_data(new.rule, new.allowance, start, ()),
    )
    insert_rows([duty])
    return duty, (clock_alarm(duty, "warn", reckoned.warn),)


def clock_alarm(duty: Duty, step: str, at: datetime) -> Delivery:
    """The alarm that rings for a duty's warning or lateness."""
    return events.alarm(
        CLOCK,
        duty.subject_type,
        duty.subject_id,
        at,
        payload={"duty": str(duty.id), "step": step},
    )


def lead_of(subject_id: UUID) -> Duty | None:
    """The open lead duty of a subject."""
    return Duty.objects.filter(subject_id=subject_id, role="lead", closed_at=None).first()


def close_duty(duty: Duty, outcome: str) -> None:
    """Close one duty with what came of it."""
    duty.closed_at, duty.outcome = clock.now(), outcome
    duty.save(update_fields=["closed_at", "outcome"])


def close_all(subject_id: UUID, outcome: str, keep: frozenset[str] = frozenset()) -> int:
    """Close every open duty of a subject, but for the kinds to keep; how many there were."""
    ending = Duty.objects.filter(subject_id=subject_id, closed_at=None).exclude(kind__in=keep)
    return ending.update(closed_at=clock.now(), outcome=outcome)


def accept_duty(duty: Duty) -> None:
    """Note that the unit has taken the duty on. The clock doesn't start anew."""
    duty.accepted_at = clock.now()
    duty.save(update_fields=["accepted_at"])


def pause_duty(duty: Duty) -> None:
    """Stop the clock while the resident is asked."""
    duty.paused_at = clock.now()
    duty.save(update_fields=["paused_at"])


def resume_duty(duty: Duty) -> None:
    """Let a stopped clock run on; the pause isn't counted."""
    if duty.paused_at is None:
        return
    start, allowance, pauses = read_clock(duty.clock)
    pauses.append((duty.paused_at, clock.now()))
    duty.clock = clock_data(duty.clock["rule"], allowance, start, pauses)
    duty.paused_at = None
    _reckon_again(duty)


def change_allowance(duty: Duty, allowance: Allowance, rule: str) -> None:
    """Give a duty another allowance from its old start on (a deferral, another category)."""
    start, _, pauses = read_clock(duty.clock)
    duty.clock = clock_data(rule, allowance, start, pauses)
    _reckon_again(duty)


def _reckon_again(duty: Duty) -> None:
    start, allowance, pauses = read_clock(duty.clock)
    reckoned = reckon(start, allowance, pauses, calendar())
    duty.due_at, duty.warn_at = reckoned.due, reckoned.warn
    duty.provisional = reckoned.deadline.provisional
    if duty.late_at is not None and duty.due_at > clock.now():
        duty.late_at = None
    duty.save(update_fields=["due_at", "warn_at", "provisional", "clock", "paused_at", "late_at"])
    # The old alarm finds that its time is no longer the duty's and rings again at the new one.
    _hurry_alarm(duty)


def _hurry_alarm(duty: Duty) -> None:
    """See to it that an alarm is open and rings no later than the duty's next step."""
    step, at = next_step(duty)
    waiting = Delivery.objects.filter(
        subject_id=duty.subject_id,
        reaction=CLOCK,
        state=Delivery.State.OPEN,
        payload__duty=str(duty.id),
    )
    if step and not waiting.update(ready_at=at, payload={"duty": str(duty.id), "step": step}):
        events.set_timer(clock_alarm(duty, step, at))


def next_step(duty: Duty) -> tuple[str, datetime]:
    """What the clock has to say next, and when; an empty step when it has nothing more to say."""
    if duty.closed_at or duty.paused_at or duty.late_at:
        return "", duty.due_at
    if duty.warn_at and duty.warn_at > clock.now():
        return "warn", duty.warn_at
    return "late", duty.due_at


def recompute_deadlines(why: str = "calendar") -> int:
    """Reckon every open duty's clock again, as after a corrected calendar; how many moved.

    Each that moved says so in an event of its subject. One transaction a duty, so that nobody
    waits for the whole.
    """
    moved = 0
    for pk in list(Duty.objects.filter(closed_at=None).values_list("pk", flat=True)):
        with transaction.atomic():
            duty = Duty.objects.select_for_update().filter(pk=pk, closed_at=None).first()
            moved += duty is not None and _recompute(duty, why)
    return moved


def _recompute(duty: Duty, why: str) -> bool:
    before = duty.due_at
    start, allowance, pauses = read_clock(duty.clock)
    reckoned = reckon(start, allowance, pauses, calendar())
    if reckoned.due == before and reckoned.deadline.provisional == duty.provisional:
        return False
    _reckon_again(duty)
    return say_moved(duty, before, why)


def say_moved(duty: Duty, before: datetime, why: str) -> bool:
    """Write the event of a due time that moved; False, and nothing written, where it didn't."""
    if duty.due_at == before:
        return False
    payload = {
        "duty": str(duty.id),
        "unit": str(duty.unit_id),
        "before": before.isoformat(),
        "after": duty.due_at.isoformat(),
        "why": why,
    }
    events.append(DUTY_MOVED, duty.subject_type, duty.subject_id, "system", payload)
    return True


def starting(new: NewDuty, start: datetime | None) -> NewDuty:
    """The same new duty with its clock running from an earlier start."""
    return replace(new, start=start)

"""The clock's alarm: it finds a duty warned or late and says so; it knows nothing more."""

from __future__ import annotations

from typing import Any

from huiban.kernel.base import clock
from huiban.kernel.events import actions as events
from huiban.kernel.events.models import Delivery
from huiban.kernel.events.registry import timer

from .actions import CLOCK, DUTY_LATE, DUTY_WARNED, clock_alarm, next_step
from .models import Duty


@timer(CLOCK)
def ring(delivery: Delivery) -> None:
    """Warn of a duty or find it late; an alarm that rang too early is set again."""
    duty = (
        Duty.objects.select_for_update()
        .filter(pk=delivery.payload["duty"], closed_at=None, paused_at=None, late_at=None)
        .first()
    )
    if duty is None:
        return
    now = clock.now()
    if now >= duty.due_at:
        duty.late_at = now
        duty.save(update_fields=["late_at"])
        _say(DUTY_LATE, duty, {"due": duty.due_at.isoformat()})
        return
    if delivery.payload["step"] == "warn" and duty.warn_at and now >= duty.warn_at:
        _say(DUTY_WARNED, duty, {})
    step, at = next_step(duty)
    events.set_timer(clock_alarm(duty, step, at))


def _say(kind: str, duty: Duty, more: dict[str, Any]) -> None:
    payload = {
        "duty": str(duty.id),
        "unit": str(duty.unit_id),
        "kind": duty.kind,
        "tier": duty.tier,
    }
    events.append(kind, duty.subject_type, duty.subject_id, "system", payload | more)

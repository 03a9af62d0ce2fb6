"""退回: a receiver asks, the sender consents or upholds, and an upheld assignment is final."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from huiban.kernel.access.actor import Actor
from huiban.kernel.base import clock
from huiban.kernel.base.calendar import deadline
from huiban.kernel.base.errors import ImproperMove
from huiban.kernel.duties import actions as duties
from huiban.kernel.duties.actions import NewDuty
from huiban.kernel.duties.models import Duty
from huiban.kernel.moves.actions import move, note
from huiban.kernel.vocab.queries import calendar, setting

from .. import kinds, permits
from ..models import Case, ReturnRequest
from .steps import (
    allowed,
    keep_words,
    lead_duty,
    new_duty,
    seat_of_lead,
    take_case,
    words_of,
    working_days,
)


def ask_return(actor: Actor, case_id: UUID, reason: str) -> None:
    """Ask the sender to take the case back. It stays with the receiver until the sender consents."""
    tidy = words_of(reason, "reason", "退回的理由")
    with transaction.atomic():
        case = take_case(actor, case_id)
        duty = lead_duty(case)
        seat = seat_of_lead(actor, duty, permits.HANDLE, permits.GUIDE)
        _refuse_return(duty)
        assert duty.from_unit_id is not None
        ReturnRequest.objects.create(
            case=case,
            duty_id=duty.id,
            by_unit_id=seat.unit_id,
            to_unit_id=duty.from_unit_id,
            asked_at=clock.now(),
        )
        time = allowed("consent", case.tier, case)
        consent = NewDuty(
            "consent",
            duty.from_unit_id,
            case.tier,
            time.allowance,
            time.rule,
            role="co",
            from_unit_id=seat.unit_id,
        )
        _, alarms = duties.open_duty(case.SUBJECT, case.pk, consent)
        payload = {"by_unit": str(seat.unit_id), "to_unit": str(duty.from_unit_id)}
        event = note(case, actor, kinds.RETURN_ASKED, payload, timers=alarms)
        keep_words(case, "reason", tidy, event=event, unit_id=seat.unit_id, signed=seat.post_name)


def _refuse_return(duty: Duty) -> None:
    if duty.kind != "handle" or duty.from_unit_id is None:
        raise ImproperMove("只有别的单位派来的事可以退回。")
    before = ReturnRequest.objects.filter(duty_id=duty.id).first()
    if before is not None and before.decided_at is None:
        raise ImproperMove("已经提出退回，正在等派单单位答复。")
    if before is not None:
        raise ImproperMove("派单单位已经维持原派单，按规定不能再次退回。请办理，或上报上一级。")
    days = int(setting(kinds.RETURN_DAYS))
    if clock.now() > deadline(duty.opened_at, working_days(days), calendar()).due:
        raise ImproperMove(f"派单后{days}个工作日内可以退回，现在已经超过。请办理，或上报上一级。")


def decide_return(actor: Actor, case_id: UUID, consent: bool, reason: str = "") -> None:
    """Consent to a return and have the case again, or uphold the assignment, which is final."""
    with transaction.atomic():
        case = take_case(actor, case_id)
        asked = ReturnRequest.objects.filter(case=case, decided_at=None).first()
        if asked is None:
            raise ImproperMove("没有等待答复的退回，可能已经有人处理过了。")
        seat = actor.seat_for(permits.TRIAGE, asked.to_unit_id)
        asked.decided_at, asked.consented = clock.now(), consent
        asked.save(update_fields=["decided_at", "consented"])
        payload = {"by_unit": str(asked.by_unit_id), "to_unit": str(asked.to_unit_id)}
        if consent:
            _take_back(case, actor, asked, payload)
            return
        tidy = words_of(reason, "reason", "维持派单的理由")
        _close_consent(case, "upheld")
        event = note(case, actor, kinds.RETURN_UPHELD, payload)
        keep_words(case, "reason", tidy, event=event, unit_id=seat.unit_id, signed=seat.post_name)


def _take_back(case: Case, actor: Actor, asked: ReturnRequest, payload: dict[str, str]) -> None:
    opens = new_duty("handle", asked.to_unit, case, accepted=True)
    move(
        case,
        "return",
        actor,
        kind=kinds.RETURNED,
        payload=payload,
        closes="returned",
        opens=opens,
        changes={"tier": opens.tier},
    )


def _close_consent(case: Case, outcome: str) -> None:
    for duty in Duty.objects.filter(subject_id=case.pk, kind="consent", closed_at=None):
        duties.close_duty(duty, outcome)

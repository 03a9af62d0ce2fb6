"""办理: answer, pass on, escalate, return, co-handle, ask, defer."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from huiban.kernel.access.actor import SYSTEM, Actor, Seat
from huiban.kernel.base import clock
from huiban.kernel.base.calendar import Allowance, deadline, working_minutes_between
from huiban.kernel.base.errors import ImproperMove, Refusal
from huiban.kernel.duties import actions as duties
from huiban.kernel.duties.models import Duty
from huiban.kernel.duties.rules import read_clock
from huiban.kernel.events import actions as events
from huiban.kernel.events.models import Delivery, Event
from huiban.kernel.files.actions import link_photos
from huiban.kernel.moves.actions import move, note
from huiban.kernel.vocab.queries import calendar, setting

from .. import kinds, permits, rules, stages
from ..learning.replies import fingerprint
from ..models import Case
from .doubting import doubt_about, refuse_doubtful
from .intake import ENTRY_SUBJECT, QUESTION_LAPSES
from .steps import (
    another_than,
    keep_words,
    lead_duty,
    new_duty,
    next_higher,
    seat_of_lead,
    settle_returns,
    take_case,
    words_of,
    working_days,
)
from .triage import send

MEANS = {"negotiated": "已协商", "property_did": "物业已办", "volunteers_did": "志愿者帮办"}
HANDLERS = (permits.HANDLE, permits.GUIDE, permits.TRIAGE)


def answer(
    actor: Actor,
    case_id: UUID,
    text: str,
    photo_ids: tuple[UUID, ...] = (),
    means: str = "",
    without_waiting: bool = False,
    sure: bool = True,
) -> None:
    """Answer the resident: words are needed, photos may go with them.

    Danger and supervised cases are then verified by another person; all others await the
    resident's verdict. The lead waits for its co-handlers or says that it doesn't. Whoever isn't
    `sure` is told where the answer may be none: raises Doubtful.
    """
    tidy = words_of(text, "text", "办理情况。只有照片不算答复")
    mark = fingerprint(tidy)
    with transaction.atomic():
        case = take_case(actor, case_id)
        duty = lead_duty(case)
        seat = seat_of_lead(actor, duty, *HANDLERS)
        _refuse_early_answer(case, means, without_waiting)
        doubt = doubt_about(case, seat.unit_id, tidy, mark)
        if not sure:
            refuse_doubtful(doubt)
        payload = {
            "unit": str(seat.unit_id),
            "means": means,
            "photos": len(photo_ids),
            "doubt": doubt.percent,
            "reasons": list(doubt.reasons),
        }
        event = _move_to_answered(case, actor, seat, payload)
        entry = keep_words(
            case,
            "answer",
            tidy,
            event=event,
            unit_id=seat.unit_id,
            signed=seat.post_name,
            for_resident=True,
            fingerprint=mark,
        )
        if photo_ids:
            link_photos(photo_ids, ENTRY_SUBJECT, entry.id)


def _refuse_early_answer(case: Case, means: str, without_waiting: bool) -> None:
    if means and means not in MEANS:
        raise Refusal("请选：已协商、物业已办、志愿者帮办。", "means")
    waiting = Duty.objects.filter(subject_id=case.pk, kind="assist", closed_at=None).count()
    if waiting and not without_waiting:
        raise Refusal(
            f"还有{waiting}个协办单位没有反馈。请等一等，或勾选“不等协办，先答复”并在答复里说明。",
            "without_waiting",
        )


def _move_to_answered(case: Case, actor: Actor, seat: Seat, payload: dict[str, Any]) -> Event:
    now = clock.now()
    changes = {"answered_at": now, "answered_by_id": seat.unit_id}
    settle_returns(case)
    events.cancel_timers(case.pk, QUESTION_LAPSES)
    if rules.needs_another_person(case.danger, case.supervised):
        verifier = another_than(case, seat.unit_id)
        event = move(
            case,
            "answer_for_verification",
            actor,
            kind=kinds.ANSWERED,
            payload=payload,
            closes="answered",
            opens=new_duty("verify", verifier, case, from_unit_id=seat.unit_id),
            changes=changes,
        )
    else:
        event = move(
            case,
            "answer",
            actor,
            kind=kinds.ANSWERED,
            payload=payload,
            closes="answered",
            awaits=verdict_alarm(case),
            changes=changes,
        )
    return event


def verdict_alarm(case: Case) -> Delivery:
    """The alarm that rings when the resident has had time enough to rate."""
    time = working_days(int(setting(kinds.VERDICT_DAYS)))
    due = deadline(clock.now(), time, calendar()).due
    return events.alarm(case.VERDICT_TIMER, case.SUBJECT, case.pk, due)


def pass_on(actor: Actor, case_id: UUID, reason: str = "") -> None:
    """A branch passes a case on to the community, freely."""
    with transaction.atomic():
        case = take_case(actor, case_id)
        duty = lead_duty(case)
        if duty.kind != "guide":
            raise ImproperMove("只有小区党支部引导的事可以直接转社区。其他单位请用“退回”或“上报”。")
        seat = seat_of_lead(actor, duty, permits.GUIDE)
        higher = next_higher(case, duty.unit)
        if higher is None:
            raise ImproperMove("上面没有可以接办的单位。请联系区级管理员补全组织架构。")
        send(
            case,
            "pass_on",
            actor,
            higher,
            kind=kinds.PASSED_ON,
            closes="passed_on",
            from_unit_id=seat.unit_id,
            reason=reason,
            signed=seat.post_name,
        )


def escalate(actor: Actor, case_id: UUID, reason: str) -> None:
    """Ask the next tier to take the case up, with a reason that the resident sees."""
    tidy = words_of(reason, "reason", "上报的原因")
    with transaction.atomic():
        case = take_case(actor, case_id)
        duty = lead_duty(case)
        seat = seat_of_lead(actor, duty, *HANDLERS)
        higher = next_higher(case, duty.unit)
        if higher is None:
            raise ImproperMove("这里已经是最高一级，不能再上报。请派给责任部门，或组织会商。")
        send(
            case,
            "escalate",
            actor,
            higher,
            kind=kinds.ESCALATED,
            closes="escalated",
            from_unit_id=seat.unit_id,
            reason=tidy,
            signed=seat.post_name,
        )


def lift(case: Case, duty: Duty) -> bool:
    """Raise a locked case one tier since its duty ran late; False where nobody is above."""
    higher = next_higher(case, duty.unit)
    if higher is None:
        return False
    send(
        case,
        "lift",
        SYSTEM,
        higher,
        kind=kinds.LIFTED,
        closes="late",
        from_unit_id=duty.unit_id,
        duty=str(duty.id),
    )
    return True


def refuse_if_not_working(case: Case) -> None:
    if case.stage not in (stages.RECEIVED, stages.DISPATCHED, stages.HANDLING):
        raise ImproperMove(f"这件事现在是“{case.stage_label}”，不在办理中。")


def ask_resident(actor: Actor, case_id: UUID, text: str) -> None:
    """Ask the resident; the clock stands still until the reply, or until the wait lapses."""
    tidy = words_of(text, "text", "要问的话")
    with transaction.atomic():
        case = take_case(actor, case_id)
        refuse_if_not_working(case)
        duty = lead_duty(case)
        seat = seat_of_lead(actor, duty, *HANDLERS)
        if duty.paused_at is not None:
            raise ImproperMove("已经在等居民回复上一个问题。")
        duties.pause_duty(duty)
        wait = working_days(int(setting(kinds.QUESTION_DAYS)))
        lapse = events.alarm(
            QUESTION_LAPSES,
            case.SUBJECT,
            case.pk,
            deadline(clock.now(), wait, calendar()).due,
            payload={"duty": str(duty.id)},
        )
        payload = {"unit": str(seat.unit_id)}
        event = note(case, actor, kinds.ASKED, payload, timers=(lapse,))
        keep_words(
            case,
            "question",
            tidy,
            event=event,
            unit_id=seat.unit_id,
            signed=seat.post_name,
            for_resident=True,
        )


def defer(actor: Actor, case_id: UUID, days: int, reason: str) -> None:
    """Move the due time by working days, with a reason that the resident sees."""
    tidy = words_of(reason, "reason", "延期的原因（居民会看到）")
    most = int(setting(kinds.DEFER_MOST_DAYS))
    if not 1 <= days <= most:
        raise Refusal(f"一次可以延1到{most}个工作日。", "days")
    with transaction.atomic():
        case = take_case(actor, case_id)
        refuse_if_not_working(case)
        duty = lead_duty(case)
        seat = seat_of_lead(actor, duty, *HANDLERS)
        if duty.late_at is not None:
            raise ImproperMove("已经超过时限，不能再延期。请尽快答复，或上报上一级。")
        before = duty.due_at
        duties.change_allowance(duty, _longer(duty, days), f"{duty.clock['rule']}+{days}")
        payload = {
            "unit": str(seat.unit_id),
            "days": days,
            "before": before.isoformat(),
            "after": duty.due_at.isoformat(),
        }
        event = note(case, actor, kinds.DEFERRED, payload)
        keep_words(
            case,
            "deferral",
            tidy,
            event=event,
            unit_id=seat.unit_id,
            signed=seat.post_name,
            for_resident=True,
        )


def _longer(duty: Duty, days: int) -> Allowance:
    """The duty's allowance with so many working days more; clock minutes become working time."""
    start, allowance, _ = read_clock(duty.clock)
    if allowance.unit == "working_days":
        return Allowance("working_days", allowance.amount + days)
    later: datetime = deadline(duty.due_at, working_days(days), calendar()).due
    return Allowance("working_minutes", working_minutes_between(start, later, calendar()))

"""研判派遣: accept, categorise, dispatch and take back, divert."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from huiban.kernel.access.actor import Actor
from huiban.kernel.base import clock
from huiban.kernel.base.errors import ImproperMove, Refusal
from huiban.kernel.duties import actions as duties
from huiban.kernel.duties.models import Duty
from huiban.kernel.duties.rules import read_clock
from huiban.kernel.moves.actions import move, note
from huiban.kernel.territory.models import Level, Unit
from huiban.kernel.territory.queries import branch_of, in_force
from huiban.kernel.vocab.queries import setting, words

from .. import kinds, permits, rules, stages
from ..models import Case
from ..queries.owners import listed, suggest
from .reading_category import keep_decision, set_category
from .steps import (
    CATEGORIES,
    DIVERSIONS,
    keep_words,
    lead_duty,
    new_duty,
    seat_of_lead,
    settle_returns,
    take_case,
    words_of,
)


def accept(actor: Actor, case_id: UUID) -> None:
    """Take on what reached the unit: a report at the front desk, or a dispatched case.

    The front desk's handling clock starts; a dispatched case's clock has run since its dispatch.
    """
    with transaction.atomic():
        case = take_case(actor, case_id)
        Case.STAGES.target(case.stage, "accept")
        duty = lead_duty(case)
        seat = seat_of_lead(actor, duty, permits.TRIAGE, permits.HANDLE, permits.GUIDE)
        payload = {"unit": str(seat.unit_id), "tier": case.tier}
        if case.stage == stages.RECEIVED:
            opens = new_duty("handle", duty.unit, case, accepted=True)
            move(
                case,
                "accept",
                actor,
                kind=kinds.ACCEPTED,
                payload=payload,
                closes="accepted",
                opens=opens,
            )
        else:
            duties.accept_duty(duty)
            move(case, "accept", actor, kind=kinds.ACCEPTED, payload=payload)


def categorise(actor: Actor, case_id: UUID, category: str) -> None:
    """Set the category; the open clock runs by the new category's time, from its old start."""
    with transaction.atomic():
        case = take_case(actor, case_id)
        duty = lead_duty(case)
        seat_of_lead(actor, duty, permits.TRIAGE, permits.HANDLE)
        if category not in words(CATEGORIES):
            raise Refusal("没有这个分类。请从列出的分类里点一个。", "category")
        if case.category == category and case.category_source == "worker":
            return
        before = case.category
        due = set_category(case, category, "worker")
        keep_decision(case)
        payload = {"category": category, "before": before, "source": "worker", "due": due}
        note(case, actor, kinds.CATEGORISED, payload)


def dispatch(actor: Actor, case_id: UUID, unit_id: UUID, reason: str = "") -> None:
    """Send the case to the unit that is to handle it; one tap also accepts what wasn't yet.

    Raises Refusal when the unit can't be given this: outside the district, outside a community's
    duty list, a branch that doesn't guide this estate.
    """
    with transaction.atomic():
        case = take_case(actor, case_id)
        duty = lead_duty(case)
        seat = seat_of_lead(actor, duty, permits.TRIAGE, permits.HANDLE)
        unit = Unit.objects.filter(in_force(), pk=unit_id).first()
        if why := why_not(case, unit, duty.unit_id):
            raise Refusal(why, "unit_id")
        assert unit is not None
        suggestion = suggest(case)
        send(
            case,
            "dispatch",
            actor,
            unit,
            kind=kinds.DISPATCHED,
            closes="dispatched",
            from_unit_id=seat.unit_id,
            suggested=bool(suggestion and suggestion.unit_id == unit.id),
            reason=reason,
            signed=seat.post_name,
        )
        # Whoever sends it on with the category that it has agrees with that category.
        keep_decision(case)


def why_not(case: Case, unit: Unit | None, from_unit_id: UUID) -> str:
    """Why the case can't be dispatched to that unit, in a sentence; "" if it can."""
    if unit is None or unit.path.district_id != case.district_id:
        return "没有这个单位，或者它不在本区。请从列表里重新选。"
    if unit.id == from_unit_id:
        return "不能派给自己。要自己办，请直接办理并答复。"
    if unit.level == Level.BRANCH:
        guiding = branch_of(case.estate_id)
        if guiding is None or guiding.id != unit.id:
            return f"{unit.name}不负责这个小区。请选本小区的党支部，或派给其他单位。"
    if unit.level == Level.COMMUNITY:
        name = words(CATEGORIES)[case.category].name if case.category in words(CATEGORIES) else ""
        return rules.why_not_to_community(
            case.category, name, unit.name, listed(unit.id, case.category), as_lead=True
        )
    if unit.level == Level.ESTATE:
        return "小区不是办理单位。请派给小区党支部，或社区、街道、部门。"
    return ""


def send(
    case: Case,
    verb: str,
    actor: Actor,
    unit: Unit,
    *,
    kind: str,
    closes: str,
    from_unit_id: UUID,
    suggested: bool | None = None,
    reason: str = "",
    signed: str = "",
    duty: str = "",
) -> None:
    """Put a locked case before another unit, with its clock started and the reason kept."""
    settle_returns(case)
    duty_kind = "guide" if unit.level == Level.BRANCH else "handle"
    if verb in ("escalate", "lift", "pass_on"):
        duty_kind = "take_up"
    opens = new_duty(duty_kind, unit, case, from_unit_id=from_unit_id)
    payload = {"unit": str(unit.id), "from_unit": str(from_unit_id), "tier": opens.tier}
    if suggested is not None:
        payload["suggested"] = suggested
    if duty:
        payload["duty"] = duty
    event = move(
        case,
        verb,
        actor,
        kind=kind,
        payload=payload,
        closes=closes,
        opens=opens,
        changes={"tier": opens.tier},
    )
    if reason.strip():
        keep_words(
            case,
            "reason",
            words_of(reason, "reason", "说明"),
            event=event,
            unit_id=from_unit_id,
            signed=signed,
            for_resident=verb == "escalate",
        )


def undo_dispatch(actor: Actor, case_id: UUID) -> None:
    """Take a dispatch back for a short while, if the receiver hasn't accepted; the old clock goes on."""
    with transaction.atomic():
        case = take_case(actor, case_id)
        duty = lead_duty(case)
        if duty.from_unit_id is None or duty.kind not in ("handle", "guide"):
            raise ImproperMove("这一步不能撤销。")
        seat = actor.seat_for(permits.TRIAGE, duty.from_unit_id)
        if duty.accepted_at:
            raise ImproperMove(f"{duty.unit.name}已经接单，不能撤销。需要时请与对方联系退回。")
        if clock.now() - duty.opened_at > timedelta(minutes=int(setting(kinds.UNDO_MINUTES))):
            raise ImproperMove("派单已经超过可撤销的时间。需要时请与对方联系退回。")
        _back_to(case, actor, Unit.objects.get(pk=seat.unit_id), duty)


def _back_to(case: Case, actor: Actor, unit: Unit, duty: Duty) -> None:
    opens = new_duty("handle", unit, case, accepted=True)
    payload = {"unit": str(unit.id), "from_unit": str(duty.unit_id)}
    start = _earlier_start(case, unit.id)
    settle_returns(case)
    move(
        case,
        "undo_dispatch",
        actor,
        kind=kinds.DISPATCH_UNDONE,
        payload=payload,
        closes="undone",
        opens=duties.starting(opens, start),
        changes={"tier": opens.tier},
    )


def _earlier_start(case: Case, unit_id: UUID) -> datetime | None:
    """When the unit's own handling clock began, before it sent the case on."""
    earlier = Duty.objects.filter(subject_id=case.pk, unit_id=unit_id, outcome="dispatched")
    last = earlier.order_by("-closed_at").first()
    return read_clock(last.clock)[0] if last and last.kind == "handle" else None


def divert(actor: Actor, case_id: UUID, diversion: str, text: str = "") -> None:
    """End a case that belongs elsewhere, telling the resident where, in the class's own words."""
    with transaction.atomic():
        case = take_case(actor, case_id)
        duty = lead_duty(case)
        seat = seat_of_lead(actor, duty, permits.TRIAGE, permits.HANDLE)
        classes = words(DIVERSIONS)
        if diversion not in classes:
            raise Refusal("请选一种告知的类别。", "diversion")
        settle_returns(case)
        told = text if text.strip() else str(classes[diversion].data["text"])
        event = move(
            case,
            "divert",
            actor,
            kind=kinds.DIVERTED,
            payload={"diversion": diversion, "unit": str(seat.unit_id)},
            closes="diverted",
            changes={"diversion": diversion, "closed_at": clock.now(), "result": "diverted"},
        )
        keep_words(
            case,
            "diversion",
            words_of(told, "text", "告知内容"),
            event=event,
            unit_id=seat.unit_id,
            signed=seat.post_name,
            for_resident=True,
        )

"""协办: ask units in beside the lead, and say what they did."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from huiban.kernel.access.actor import Actor, Seat
from huiban.kernel.base.errors import ImproperMove, Refusal
from huiban.kernel.duties import actions as duties
from huiban.kernel.duties.actions import NewDuty
from huiban.kernel.duties.models import Duty
from huiban.kernel.moves.actions import note
from huiban.kernel.territory.models import Level, Unit
from huiban.kernel.territory.queries import in_force
from huiban.kernel.vocab.queries import words

from .. import kinds, rules
from ..models import Case
from ..queries.owners import listed
from .handling import HANDLERS, refuse_if_not_working
from .steps import CATEGORIES, allowed, keep_words, lead_duty, seat_of_lead, take_case, words_of


def invite(actor: Actor, case_id: UUID, unit_ids: Iterable[UUID], reason: str = "") -> None:
    """Ask units in as co-handlers; the caller stays the lead. One that is in already stays as it is."""
    with transaction.atomic():
        case = take_case(actor, case_id)
        duty = lead_duty(case)
        seat = seat_of_lead(actor, duty, *HANDLERS)
        refuse_if_not_working(case)
        for unit in Unit.objects.filter(in_force(), pk__in=list(unit_ids)).order_by("code"):
            _invite(case, actor, seat, unit, reason)


def _invite(case: Case, actor: Actor, seat: Seat, unit: Unit, reason: str) -> None:
    if unit.path.district_id != case.district_id or unit.id == seat.unit_id:
        raise Refusal(f"不能邀请{unit.name}协办。请选本区的其他单位。", "unit_ids")
    if unit.level == Level.COMMUNITY:
        known = words(CATEGORIES).get(case.category)
        why = rules.why_not_to_community(
            case.category,
            known.name if known else "",
            unit.name,
            listed(unit.id, case.category),
            as_lead=False,
        )
        if why:
            raise Refusal(why, "unit_ids")
    if Duty.objects.filter(subject_id=case.pk, unit=unit, kind="assist", closed_at=None).exists():
        return
    time = allowed("assist", rules.TIER_OF_LEVEL[unit.level], case)
    new = NewDuty(
        "assist",
        unit.id,
        rules.TIER_OF_LEVEL[unit.level],
        time.allowance,
        time.rule,
        role="co",
        from_unit_id=seat.unit_id,
    )
    _, alarms = duties.open_duty(case.SUBJECT, case.pk, new)
    payload = {"unit": str(unit.id), "by_unit": str(seat.unit_id)}
    event = note(case, actor, kinds.INVITED, payload, timers=alarms)
    if reason.strip():
        keep_words(
            case,
            "reason",
            words_of(reason, "reason", "说明"),
            event=event,
            unit_id=seat.unit_id,
            signed=seat.post_name,
        )


def finish_part(actor: Actor, case_id: UUID, text: str) -> None:
    """A co-handler says what it did; the lead sees it."""
    tidy = words_of(text, "text", "协办情况")
    with transaction.atomic():
        case = take_case(actor, case_id)
        mine = Duty.objects.filter(
            subject_id=case.pk, kind="assist", closed_at=None, unit_id__in=actor.unit_ids
        ).first()
        if mine is None:
            raise ImproperMove("这件事没有需要您反馈的协办任务，可能已经反馈过了。")
        seat = seat_of_lead(actor, mine, *HANDLERS)
        duties.close_duty(mine, "done")
        event = note(case, actor, kinds.PART_FINISHED, {"unit": str(seat.unit_id)})
        keep_words(case, "part", tidy, event=event, unit_id=seat.unit_id, signed=seat.post_name)

"""专题会商: a meeting about cases is called, held, and what it decided becomes what units owe.

Calling and holding lock the consultation, follow-up the decision alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from huiban.kernel.access.actor import Actor, Seat
from huiban.kernel.base import clock
from huiban.kernel.base.errors import ImproperMove, NotPermitted, Refusal, Unseen
from huiban.kernel.base.phrases import say_date
from huiban.kernel.moves.actions import bear, lock_record, move
from huiban.kernel.territory.models import Unit
from huiban.kernel.territory.queries import current_unit

from .. import kinds, permits, stages
from ..models import AgendaItem, Consultation, Decision, Party
from ..queries.agendas import titled
from ..queries.consultations import may_verify
from ..queries.desks import ADDRESSEES, supervising_scope, supervising_seat
from .words import (
    account_of,
    line_of,
    owed_by,
    owed_by_setting,
    own_key,
    words_of,
    words_or_none,
    working_days_until,
)

MOST_PARTIES, MOST_ITEMS, MOST_DECISIONS = 30, 20, 20
LONGEST_TITLE, LONGEST_PLACE, LONGEST_ITEM = 60, 60, 200
LONGEST_SUMMARY, LONGEST_DECISION, LONGEST_REASON, LONGEST_REPORT = 4000, 500, 500, 2000
FURTHEST = timedelta(days=180)
# Minutes are made of meetings that were; a meeting may be entered shortly after it took place.
LATEST = timedelta(days=30)


@dataclass(frozen=True)
class Meeting:
    """When and where a consultation is, and what it is called."""

    title: str
    place: str
    at: datetime


@dataclass(frozen=True)
class Item:
    """A thing to talk about: a finding, theme or letter by its key, or words."""

    source: str
    source_id: UUID | None = None
    words: str = ""


@dataclass(frozen=True)
class Decided:
    """What was decided: what, by which unit, by which day."""

    text: str
    owner_id: UUID
    due_day: date


def call_consultation(
    actor: Actor,
    meeting: Meeting,
    unit_ids: Sequence[UUID],
    items: Sequence[Item],
    key: str,
) -> Consultation:
    """Call a meeting of these units about these items. The same form again gives the first one.

    Raises NotPermitted for whoever doesn't supervise, Refusal for what is missing or too long.
    """
    seat = supervising_seat(actor)
    own = own_key(actor, key)
    told = _checked(meeting, seat)
    parties = _parties(unit_ids, seat.district_id)
    titles = _titles(actor, items)
    if (before := _of_key(own)) is not None:
        return before
    try:
        with transaction.atomic():
            return _write(actor, seat, told, parties, titles, own)
    except IntegrityError:
        if (before := _of_key(own)) is not None:
            return before
        raise


def _of_key(key: str) -> Consultation | None:
    return Consultation.objects.everywhere("found by its own key").filter(key=key).first()


def _checked(meeting: Meeting, seat: Seat) -> Meeting:
    now = clock.now()
    if meeting.at > now + FURTHEST:
        raise Refusal("会商时间最多排到半年以内。请改选。", "at")
    if meeting.at < now - LATEST:
        raise Refusal("会商时间已过去一个月以上。请核对日期。", "at")
    return Meeting(
        line_of(meeting.title, "title", "会商主题", LONGEST_TITLE),
        line_of(meeting.place, "place", "会商地点", LONGEST_PLACE),
        meeting.at,
    )


def _parties(unit_ids: Sequence[UUID], district_id: UUID) -> list[Unit]:
    wanted = list(dict.fromkeys(unit_ids))
    if not wanted:
        raise Refusal("请至少选一个参加单位。", "units")
    if len(wanted) > MOST_PARTIES:
        raise Refusal(f"参加单位最多{MOST_PARTIES}个，请少选一些。", "units")
    units = [current_unit(unit.id) for unit in Unit.objects.filter(pk__in=wanted)]
    fitting = [
        unit for unit in units if unit.path.district_id == district_id and unit.level in ADDRESSEES
    ]
    if len(fitting) != len(wanted):
        raise Refusal("有选中的单位不能参加会商。请刷新页面再选。", "units")
    return list({unit.id: unit for unit in fitting}.values())


def _titles(actor: Actor, items: Sequence[Item]) -> list[AgendaItem]:
    if not items:
        raise Refusal("请至少写一个议题，或从发现、热点、提示单里选。", "agenda")
    if len(items) > MOST_ITEMS:
        raise Refusal(f"议题最多{MOST_ITEMS}个，请分几次会商。", "agenda")
    made = []
    for position, item in enumerate(items, 1):
        title = (
            line_of(item.words, "agenda", "议题", LONGEST_ITEM)
            if item.source == AgendaItem.Source.WORDS
            else titled(actor, item.source, item.source_id)[:LONGEST_ITEM]
        )
        made.append(
            AgendaItem(position=position, source=item.source, source_id=item.source_id, title=title)
        )
    return made


def _write(
    actor: Actor,
    seat: Seat,
    meeting: Meeting,
    parties: Sequence[Unit],
    items: Sequence[AgendaItem],
    key: str,
) -> Consultation:
    consultation = Consultation(
        stage=stages.CALLED,
        key=key,
        district_id=seat.district_id,
        convener_id=seat.unit_id,
        convener_signed=seat.post_name,
        title=meeting.title,
        place_words=meeting.place,
        at=meeting.at,
        called_at=clock.now(),
    )
    payload = {
        "at": meeting.at.isoformat(),
        "parties": len(parties),
        "items": len(items),
    }
    convener = Unit.objects.get(pk=seat.unit_id)
    bear(
        consultation,
        actor,
        kind=kinds.CONSULTATION_CALLED,
        payload=payload,
        opens=owed_by_setting(convener, "minutes", kinds.MINUTES_DAYS, meeting.at),
    )
    Party.objects.bulk_create(Party(consultation=consultation, unit=unit) for unit in parties)
    for item in items:
        item.consultation = consultation
    AgendaItem.objects.bulk_create(items)
    return consultation


def _take(actor: Actor, consultation_id: UUID) -> tuple[Consultation, Seat]:
    seen = Consultation.objects.within(supervising_scope(actor)).filter(pk=consultation_id).first()
    if seen is None:
        raise Unseen
    seat = supervising_seat(actor, seen.district_id)
    return lock_record(Consultation, consultation_id), seat


def reschedule(actor: Actor, consultation_id: UUID, place: str, at: datetime) -> Consultation:
    """Move a meeting to another time or place. Saying the same again changes nothing."""
    with transaction.atomic():
        consultation, seat = _take(actor, consultation_id)
        told = _checked(Meeting(consultation.title, place, at), seat)
        if (consultation.place_words, consultation.at) == (told.place, told.at):
            return consultation
        move(
            consultation,
            "reschedule",
            actor,
            kind=kinds.CONSULTATION_RESCHEDULED,
            payload={"at": told.at.isoformat()},
            closes="rescheduled",
            opens=owed_by_setting(
                current_unit(consultation.convener_id), "minutes", kinds.MINUTES_DAYS, told.at
            ),
            changes={"place_words": told.place, "at": told.at},
        )
    return consultation


def cancel_consultation(actor: Actor, consultation_id: UUID, reason: str) -> None:
    """Call a meeting off."""
    tidy = words_of(reason, "reason", "取消的理由", LONGEST_REASON)
    with transaction.atomic():
        consultation, _ = _take(actor, consultation_id)
        move(
            consultation,
            "cancel",
            actor,
            kind=kinds.CONSULTATION_CANCELLED,
            payload={},
            closes="cancelled",
            changes={"reason": tidy},
        )


def hold_consultation(
    actor: Actor,
    consultation_id: UUID,
    *,
    chair: str,
    summary: str,
    attended: Sequence[UUID],
    decisions: Sequence[Decided],
) -> Consultation:
    """Put down what was said and decided; each decision becomes what its owner owes by its day.

    Raises Refusal for missing words, an owner that isn't a party, a day that isn't worked;
    ImproperMove before the meeting's time, or once the minutes stand.
    """
    chair = line_of(chair, "chair", "主持人（写岗位）", LONGEST_PLACE)
    tidy = words_of(summary, "summary", "会商情况", LONGEST_SUMMARY)
    if len(decisions) > MOST_DECISIONS:
        raise Refusal(f"议定事项最多{MOST_DECISIONS}条。请合并几条。", "decisions")
    with transaction.atomic():
        consultation, _ = _take(actor, consultation_id)
        consultation.STAGES.target(consultation.stage, "hold")
        if clock.now() < consultation.at:
            day = say_date(clock.local(consultation.at).date())
            raise ImproperMove(f"会商定在{day}，还没有开。开过以后再形成纪要；要改时间请先改期。")
        _note_attendance(consultation, attended)
        move(
            consultation,
            "hold",
            actor,
            kind=kinds.CONSULTATION_HELD,
            payload={"decisions": len(decisions), "attended": len(set(attended))},
            closes="held",
            changes={"held_at": clock.now(), "chair": chair, "summary": tidy},
        )
        for position, decided in enumerate(decisions, 1):
            _decide(actor, consultation, position, decided)
    return consultation


def _note_attendance(consultation: Consultation, attended: Sequence[UUID]) -> None:
    came = set(attended)
    for party in consultation.parties.all():
        party.attended = party.unit_id in came
        party.save(update_fields=["attended"])


def _decide(actor: Actor, consultation: Consultation, position: int, decided: Decided) -> None:
    field = f"decision-{position}"
    text = words_of(decided.text, field, f"第{position}条议定事项", LONGEST_DECISION)
    owners = {party.unit_id for party in consultation.parties.all()} | {consultation.convener_id}
    if decided.owner_id not in owners:
        raise Refusal(f"第{position}条议定事项的责任单位不在参加单位里。请改选。", field)
    days = working_days_until(decided.due_day, field)
    owner = current_unit(decided.owner_id)
    decision = Decision(
        stage=stages.OWED,
        consultation=consultation,
        position=position,
        text=text,
        owner_id=owner.id,
        due_day=decided.due_day,
    )
    bear(
        decision,
        actor,
        kind=kinds.DECISION_MADE,
        payload={"consultation": str(consultation.pk), "owner_unit": str(owner.id)},
        opens=owed_by(owner, "decision", days, "supervision.decision_day"),
    )


def report_decision(actor: Actor, decision_id: UUID, text: str) -> Decision:
    """Say for the owner what was done. Raises Unseen outside the scope."""
    tidy = words_of(text, "text", "落实情况", LONGEST_REPORT)
    with transaction.atomic():
        decision = _take_decision(actor, decision_id)
        seat = actor.seat_for(permits.REPLY, current_unit(decision.owner_id).id)
        move(
            decision,
            "report",
            actor,
            kind=kinds.DECISION_REPORTED,
            payload={"unit": str(seat.unit_id)},
            closes="reported",
            opens=owed_by_setting(
                current_unit(decision.consultation.convener_id),
                "decision_verify",
                kinds.VERIFY_DAYS,
            ),
            changes={
                "report": tidy,
                "report_signed": seat.post_name,
                "reported_by_id": account_of(actor),
                "reported_at": clock.now(),
            },
        )
    return decision


def verify_decision(actor: Actor, decision_id: UUID, done: bool, text: str = "") -> Decision:
    """Verify for the convener whether it is done; if not, the owner owes it again, for a reason.

    Raises NotPermitted for the owner's own people.
    """
    say = words_or_none if done else words_of
    note = say(text, "text", "核实说明" if done else "未落实的理由", LONGEST_REASON)
    with transaction.atomic():
        decision = _take_decision(actor, decision_id)
        seat = supervising_seat(actor, decision.consultation.district_id)
        owner = current_unit(decision.owner_id)
        if not may_verify(actor, decision):
            raise NotPermitted("责任单位的人不能核实自己的落实情况。请由另一位监督岗位核实。")
        changes = {
            "note": note,
            "verified_at": clock.now(),
            "verified_signed": seat.post_name,
        }
        if done:
            _confirm(actor, decision, owner, changes)
        else:
            _owe_again(actor, decision, owner, changes)
    return decision


def _confirm(actor: Actor, decision: Decision, owner: Unit, changes: dict[str, object]) -> None:
    move(
        decision,
        "confirm",
        actor,
        kind=kinds.DECISION_CONFIRMED,
        payload={"unit": str(owner.id)},
        closes="confirmed",
        changes=changes,
    )


def _owe_again(actor: Actor, decision: Decision, owner: Unit, changes: dict[str, object]) -> None:
    move(
        decision,
        "find_undone",
        actor,
        kind=kinds.DECISION_UNDONE,
        payload={"unit": str(owner.id)},
        closes="undone",
        opens=owed_by_setting(owner, "decision", kinds.REWORK_DAYS),
        changes=changes,
    )


def _take_decision(actor: Actor, decision_id: UUID) -> Decision:
    if not Decision.objects.within(supervising_scope(actor)).filter(pk=decision_id).exists():
        raise Unseen
    return lock_record(Decision, decision_id)

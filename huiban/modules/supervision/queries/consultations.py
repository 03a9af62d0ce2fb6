"""Consultations as pages show them: to whoever supervises, and to the units that are a party."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from huiban.kernel.access.actor import Actor
from huiban.kernel.base import clock
from huiban.kernel.base.errors import ImproperMove, Unseen
from huiban.kernel.duties.models import Duty
from huiban.kernel.events.models import Event
from huiban.kernel.territory.queries import all_units, current_unit

from .. import kinds, permits, stages
from ..models import AgendaItem, Consultation, Decision, Party
from .desks import supervised_districts, supervising_scope, works_in
from .following import next_page


@dataclass(frozen=True)
class ConsultationLine:
    """A consultation in a list; `open_decisions` counts what isn't done yet."""

    id: UUID
    title: str
    place: str
    at: datetime
    stage_label: str
    is_coming: bool
    parties: int
    decisions: int
    open_decisions: int


@dataclass(frozen=True)
class DecisionLine:
    """A decision with its follow-up, and what the asker may do about it now."""

    decision: Decision
    owner: str
    due_at: datetime | None
    late: bool
    may_report: bool
    may_verify: bool


@dataclass(frozen=True)
class ConsultationPage:
    """A consultation as its page shows it."""

    consultation: Consultation
    convener: str
    parties: list[tuple[UUID, str, bool | None]]
    agenda: list[AgendaItem]
    decisions: list[DecisionLine]
    may: frozenset[str]
    is_over: bool


def consultations(actor: Actor, after: UUID | None = None) -> list[ConsultationLine]:
    """The next fifty consultations that the actor sees, the latest meeting first."""
    actor.seat_for(permits.READ)
    seen = next_page(Consultation.objects.within(supervising_scope(actor)), after, "-at", "-id")
    ids = [one.pk for one in seen]
    parties = Party.objects.filter(consultation_id__in=ids)
    asked = Counter(parties.values_list("consultation_id", flat=True))
    rows = Decision.objects.everywhere("of consultations that the asker sees")
    decided: dict[UUID, list[str]] = defaultdict(list)
    for consultation_id, stage in rows.filter(consultation_id__in=ids).values_list(
        "consultation_id", "stage"
    ):
        decided[consultation_id].append(stage)
    return [_line(one, asked[one.pk], decided[one.pk]) for one in seen]


def _line(one: Consultation, parties: int, decided: list[str]) -> ConsultationLine:
    return ConsultationLine(
        id=one.pk,
        title=one.title,
        place=one.place_words,
        at=one.at,
        stage_label=one.stage_label,
        is_coming=one.stage == stages.CALLED,
        parties=parties,
        decisions=len(decided),
        open_decisions=sum(stage != stages.DONE for stage in decided),
    )


def _decisions(one: Consultation) -> list[Decision]:
    rows = Decision.objects.everywhere("of a consultation that the asker sees")
    decided = rows.filter(consultation=one).select_related("consultation")
    return list(decided.order_by("position"))


def consultation_page(actor: Actor, consultation_id: UUID) -> ConsultationPage:
    """A consultation with all that was said of it. Raises Unseen outside the scope."""
    one = _seen(actor, consultation_id)
    units = all_units()
    decided = _decisions(one)
    open_duties = Duty.objects.filter(
        subject_id__in=[decision.pk for decision in decided], closed_at=None
    )
    duties = {duty.subject_id: duty for duty in open_duties}
    supervises = one.district_id in supervised_districts(actor)
    return ConsultationPage(
        consultation=one,
        convener=units[one.convener_id].name,
        parties=[
            (party.unit_id, units[party.unit_id].name, party.attended)
            for party in one.parties.order_by("id")
        ],
        agenda=list(one.agenda.order_by("position")),
        decisions=[
            _decision_line(actor, decision, duties.get(decision.pk), supervises)
            for decision in decided
        ],
        may=frozenset(Consultation.STAGES.verbs(one.stage)) if supervises else frozenset(),
        is_over=clock.now() >= one.at,
    )


def _seen(actor: Actor, consultation_id: UUID) -> Consultation:
    actor.seat_for(permits.READ)
    one = Consultation.objects.within(supervising_scope(actor)).filter(pk=consultation_id).first()
    if one is None:
        raise Unseen
    return one


def _decision_line(
    actor: Actor, decision: Decision, duty: Duty | None, supervises: bool
) -> DecisionLine:
    owner = current_unit(decision.owner_id)
    verbs = Decision.STAGES.verbs(decision.stage)
    return DecisionLine(
        decision=decision,
        owner=owner.name,
        due_at=duty.due_at if duty else None,
        late=duty is not None and duty.due_at < clock.now(),
        may_report="report" in verbs and actor.may(permits.REPLY, owner.id),
        may_verify="confirm" in verbs and supervises and may_verify(actor, decision),
    )


def may_verify(actor: Actor, decision: Decision) -> bool:
    """Whether nothing speaks against the actor's finding it done, for somebody who supervises.

    The owner's people don't, nor does whoever reported, in this round or an earlier one. What the
    convener took on itself is verified by another of its people.
    """
    if actor.account_id == decision.reported_by_id:
        return False
    owner_id = current_unit(decision.owner_id).id
    is_convener_s = owner_id == current_unit(decision.consultation.convener_id).id
    if works_in(actor, owner_id) and not is_convener_s:
        return False
    reported = Event.objects.filter(subject_id=decision.pk, kind=kinds.DECISION_REPORTED)
    return not reported.filter(actor=actor.code).exists()


def consultation_of_decision(actor: Actor, decision_id: UUID) -> UUID:
    """Which consultation a decision belongs to. Raises Unseen outside the scope."""
    decision = Decision.objects.within(supervising_scope(actor)).filter(pk=decision_id).first()
    if decision is None:
        raise Unseen
    return UUID(str(decision.consultation_id))


def minutes_of(actor: Actor, consultation_id: UUID) -> tuple[Consultation, dict[str, Any]]:
    """What the minutes of a held consultation say. Raises Unseen, ImproperMove before they stand."""
    one = _seen(actor, consultation_id)
    if one.stage != stages.HELD or one.held_at is None:
        raise ImproperMove("这次会商还没有形成纪要。")
    units = all_units()
    parties = [(units[party.unit_id].name, party.attended) for party in one.parties.order_by("id")]
    return one, {
        "title": one.title,
        "at": _said(one.at),
        "place": one.place_words,
        "chair": one.chair,
        "present": [name for name, came in parties if came],
        "absent": [name for name, came in parties if not came],
        "agenda": [item.title for item in one.agenda.order_by("position")],
        "summary": one.summary,
        "decisions": [
            {
                "text": decision.text,
                "owner": units[decision.owner_id].name,
                "due": _day(decision.due_day),
            }
            for decision in _decisions(one)
        ],
        "convener": units[one.convener_id].name,
        "day": clock.local(one.held_at).date().isoformat(),
    }


def _said(moment: datetime) -> str:
    wall = clock.local(moment)
    return f"{_day(wall.date())}{wall:%H:%M}"


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"

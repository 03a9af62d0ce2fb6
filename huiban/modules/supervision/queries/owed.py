"""What the actor's units owe in supervision, for 今天 and for the top of each list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from huiban.kernel.access.actor import Actor
from huiban.kernel.base import clock
from huiban.kernel.duties.models import Duty
from huiban.kernel.territory.queries import current_unit, with_predecessors

from .. import permits
from ..models import Consultation, Decision, Letter, Observation

SUBJECTS = (Letter.SUBJECT, Observation.SUBJECT, Consultation.SUBJECT, Decision.SUBJECT)
SHOWN = 20
# What is owed, what to do about it, and with which permit.
KINDS: dict[str, tuple[str, str, str]] = {
    "letter_draft": ("文书待签发", "去签发", permits.SUPERVISE),
    "letter_reply": ("文书待回复", "去回复", permits.REPLY),
    "letter_verify": ("整改待核实", "去核实", permits.SUPERVISE),
    "observation_read": ("观察员反映待阅办", "去阅办", permits.SUPERVISE),
    "observation_answer": ("转来的观察意见待回复", "去回复", permits.REPLY),
    "observation_tell": ("待告知观察员结果", "去告知", permits.SUPERVISE),
    "minutes": ("会商待形成纪要", "去记录", permits.SUPERVISE),
    "decision": ("会商议定事项待落实", "去报结果", permits.REPLY),
    "decision_verify": ("议定事项待核实", "去核实", permits.SUPERVISE),
}


@dataclass(frozen=True)
class Owed:
    """A thing that is owed; `subject_type` and `subject_id` say where it is done."""

    duty_id: UUID
    kind: str
    what: str
    action: str
    title: str
    subject_type: str
    subject_id: UUID
    due_at: datetime
    late: bool


def owed(actor: Actor) -> list[Owed]:
    """What the actor's posts may do about what their units owe, the next due first.

    What a unit owed when it was merged is owed by the unit that stands for it now.
    """
    duties = list(
        Duty.objects.filter(
            unit_id__in=with_predecessors(actor.unit_ids),
            subject_type__in=SUBJECTS,
            closed_at=None,
        ).order_by("due_at", "id")[: SHOWN * 2]
    )
    mine = [
        duty
        for duty in duties
        if duty.kind in KINDS and actor.may(KINDS[duty.kind][2], current_unit(duty.unit_id).id)
    ][:SHOWN]
    titles = _titles(mine)
    return [owed_line(duty, KINDS[duty.kind][:2], titles.get(duty.subject_id, "")) for duty in mine]


def owed_line(duty: Duty, words: tuple[str, str], title: str) -> Owed:
    """A duty as a line; `words` say what is owed and what to do about it."""
    what, action = words
    return Owed(
        duty_id=duty.pk,
        kind=duty.kind,
        what=what,
        action=action,
        title=title,
        subject_type=duty.subject_type,
        subject_id=duty.subject_id,
        due_at=duty.due_at,
        late=duty.due_at < clock.now(),
    )


def _titles(duties: list[Duty]) -> dict[UUID, str]:
    """What each is about, in words that the unit owing it may read."""
    ids: dict[str, list[UUID]] = {}
    for duty in duties:
        ids.setdefault(duty.subject_type, []).append(duty.subject_id)
    why = "of duties that the asker's own units owe"
    letters = Letter.objects.everywhere(why).filter(pk__in=ids.get(Letter.SUBJECT, []))
    told = Observation.objects.everywhere(why).filter(pk__in=ids.get(Observation.SUBJECT, []))
    meetings = Consultation.objects.everywhere(why).filter(pk__in=ids.get(Consultation.SUBJECT, []))
    decided = Decision.objects.everywhere(why).filter(pk__in=ids.get(Decision.SUBJECT, []))
    return {
        **{one.pk: one.title for one in letters},
        **{one.pk: one.passed_text[:40] or one.reference for one in told},
        **{one.pk: one.title for one in meetings},
        **{one.pk: one.text[:40] for one in decided},
    }

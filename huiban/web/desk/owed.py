"""What is owed beside cases, as 今天 shows it above them: one line and one way each."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse

from huiban.kernel.access.actor import Actor
from huiban.kernel.territory.queries import all_units
from huiban.modules.analysis.models import Handbook, Policy
from huiban.modules.analysis.queries.policy_owed import policies_owed
from huiban.modules.supervision.models import (
    Consultation,
    Decision,
    Finding,
    Letter,
    Observation,
)
from huiban.modules.supervision.queries.owed import Owed, owed

PLACES = {
    Finding.SUBJECT: "desk:finding",
    Letter.SUBJECT: "desk:letter",
    Observation.SUBJECT: "desk:observation",
    Consultation.SUBJECT: "desk:consultation",
    Decision.SUBJECT: "desk:decision",
    Policy.SUBJECT: "desk:policy",
}


@dataclass(frozen=True)
class OwedRow:
    """A thing that is owed, with the page where it is done."""

    line: Owed
    href: str


def owed_rows(actor: Actor) -> list[OwedRow]:
    """What the actor's posts owe in supervision and of policies, the next due first."""
    lines = sorted([*owed(actor), *policies_owed(actor)], key=lambda line: line.due_at)
    return [OwedRow(line, where(line.subject_type, line.subject_id)) for line in lines]


def leads_somewhere(subject_type: str) -> bool:
    """Whether records of that kind have a page of their own here."""
    return subject_type in PLACES or subject_type == Handbook.SUBJECT


def where(subject_type: str, subject_id: UUID) -> str:
    """The page of a record of supervision, a policy or a handbook; nothing for other records."""
    if subject_type == Handbook.SUBJECT:
        return _handbook(subject_id)
    name = PLACES.get(subject_type)
    return reverse(name, args=[subject_id]) if name else ""


def _handbook(handbook_id: UUID) -> str:
    kept = Handbook.objects.filter(pk=handbook_id).values_list("unit_id", "month").first()
    if kept is None:
        return ""
    return reverse("desk:handbook", args=[all_units()[kept[0]].code, kept[1]])

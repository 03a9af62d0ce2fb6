"""What is owed beside cases, as 今天 shows it above them: one line and one way each."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse

from huiban.kernel.access.actor import Actor
from huiban.modules.analysis.models import Policy
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


def where(subject_type: str, subject_id: UUID) -> str:
    """The page of a record of supervision or of a policy; nothing for other records."""
    name = PLACES.get(subject_type)
    return reverse(name, args=[subject_id]) if name else ""

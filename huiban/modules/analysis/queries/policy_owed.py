"""What the actor's units owe of policies, for 今天 beside what they owe in supervision."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q

from huiban.kernel.access.actor import Actor
from huiban.kernel.duties.models import Duty
from huiban.modules.supervision.queries.owed import Owed, owed_line

from .. import permits, stages
from ..models import Policy
from .policies import comments_waiting
from .policy_rights import OF_OWNER, leads_district, may, next_verb

SHOWN = 20
# What is owed, and what to do about it.
KINDS: dict[str, tuple[str, str]] = {
    "policy_draft": ("办法待起草", "去起草"),
    "policy_consult": ("办法草案待公开征求意见", "去办"),
    "policy_answer": ("居民意见待归类、办法待施行", "去办"),
    "policy_measure": ("办法效果待评估", "去评估"),
}
# What somebody sees owed whose post can't do it.
LOOK = "去看"


def policies_owed(actor: Actor) -> list[Owed]:
    """What the actor's units owe of policies, the next due first.

    Those whose post can't do the step are shown it too, to look at. Whoever publishes for a
    district is also shown what the owners there can't do themselves.
    """
    if not actor.may(permits.READ):
        return []
    led = Policy.objects.everywhere("of districts that the asker publishes for").filter(
        district__in=_published_districts(actor), stage__in=[stages.DRAFTING, stages.COMMENTING]
    )
    duties = list(
        Duty.objects.filter(
            Q(unit_id__in=actor.unit_ids) | Q(subject_id__in=led.values("pk")),
            subject_type=Policy.SUBJECT,
            closed_at=None,
        ).order_by("due_at", "id")[: SHOWN * 2]
    )
    rows = Policy.objects.everywhere("of duties that the asker's own units owe or publish for")
    found = rows.in_bulk([duty.subject_id for duty in duties])
    told = comments_waiting(found)
    lines = [_line(actor, duty, found[duty.subject_id], told) for duty in duties]
    return [line for line in lines if line is not None][:SHOWN]


def _published_districts(actor: Actor) -> set[UUID]:
    return {
        seat.district_id
        for seat in actor.seats
        if permits.PUBLISH in seat.permits and leads_district(seat)
    }


def _line(
    actor: Actor, duty: Duty, policy: Policy, told: dict[UUID, tuple[int, int]]
) -> Owed | None:
    """The duty as a line; None where another unit owes it and can do it."""
    verb = next_verb(policy, duty.kind, told.get(policy.pk, (0, 0))[1])
    if duty.unit_id not in actor.unit_ids and verb in OF_OWNER:
        return None
    what, action = KINDS[duty.kind]
    return owed_line(duty, (what, action if may(actor, policy, verb) else LOOK), policy.title)

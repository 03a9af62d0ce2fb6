"""What the actor's units owe of policies, for 今天 beside what they owe in supervision."""

from __future__ import annotations

from huiban.kernel.access.actor import Actor
from huiban.kernel.duties.models import Duty
from huiban.modules.supervision.queries.owed import Owed, owed_line

from .. import permits
from ..models import Policy

SHOWN = 20
# What is owed, and what to do about it.
KINDS: dict[str, tuple[str, str]] = {
    "policy_draft": ("办法待起草", "去起草"),
    "policy_consult": ("办法草案待公开征求意见", "去办"),
    "policy_answer": ("居民意见待归类、办法待施行", "去办"),
    "policy_measure": ("办法效果待评估", "去评估"),
}


def policies_owed(actor: Actor) -> list[Owed]:
    """What the actor's units owe of policies, the next due first.

    Those who only read are shown what their unit owes too: it is done by whoever publishes.
    """
    if not actor.may(permits.READ):
        return []
    duties = list(
        Duty.objects.filter(
            unit_id__in=actor.unit_ids, subject_type=Policy.SUBJECT, closed_at=None
        ).order_by("due_at", "id")[:SHOWN]
    )
    rows = Policy.objects.everywhere("of duties that the asker's own units owe")
    titles = dict(
        rows.filter(pk__in=[duty.subject_id for duty in duties]).values_list("pk", "title")
    )
    return [owed_line(duty, KINDS[duty.kind], titles.get(duty.subject_id, "")) for duty in duties]

"""What happens by itself about policies: whoever owes the next step is told, and reminded."""

from __future__ import annotations

from uuid import UUID

from huiban.kernel.duties.actions import DUTY_LATE, DUTY_WARNED
from huiban.kernel.events.models import Event
from huiban.kernel.events.registry import reaction
from huiban.kernel.notices import wordings
from huiban.kernel.notices.actions import send

from . import kinds
from .models import Policy
from .queries.policy_owed import KINDS

for _code, _sentence in {
    "analysis.policy_opened": "一个热点议题请您单位牵头定办法。",
    "analysis.policy_soon_due": "{what}，快到期了。",
    "analysis.policy_late": "{what}，已超过期限。",
}.items():
    wordings.declare(_code, _sentence)


def _tell(event: Event, unit_id: UUID, wording: str, **values: str) -> None:
    key = f"{event.id}:{wording}:{unit_id}"
    send(unit_id, wording, event.subject_type, event.subject_id, values, key=key)


@reaction("analysis.tell_owner", kinds.POLICY_OPENED)
def tell_owner(event: Event) -> None:
    """Tell the unit that is asked to own a policy."""
    _tell(event, UUID(event.payload["owner"]), "analysis.policy_opened")


@reaction("analysis.tell_due", DUTY_WARNED, DUTY_LATE)
def tell_due(event: Event) -> None:
    """Remind the owner whose clock runs out."""
    if event.subject_type != Policy.SUBJECT:
        return
    what = KINDS[event.payload["kind"]][0]
    late = event.kind == DUTY_LATE
    wording = "analysis.policy_late" if late else "analysis.policy_soon_due"
    _tell(event, UUID(event.payload["unit"]), wording, what=what)

"""What happens by itself: people are told of policies and drafts; stories go with what they tell."""

from __future__ import annotations

from uuid import UUID

from huiban.kernel.access.actor import SYSTEM
from huiban.kernel.duties.actions import DUTY_LATE, DUTY_WARNED
from huiban.kernel.events.models import Event
from huiban.kernel.events.registry import reaction
from huiban.kernel.notices import wordings
from huiban.kernel.notices.actions import send
from huiban.kernel.territory.queries import all_units
from huiban.modules.voice.kinds import ERASED
from huiban.modules.voice.models import Report

from . import kinds
from .actions.stories import forget_stories
from .models import Policy
from .queries.handbooks import units_that_publish
from .queries.policy_owed import KINDS
from .reckoning.months import Month

for _code, _sentence in {
    "analysis.policy_opened": "一个热点议题请您单位牵头定办法。",
    "analysis.policy_soon_due": "{what}，快到期了。",
    "analysis.policy_late": "{what}，已超过期限。",
    "analysis.handbook_drafted": "{unit}{month}的分析手册已拟好草稿，请核对后发布。",
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


@reaction("analysis.tell_publishers", kinds.HANDBOOK_DRAFTED)
def tell_publishers(event: Event) -> None:
    """Tell whoever publishes that a draft lies there; a person who drafted one knows it."""
    if event.actor != SYSTEM.code:
        return
    unit = all_units()[UUID(event.payload["unit"])]
    month = Month.parse(event.payload["month"])
    told = {"unit": unit.name, "month": month.label}
    for publisher in sorted(units_that_publish(unit)):
        _tell(event, publisher, "analysis.handbook_drafted", **told)


@reaction("analysis.forget_stories", ERASED)
def forget_told(event: Event) -> None:
    """Clear what handbooks tell of a case once a resident's words in it are cleared."""
    report = Report.objects.get(pk=event.payload["report"])
    cases = {event.subject_id, report.case_id, report.opened_case_id or report.case_id}
    forget_stories(cases)

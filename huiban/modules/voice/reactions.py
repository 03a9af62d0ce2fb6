"""What voice does when something has happened: lift what is late, close what waited, tell units."""

from __future__ import annotations

from huiban.kernel.access.actor import SYSTEM
from huiban.kernel.duties import actions as duties
from huiban.kernel.duties.actions import DUTY_LATE, DUTY_WARNED
from huiban.kernel.duties.models import Duty
from huiban.kernel.events.models import Delivery, Event
from huiban.kernel.events.registry import reaction, timer
from huiban.kernel.moves.actions import lock_record, note
from huiban.kernel.notices import wordings
from huiban.kernel.notices.actions import send
from huiban.kernel.vocab.queries import setting

from . import kinds, stages
from .actions.handling import lift
from .actions.intake import QUESTION_LAPSES
from .actions.reading import read_case
from .actions.reading_likeness import index_again
from .actions.verdicts import close_unrated, verdict_due
from .models import Case

LIFTED_KINDS = ("triage", "handle", "guide", "take_up")

# Which event tells which unit what: the payload's field that names the unit, and the wording.
TELLS = {
    kinds.REPORTED: ("unit", "voice.new_report"),
    kinds.DISPATCHED: ("unit", "voice.sent_to_you"),
    kinds.PASSED_ON: ("unit", "voice.passed_to_you"),
    kinds.ESCALATED: ("unit", "voice.escalated_to_you"),
    kinds.LIFTED: ("unit", "voice.lifted_to_you"),
    kinds.RETURN_ASKED: ("to_unit", "voice.return_asked"),
    kinds.RETURN_UPHELD: ("by_unit", "voice.return_upheld"),
    kinds.RETURNED: ("to_unit", "voice.returned_to_you"),
    kinds.INVITED: ("unit", "voice.invited"),
    kinds.REJECTED: ("to_unit", "voice.answer_rejected"),
    kinds.REOPENED: ("unit", "voice.reopened"),
    DUTY_WARNED: ("unit", "voice.soon_due"),
    DUTY_LATE: ("unit", "voice.late"),
}


for _code, _sentence in {
    "voice.new_report": "收到一件新的反映，请受理。",
    "voice.sent_to_you": "有一件事派给您单位，请接单。",
    "voice.passed_to_you": "小区党支部转来一件事，请接办。",
    "voice.escalated_to_you": "下级单位上报一件事，请接办。",
    "voice.lifted_to_you": "有一件事超过时限，自动升到您单位。",
    "voice.return_asked": "您派出的一件事对方申请退回，请答复。",
    "voice.return_upheld": "派单单位维持原派单，请继续办理。",
    "voice.returned_to_you": "一件事已同意退回，请重新派单。",
    "voice.invited": "邀请您单位协办一件事。",
    "voice.answer_rejected": "一件事的答复经核实不符，请重办。",
    "voice.reopened": "一件事经复核重新办理。",
    "voice.soon_due": "有一件事快到期了。",
    "voice.late": "有一件事已超过时限。",
}.items():
    wordings.declare(_code, _sentence)


@reaction("voice.tell_unit", *TELLS)
def tell_unit(event: Event) -> None:
    """Tell the unit that now owes something, on the desk and by the channel that is set."""
    if event.subject_type != Case.SUBJECT:
        return
    # An import tells nobody: thousands of rows would bury every other notice.
    if event.kind == kinds.REPORTED and event.actor == SYSTEM.code:
        return
    field, wording = TELLS[event.kind]
    send(
        event.payload[field],
        wording,
        event.subject_type,
        event.subject_id,
        {},
        key=f"{event.id}:{field}",
    )


@reaction("voice.read_report", kinds.REPORTED)
def read_report(event: Event) -> None:
    """Read what was told, so that the worker finds suggestions beside it."""
    if event.subject_type == Case.SUBJECT:
        read_case(event.subject_id)


@reaction(
    "voice.index_likeness",
    kinds.JOINED,
    kinds.MERGED,
    kinds.UNMERGED,
    kinds.DIVERTED,
    kinds.WITHDRAWN,
    kinds.RATED,
    kinds.CLOSED_UNRATED,
    kinds.EXPLAINED,
    kinds.REOPENING_ASKED,
)
def index_likeness(event: Event) -> None:
    """Take an ended case out of the index of what may be repeated, and one that goes on back in."""
    if event.subject_type == Case.SUBJECT:
        index_again(lock_record(Case, event.subject_id))


@reaction("voice.lift_late", DUTY_LATE)
def lift_late(event: Event) -> None:
    """Raise a case whose lead duty ran late, as the district configured; close a lapsed callback."""
    if event.subject_type != Case.SUBJECT:
        return
    case = lock_record(Case, event.subject_id)
    duty = duties.lead_of(case.pk)
    if duty is None or str(duty.id) != event.payload["duty"] or duty.paused_at is not None:
        return
    if duty.kind == "callback":
        close_unrated(case, SYSTEM, reached=False)
    elif duty.kind in LIFTED_KINDS and duty.unit.level in setting(kinds.LIFTED_LEVELS):
        lift(case, duty)


@timer(Case.VERDICT_TIMER)
def time_to_rate_is_over(delivery: Delivery) -> None:
    """Call the resident back, or close the case unrated."""
    case = lock_record(Case, delivery.subject_id)
    if case.stage == stages.ANSWERED:
        verdict_due(case)


@timer(QUESTION_LAPSES)
def question_lapses(delivery: Delivery) -> None:
    """No reply came in time: the clock runs on."""
    case = lock_record(Case, delivery.subject_id)
    duty = Duty.objects.filter(
        pk=delivery.payload["duty"], closed_at=None, paused_at__isnull=False
    ).first()
    if duty is not None:
        duties.resume_duty(duty)
        payload = {"unit": str(duty.unit_id), "due": duty.due_at.isoformat()}
        note(case, SYSTEM, kinds.QUESTION_LAPSED, payload)

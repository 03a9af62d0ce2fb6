"""What happens by itself after letters, observations and consultations: notices and measures.

Nothing here sends a letter: the ladder suggests, and a person decides.
"""

from __future__ import annotations

from uuid import UUID

from huiban.kernel.duties.actions import DUTY_LATE, DUTY_WARNED
from huiban.kernel.events.models import Delivery, Event
from huiban.kernel.events.registry import reaction, timer
from huiban.kernel.notices import wordings
from huiban.kernel.notices.actions import send
from huiban.kernel.territory.queries import current_unit

from . import kinds
from .actions.observing import MEASURE_DUE, measure_again
from .actions.rectifying import EFFECT_DUE, measure_effect
from .models import Consultation, Letter, Party
from .queries.owed import KINDS, SUBJECTS

# Which event tells which unit what: the payload's field that names the unit, and the wording.
# Most name whoever owes the next step.
TELLS: dict[str, tuple[str, str]] = {
    kinds.LETTER_ISSUED: ("owner", "supervision.letter_arrived"),
    kinds.LETTER_REPLIED: ("owner", "supervision.letter_replied"),
    kinds.LETTER_INSUFFICIENT: ("owner", "supervision.letter_again"),
    kinds.OBSERVATION_TOLD: ("owner", "supervision.observation_told"),
    kinds.OBSERVATION_PASSED_ON: ("owner", "supervision.observation_passed"),
    kinds.OBSERVATION_SENT_BACK: ("owner", "supervision.observation_again"),
    kinds.OBSERVATION_ANSWERED: ("owner", "supervision.observation_answered"),
    kinds.DECISION_MADE: ("owner", "supervision.decision_made"),
    kinds.DECISION_REPORTED: ("owner", "supervision.decision_reported"),
    kinds.DECISION_UNDONE: ("owner", "supervision.decision_again"),
    kinds.DECISION_CONFIRMED: ("unit", "supervision.decision_confirmed"),
}
TELLS_ADDRESSEE: dict[str, str] = {
    kinds.LETTER_CLOSED: "supervision.letter_closed",
    kinds.LETTER_RECALLED: "supervision.letter_recalled",
}
TELLS_PARTIES: dict[str, str] = {
    kinds.CONSULTATION_CALLED: "supervision.consultation_called",
    kinds.CONSULTATION_RESCHEDULED: "supervision.consultation_moved",
    kinds.CONSULTATION_CANCELLED: "supervision.consultation_cancelled",
    kinds.CONSULTATION_HELD: "supervision.consultation_held",
}

for _code, _sentence in {
    "supervision.letter_arrived": "收到一封监督文书，请按期回复。",
    "supervision.letter_replied": "一封文书有了回复，请核实。",
    "supervision.letter_again": "一封文书的整改经核实不到位，请再次回复。",
    "supervision.letter_closed": "一封文书的整改已经核实，办结。",
    "supervision.letter_recalled": "一封文书已由发文单位撤回，不用再回复。",
    "supervision.letter_measured": "一封文书的整改效果已有新的统计。",
    "supervision.reply_late": "发出的一封文书到期没有回复，可以看看下一步建议。",
    "supervision.observation_told": "减负观察员有新的反映，请阅办。",
    "supervision.observation_passed": "区里转来一条意见，请按期回复。",
    "supervision.observation_again": "转来的意见请补充说明。",
    "supervision.observation_answered": "转办的意见有了回复，请告知观察员结果。",
    "supervision.consultation_called": "请您单位参加一次专题会商。",
    "supervision.consultation_moved": "一次专题会商改了时间或地点。",
    "supervision.consultation_cancelled": "一次专题会商取消了。",
    "supervision.consultation_held": "一次专题会商已形成纪要。",
    "supervision.decision_made": "会商议定一件事由您单位落实。",
    "supervision.decision_reported": "一条会商议定事项报了结果，请核实。",
    "supervision.decision_again": "一条会商议定事项经核实还没落实，请继续办理。",
    "supervision.decision_confirmed": "一条会商议定事项已核实落实。",
    "supervision.soon_due": "{what}，快到期了。",
    "supervision.late": "{what}，已超过期限。",
}.items():
    wordings.declare(_code, _sentence)


def _tell(event: Event, unit_id: UUID, wording: str, **values: str) -> None:
    """Tell a unit once an event, or where it was merged the one that stands for it now."""
    told_id = current_unit(unit_id).id
    key = f"{event.id}:{wording}:{told_id}"
    send(told_id, wording, event.subject_type, event.subject_id, values, key=key)


@reaction("supervision.tell_unit", *TELLS)
def tell_unit(event: Event) -> None:
    """Tell the unit that now owes something, or whose matter is settled."""
    field, wording = TELLS[event.kind]
    _tell(event, UUID(event.payload[field]), wording)


@reaction("supervision.tell_addressee", *TELLS_ADDRESSEE)
def tell_addressee(event: Event) -> None:
    """Tell the addressee that nothing more is asked of it."""
    letter = Letter.objects.everywhere("told to its addressee").get(pk=event.subject_id)
    _tell(event, letter.addressee_id, TELLS_ADDRESSEE[event.kind])


@reaction("supervision.tell_parties", *TELLS_PARTIES)
def tell_parties(event: Event) -> None:
    """Tell each party of a consultation but the one that called it."""
    consultation = Consultation.objects.everywhere("told to its parties").get(pk=event.subject_id)
    convener = current_unit(consultation.convener_id)
    for party in Party.objects.filter(consultation=consultation):
        if current_unit(party.unit_id) != convener:
            _tell(event, party.unit_id, TELLS_PARTIES[event.kind])


@reaction("supervision.tell_due", DUTY_WARNED, DUTY_LATE)
def tell_due(event: Event) -> None:
    """Remind the unit whose clock runs out; tell whoever issued a letter that its reply is late."""
    if event.subject_type not in SUBJECTS or event.payload["kind"] not in KINDS:
        return
    late = event.kind == DUTY_LATE
    what = KINDS[event.payload["kind"]][0]
    wording = "supervision.late" if late else "supervision.soon_due"
    _tell(event, UUID(event.payload["unit"]), wording, what=what)
    if late and event.payload["kind"] == "letter_reply":
        letter = Letter.objects.everywhere("told to its issuer").get(pk=event.subject_id)
        _tell(event, letter.issuer_id, "supervision.reply_late")


@timer(EFFECT_DUE)
def effect_due(delivery: Delivery) -> None:
    """Count the findings of the letter's rules again, one or three months after its close."""
    months = int(delivery.payload["months"])
    measure_effect(delivery.subject_id, months)
    letter = Letter.objects.everywhere("told to its issuer").get(pk=delivery.subject_id)
    send(
        current_unit(letter.issuer_id).id,
        "supervision.letter_measured",
        Letter.SUBJECT,
        letter.pk,
        {},
        key=f"effect:{letter.pk}:{months}",
    )


@timer(MEASURE_DUE)
def observation_due(delivery: Delivery) -> None:
    """Count the matter again a month after the observer was told what came of it."""
    measure_again(delivery.subject_id)

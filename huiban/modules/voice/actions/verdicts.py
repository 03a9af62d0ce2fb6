"""监督评价: the resident's verdict, another person's verification, review and reopening."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction

from huiban.kernel.access.actor import RESIDENT, SYSTEM, Actor
from huiban.kernel.base import clock
from huiban.kernel.base.errors import ImproperMove, NotPermitted, Refusal
from huiban.kernel.base.text import normalise
from huiban.kernel.events.models import Event
from huiban.kernel.moves.actions import lock_record, move
from huiban.kernel.territory.models import Unit
from huiban.kernel.vocab.queries import setting

from .. import kinds, permits, rules, stages
from ..models import Case, Rating, Report, ReporterContact
from .handling import verdict_alarm
from .steps import another_than, keep_words, lead_duty, new_duty, seat_of_lead, take_case, words_of

VERDICTS = ("solved", "partly", "not_solved")
SATISFACTIONS = ("satisfied", "basically", "not_satisfied")


def rate(
    report: Report,
    verdict: str,
    satisfaction: str,
    text: str = "",
    channel: str = "receipt",
) -> None:
    """The resident's verdict on the answer, once a round for each report.

    A good one closes the case; any other goes to a person who reopens or explains. A tap repeated
    with the same verdict changes nothing.
    """
    with transaction.atomic():
        case = lock_record(Case, report.case_id)
        _rate(case, report, RESIDENT, verdict, satisfaction, normalise(text), channel)


def _rate(
    case: Case,
    report: Report,
    actor: Actor,
    verdict: str,
    satisfaction: str,
    text: str,
    channel: str,
) -> None:
    if verdict not in VERDICTS:
        raise Refusal("请选：解决了、部分解决、没解决。", "verdict")
    if satisfaction not in SATISFACTIONS:
        raise Refusal("请选：满意、基本满意、不满意。", "satisfaction")
    before = Rating.objects.filter(report=report, round=case.reopened).first()
    if before is not None:
        if (before.verdict, before.satisfaction) == (verdict, satisfaction):
            return
        raise ImproperMove("这一次办理您已经评价过了。如果问题还在，请点“没解决，再办”。")
    _refuse_late_rating(case)
    Rating.objects.create(
        case=case,
        report=report,
        round=case.reopened,
        verdict=verdict,
        satisfaction=satisfaction,
        channel=channel,
        at=clock.now(),
    )
    event = _move_by_rating(case, report, actor, verdict, satisfaction, channel)
    if text:
        keep_words(case, "verdict", text, event=event, report=report, for_resident=True)


def _refuse_late_rating(case: Case) -> None:
    days = int(setting(kinds.RATING_DAYS))
    if case.closed_at and clock.now() - case.closed_at > timedelta(days=days):
        raise ImproperMove(f"办结已经超过{days}天，不能再评价。如果问题又出现，请重新反映。")
    if case.closed_at and not case.answered_at:
        raise ImproperMove("这件事没有需要评价的答复。")


def _move_by_rating(
    case: Case, report: Report, actor: Actor, verdict: str, satisfaction: str, channel: str
) -> Event:
    good = rules.is_good(verdict, satisfaction)
    changes = {"verdict": verdict, "satisfaction": satisfaction, "rating_channel": channel}
    payload = {
        "report": str(report.pk),
        "verdict": verdict,
        "satisfaction": satisfaction,
        "channel": channel,
    }
    if good:
        closing = {"closed_at": case.closed_at or clock.now(), "result": "solved"}
        return move(
            case,
            "rate_well",
            actor,
            kind=kinds.RATED,
            payload=payload,
            closes="rated",
            changes=changes | closing,
        )
    reviewer = another_than(case, _handler_id(case))
    return move(
        case,
        "rate_badly",
        actor,
        kind=kinds.RATED,
        payload=payload,
        closes="rated",
        opens=new_duty("review", reviewer, case, from_unit_id=_handler_id(case)),
        changes=changes | {"closed_at": None, "result": ""},
    )


def _handler_id(case: Case) -> UUID:
    return case.answered_by_id or case.front_desk_id


def ask_reopening(report: Report, text: str) -> None:
    """The resident says that it isn't solved after all; a person reopens it or explains."""
    tidy = words_of(text, "text", "还有什么没解决")
    with transaction.atomic():
        case = lock_record(Case, report.case_id)
        if case.stage == stages.REVIEWING:
            raise ImproperMove("已经收到您的要求，正在由另一位工作人员复核。")
        days = int(setting(kinds.RATING_DAYS))
        if case.closed_at and clock.now() - case.closed_at > timedelta(days=days):
            raise ImproperMove(f"办结已经超过{days}天。请重新反映，我们会一并查看。")
        reviewer = another_than(case, _handler_id(case))
        event = move(
            case,
            "ask_reopening",
            RESIDENT,
            kind=kinds.REOPENING_ASKED,
            payload={"report": str(report.pk)},
            closes="",
            opens=new_duty("review", reviewer, case, from_unit_id=_handler_id(case)),
            changes={"closed_at": None, "result": ""},
        )
        keep_words(case, "verdict", tidy, event=event, report=report, for_resident=True)


def verify(actor: Actor, case_id: UUID, ok: bool, reason: str = "") -> None:
    """Another person finds an answer true, or sends it back to whoever gave it, with a reason."""
    with transaction.atomic():
        case = take_case(actor, case_id)
        duty = lead_duty(case)
        seat = seat_of_lead(actor, duty, permits.VERIFY)
        _refuse_own_answer(case, actor)
        if ok:
            event = move(
                case,
                "verify",
                actor,
                kind=kinds.VERIFIED,
                payload={"unit": str(seat.unit_id)},
                closes="verified",
                awaits=verdict_alarm(case),
            )
        else:
            reason = words_of(reason, "reason", "退回重办的原因")
            event = _send_back(case, actor, "reject", kinds.REJECTED, seat.unit_id)
        if reason.strip():
            keep_words(
                case, "reason", reason, event=event, unit_id=seat.unit_id, signed=seat.post_name
            )


def _refuse_own_answer(case: Case, actor: Actor) -> None:
    last = Event.objects.filter(subject_id=case.pk, kind=kinds.ANSWERED).order_by("-sequence")
    answered = last.first()
    if answered is not None and answered.actor == actor.code:
        raise NotPermitted("答复是您自己写的，须由另一位工作人员核实。")


def _send_back(case: Case, actor: Actor, verb: str, kind: str, unit_id: UUID) -> Event:
    handler = Unit.objects.get(pk=_handler_id(case))
    opens = new_duty("handle", handler, case, from_unit_id=unit_id, accepted=True)
    payload = {"unit": str(unit_id), "to_unit": str(handler.id)}
    if verb == "reopen":
        payload = {"unit": str(handler.id)}
    return move(
        case,
        verb,
        actor,
        kind=kind,
        payload=payload,
        closes="sent_back",
        opens=opens,
        changes={
            "tier": opens.tier,
            "reopened": case.reopened + (verb == "reopen"),
            "answered_at": None,
        },
    )


def verdict_due(case: Case) -> None:
    """The time to rate is over: a call where the resident left a contact, else the case closes."""
    reachable = ReporterContact.objects.filter(report__case=case).exclude(contact="").exists()
    if not reachable:
        close_unrated(case, SYSTEM, reached=False)
        return
    caller = another_than(case, _handler_id(case))
    move(
        case,
        "call_back",
        SYSTEM,
        kind=kinds.CALLBACK_OPENED,
        payload={"unit": str(caller.id)},
        opens=new_duty("callback", caller, case, from_unit_id=_handler_id(case)),
    )


def close_unrated(case: Case, actor: Actor, *, reached: bool, verdict: str = "") -> Event:
    """Close a locked, answered case that has no verdict. It counts as unrated in every rate."""
    return move(
        case,
        "close_unrated",
        actor,
        kind=kinds.CLOSED_UNRATED,
        payload={"reached": reached, "verdict": verdict},
        closes="unrated",
        # A reopened case had a verdict on its first answer; this answer has none.
        changes={
            "closed_at": clock.now(),
            "result": "unrated",
            "verdict": verdict,
            "satisfaction": "",
            "rating_channel": "",
        },
    )


def record_callback(
    actor: Actor, case_id: UUID, verdict: str, satisfaction: str = "", text: str = ""
) -> None:
    """Record what the resident said on the telephone, or that they weren't reached.

    The caller is never in the unit that handled the case: the duty sees to that.
    """
    with transaction.atomic():
        case = take_case(actor, case_id)
        duty = lead_duty(case)
        if duty.kind != "callback":
            raise ImproperMove("这件事现在没有回访任务。")
        seat = seat_of_lead(actor, duty, permits.VERIFY)
        if seat.unit_id == case.answered_by_id:
            raise NotPermitted("办理单位不能回访自己办的事。请由另一单位回访。")
        if verdict == "not_reached":
            close_unrated(case, actor, reached=False, verdict="not_reached")
            return
        with_contact = Report.objects.filter(case=case, reporter_contact__isnull=False)
        report = with_contact.order_by("received_at").first()
        if report is None:
            raise ImproperMove("居民没有留联系方式，或已申请删除。请记为“没有联系上”。")
        _rate(case, report, actor, verdict, satisfaction, normalise(text), "callback")


def review(actor: Actor, case_id: UUID, reopen: bool, reason: str) -> None:
    """A person reads a bad verdict and reopens the case, or explains to the resident why not."""
    tidy = words_of(reason, "reason", "给居民的说明")
    with transaction.atomic():
        case = take_case(actor, case_id)
        if case.stage != stages.REVIEWING:
            raise ImproperMove("这件事不在复核中，可能已经有人处理过了。")
        duty = lead_duty(case)
        seat = seat_of_lead(actor, duty, permits.VERIFY)
        if reopen:
            event = _send_back(case, actor, "reopen", kinds.REOPENED, seat.unit_id)
        else:
            event = move(
                case,
                "explain",
                actor,
                kind=kinds.EXPLAINED,
                payload={"unit": str(seat.unit_id)},
                closes="explained",
                changes={"closed_at": clock.now(), "result": "explained"},
            )
        keep_words(
            case,
            "explanation",
            tidy,
            event=event,
            unit_id=seat.unit_id,
            signed=seat.post_name,
            for_resident=True,
        )

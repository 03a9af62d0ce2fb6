"""What a resident reads with a receipt, or on the phone that sent the report."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet

from huiban.kernel.base import clock
from huiban.kernel.base.codes import keyed_hash, read_receipt, read_reference
from huiban.kernel.base.errors import Unseen
from huiban.kernel.base.phrases import say_due
from huiban.kernel.base.text import excerpt
from huiban.kernel.duties.actions import lead_of
from huiban.kernel.duties.models import Duty
from huiban.kernel.events.models import Event
from huiban.kernel.people.sealed import lookup_hash
from huiban.kernel.territory.queries import front_desk_names
from huiban.kernel.vocab.queries import setting, word_name

from .. import kinds, rules, stages, wording
from ..actions.steps import DANGERS, terms
from ..contracts import Danger
from ..models import Case, Rating, Report
from .likeness import near_report
from .owners import CATEGORIES
from .timeline import Photo, Record, Step, read_record, steps

NOT_FOUND = "没有找到这个回执编号。请看看有没有抄错，或用反映时的那部手机再扫一次码。"
LONGEST_LIST = 50


@dataclass(frozen=True)
class MineLine:
    """A report sent from this phone."""

    reference: str
    stage_label: str
    told: str
    day: date
    waiting_for_me: bool


@dataclass(frozen=True)
class Similar:
    """An open case nearby: category, day and stage, never a stranger's words."""

    case_id: UUID
    category_name: str
    day: date
    stage_label: str
    joiner_count: int


@dataclass(frozen=True)
class Follow:
    """A report as its resident follows it."""

    reference: str
    place_name: str
    stage: str
    stage_label: str
    holder_name: str
    due_at: datetime | None
    due_words: str
    sentence: str
    own_text: str
    photos: tuple[Photo, ...]
    category_name: str
    received_at: datetime
    joiner_count: int
    danger: tuple[Danger, ...]
    timeline: tuple[Step, ...]
    question: str
    answer: str
    answer_photos: tuple[Photo, ...]
    deferral: str
    rated: str
    erased: bool
    may: frozenset[str]


def report_by_receipt(receipt: str) -> Report:
    """The report that a receipt opens. Raises Unseen for a code that opens nothing."""
    read = read_receipt(receipt)
    if read is None:
        raise Unseen(NOT_FOUND)
    report = _reports().filter(receipt_hash=keyed_hash(settings.SECRETS.receipt, read)).first()
    if report is None:
        raise Unseen(NOT_FOUND)
    return report


def report_of_device(device: str, reference: str) -> Report:
    """A report that this device sent, by its reference. Raises Unseen."""
    read = read_reference(reference)
    if not device or read is None:
        raise Unseen(NOT_FOUND)
    own = Q(opened_case__reference=read) | Q(opened_case=None, case__reference=read)
    report = _reports().filter(own, device_hash=lookup_hash(f"device:{device}")).first()
    if report is None:
        raise Unseen(NOT_FOUND)
    return report


def reports_of_device(device: str) -> list[MineLine]:
    """The reports that this device sent, newest first, fifty at the most."""
    if not device:
        return []
    kept = _reports().filter(device_hash=lookup_hash(f"device:{device}")).order_by("-received_at")
    return [_mine(report) for report in kept[:LONGEST_LIST]]


def _reports() -> QuerySet[Report]:
    return Report.objects.select_related("case", "case__place", "opened_case")


def _mine(report: Report) -> MineLine:
    case = report.case
    return MineLine(
        reference=(report.opened_case or case).reference,
        stage_label=case.stage_label,
        told=excerpt(report.text, 30) or "（照片）",
        day=clock.local(report.received_at).date(),
        waiting_for_me=case.stage == stages.ANSWERED,
    )


def follow(report: Report, *, large: bool = False) -> Follow:
    """All that the resident may see of what became of the report."""
    case = report.case
    record = read_record(case)
    lead = lead_of(case.pk)
    holder = _holder(case, lead)
    due_words = ""
    if lead is not None and lead.paused_at is None:
        due_words = say_due(lead.due_at, clock.local(clock.now()).date(), large=large)
    timeline = steps(record, for_resident=True)
    answered = [step for step in timeline if step.kind == kinds.ANSWERED]
    ratings = list(Rating.objects.filter(report=report).order_by("-round"))
    answer = answered[-1] if answered and case.stage != stages.VERIFYING else None
    return Follow(
        reference=(report.opened_case or case).reference,
        place_name=case.place.full_name if case.place else report.place_words,
        stage=case.stage,
        stage_label=case.stage_label,
        holder_name=holder,
        due_at=lead.due_at if lead else None,
        due_words=due_words,
        sentence=_sentence(case, lead, holder, due_words),
        own_text=report.text,
        photos=tuple(record.photos.get(report.id, ())),
        category_name=word_name(CATEGORIES, case.category),
        received_at=report.received_at,
        joiner_count=case.joiner_count,
        danger=rules.dangers_in(f"{report.title} {report.text}", terms(DANGERS)),
        timeline=tuple(_own_only(record, report, timeline)),
        question=_question(record, lead),
        answer=answer.text if answer else "",
        answer_photos=answer.photos if answer else (),
        deferral=_last_text(timeline, kinds.DEFERRED),
        rated=_said(ratings[0]) if ratings and ratings[0].round == case.reopened else "",
        erased=report.erased_at is not None,
        may=_may(case, report, lead, ratings),
    )


def _own_only(record: Record, report: Report, timeline: list[Step]) -> list[Step]:
    """Without what other residents of the same case said: their words are theirs."""
    told = [event for event in record.events if event.kind in wording.FOR_RESIDENTS]
    return [
        replace(step, text="", photos=()) if _is_strangers(record, event, report) else step
        for step, event in zip(timeline, told, strict=True)
    ]


def _is_strangers(record: Record, event: Event, report: Report) -> bool:
    entry = record.entries.get(event.id)
    return entry is not None and entry.report_id not in (None, report.id)


def _holder(case: Case, lead: Duty | None) -> str:
    unit_id = lead.unit_id if lead else case.answered_by_id or case.front_desk_id
    return front_desk_names([unit_id]).get(unit_id, "")


def _question(record: Record, lead: Duty | None) -> str:
    if lead is None or lead.paused_at is None:
        return ""
    asked = [entry for entry in record.entries.values() if entry.kind == "question"]
    return asked[-1].text if asked else ""


def _last_text(timeline: list[Step], kind: str) -> str:
    texts = [step.text for step in timeline if step.kind == kind]
    return texts[-1] if texts else ""


def _said(rating: Rating) -> str:
    return (
        f"{wording.VERDICTS[rating.verdict]}，{wording.SATISFACTIONS.get(rating.satisfaction, '')}"
    )


def _sentence(case: Case, lead: Duty | None, holder: str, due_words: str) -> str:
    if lead is not None and lead.paused_at is not None:
        return f"{holder}有一个问题想问您，请在下面回复。等您回复期间不计时。"
    sentences = {
        stages.RECEIVED: f"已送到{holder}，{due_words}受理。",
        stages.DISPATCHED: f"已派给{holder}，{due_words}办理并答复您。",
        stages.HANDLING: f"{holder}正在办理，{due_words}答复您。",
        stages.VERIFYING: f"办理单位已处理，{holder}正在派人核实，{due_words}告诉您结果。",
        stages.ANSWERED: "已经答复。请您看一看，解决了没有？您的评价决定能不能办结。",
        stages.CALLING_BACK: f"{holder}会打电话问问您满意不满意，您也可以直接在下面评价。",
        stages.REVIEWING: f"您的意见由{holder}复核，{due_words}重新办理或向您说明。",
        stages.CLOSED: "这件事已经办结。如果问题还在，可以要求再办。",
        stages.DIVERTED: "这件事不由社区和街道办理，下面告诉您该找谁。",
        stages.WITHDRAWN: "您已撤回这件事。",
        stages.JOINED: "已并入同一件事，一起办理。",
    }
    return sentences[case.stage]


def _may(case: Case, report: Report, lead: Duty | None, ratings: list[Rating]) -> frozenset[str]:
    may = set()
    working = case.stage in (stages.RECEIVED, stages.DISPATCHED, stages.HANDLING)
    if case.stage not in Case.STAGES.finished:
        may.add("add")
    if working and lead is not None and lead.paused_at is not None:
        may.add("answer_question")
    if working and not case.joiner_count and report.opened_case_id is None:
        may.add("withdraw")
    rated = bool(ratings) and ratings[0].round == case.reopened
    recent = case.closed_at is None or clock.now() - case.closed_at <= timedelta(
        days=int(setting(kinds.RATING_DAYS))
    )
    rateable = (stages.ANSWERED, stages.CALLING_BACK, stages.CLOSED)
    if case.stage in rateable and not rated and recent and case.answered_at:
        may.add("rate")
    if case.stage in (stages.CLOSED, stages.DIVERTED) and recent:
        may.add("reopen")
    if report.erasure_asked_at is None and report.erased_at is None:
        may.add("ask_erasure")
    if case.stage == stages.RECEIVED and not case.joiner_count and not report.opened_case_id:
        may.add("join")
    return frozenset(may)


def similar_open(report: Report) -> list[Similar]:
    """Up to five open cases that the report may repeat: of the same building or place first.

    Else of the same community, where the words are alike. Only of the last 30 days (a setting).
    """
    return [
        Similar(
            case_id=one.case.pk,
            category_name=word_name(CATEGORIES, one.case.category) or "还没有分类",
            day=clock.local(one.case.received_at).date(),
            stage_label=one.case.stage_label,
            joiner_count=one.case.joiner_count,
        )
        for one in near_report(report)
    ]


def photo_of_report(report: Report, name: str) -> bool:
    """Whether the resident with this report may see that photo: own ones, and the answers'."""
    record = read_record(report.case)
    shown = [
        entry.id
        for entry in record.entries.values()
        if entry.for_resident and entry.report_id in (None, report.id)
    ]
    mine = [photo for key in (report.id, *shown) for photo in record.photos.get(key, ())]
    return any(photo.name == name for photo in mine)

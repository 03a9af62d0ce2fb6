"""今天: everything the actor's units owe, the next due first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from huiban.kernel.access.actor import Actor
from huiban.kernel.base import clock
from huiban.kernel.base.errors import Refusal
from huiban.kernel.base.masking import ALL, Kind, mask
from huiban.kernel.base.phrases import say_due
from huiban.kernel.base.text import excerpt
from huiban.kernel.duties.models import Duty
from huiban.kernel.duties.queries import owed_by
from huiban.kernel.vocab.queries import word_name

from .. import permits, stages, wording
from ..models import Case, Report
from .owners import CATEGORIES, Suggestion, lately_suggested, units, with_load

PAGE = 20
CAP = 100
HEADLINE_LENGTH = 36
# Enough of a text for its headline, wherever a number in it may end.
HEADLINE_READS = 200
# What is late for longer stands near the top in any case.
DANGER_LOOKED_BACK = timedelta(days=30)
# Duties whose case may be sent on.
SENDING = ("triage", "handle", "take_up")
SECTIONS = {
    "late": "已超时",
    "today": "今天到期",
    "week": "本周到期",
    "later": "以后到期",
    "waiting": "等居民回复",
}


@dataclass(frozen=True)
class InboxFilter:
    """What of the inbox is shown; empty means all."""

    section: str = ""
    kind: str = ""
    category: str = ""
    text: str = ""


@dataclass(frozen=True)
class OneTap:
    """The action that a line offers at once, with the hidden fields of its form."""

    verb: str
    label: str
    fields: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class InboxLine:
    """One thing that is owed."""

    case_id: UUID
    reference: str
    duty_id: UUID
    kind: str
    kind_label: str
    section: str
    headline: str
    place_name: str
    stage_label: str
    due_at: datetime
    due_words: str
    late: bool
    from_words: str
    why: str
    danger: bool
    joiner_count: int
    photos: int
    role_label: str
    one_tap: OneTap | None


@dataclass(frozen=True)
class InboxPage:
    """A page of the inbox; `counts` are capped at 100 each."""

    lines: list[InboxLine]
    next_after: str | None
    counts: dict[str, int]
    labels: dict[str, str]


@dataclass(frozen=True)
class _Bounds:
    """The ends of today and of this week, on China's clock, in UTC."""

    now: datetime
    today: datetime
    week: datetime

    @classmethod
    def at(cls, now: datetime) -> _Bounds:
        wall = clock.local(now)
        midnight = datetime.combine(wall.date() + timedelta(days=1), time(), clock.SHANGHAI)
        sunday = midnight + timedelta(days=6 - wall.weekday())
        return cls(now, midnight, sunday)

    def condition(self, section: str) -> Q:
        """Which duties stand in a section."""
        running = Q(paused_at__isnull=True)
        return {
            "late": running & Q(due_at__lte=self.now),
            "today": running & Q(due_at__gt=self.now, due_at__lt=self.today),
            "week": running & Q(due_at__gte=max(self.today, self.now), due_at__lt=self.week),
            "later": running & Q(due_at__gte=self.week),
            "waiting": Q(paused_at__isnull=False),
        }[section]

    def section_of(self, duty: Duty) -> str:
        """The section that a duty stands in."""
        if duty.paused_at is not None:
            return "waiting"
        if duty.due_at <= self.now:
            return "late"
        if duty.due_at < self.today:
            return "today"
        return "week" if duty.due_at < self.week else "later"


def inbox(
    actor: Actor,
    *,
    filter: InboxFilter = InboxFilter(),  # noqa: A002 - it reads best at the call
    after: str | None = None,
) -> InboxPage:
    """A page of what the actor's units owe. `after` is the mark of the page before.

    Raises NotPermitted without the permit to read, Refusal for a mark that isn't one.
    """
    actor.seat_for(permits.READ)
    bounds = _Bounds.at(clock.now())
    dangerous = _dangerous(_narrowed(owed_by(actor.unit_ids, Case.SUBJECT), filter, bounds), bounds)
    owed = _narrowed(owed_by(actor.unit_ids, Case.SUBJECT, _read_mark(after)), filter, bounds)
    if dangerous:
        owed = owed.exclude(pk__in=[duty.pk for duty in dangerous])
    duties = list(owed[: PAGE + 1])
    more = len(duties) > PAGE
    duties = duties[:PAGE]
    return InboxPage(
        lines=_lines(actor, [*([] if after else dangerous), *duties], bounds),
        next_after=_mark(duties[-1]) if more else None,
        counts=_counts(actor, bounds),
        labels=SECTIONS,
    )


def _dangerous(owed: QuerySet[Duty], bounds: _Bounds) -> list[Duty]:
    """What concerns danger and runs out today or did of late: it stands first on the first page.

    Behind a page full of other late duties nobody would see it.
    """
    cases = Case.objects.everywhere("narrows the actor's own duties").filter(
        pk=OuterRef("subject_id"), danger=True
    )
    near = owed.filter(due_at__gte=bounds.now - DANGER_LOOKED_BACK, due_at__lt=bounds.today)
    return list(near.filter(Exists(cases))[:CAP])


def _narrowed(owed: QuerySet[Duty], wanted: InboxFilter, bounds: _Bounds) -> QuerySet[Duty]:
    if wanted.section in SECTIONS:
        owed = owed.filter(bounds.condition(wanted.section))
    if wanted.kind:
        owed = owed.filter(kind=wanted.kind)
    if wanted.category:
        cases = Case.objects.everywhere("narrows the actor's own duties").filter(
            pk=OuterRef("subject_id"), category=wanted.category
        )
        owed = owed.filter(Exists(cases))
    if wanted.text:
        told = Report.objects.filter(case_id=OuterRef("subject_id"), text__contains=wanted.text)
        owed = owed.filter(Exists(told))
    return owed


def _mark(duty: Duty) -> str:
    return f"{duty.due_at.isoformat()}~{duty.id.hex}"


def _read_mark(mark: str | None) -> tuple[datetime, UUID] | None:
    if not mark:
        return None
    try:
        moment, _, key = mark.partition("~")
        read = datetime.fromisoformat(moment)
        if read.tzinfo is None:
            raise ValueError("a moment needs its zone")
        return read, UUID(key)
    except ValueError:
        raise Refusal("翻页的位置不对。请回到第一页。", "after") from None


def _counts(actor: Actor, bounds: _Bounds) -> dict[str, int]:
    """How many stand in each section, up to the cap: one statement whatever the table's size."""
    parts, values = [], []
    for section in SECTIONS:
        owed = owed_by(actor.unit_ids, Case.SUBJECT).filter(bounds.condition(section))
        limited = owed.order_by().values("id")[:CAP]
        sql, params = limited.query.get_compiler(connection=connection).as_sql()
        parts.append(f"(SELECT COUNT(*) FROM ({sql}) AS {section}_part)")
        values += list(params)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", values)
        row = cursor.fetchone()
    return dict(zip(SECTIONS, row, strict=True))


def _lines(actor: Actor, duties: list[Duty], bounds: _Bounds) -> list[InboxLine]:
    ids = {duty.subject_id for duty in duties}
    cases = {
        case.pk: case
        for case in Case.objects.everywhere("the actor's units owe these")
        .filter(pk__in=ids)
        .select_related("place")
    }
    told = first_reports(ids)
    sending = [cases[duty.subject_id] for duty in duties if duty.kind in SENDING]
    found = with_load(lately_suggested(sending), others=False)
    lines = [
        _line(
            actor,
            duty,
            cases[duty.subject_id],
            told.get(duty.subject_id),
            bounds,
            found.get(duty.subject_id) if duty.kind in SENDING else None,
        )
        for duty in duties
    ]
    # A stopped clock's due time lies among the running ones; its section comes last.
    return sorted(lines, key=lambda line: (list(SECTIONS).index(line.section), not line.danger))


def first_reports(case_ids: Iterable[UUID]) -> dict[UUID, Report]:
    """The first report of each case, for its headline: one statement."""
    told: dict[UUID, Report] = {}
    for report in Report.objects.filter(case_id__in=list(case_ids)).order_by("-received_at"):
        told[report.case_id] = report
    return told


def headline(case: Case, report: Report | None, masked: frozenset[Kind] = ALL) -> str:
    """A case in a line: its category and the beginning of what was told, these kinds masked."""
    category = word_name(CATEGORIES, case.category)
    told = (report.title or report.text)[:HEADLINE_READS] if report else ""
    words = excerpt(mask(told, masked), HEADLINE_LENGTH)
    if not words:
        words = "（内容已清除）" if report and report.erased_at else "（只有照片）"
    return f"{category} · {words}" if category else words


def place_name(case: Case, report: Report | None) -> str:
    """Where a case is: the place's name, or what the resident wrote of it, masked."""
    if case.place:
        name: str = case.place.full_name
        return name
    return mask(report.place_words) if report else ""


def _line(
    actor: Actor,
    duty: Duty,
    case: Case,
    report: Report | None,
    bounds: _Bounds,
    found: Suggestion | None,
) -> InboxLine:
    own = found is not None and found.unit_id == duty.unit_id
    suggestion = None if own else found
    sender = units().get(duty.from_unit_id) if duty.from_unit_id else None
    section = bounds.section_of(duty)
    tap = one_tap(actor, duty, case, suggestion)
    return InboxLine(
        case_id=case.pk,
        reference=case.reference,
        duty_id=duty.pk,
        kind=duty.kind,
        kind_label=wording.DUTY_LABELS[duty.kind],
        section=section,
        headline=headline(case, report),
        place_name=place_name(case, report),
        stage_label=case.stage_label,
        due_at=duty.due_at,
        due_words=say_due(duty.due_at, clock.local(bounds.now).date()),
        late=section == "late",
        from_words=f"{sender.name}转来" if sender else "",
        why=_why_own(found) if found and own else why_of(suggestion, duty, tap),
        danger=case.danger,
        joiner_count=case.joiner_count,
        photos=report.photos if report else 0,
        role_label=duty.get_role_display(),
        one_tap=tap,
    )


def _why_own(suggestion: Suggestion) -> str:
    if suggestion.by_rule:
        return "本单位负责，请直接办理并答复。"
    return "这里同类的事多由本单位办结，可以直接办理并答复。"


def why_of(suggestion: Suggestion | None, duty: Duty, tap: OneTap | None) -> str:
    """Why the one-tap action is what it is, or why there is none, in a phrase."""
    if suggestion is not None:
        load = f"，{suggestion.load}" if suggestion.load else ""
        return suggestion.blocked or f"建议派给{suggestion.unit_name}：{suggestion.why}{load}"
    if tap is None and duty.kind == "handle" and duty.accepted_at and duty.tier == 2:
        return "还没有建议单位：请选分类，或直接办理。"
    return ""


def one_tap(actor: Actor, duty: Duty, case: Case, suggestion: Suggestion | None) -> OneTap | None:
    """What the holder would most likely do next with one tap; None where words are needed."""
    triage = actor.may(permits.TRIAGE, duty.unit_id)
    may_take = triage or actor.may(permits.HANDLE, duty.unit_id)
    if duty.kind in ("consent", "assist", "verify", "review", "callback", "erasure"):
        return None
    if case.stage == stages.RECEIVED or (
        case.stage == stages.DISPATCHED and duty.accepted_at is None
    ):
        allowed = may_take or actor.may(permits.GUIDE, duty.unit_id)
        return OneTap("accept", "接单") if allowed else None
    if suggestion is not None and not suggestion.blocked and may_take and duty.accepted_at:
        label = f"派给{suggestion.unit_name}"
        return OneTap("dispatch", label, {"unit_id": str(suggestion.unit_id)})
    return None

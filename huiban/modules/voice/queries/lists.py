"""Lists of cases that the numbers of the counts page open."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from huiban.kernel.access.actor import Actor
from huiban.kernel.base import clock
from huiban.kernel.base.errors import Refusal
from huiban.kernel.base.phrases import say_due
from huiban.kernel.duties.models import Duty
from huiban.kernel.duties.queries import open_leads, subjects_of
from huiban.kernel.territory.queries import unit_by_code, with_predecessors
from huiban.kernel.territory.scope import Scope
from huiban.kernel.vocab.queries import word_name

from .. import permits, stages
from ..models import Case, CaseQuerySet, Report
from .groups import of_group
from .inbox import first_reports, headline, place_name
from .owners import CATEGORIES, units

PAGE = 30
MOST_KEYS = 2_000
HANDLING_KINDS = ("handle", "guide", "take_up")
LONG_AGO = datetime(1900, 1, 1, tzinfo=clock.SHANGHAI)
FAR_AHEAD = datetime(9000, 1, 1, tzinfo=clock.SHANGHAI)
RATED = ~Q(verdict__in=["", "not_reached"])
# A case that rose because a step of it ran late wasn't handled on time, whoever answered it then.
# The branch's step doesn't count: its clock only lifts.
WAS_LATE = Exists(
    Duty.objects.filter(
        subject_id=OuterRef("subject_id"),
        role="lead",
        kind__in=("triage", "handle", "take_up"),
        late_at__isnull=False,
        opened_at__lt=OuterRef("opened_at"),
    )
)
# Measures of cases whose last handling clock fell due in the days, as conditions on that duty.
OF_DUE = {
    "due": Q(),
    "due_closed": Q(closed_at__isnull=False),
    "due_on_time": Q(closed_at__lte=F("due_at")) & ~Q(WAS_LATE),
}
# Measures of cases that were answered and closed in the days.
OF_ENDED = {
    "ended": Q(),
    "rated": RATED,
    "unrated": Q(verdict=""),
    "not_reached": Q(verdict="not_reached"),
    "solved": Q(verdict="solved"),
    "solved_or_partly": Q(verdict__in=["solved", "partly"]),
    "content": RATED & Q(satisfaction__in=["satisfied", "basically"]),
}


@dataclass(frozen=True)
class ListFilter:
    """Which cases a list shows; empty means all. Days are China's, both ends included.

    A `category` or a `group` that is `none` means that nobody said one. The days are those of
    receipt, or, with a `measure`, those that the measure goes by. A `handler` is the unit (by its
    code) whose step it is or, with a measure, whose step or answer is measured.
    """

    state: str = ""
    measure: str = ""
    unit: str = ""
    category: str = ""
    tier: str = ""
    result: str = ""
    start: date | None = None
    end: date | None = None
    group: str = ""
    handler: str = ""


@dataclass(frozen=True)
class CaseLine:
    """A case in a list."""

    reference: str
    headline: str
    place_name: str
    stage_label: str
    holder_name: str
    received_at: datetime
    due_words: str
    late: bool
    category_name: str
    danger: bool


@dataclass(frozen=True)
class CaseListPage:
    """A page of a list, newest first."""

    lines: list[CaseLine]
    next_after: str | None


def late_leads(at: datetime) -> QuerySet[Duty]:
    """The lead duties that are past their time."""
    return Duty.objects.filter(role="lead", closed_at=None, paused_at=None, due_at__lte=at)


def is_late(at: datetime, tier: str = "") -> Exists:
    """The condition that a case's lead duty (of that tier) is past its time."""
    late = late_leads(at).filter(subject_id=OuterRef("pk"))
    return Exists(late.filter(tier=_tier(tier)) if tier else late)


def narrowed(cases: CaseQuerySet, wanted: ListFilter) -> CaseQuerySet:
    """Those of the cases that the filter wants. Raises Refusal for an unknown unit or state."""
    if wanted.unit:
        cases = cases.filter(_in_unit(wanted.unit))
    if wanted.category:
        cases = cases.filter(category="" if wanted.category == "none" else wanted.category)
    if wanted.group:
        cases = cases.filter(of_group(wanted.group))
    if wanted.handler:
        cases = cases.filter(_of_handler(wanted))
    if wanted.tier and wanted.state == "late":
        # Who is late is told by the duty: a department's answer may wait at a community's review.
        return cases.filter(_in_days(wanted), is_late(clock.now(), wanted.tier))
    if wanted.tier:
        cases = cases.filter(tier=_tier(wanted.tier))
    cases = cases.filter(_in_days(wanted))
    if wanted.result:
        cases = cases.filter(result=wanted.result)
    return cases.filter(_state(wanted.state)) if wanted.state else cases


def day_begins(day: date) -> datetime:
    """Midnight in China at the beginning of a day."""
    return datetime.combine(day, time(), clock.SHANGHAI)


def _tier(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 3 else 0


def _in_days(wanted: ListFilter) -> Q:
    begins = day_begins(wanted.start) if wanted.start else LONG_AGO
    ends = day_begins(wanted.end + timedelta(days=1)) if wanted.end else FAR_AHEAD
    if not wanted.measure:
        return Q(received_at__gte=begins, received_at__lt=ends)
    if wanted.measure in OF_DUE:
        fell_due = last_handling().filter(
            OF_DUE[wanted.measure], due_at__gte=begins, due_at__lt=ends
        )
        return Q(Exists(fell_due.filter(subject_id=OuterRef("pk"))))
    if wanted.measure == "closed":
        return Q(stage=stages.CLOSED, closed_at__gte=begins, closed_at__lt=ends)
    if wanted.measure in OF_ENDED:
        ended = Q(stage=stages.CLOSED, answered_at__isnull=False)
        return ended & Q(closed_at__gte=begins, closed_at__lt=ends) & OF_ENDED[wanted.measure]
    raise Refusal("没有这种指标。请从统计页点数字进来。", "measure")


def _of_handler(wanted: ListFilter) -> Q:
    units = _units_of(wanted.handler)
    if wanted.measure in OF_ENDED:
        return Q(answered_by__in=units)
    steps = Duty.objects.filter(role="lead", closed_at=None)
    if wanted.measure:
        steps = last_handling()
    return Q(Exists(steps.filter(subject_id=OuterRef("pk"), unit__in=units)))


def _units_of(code: str) -> set[UUID]:
    unit = unit_by_code(code)
    if unit is None:
        raise Refusal(f"没有编码为{code}的单位。", "unit")
    return with_predecessors([unit.id])


def last_handling() -> QuerySet[Duty]:
    """Each case's last handling lead duty: the one whose clock the case is judged by."""
    later = Duty.objects.filter(
        subject_id=OuterRef("subject_id"),
        role="lead",
        kind__in=HANDLING_KINDS,
        opened_at__gt=OuterRef("opened_at"),
    )
    return (
        Duty.objects.filter(role="lead", kind__in=HANDLING_KINDS)
        .exclude(outcome__in=["withdrawn", "merged"])
        .filter(~Exists(later))
    )


def _state(state: str) -> Q:
    states = {
        "open": ~Q(stage__in=Case.STAGES.finished),
        "late": Q(is_late(clock.now())),
        "closed": Q(stage=stages.CLOSED),
        "unrated": Q(stage=stages.CLOSED) & ~RATED,
        "rated": Q(stage=stages.CLOSED) & RATED,
        "not_reached": Q(verdict="not_reached"),
        "reopened": Q(reopened__gt=0),
        "danger": Q(danger=True),
        "danger_open": Q(danger=True) & ~Q(stage__in=Case.STAGES.finished),
        "diverted": Q(stage=stages.DIVERTED),
    }
    if state not in states:
        raise Refusal("没有这种状态。请从列表里选。", "state")
    return states[state]


def _in_unit(code: str) -> Q:
    unit = unit_by_code(code)
    if unit is None:
        raise Refusal(f"没有编码为{code}的单位。", "unit")
    column = {"district": "district", "street": "street", "community": "community"}.get(
        unit.level, "estate"
    )
    if unit.level in ("department", "leading_group", "branch"):
        held = Duty.objects.filter(subject_id=OuterRef("pk"), unit=unit)
        return Q(Exists(held))
    return Q(**{f"{column}__in": with_predecessors([unit.id])})


def case_list(actor: Actor, wanted: ListFilter, after: str | None = None) -> CaseListPage:
    """A page of the cases that the actor sees and the filter wants, newest first."""
    actor.seat_for(permits.READ)
    found = _newest(actor.scope, wanted, _read_mark(after) if after else None)
    shown = found[:PAGE]
    return CaseListPage(_lines(shown), shown[-1].id.hex if len(found) > PAGE else None)


def _newest(scope: Scope, wanted: ListFilter, before: UUID | None) -> list[Case]:
    """The newest cases of a page and one more, in the order of their keys, which grow with time.

    Those on the asker's path and those of the asker's duties are read apart, each along an index,
    and merged: asked for with one "or", the whole table would be read.
    """
    on_path = narrowed(Case.objects.within(replace(scope, duty_units=frozenset())), wanted)
    found = {case.id: case for case in _page(on_path, before)}
    oldest = min(found, default=None) if len(found) > PAGE else None
    found |= {case.id: case for case in _of_duties(scope, wanted, before, oldest)}
    return [found[key] for key in sorted(found, reverse=True)[: PAGE + 1]]


def _page(cases: CaseQuerySet, before: UUID | None) -> list[Case]:
    if before is not None:
        cases = cases.filter(id__lt=before)
    return list(cases.select_related("place").order_by("-id")[: PAGE + 1])


def _of_duties(
    scope: Scope, wanted: ListFilter, before: UUID | None, oldest: UUID | None
) -> list[Case]:
    """The same of what the asker's units have or had a duty about, down to the oldest needed."""
    found: list[Case] = []
    # Where the oldest is known, one step reaches it, nearly always.
    size = MOST_KEYS if oldest else 2 * PAGE
    while len(found) <= PAGE:
        keys = subjects_of(scope.duty_units, Case.SUBJECT, before, size, oldest)
        if not keys:
            break
        theirs = Case.objects.everywhere("the asker's units have or had duties about these")
        found += _page(narrowed(theirs.filter(pk__in=keys), wanted), None)
        before = keys[-1]
        if len(keys) < size:
            break
        # A filter that few cases meet looks through them in larger steps.
        size = min(4 * size, MOST_KEYS)
    return found


def _read_mark(mark: str) -> UUID:
    try:
        return UUID(hex=mark)
    except ValueError:
        raise Refusal("翻页的位置不对。请回到第一页。", "after") from None


def _lines(cases: list[Case]) -> list[CaseLine]:
    ids = [case.pk for case in cases]
    told = first_reports(ids)
    leads = open_leads(ids)
    return [_line(case, told.get(case.pk), leads.get(case.pk)) for case in cases]


def _line(case: Case, report: Report | None, lead: Duty | None) -> CaseLine:
    now = clock.now()
    return CaseLine(
        reference=case.reference,
        headline=headline(case, report),
        place_name=place_name(case, report),
        stage_label=case.stage_label,
        holder_name=units()[lead.unit_id].name if lead else "",
        received_at=case.received_at,
        due_words=say_due(lead.due_at, clock.local(now).date()) if lead else "",
        late=lead is not None and lead.paused_at is None and lead.due_at <= now,
        category_name=word_name(CATEGORIES, case.category),
        danger=case.danger,
    )

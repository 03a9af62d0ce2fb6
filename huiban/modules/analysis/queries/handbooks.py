"""Handbooks as pages show them: the months of a unit, one month with its figures, its stories."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from huiban.kernel.access.actor import Actor, Seat
from huiban.kernel.access.models import Account, Role
from huiban.kernel.base import clock
from huiban.kernel.base.errors import NotPermitted, Unseen
from huiban.kernel.people.models import Tenure
from huiban.kernel.territory.models import Unit
from huiban.kernel.territory.queries import all_units, in_force
from huiban.modules.voice import permits as voice_permits
from huiban.modules.voice.models import Case, Report
from huiban.modules.voice.queries.inbox import first_reports, headline

from .. import permits
from ..handbook.canonical import Section, read
from ..handbook.gather_themes import case_filter
from ..handbook.reading import LEVELS
from ..handbook.restating import Printed, last_said, restated, values_now
from ..models import Handbook, Story
from ..reckoning.months import Month, months_between
from .figures import figures_for, figures_of, reads, seat_reads, units_read

MONTHS_SHOWN = 36
CANDIDATES = 12


@dataclass(frozen=True)
class MonthLine:
    """A month of a unit: its handbook's state, empty where there is none."""

    month: Month
    is_over: bool
    state: str
    state_label: str
    published_at: datetime | None


@dataclass(frozen=True)
class HandbooksPage:
    """The months of a unit, the newest first."""

    unit: Unit
    units: list[Unit]
    lines: list[MonthLine]
    may_publish: bool


@dataclass(frozen=True)
class Candidate:
    """A case that a story may be told of."""

    reference: str
    headline: str
    theme: str


@dataclass(frozen=True)
class HandbookPage:
    """A handbook with its figures and texts. `restated` is what is counted otherwise since."""

    unit: Unit
    month: Month
    handbook: Handbook | None
    snapshot: Section
    texts: Section
    stories: list[Story]
    candidates: list[Candidate]
    restated: list[Section]
    may_publish: bool

    @property
    def is_published(self) -> bool:
        """Whether it is published, for good."""
        return self.handbook is not None and self.handbook.state == Handbook.State.PUBLISHED


def handbooks_page(actor: Actor, code: str = "") -> HandbooksPage:
    """The months that have figures, of a unit by its code, else of the asker's own."""
    figures = figures_of(actor, code)
    if figures.unit.level not in LEVELS:
        raise Unseen
    may_publish = publishing_seat(actor, figures.unit) is not None
    kept = {one.month: one for one in Handbook.objects.filter(unit=figures.unit).defer("figures")}
    this = Month.of(clock.now())
    first = figures.first_month() or this
    months = list(months_between(max(first, this.later(1 - MONTHS_SHOWN)), this))
    lines = [_line(month, this, kept.get(str(month)), may_publish) for month in reversed(months)]
    return HandbooksPage(
        unit=figures.unit,
        units=[unit for unit in units_read(actor) if unit.level in LEVELS],
        lines=[line for line in lines if may_publish or line.state],
        may_publish=may_publish,
    )


def _line(month: Month, this: Month, kept: Handbook | None, may_publish: bool) -> MonthLine:
    is_over = month < this
    if kept is None or (kept.state == Handbook.State.DRAFT and not may_publish):
        return MonthLine(month, is_over, "", "", None)
    return MonthLine(
        month, is_over, kept.state, Handbook.State(kept.state).label, kept.published_at
    )


def unit_of(actor: Actor, code: str) -> Unit:
    """The unit with that code, if the actor may read its figures. Raises NotPermitted, Unseen."""
    actor.seat_for(permits.READ)
    unit = next((unit for unit in all_units().values() if unit.code == code), None)
    if unit is None or unit.level not in LEVELS or not reads(actor, unit):
        raise Unseen
    return unit


def seen_handbook(actor: Actor, code: str, month: Month) -> Handbook:
    """The handbook of that month: a published one, or for publishers its draft. Raises Unseen."""
    unit = unit_of(actor, code)
    found = Handbook.objects.filter(unit=unit, month=str(month)).first()
    if found is None or _is_others_draft(found, publishing_seat(actor, unit)):
        raise Unseen
    return found


def _is_others_draft(handbook: Handbook, seat: Seat | None) -> bool:
    return handbook.state == Handbook.State.DRAFT and seat is None


def handbook_page(actor: Actor, code: str, month: Month) -> HandbookPage:
    """A month's page; publishers also see a month that has no handbook yet. Raises Unseen."""
    unit = unit_of(actor, code)
    may_publish = publishing_seat(actor, unit) is not None
    found = Handbook.objects.filter(unit=unit, month=str(month)).first()
    if found is None:
        if not may_publish or month > Month.of(clock.now()):
            raise Unseen
        return HandbookPage(unit, month, None, {}, {}, [], [], [], may_publish)
    seen_handbook(actor, code, month)
    snapshot = read(found.figures)
    is_draft = found.state == Handbook.State.DRAFT
    return HandbookPage(
        unit=unit,
        month=month,
        handbook=found,
        snapshot=snapshot,
        texts=texts_of(found),
        stories=list(found.stories.order_by("written_at")) if may_publish else [],
        candidates=_candidates(actor, found) if is_draft else [],
        restated=[] if is_draft else restated_since(found),
        may_publish=may_publish,
    )


def texts_of(handbook: Handbook) -> Section:
    """What is printed beside the figures: of a draft with the stories that are approved so far."""
    texts: Section = handbook.texts
    return texts if "published" in texts else texts | {"stories": approved_stories(handbook)}


def approved_stories(handbook: Handbook) -> list[Section]:
    """The stories that may be printed, in the order in which they were written."""
    approved = handbook.stories.filter(state=Story.State.APPROVED).order_by("written_at", "pk")
    return [{"title": story.title, "text": story.text} for story in approved]


def cleared_cases(case_ids: Iterable[UUID]) -> set[UUID]:
    """Those of the cases of which a resident's words were cleared, joined to another or not."""
    asked = set(case_ids)
    rows = Report.objects.filter(
        Q(case__in=asked) | Q(opened_case__in=asked), erased_at__isnull=False
    )
    found = {key for pair in rows.values_list("case_id", "opened_case_id") for key in pair}
    return {key for key in found if key in asked}


def printed_of(unit: Unit) -> list[Printed]:
    """What the unit's published handbooks printed, the oldest first."""
    kept = Handbook.objects.filter(unit=unit, state=Handbook.State.PUBLISHED).order_by("month")
    return [
        Printed(Month.parse(month), read(figures))
        for month, figures in kept.values_list("month", "figures")
    ]


def restated_since(handbook: Handbook) -> list[Section]:
    """What a published handbook's figures read now, where they read otherwise than last printed."""
    month = Month.parse(handbook.month)
    printed = printed_of(handbook.unit)
    own = next(one for one in printed if one.month == month)
    return restated(month, last_said(own, printed), values_now(figures_for(handbook.unit), month))


def _candidates(actor: Actor, handbook: Handbook) -> list[Candidate]:
    """Cases of the month's themes that the actor may read and nobody told yet."""
    if not actor.may(voice_permits.READ):
        return []
    period = Month.parse(handbook.month).period
    titles = {UUID(key): title for key, title in handbook.texts["themes"].items()}
    told = handbook.stories.values_list("case_id", flat=True)
    seen = (
        Case.objects.within(actor.scope)
        .filter(
            theme_member__theme__in=list(titles),
            received_at__gte=period.begins,
            received_at__lt=period.ends,
            **case_filter(handbook.unit),
        )
        .exclude(pk__in=list(told))
        .select_related("theme_member", "place")
        .order_by("-theme_member__score", "pk")
    )
    cases: Sequence[Case] = list(seen[:CANDIDATES])
    reports = first_reports([case.pk for case in cases])
    return [
        Candidate(
            case.reference,
            headline(case, reports.get(case.pk)),
            titles[case.theme_member.theme_id],
        )
        for case in cases
    ]


def publishing_unit(actor: Actor, unit: Unit) -> Seat:
    """The post by which the actor publishes that unit's handbook.

    Raises Unseen where the actor doesn't read the unit, NotPermitted where no post that reads it
    publishes.
    """
    actor.seat_for(permits.PUBLISH)
    if not reads(actor, unit):
        raise Unseen
    seat = publishing_seat(actor, unit)
    if seat is None:
        raise NotPermitted("您能发布手册的岗位不管这个单位。请让管这个单位的岗位发布。")
    return seat


def publishing_seat(actor: Actor, unit: Unit) -> Seat | None:
    """The post that both may publish and reads the unit; None where no single one does both."""
    units = all_units()
    return next(
        (
            seat
            for seat in actor.seats
            if permits.PUBLISH in seat.permits and seat_reads(units[seat.unit_id], unit)
        ),
        None,
    )


def somebody_else_publishes(unit: Unit, account_id: UUID | None) -> bool:
    """Whether another account may publish that unit's handbook, and so take a second look."""
    persons = [tenure.person_id for tenure in _publishing_tenures(unit)]
    others = Account.objects.filter(is_active=True, person_id__in=persons)
    return (others if account_id is None else others.exclude(pk=account_id)).exists()


def units_that_publish(unit: Unit) -> set[UUID]:
    """The units whose posts publish that unit's handbooks."""
    return {tenure.post.unit_id for tenure in _publishing_tenures(unit)}


def _publishing_tenures(unit: Unit) -> list[Tenure]:
    """Those held today that may publish, in a unit from which the handbook can be opened."""
    roles = [role.code for role in Role.objects.all() if permits.PUBLISH in role.permits]
    held = Tenure.objects.filter(in_force(), post__role__in=roles).select_related("post")
    units = all_units()
    return [tenure for tenure in held if seat_reads(units[tenure.post.unit_id], unit)]

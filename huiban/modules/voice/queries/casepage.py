"""A case as the desk sees it: facts, words, timeline, and what may be done with it now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from huiban.kernel.access.actor import Actor
from huiban.kernel.base import clock
from huiban.kernel.base.codes import read_reference
from huiban.kernel.base.errors import Unseen
from huiban.kernel.base.masking import Kind, mask
from huiban.kernel.base.phrases import say_due, say_moment
from huiban.kernel.duties.models import Duty
from huiban.kernel.duties.queries import clock_in_words, duties_of
from huiban.kernel.territory.queries import front_desk_names
from huiban.kernel.vocab.queries import word_name

from .. import permits, stages, wording
from ..contracts import Danger
from ..models import Case, Report, ReporterContact
from .choosing import Categories, categories_for
from .dangers import dangers_of
from .doable import Doable, actions_for
from .groups import Groups, group_names, groups_for
from .inbox import OneTap, headline, one_tap
from .likeness import PossiblySame, possibly_same
from .original import handles, hides, masked_for, originals
from .owners import CATEGORIES, Suggestion, suggestions, units, with_load
from .placing import OfferedPlace, places_read
from .timeline import Photo, Record, Step, read_record, steps


@dataclass(frozen=True)
class Fact:
    """One fact of a case."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class ToldWords:
    """What one resident told, with what points to a person masked."""

    at: datetime
    title: str
    text: str
    place_words: str
    channel: str
    photos: tuple[Photo, ...]
    erased: bool


@dataclass(frozen=True)
class CasePage:
    """Everything that the case page shows."""

    case: Case
    headline: str
    dangers: tuple[Danger, ...]
    facts: list[Fact]
    told: list[ToldWords]
    timeline: list[Step]
    actions: list[Doable]
    possibly_same: list[PossiblySame]
    one_tap: OneTap | None
    suggestion: Suggestion | None
    categories: Categories | None
    groups: Groups | None
    place_chips: list[OfferedPlace]
    clock_words: list[str]
    has_contact: bool
    has_original: bool
    due_words: str
    late: bool
    holder_name: str


def case_in_scope(actor: Actor, reference: str) -> Case:
    """The case with that reference, if the actor's scope sees it. Raises Unseen."""
    actor.seat_for(permits.READ)
    read = read_reference(reference)
    case = None
    if read is not None:
        seen = Case.objects.within(actor.scope).filter(reference=read)
        case = seen.select_related("place", "estate", "community", "street", "joined_to").first()
    if case is None:
        raise Unseen
    return case


def case_page(actor: Actor, reference: str) -> CasePage:
    """The case page of that reference for this actor. Raises Unseen outside the scope."""
    case = case_in_scope(actor, reference)
    record = read_record(case)
    if case.stage == stages.JOINED:
        # Its reports went on with the other case; what opened this one is still shown here.
        record.reports += Report.objects.filter(opened_case=case)
    duties = duties_of(case.pk)
    handling = handles(actor, duties)
    masked = masked_for(handling=handling)
    owed = [duty for duty in duties if duty.closed_at is None]
    lead = next((duty for duty in owed if duty.role == "lead"), None)
    suggestion = _suggestion(case, lead)
    mine = lead is not None and lead.unit_id in actor.unit_ids
    today = clock.local(clock.now()).date()
    actions = actions_for(actor, case, owed)
    first = record.reports[0] if record.reports else None
    may_merge = any(action.verb == "merge" for action in actions)
    return CasePage(
        case=case,
        headline=headline(case, first, masked),
        dangers=dangers_of(record.reports) if case.danger else (),
        facts=_facts(case, owed),
        told=_told(record, masked),
        timeline=steps(record, for_resident=False, masked=masked),
        actions=actions,
        possibly_same=possibly_same(actor, record.reports[0]) if may_merge else [],
        one_tap=one_tap(actor, lead, case, suggestion) if lead is not None and mine else None,
        suggestion=suggestion,
        categories=categories_for(actor, lead, case, first),
        groups=groups_for(actor, case, duties, first),
        place_chips=_place_chips(actor, lead, case),
        clock_words=clock_in_words(lead) if lead is not None else [],
        has_contact=ReporterContact.objects.filter(report__case=case).exists(),
        has_original=handling and any(hides(words, masked) for words in originals(record)),
        due_words=_due_words(lead, today),
        late=lead is not None and lead.due_at <= clock.now() and lead.paused_at is None,
        holder_name=_holder(lead),
    )


def _suggestion(case: Case, lead: Duty | None) -> Suggestion | None:
    """Whom the case might go to from whoever has it now; None where it had best stay."""
    if lead is None:
        return None
    found = suggestions([case])
    if case.pk not in found or found[case.pk].unit_id == lead.unit_id:
        return None
    return with_load(found, others=True)[case.pk].without(lead.unit_id)


def photo_in_scope(actor: Actor, reference: str, name: str) -> bool:
    """Whether a photo belongs to a case that the actor sees. Raises Unseen for the case."""
    record = read_record(case_in_scope(actor, reference))
    return any(photo.name == name for photos in record.photos.values() for photo in photos)


def find(actor: Actor, text: str) -> str | None:
    """The reference in what a person typed, if a case in scope has it."""
    read = read_reference(text)
    if read is None:
        return None
    seen = Case.objects.within(actor.scope).filter(reference=read).exists()
    return read if seen else None


def _due_words(lead: Duty | None, today: date) -> str:
    if lead is None:
        return ""
    return "等居民回复" if lead.paused_at is not None else say_due(lead.due_at, today)


def _holder(lead: Duty | None) -> str:
    return front_desk_names([lead.unit_id])[lead.unit_id] if lead is not None else ""


def _place_chips(actor: Actor, lead: Duty | None, case: Case) -> list[OfferedPlace]:
    """The places that the words name, for whoever may say with one tap which it is."""
    if lead is None or not any(
        actor.may(permit, lead.unit_id) for permit in (permits.TRIAGE, permits.HANDLE)
    ):
        return []
    return places_read(case)


def _told(record: Record, masked: frozenset[Kind]) -> list[ToldWords]:
    return [
        ToldWords(
            at=report.told_at or report.received_at,
            title=mask(report.title, masked),
            text=mask(report.text, masked),
            place_words=mask(report.place_words, masked),
            channel=wording.CHANNELS.get(report.channel, report.channel),
            photos=tuple(record.photos.get(report.id, ())),
            erased=report.erased_at is not None,
        )
        for report in record.reports
    ]


def _facts(case: Case, owed: list[Duty]) -> list[Fact]:
    now = clock.now()
    where = " / ".join(
        unit.name for unit in (case.street, case.community, case.estate) if unit is not None
    )
    facts = [
        Fact("地点", case.place.full_name if case.place else "未扫码", where),
        Fact(
            "收到",
            say_moment(case.received_at, now),
            wording.CHANNELS.get(case.channel, case.channel),
        ),
        Fact("分类", word_name(CATEGORIES, case.category) or "未分类", _source(case)),
        Fact(
            "涉及人群", group_names(case.groups), wording.GROUP_SOURCES.get(case.groups_source, "")
        ),
        Fact("层级", wording.TIERS[case.tier]),
    ]
    for duty in owed:
        name = units()[duty.unit_id].name
        label = wording.DUTY_LABELS[duty.kind]
        due = (
            "等居民回复，暂停计时"
            if duty.paused_at
            else say_due(duty.due_at, clock.local(now).date())
        )
        facts.append(Fact(f"{duty.get_role_display()} · {label}", name, due))
    if case.joiner_count:
        facts.append(Fact("同样遇到", f"另有{case.joiner_count}位居民"))
    if case.joined_to is not None:
        facts.append(Fact("并入", case.joined_to.reference))
    if case.verdict:
        said = wording.SATISFACTIONS.get(case.satisfaction, "")
        channel = wording.RATING_CHANNELS.get(case.rating_channel, "")
        facts.append(Fact("评价", f"{wording.VERDICTS[case.verdict]} {said}".strip(), channel))
    if case.reopened:
        facts.append(Fact("重办", f"{case.reopened}次"))
    return facts


def _source(case: Case) -> str:
    return {
        "keywords": "按关键词",
        "model": "按文字判断",
        "worker": "人工选择",
        "sender": "来件带有",
    }.get(case.category_source, "")


def case_id_of(actor: Actor, reference: str) -> UUID:
    """The key of a case in scope, for the action that a form posts to. Raises Unseen."""
    return case_in_scope(actor, reference).pk

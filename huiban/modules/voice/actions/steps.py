"""Steps that the verbs share: take the case, find its lead, reckon time, keep words."""

from __future__ import annotations

from uuid import UUID

from huiban.kernel.access.actor import Actor, Seat
from huiban.kernel.base import clock
from huiban.kernel.base.calendar import Allowance
from huiban.kernel.base.errors import ImproperMove, NotPermitted, Refusal, Unseen
from huiban.kernel.base.text import normalise
from huiban.kernel.duties.actions import NewDuty, lead_of
from huiban.kernel.duties.models import Duty
from huiban.kernel.events.models import Event
from huiban.kernel.events.rows import insert_rows
from huiban.kernel.territory.models import Unit
from huiban.kernel.territory.queries import leading_group_of
from huiban.kernel.vocab.queries import remember, words

from .. import rules
from ..models import Case, Entry, Report, ReturnRequest
from ..rules import Vocabularied

CATEGORIES = "voice.category"
DEADLINES = "voice.deadline"
DANGERS = "voice.danger"
DIVERSIONS = "voice.diversion"
GROUPS = "voice.group"


def terms(vocabulary: str) -> list[Vocabularied]:
    """A vocabulary's words in force today, as the rules take them."""
    day = clock.local(clock.now()).date()
    return remember(
        f"voice.terms.{vocabulary}.{day}",
        lambda: [
            Vocabularied(word.code, word.name, word.data)
            for word in words(vocabulary, day).values()
        ],
    )


def take_case(actor: Actor, case_id: UUID) -> Case:
    """The case, locked, if the actor's scope sees it. Raises Unseen."""
    case = (
        Case.objects.within(actor.scope).select_for_update(of=("self",)).filter(pk=case_id).first()
    )
    if case is None:
        raise Unseen
    return case


def path_said(case: Case) -> dict[str, str]:
    """The parts of a case's path that an event says, "" where it isn't known."""
    return {
        name: str(getattr(case, f"{name}_id") or "")
        for name in ("street", "community", "estate", "building")
    }


def lead_duty(case: Case) -> Duty:
    """The open lead duty of a locked case. Raises ImproperMove when nobody owes it anything."""
    duty = lead_of(case.pk)
    if duty is None:
        raise ImproperMove(f"这件事现在是“{case.stage_label}”，没有待办的一步。请刷新页面再看。")
    return duty


def seat_of_lead(actor: Actor, duty: Duty, *permits: str) -> Seat:
    """The actor's post in the unit that owes the duty. Raises NotPermitted."""
    for permit in permits:
        if actor.may(permit, duty.unit_id):
            return actor.seat_for(permit, duty.unit_id)
    raise NotPermitted(f"这件事现在由{duty.unit.name}办理，您的岗位不能办这一步。")


def allowed(kind: str, tier: int, case: Case) -> rules.Allowed:
    """The time that a duty of that kind has for this case."""
    return rules.allowance_for(kind, tier, case.category, case.danger, terms(DEADLINES))


def new_duty(
    kind: str, unit: Unit, case: Case, *, from_unit_id: UUID | None = None, accepted: bool = False
) -> NewDuty:
    """A lead duty of that unit with the time that the rules give it."""
    tier = rules.TIER_OF_LEVEL[unit.level]
    time = allowed(kind, tier, case)
    return NewDuty(
        kind,
        unit.id,
        tier,
        time.allowance,
        time.rule,
        from_unit_id=from_unit_id,
        accepted=accepted,
    )


def working_days(days: int) -> Allowance:
    """An allowance of whole working days."""
    return Allowance("working_days", days)


def words_of(text: str, field: str, what: str) -> str:
    """The text, tidied. Raises Refusal when nothing is left of it or it is too long."""
    tidy = normalise(text)
    if not tidy:
        raise Refusal(f"请写几句{what}。", field)
    if len(tidy) > rules.LONGEST_TEXT:
        raise Refusal(f"{what}最多{rules.LONGEST_TEXT}字，现在有{len(tidy)}字。请删减一些。", field)
    return tidy


def keep_words(
    case: Case,
    kind: str,
    text: str,
    *,
    event: Event | None = None,
    unit_id: UUID | None = None,
    signed: str = "",
    report: Report | None = None,
    for_resident: bool = False,
    fingerprint: str = "",
    entry_id: UUID | None = None,
) -> Entry:
    """Keep words about a case, beside the event that they belong to."""
    entry = Entry(
        case=case,
        kind=kind,
        text=text,
        event_id=event.id if event else None,
        unit_id=unit_id,
        signed=signed,
        report=report,
        for_resident=for_resident,
        fingerprint=fingerprint,
        at=clock.now(),
    )
    if entry_id is not None:
        entry.id = entry_id
    insert_rows([entry])
    return entry


def settle_returns(case: Case) -> None:
    """End an open wish to return that the case's own progress has overtaken."""
    open_ones = ReturnRequest.objects.filter(case=case, decided_at=None)
    open_ones.update(decided_at=clock.now())


def next_higher(case: Case, unit: Unit) -> Unit | None:
    """Who takes a case up from a unit: branch → community → street → leading group; None at the top.

    A missing tier is skipped; a department's case goes to the leading group.
    """
    order: list[UUID | None] = []
    if unit.level in ("branch", "estate"):
        order = [case.community_id, case.street_id]
    elif unit.level == "community":
        order = [case.street_id]
    for unit_id in order:
        if unit_id is not None and unit_id != unit.id:
            return Unit.objects.get(pk=unit_id)
    if unit.level in ("leading_group", "district"):
        return None
    return leading_group_of(case.district_id)


def another_than(case: Case, unit_id: UUID) -> Unit:
    """The unit that looks after a case in place of the one that handled it.

    Its front desk; where that handled it itself, the next tier that there is.
    """
    desk: Unit = case.front_desk
    if desk.id != unit_id:
        return desk
    higher = next_higher(case, desk) or leading_group_of(case.district_id)
    return higher if higher is not None and higher.id != unit_id else desk

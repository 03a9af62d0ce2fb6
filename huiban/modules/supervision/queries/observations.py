"""What observers told: as the observer, as whoever supervises, and as the unit it was passed on to.

Everyone else finds nothing: neither the observer's own street nor its community.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from huiban.kernel.access.actor import Actor
from huiban.kernel.base import clock
from huiban.kernel.base.errors import Unseen
from huiban.kernel.base.phrases import say_date
from huiban.kernel.duties.models import Duty
from huiban.kernel.duties.queries import open_leads
from huiban.kernel.files.models import StoredFile
from huiban.kernel.files.queries import photos_of
from huiban.kernel.territory.queries import (
    all_units,
    current_unit,
    units_in_force,
    with_predecessors,
)

from .. import permits
from ..models import ABOUT, Effect, Observation
from ..rules_letters import effect_words
from .desks import ADDRESSEES, supervised_districts
from .effects import Month, month_of
from .following import finished_last, next_page
from .grounds import rule_name


@dataclass(frozen=True)
class ObservationLine:
    """One observation in a list; `text` is what the asker may read of it."""

    id: UUID
    reference: str
    about: str
    text: str
    stage_label: str
    at: datetime
    unit_name: str
    is_new: bool
    due_at: datetime | None


@dataclass(frozen=True)
class MatterEffect:
    """What was counted again after a month."""

    what: str
    months: list[Month]
    said: str


@dataclass(frozen=True)
class ObservationPage:
    """An observation as the asker may read it. `as_role`: supervisor, observer or unit."""

    observation: Observation
    as_role: str
    text: str
    about: str
    about_unit: str
    passed_to: str
    photos: list[StoredFile]
    effect: MatterEffect | None
    due_at: datetime | None
    may: frozenset[str]


def own_observations(actor: Actor, after: UUID | None = None) -> list[ObservationLine]:
    """The next fifty that the actor told as an observer, the latest first. Raises NotPermitted."""
    actor.seat_for(permits.OBSERVE)
    assert actor.account_id is not None
    mine = Observation.objects.of_observer(actor.account_id)
    seen = next_page(mine, after, "-told_at", "-id")
    # Until when the district owes what is nothing that the observer is shown.
    return [_line(one, one.text, "", None) for one in seen]


def unread_outcomes(actor: Actor) -> int:
    """How many outcomes the observer hasn't read yet."""
    if actor.account_id is None or not actor.may(permits.OBSERVE):
        return 0
    mine = Observation.objects.of_observer(actor.account_id)
    return mine.filter(told_outcome_at__isnull=False, seen_at=None).count()


def observations_told(actor: Actor, after: UUID | None = None) -> list[ObservationLine]:
    """The next fifty told to the districts that the actor supervises, unfinished ones first."""
    told = Observation.objects.of_districts(supervised_districts(actor))
    ordered = finished_last(told, Observation.STAGES.finished)
    seen = next_page(ordered, after, "is_over", "-told_at", "-id")
    duties = open_leads(one.pk for one in seen)
    return [_line(one, one.text, _name(one.passed_to_id), duties.get(one.pk)) for one in seen]


def observations_passed(actor: Actor, after: UUID | None = None) -> list[ObservationLine]:
    """The next fifty passed on to the actor's units, in the district's words, the latest first.

    In the order of their passing on: that of their telling is nothing for a unit to know.
    """
    seen = next_page(Observation.objects.passed_to(_repliers(actor)), after, "-passed_at", "-id")
    duties = open_leads(one.pk for one in seen)
    return [_line(one, one.passed_text, "", duties.get(one.pk)) for one in seen]


def _repliers(actor: Actor) -> frozenset[UUID]:
    own = {seat.unit_id for seat in actor.seats if permits.REPLY in seat.permits}
    return frozenset(with_predecessors(own))


def _line(one: Observation, text: str, unit_name: str, duty: Duty | None) -> ObservationLine:
    return ObservationLine(
        id=one.pk,
        reference=one.reference,
        about=ABOUT[one.about],
        text=text,
        stage_label=one.stage_label,
        at=one.told_at,
        unit_name=unit_name,
        is_new=one.told_outcome_at is not None and one.seen_at is None,
        due_at=duty.due_at if duty else None,
    )


def _name(unit_id: UUID | None) -> str:
    return all_units()[unit_id].name if unit_id else ""


def observation_page(actor: Actor, observation_id: UUID) -> ObservationPage:
    """The observation as the actor may read it. Raises Unseen for everybody else."""
    one, role = _seen(actor, observation_id)
    text = one.passed_text if role == "unit" else one.text
    if role == "unit":
        # The original stays with the district, whatever a page may show.
        one.text = one.outcome = ""
    photos = photos_of([one.pk]) if role != "unit" or one.photos_passed else []
    duty = open_leads([one.pk]).get(one.pk)
    return ObservationPage(
        observation=one,
        as_role=role,
        text=text,
        about=ABOUT[one.about],
        about_unit=_name(one.about_unit_id) if role != "unit" else "",
        passed_to=_name(one.passed_to_id),
        photos=photos,
        effect=effect_of_matter(one) if role != "unit" else None,
        due_at=duty.due_at if duty else None,
        may=_may(actor, one, role),
    )


def _seen(actor: Actor, observation_id: UUID) -> tuple[Observation, str]:
    """The observation and in which role the actor reads it; whoever supervises reads most."""
    asked = {
        "supervisor": Observation.objects.of_districts(supervised_districts(actor)),
        "unit": Observation.objects.passed_to(_repliers(actor)),
    }
    if actor.account_id is not None and actor.may(permits.OBSERVE):
        asked["observer"] = Observation.objects.of_observer(actor.account_id)
    for role in ("supervisor", "observer", "unit"):
        found = asked[role].filter(pk=observation_id).first() if role in asked else None
        if found is not None:
            return found, role
    raise Unseen


def _may(actor: Actor, one: Observation, role: str) -> frozenset[str]:
    """The verbs that the actor may use now."""
    verbs = set(Observation.STAGES.verbs(one.stage))
    if role == "supervisor":
        return frozenset(verbs - {"answer"})
    if role == "unit":
        assert one.passed_to_id is not None
        if actor.may(permits.REPLY, current_unit(one.passed_to_id).id):
            return frozenset(verbs & {"answer"})
    return frozenset()


def photo_of_observation(actor: Actor, observation_id: UUID, name: str) -> bool:
    """Whether the actor may see that photo of the observation. Raises Unseen outside."""
    page = observation_page(actor, observation_id)
    return any(photo.name == name for photo in page.photos)


def units_named(actor: Actor) -> list[tuple[str, list[tuple[UUID, str]]]]:
    """The units of the actor's districts that may be named or asked, under their level's name."""
    districts = {seat.district_id for seat in actor.seats}
    groups: dict[str, list[tuple[UUID, str]]] = {}
    for unit in units_in_force():
        if unit.path.district_id in districts and unit.level in ADDRESSEES:
            groups.setdefault(unit.get_level_display(), []).append((unit.id, unit.name))
    return sorted(groups.items(), key=lambda group: len(group[1]))


def told_between(one: Observation, since: date, until: date) -> int:
    """How many observations of the same kind about the same unit were told from a day on."""
    begins, ends = (datetime.combine(day, time(), clock.SHANGHAI) for day in (since, until))
    same = Observation.objects.of_districts([one.district_id]).filter(
        about=one.about, told_at__gte=begins, told_at__lt=ends
    )
    unit_id = one.passed_to_id or one.about_unit_id
    if unit_id is None:
        return same.filter(about_unit=None, passed_to=None).count()
    units = with_predecessors([unit_id])
    return (
        same.filter(passed_to_id__in=units) | same.filter(passed_to=None, about_unit_id__in=units)
    ).count()


def effect_of_matter(one: Observation) -> MatterEffect | None:
    """What was counted again a month after the observer was told; None before."""
    kept = {effect.months_after: effect for effect in Effect.objects.filter(subject_id=one.pk)}
    if 0 not in kept or 1 not in kept:
        return None
    before, after = (month_of(kept[months], _days(kept[months])) for months in (0, 1))
    what = f"“{rule_name(one.rule)}”的发现" if one.rule else f"同一单位的“{ABOUT[one.about]}”反映"
    return MatterEffect(
        what=what, months=[before, after], said=effect_words(before.stands, after.stands)
    )


def _days(effect: Effect) -> str:
    last = effect.until - timedelta(days=1)
    return f"{say_date(effect.since)}至{say_date(last)}"

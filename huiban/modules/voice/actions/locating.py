"""Where a case is, said after the report: by the worker who has it, or by its resident."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from huiban.kernel.access.actor import RESIDENT, Actor
from huiban.kernel.base.errors import ImproperMove, Refusal
from huiban.kernel.moves.actions import lock_record, note
from huiban.kernel.places.models import Kind, Place
from huiban.kernel.places.queries import Standing, standing_of
from huiban.kernel.territory.models import Level
from huiban.kernel.territory.queries import current_unit

from .. import kinds, permits
from ..models import Case, Report
from ..queries.placing import may_confirm, places_offered
from .steps import lead_duty, path_said, seat_of_lead, take_case

# The parts of the path from the largest down, which a place may fill in and never changes.
_PATH = (Level.DISTRICT, Level.STREET, Level.COMMUNITY, Level.ESTATE)


def locate(actor: Actor, case_id: UUID, place_id: UUID) -> Place:
    """Say where a case is that has no place yet, or only its estate; the place.

    Parts of the frozen path that weren't known are filled in. The same place again changes
    nothing. Raises Refusal where the place contradicts what is known. Locks the case.
    """
    with transaction.atomic():
        case = take_case(actor, case_id)
        seat_of_lead(actor, lead_duty(case), permits.TRIAGE, permits.HANDLE)
        return _locate(case, actor, place_id)


def confirm_place(report_: Report, place_id: UUID) -> Place:
    """Let the resident say that an offered place is meant, while the case waits and has none.

    The same place again changes nothing. Raises ImproperMove once somebody was quicker, Refusal
    for a place that wasn't offered. Locks the case.
    """
    with transaction.atomic():
        kept = Report.objects.get(pk=report_.pk)
        case = lock_record(Case, kept.case_id)
        again = case.place_id == place_id and kept.opened_case_id is None
        if not again and not may_confirm(case, kept):
            raise ImproperMove("这件事已经有人在办，地点由办理的人核对。有出入请在下面补充。")
        kept.case = case
        if not again and place_id not in {place.place_id for place in places_offered(kept)}:
            raise Refusal("请从列出的地点里选。都不是的话，请在下面补充写明在哪里。", "place")
        return _locate(case, RESIDENT, place_id)


def _locate(case: Case, actor: Actor, place_id: UUID) -> Place:
    if case.place_id == place_id:
        return Place.objects.get(pk=place_id)
    place = Place.objects.filter(pk=place_id).first()
    standing = standing_of(place) if place is not None else None
    if place is None or standing is None:
        raise Refusal("没有这个地点。请刷新页面，从列出的地点里选。", "place")
    _check_place(case, place)
    path = standing.unit.path.fields()
    for level in _PATH:
        _check_part(case, place, level, path[f"{level}_id"])
    before = str(case.place_id or "")
    filled = _fill(case, standing)
    case.save(update_fields=filled)
    note(
        case,
        actor,
        kinds.LOCATED,
        {
            "place": str(place.id),
            "before": before,
            **path_said(case),
        },
    )
    return place


def _check_place(case: Case, place: Place) -> None:
    """A place that is known may be told more exactly, and not replaced by another."""
    whole: Place | None = place
    while whole is not None and whole.id != case.place_id:
        whole = whole.parent
    if case.place is not None and whole is None:
        raise Refusal(
            f"这件事的地点已是“{case.place.full_name}”，“{place.full_name}”不在那里面，不能改。"
            "如果地点有误，请在答复或派单说明里写清楚。",
            "place",
        )


def _check_part(case: Case, place: Place, level: str, told: UUID | None) -> None:
    """Raise Refusal where the place lies elsewhere than what is known of the case."""
    known: UUID | None = getattr(case, f"{level}_id")
    if known is None or current_unit(known).id == told:
        return
    here = current_unit(known).name
    there = current_unit(told).name if told is not None else f"{here}以外"
    raise Refusal(
        f"“{place.full_name}”在{there}，这件事登记在{here}，不能改到那里。"
        "如果确实在那里，请把事项派给或转给负责那里的单位。",
        "place",
    )


def _fill(case: Case, standing: Standing) -> list[str]:
    """Put the place in, and those parts of the path that weren't known; the fields' names."""
    case.place = standing.place
    filled = ["place"]
    if standing.place.kind != Kind.ESTATE:
        case.building_id = standing.building_id
        filled.append("building")
    for level, unit_id in standing.unit.path.fields().items():
        if getattr(case, level) is None and unit_id is not None:
            setattr(case, level, unit_id)
            filled.append(level.removesuffix("_id"))
    return filled

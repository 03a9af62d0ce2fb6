"""What became part of what: the case that goes on, and who may take a merger back."""

from __future__ import annotations

from uuid import UUID

from huiban.kernel.access.actor import Actor, Seat
from huiban.kernel.duties.actions import lead_of
from huiban.kernel.duties.models import Duty

from .. import permits, stages
from ..models import Case

MERGED = "merged"


def line_of(case_id: UUID) -> list[UUID]:
    """The case, the one that it is part of, and so on up to the one that goes on."""
    line = [case_id]
    while above := (
        Case.objects.everywhere("followed by its key")
        .filter(pk=line[-1])
        .values_list("joined_to_id", flat=True)
        .first()
    ):
        line.append(above)
    return line


def was_merged(case: Case) -> bool:
    """Whether a worker merged the case into another, rather than a resident."""
    return case.stage == stages.JOINED and case.result == MERGED


def merged_duty(case: Case) -> Duty:
    """The lead duty that the merger closed: who led on the case, and by which clock."""
    closed = Duty.objects.filter(subject_id=case.pk, role="lead", outcome=MERGED)
    return closed.order_by("-closed_at", "-id").select_related("unit").first() or _missing(case)


def _missing(case: Case) -> Duty:
    raise LookupError(f"{case.pk} was merged without a lead duty")


def seat_to_unmerge(actor: Actor, case: Case, goes_on: UUID) -> Seat | None:
    """The actor's post that may take the merger back: where it led, or where the other one leads."""
    leading = lead_of(goes_on)
    units = [merged_duty(case).unit_id, *([leading.unit_id] if leading else [])]
    for unit_id in units:
        for permit in (permits.TRIAGE, permits.HANDLE):
            if actor.may(permit, unit_id):
                return actor.seat_for(permit, unit_id)
    return None


def may_unmerge(actor: Actor, case: Case) -> bool:
    """Whether the actor may take the merger of this case back now."""
    if not was_merged(case):
        return False
    goes_on = line_of(case.pk)[-1]
    still = Case.objects.everywhere("looked at by its key").exclude(stage__in=Case.STAGES.finished)
    return still.filter(pk=goes_on).exists() and seat_to_unmerge(actor, case, goes_on) is not None

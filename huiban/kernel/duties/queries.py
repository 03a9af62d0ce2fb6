"""Reads of duties: what a unit owes, and how each clock came out, in words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from huiban.kernel.base.calendar import explain
from huiban.kernel.vocab.queries import calendar

from .models import Duty
from .rules import read_clock, reckon


def owed_by(
    unit_ids: Iterable[UUID], subject_type: str, after: tuple[datetime, UUID] | None = None
) -> QuerySet[Duty]:
    """The open duties of these units, the next due first, after a (due time, id) already shown."""
    owed = Duty.objects.filter(
        unit_id__in=list(unit_ids), subject_type=subject_type, closed_at=None
    ).order_by("due_at", "id")
    if after is not None:
        # The first condition says nothing new, but lets the index begin at the page.
        owed = owed.filter(due_at__gte=after[0])
        owed = owed.filter(Q(due_at__gt=after[0]) | Q(id__gt=after[1]))
    return owed


def ever_had_by(unit_ids: Iterable[UUID]) -> Exists:
    """The condition that one of these units has or had a duty about the row."""
    return Exists(Duty.objects.filter(subject_id=OuterRef("pk"), unit_id__in=list(unit_ids)))


def subjects_of(
    unit_ids: Iterable[UUID],
    subject_type: str,
    before: UUID | None,
    limit: int,
    oldest: UUID | None = None,
) -> list[UUID]:
    """What these units have or had duties about, the largest key first.

    Only below one already read and, where it is told, down to the oldest that matters.
    """
    held = Duty.objects.filter(unit_id__in=list(unit_ids), subject_type=subject_type)
    if before is not None:
        held = held.filter(subject_id__lt=before)
    if oldest is not None:
        held = held.filter(subject_id__gte=oldest)
    keys = held.order_by("-subject_id").values_list("subject_id", flat=True).distinct()
    return list(keys[:limit])


def open_leads(subject_ids: Iterable[UUID]) -> dict[UUID, Duty]:
    """The open lead duty of each of these records that has one."""
    found = Duty.objects.filter(subject_id__in=list(subject_ids), role="lead", closed_at=None)
    return {duty.subject_id: duty for duty in found}


def duties_of(subject_id: UUID) -> list[Duty]:
    """All duties of a record, oldest first."""
    return list(
        Duty.objects.filter(subject_id=subject_id)
        .select_related("unit", "from_unit")
        .order_by("opened_at", "id")
    )


def clock_in_words(duty: Duty) -> list[str]:
    """How the due time came out, a sentence a step."""
    start, allowance, pauses = read_clock(duty.clock)
    reckoned = reckon(start, allowance, pauses, calendar())
    begins = pauses[-1][1] if pauses else start
    return explain(begins, allowance, reckoned.deadline)

"""Keeps which unit solved, and which gave back, cases of a category in an area."""

from __future__ import annotations

from uuid import UUID

from django.db.models import F

from huiban.kernel.events.models import Event
from huiban.kernel.events.registry import reaction

from . import kinds
from .models import Case, OwnerRecord
from .rules_owner import TELLING, Effect, Link, effect_of


@reaction("voice.count_owner", kinds.RATED, kinds.RETURNED, kinds.REOPENED)
def count_owner(event: Event) -> None:
    """Count for or against whoever had the case, in its community and in its district.

    What a case was at that moment is read from its chain, never from the case, which may have
    moved on; so a late delivery counts what an early one would have.
    """
    if event.subject_type != Case.SUBJECT:
        return
    chain = Event.objects.filter(
        subject_id=event.subject_id, sequence__lt=event.sequence, kind__in=TELLING
    )
    before = [Link(*told) for told in chain.order_by("sequence").values_list("kind", "payload")]
    effect = effect_of(Link(event.kind, event.payload), before)
    if effect is None:
        return
    cases = Case.objects.everywhere("counted where it happened").filter(pk=event.subject_id)
    # The smaller area first, always: whoever counts at the same time waits in the same order.
    for area_id in cases.values_list("community_id", "district_id").get():
        if area_id is not None:
            _count(effect, area_id)


def _count(effect: Effect, area_id: UUID) -> None:
    kept, _ = OwnerRecord.objects.get_or_create(
        category=effect.category, area_id=area_id, unit_id=effect.unit_id
    )
    # What is taken back was counted in another area if the place became known in between.
    OwnerRecord.objects.filter(pk=kept.pk, solved__gte=-effect.solved).update(
        solved=F("solved") + effect.solved, returned=F("returned") + effect.returned
    )

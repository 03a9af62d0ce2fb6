"""Keeping voice's dated data: owners and duty lists. Each change ends what it replaces."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction

from huiban.kernel.vocab.actions import note_change

from ..models import DutyListEntry, OwnerRule


def set_owner(category: str, area_id: UUID, owner_id: UUID, valid_from: date) -> bool:
    """Let a unit own a category in an area from a day on; False if it does already."""
    with transaction.atomic():
        current = OwnerRule.objects.filter(category=category, area_id=area_id, valid_to=None)
        before = current.first()
        if before is not None and before.owner_id == owner_id:
            return False
        if before is not None and before.valid_from >= valid_from:
            current.update(owner_id=owner_id)
        else:
            current.update(valid_to=valid_from)
            OwnerRule.objects.create(
                category=category, area_id=area_id, owner_id=owner_id, valid_from=valid_from
            )
        note_change()
    return True


def set_duty_list(category: str, may_lead: bool, valid_from: date, unit_id: UUID | None) -> bool:
    """Let a community (every community, without a unit) lead or only assist on a category.

    False where the list says so already.
    """
    with transaction.atomic():
        current = DutyListEntry.objects.filter(category=category, valid_to=None)
        of_unit = current.filter(unit=None) if unit_id is None else current.filter(unit_id=unit_id)
        before = of_unit.first()
        if before is not None and before.may_lead == may_lead:
            return False
        if before is not None and before.valid_from >= valid_from:
            of_unit.update(may_lead=may_lead)
        else:
            of_unit.update(valid_to=valid_from)
            DutyListEntry.objects.create(
                category=category, unit_id=unit_id, may_lead=may_lead, valid_from=valid_from
            )
        note_change()
    return True

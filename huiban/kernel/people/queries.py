"""Reads of people: which posts a person holds today."""

from __future__ import annotations

from uuid import UUID

from huiban.kernel.territory.queries import in_force

from .models import Tenure


def tenures_today(person_id: UUID) -> list[Tenure]:
    """The person's tenures in force, with their posts and units."""
    return list(
        Tenure.objects.filter(in_force(), person_id=person_id)
        .select_related("post", "post__unit")
        .order_by("valid_from", "id")
    )

"""Writes about people: give a post, end a tenure."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from huiban.kernel.territory.models import Post

from .models import Person, Tenure
from .sealed import lookup_hash


def add_person(name: str, phone: str = "") -> Person:
    """Make a person known. The telephone (digits) is sealed and found by its hash."""
    return Person.objects.create(
        name=name, phone=phone, phone_hash=lookup_hash(phone) if phone else ""
    )


def give_post(person: Person, post: Post, valid_from: date) -> Tenure:
    """Let a person hold a post from a day on; who holds it already keeps it."""
    with transaction.atomic():
        kept, _ = Tenure.objects.get_or_create(
            person=person, post=post, valid_to=None, defaults={"valid_from": valid_from}
        )
    return kept


def end_tenure(tenure: Tenure, last_day_out: date) -> None:
    """End a tenure: `last_day_out` is the first day on which it no longer holds."""
    Tenure.objects.filter(pk=tenure.pk, valid_to=None).update(valid_to=last_day_out)

"""Persons, and which post a person holds from when to when."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from huiban.kernel.base.ids import new_id
from huiban.kernel.territory.models import Post

from .sealed import SealedTextField


class Person(models.Model):
    """A person the platform knows. Name and telephone are sealed; the telephone is found by hash."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = SealedTextField(context="person.name")
    phone = SealedTextField(context="person.phone", blank=True, default="")
    phone_hash = models.CharField(max_length=64, blank=True, default="", db_index=True)

    def __str__(self) -> str:
        return str(self.pk)


class Tenure(models.Model):
    """A person holds a post from one day to another."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="tenures")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "post"],
                condition=Q(valid_to__isnull=True),
                name="a_post_once_a_person",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="tenure_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} as {self.post_id}"

"""Messages to units: shown on the desk, and written out by whatever channel is set."""

from __future__ import annotations

from django.db import models

from huiban.kernel.base.ids import new_id
from huiban.kernel.territory.models import Unit


class Notice(models.Model):
    """A message to a unit about a record. `wording` is a code; the words are made when shown.

    `key` makes a repeated delivery harmless.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(max_length=120, unique=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    wording = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    payload = models.JSONField(default=dict)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["unit", "-at"], name="notice_of_unit")]

    def __str__(self) -> str:
        return self.wording

"""What is owed: who, to whom, about which record, by when."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from huiban.kernel.base.ids import new_id
from huiban.kernel.territory.models import Unit


class Duty(models.Model):
    """A unit owes something about a record. Open until `closed_at`.

    `clock` keeps how `due_at` was reckoned: the rule and its version, the allowance, the start
    and the pauses; so a corrected calendar can move it and anyone can check it. A record has one
    open lead duty at the most; co-handlers hold further ones. The path is the record's, frozen.
    """

    class Role(models.TextChoices):
        LEAD = "lead", "主办"
        CO = "co", "协办"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subject_type = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    kind = models.CharField(max_length=30)
    role = models.CharField(max_length=4, choices=Role.choices, default=Role.LEAD)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    from_unit = models.ForeignKey(
        Unit, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    tier = models.PositiveSmallIntegerField()
    opened_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    warn_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField()
    provisional = models.BooleanField(default=False)
    clock = models.JSONField(default=dict)
    paused_at = models.DateTimeField(null=True)
    late_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=30, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject_id"],
                condition=Q(role="lead", closed_at__isnull=True),
                name="one_open_lead_duty",
            ),
            models.UniqueConstraint(
                fields=["subject_id", "unit", "kind"],
                condition=Q(closed_at__isnull=True),
                name="a_duty_once_a_unit",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=False) | Q(outcome=""),
                name="only_a_closed_duty_has_an_outcome",
            ),
        ]
        indexes = [
            models.Index(
                fields=["unit", "due_at", "id"],
                condition=Q(closed_at__isnull=True),
                name="duty_inbox",
            ),
            models.Index(
                fields=["unit"],
                condition=Q(closed_at__isnull=True, paused_at__isnull=False),
                name="duty_waiting",
            ),
            models.Index(fields=["subject_id", "opened_at"], name="duty_of_subject"),
            models.Index(fields=["unit", "subject_id"], name="duty_ever_of_unit"),
            models.Index(
                fields=["closed_at"], condition=Q(outcome="late"), name="duty_lifted_of_late"
            ),
            models.Index(fields=["opened_at"], condition=Q(kind="assist"), name="duty_to_assist"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.unit_id}"

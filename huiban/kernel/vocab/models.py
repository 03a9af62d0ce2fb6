"""Dated data that a district edits: terms, setting values, the work calendar."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from huiban.kernel.base.ids import new_id


class Term(models.Model):
    """A word of a vocabulary, in force from one day to another (`valid_to` is the first day out)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    vocabulary = models.CharField(max_length=40)
    code = models.CharField(max_length=60)
    name = models.CharField(max_length=120)
    parent_code = models.CharField(max_length=60, blank=True, default="")
    place_in_list = models.PositiveIntegerField(default=0)
    data = models.JSONField(default=dict)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["vocabulary", "code", "valid_from"], name="term_once_a_day"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="term_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.vocabulary}/{self.code} {self.name}"


class SettingValue(models.Model):
    """What a district chose for a declared setting, from a day on."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(max_length=80)
    value = models.JSONField()
    valid_from = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "valid_from"], name="setting_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.key} = {self.value} from {self.valid_from}"


class CalendarYear(models.Model):
    """A year whose public holidays and make-up workdays are known, and who said so."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    source = models.CharField(max_length=200)
    loaded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.year} ({self.source})"


class CalendarDay(models.Model):
    """A day that differs from its weekday: a holiday, or a workday at a weekend."""

    day = models.DateField(primary_key=True)
    workday = models.BooleanField()
    name = models.CharField(max_length=60)

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class Edition(models.Model):
    """Counts the changes of all dated data, so that every process knows when its copy is old."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_edition")]

    def __str__(self) -> str:
        return str(self.number)

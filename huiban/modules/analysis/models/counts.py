"""Counts by unit, code and day, and the states that they are corrected from.

All of it is derived: whatever is here can be counted anew from the event log.
"""

from __future__ import annotations

from django.db import models


class Series(models.Model):
    """What a row of counts is of: a measure of a unit along an axis, with the code on that axis."""

    id = models.BigAutoField(primary_key=True)
    # No key into the territory: a log that names a unit that isn't there is still counted.
    unit_id = models.UUIDField()
    axis = models.CharField(max_length=10)
    measure = models.CharField(max_length=40)
    code = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit_id", "axis", "measure", "code"], name="one_series_each"
            )
        ]

    def __str__(self) -> str:
        return f"{self.measure} of {self.unit_id} by {self.axis} {self.code}"


class Count(models.Model):
    """How many, on a day in China as the number YYYYMMDD; day 0 is now."""

    pk = models.CompositePrimaryKey("series", "day")
    series = models.ForeignKey(Series, on_delete=models.CASCADE, db_index=False, related_name="+")
    day = models.PositiveIntegerField()
    amount = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.series_id} {self.day}: {self.amount}"


class SubjectState(models.Model):
    """Where a record stands after the events that were counted, as its tally keeps it."""

    subject_id = models.UUIDField(primary_key=True)
    subject_type = models.CharField(max_length=40)
    state = models.TextField()

    def __str__(self) -> str:
        return f"{self.subject_type} {self.subject_id}"

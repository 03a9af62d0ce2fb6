"""Tables of what the platform read in a report: suggestions, likeness, themes, what units solved.

Nothing here decides anything. All of it can be thrown away and read again.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from huiban.kernel.base.ids import new_id
from huiban.kernel.territory.models import Unit

from .cases import Case


class Reading(models.Model):
    """What was read in a case's first report, and what the worker made of the suggestion.

    `choices` are up to three of [category code, confidence 0 to 1, [words that spoke for it]], the
    likeliest first, by the model named `model`; `sure` says that the first passed the district's
    threshold then. `places` are up to three of [place key, the words that named it]. `diversion`
    is a suggested class with the words that spoke for it. `grams` are the case's marks in `Gram`.
    `outcome` is `taken` or `changed` once a worker has set the category, which is in `chosen`.
    """

    case = models.OneToOneField(
        Case, primary_key=True, on_delete=models.CASCADE, related_name="reading"
    )
    model = models.CharField(max_length=40, blank=True, default="")
    choices = models.JSONField(default=list)
    sure = models.BooleanField(default=False)
    places = models.JSONField(default=list)
    diversion = models.CharField(max_length=40, blank=True, default="")
    diversion_words = models.JSONField(default=list)
    grams = models.JSONField(default=list)
    outcome = models.CharField(max_length=12, blank=True, default="")
    chosen = models.CharField(max_length=60, blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="", decided_at__isnull=True)
                | Q(outcome__in=["taken", "changed"], decided_at__isnull=False),
                name="a_decided_reading_has_its_moment",
            )
        ]
        indexes = [
            models.Index(
                fields=["decided_at"],
                condition=Q(decided_at__isnull=False),
                name="reading_decided",
            )
        ]

    def __str__(self) -> str:
        return self.outcome or "open"


class Gram(models.Model):
    """A mark of an open case's words: cases that repeat each other share several of them.

    Rows exist only while the case is open, so that the table stays as small as the work at hand.
    """

    id = models.BigAutoField(primary_key=True)
    district_id = models.UUIDField()
    gram = models.BigIntegerField()
    case_id = models.UUIDField()

    class Meta:
        indexes = [models.Index(fields=["district_id", "gram", "case_id"], name="gram_of_case")]

    def __str__(self) -> str:
        return f"{self.gram:x}"


class Theme(models.Model):
    """A matter that keeps coming back (热点), with the title that it got when it was found."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    district = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=120)
    place_words = models.CharField(max_length=120, blank=True, default="")
    people_words = models.CharField(max_length=120, blank=True, default="")
    category = models.CharField(max_length=60, blank=True, default="")
    centre = models.JSONField(default=dict)
    size = models.PositiveIntegerField(default=0)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    found_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["district", "last_at"], name="theme_of_district")]

    def __str__(self) -> str:
        return self.title


class ThemeMember(models.Model):
    """A case belongs to a theme; to one at the most."""

    case = models.OneToOneField(
        Case, primary_key=True, on_delete=models.CASCADE, related_name="theme_member"
    )
    theme = models.ForeignKey(Theme, on_delete=models.CASCADE, related_name="members")
    score = models.FloatField()

    def __str__(self) -> str:
        return f"{self.case_id} in {self.theme_id}"


class OwnerRecord(models.Model):
    """How often a unit solved, and how often it returned, cases of a category in an area."""

    id = models.BigAutoField(primary_key=True)
    category = models.CharField(max_length=60)
    area = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    solved = models.PositiveIntegerField(default=0)
    returned = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["category", "area", "unit"], name="one_owner_record")
        ]

    def __str__(self) -> str:
        return f"{self.category}: {self.solved}/{self.returned}"

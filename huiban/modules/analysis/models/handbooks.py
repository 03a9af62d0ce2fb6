"""Tables of the handbooks: a month frozen, its finished files, and the stories that go with it.

What was published stays as it was: the database's own guards see to it.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from huiban.kernel.access.models import Account
from huiban.kernel.base.ids import new_id
from huiban.kernel.territory.models import Unit


def _account(**options: Any) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(
        Account, null=True, on_delete=models.PROTECT, related_name="+", db_index=False, **options
    )


class Handbook(models.Model):
    """A unit's month: one draft, and once it is published for good.

    `figures` is the snapshot as it is written (see handbook/canonical), `position` and `cut_off`
    how far the log was counted. `texts` are the sentences beside it, drafted by rules and edited by
    people. `version` counts how often the figures were frozen, `revision` every change, so that two
    people at one draft don't overwrite each other. `digest` is over figures and texts together.
    """

    SUBJECT = "analysis.handbook"

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        PUBLISHED = "published", "已发布"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    month = models.CharField(max_length=7)
    version = models.PositiveIntegerField(default=1)
    revision = models.PositiveIntegerField(default=1)
    position = models.BigIntegerField()
    cut_off = models.DateTimeField(null=True)
    figures = models.TextField()
    texts = models.JSONField()
    is_edited = models.BooleanField(default=False)
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    drafted_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    published_by = _account()
    published_post = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "month"], name="one_handbook_a_month"),
            models.CheckConstraint(
                condition=Q(state="draft", published_at__isnull=True, published_post="")
                | Q(state="published", published_at__isnull=False) & ~Q(published_post=""),
                name="handbook_published_by_a_post",
            ),
        ]
        indexes = [models.Index(fields=["month", "unit"], name="handbook_of_month")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.month}"


class HandbookFile(models.Model):
    """A published handbook as a finished file: made when first asked for, the same ever after."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    handbook = models.ForeignKey(Handbook, on_delete=models.PROTECT, related_name="files")
    format = models.CharField(max_length=4)
    digest = models.CharField(max_length=64)
    content = models.BinaryField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["handbook", "format"], name="one_handbook_file_a_format"
            ),
            models.CheckConstraint(
                condition=Q(format__in=["pdf", "docx"]), name="handbook_file_format"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.handbook_id} {self.format}"


class Story(models.Model):
    """A case told again by a person without what points to anybody; printed only once approved.

    `same_person` says that whoever wrote it also took the second look, since nobody else could.
    """

    class State(models.TextChoices):
        WRITTEN = "written", "待复看"
        APPROVED = "approved", "可以刊登"
        DROPPED = "dropped", "不刊登"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    handbook = models.ForeignKey(Handbook, on_delete=models.PROTECT, related_name="stories")
    case_id = models.UUIDField()
    case_reference = models.CharField(max_length=8)
    title = models.CharField(max_length=40)
    text = models.TextField()
    revision = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WRITTEN)
    written_by = _account()
    written_post = models.CharField(max_length=60)
    written_at = models.DateTimeField()
    approved_by = _account()
    approved_post = models.CharField(max_length=60, blank=True, default="")
    approved_at = models.DateTimeField(null=True)
    same_person = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["handbook", "case_id"], name="one_story_a_case"),
            models.CheckConstraint(
                condition=Q(state="approved", approved_at__isnull=False) & ~Q(approved_post="")
                | Q(state__in=["written", "dropped"], approved_at__isnull=True, approved_post=""),
                name="story_approved_by_a_post",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved")
                | Q(same_person=True)
                | Q(written_by__isnull=True)
                | ~Q(written_by=F("approved_by")),
                name="story_has_a_second_look",
            ),
        ]

    def __str__(self) -> str:
        return self.title

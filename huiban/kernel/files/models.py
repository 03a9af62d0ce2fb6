"""Photos that were taken in: re-encoded, without metadata, under names nobody can guess."""

from __future__ import annotations

from django.db import models

from huiban.kernel.base.ids import new_id


class StoredFile(models.Model):
    """A photo in the files folder. Until it is linked to a subject it is a draft."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=64, unique=True)
    media_type = models.CharField(max_length=40)
    digest = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    subject_type = models.CharField(max_length=40, blank=True, default="")
    subject_id = models.UUIDField(null=True)
    position = models.PositiveSmallIntegerField(default=0)
    added_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["subject_id", "position"], name="file_of_subject")]

    def __str__(self) -> str:
        return self.name

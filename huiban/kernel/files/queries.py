"""Reads of files: where a photo lies, which photos a record has, which are no longer whole."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from uuid import UUID

from .folder import path_of
from .models import StoredFile


def photo_path(name: str) -> Path | None:
    """Where the photo with that name lies; None for one that never was, or was erased.

    Whoever shows a photo first makes sure that its record may be seen.
    """
    known = StoredFile.objects.filter(name=name, erased_at=None).exists()
    return path_of(name) if known else None


def photos_of(subject_ids: Iterable[UUID]) -> list[StoredFile]:
    """The photos linked to these records, each record's in its order, without erased ones."""
    linked = StoredFile.objects.filter(subject_id__in=list(subject_ids), erased_at=None)
    return list(linked.order_by("subject_id", "position"))


def broken_files() -> Iterator[str]:
    """A line for each linked photo that is missing or altered, or erased and still there."""
    for stored in StoredFile.objects.exclude(subject_id=None).order_by("id").iterator():
        path = path_of(stored.name)
        if stored.erased_at is not None:
            if path.exists():
                yield f"photo {stored.name}: it was erased, yet its file still stands"
        elif not path.is_file():
            yield f"photo {stored.name}: its file is missing"
        elif hashlib.sha256(path.read_bytes()).hexdigest() != stored.digest:
            yield f"photo {stored.name}: its file is not as it was taken in"

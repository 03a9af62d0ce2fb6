"""The published handbooks proved again: what each says, and its files, are as they were."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from huiban.kernel.events.models import Event

from .. import kinds
from ..models import Handbook, HandbookFile
from .canonical import digest_of


def broken_handbooks() -> Iterator[str]:
    """A line for each handbook that isn't what was published, and each file that was changed."""
    published = Event.objects.filter(kind=kinds.HANDBOOK_PUBLISHED)
    said = {
        subject: payload["digest"]
        for subject, payload in published.values_list("subject_id", "payload")
    }
    kept = Handbook.objects.filter(state=Handbook.State.PUBLISHED).order_by("month", "id")
    for handbook in kept.iterator(chunk_size=20):
        digest = digest_of(handbook.figures, handbook.texts)
        if digest != handbook.digest or said.pop(handbook.pk, "") != digest:
            yield f"handbook {handbook}: it isn't what was published"
    for subject in sorted(said, key=str):
        yield f"handbook {subject}: it was published and is gone"
    for file in HandbookFile.objects.order_by("id").iterator(chunk_size=20):
        if hashlib.sha256(bytes(file.content)).hexdigest() != file.digest:
            yield f"handbook file {file}: it isn't as it was made"

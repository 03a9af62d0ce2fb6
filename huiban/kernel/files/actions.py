"""Writes of files: take a photo in, link it to a record, erase it, clear what was never used."""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max

from huiban.kernel.base import clock
from huiban.kernel.base.errors import Refusal

from . import rules
from .folder import remove_file, write_file
from .models import StoredFile
from .pictures import Picture, re_encode

log = logging.getLogger("huiban.files")

BATCH = 200


def take_photo(data: bytes) -> StoredFile:
    """Take in one photo as a draft: re-encoded, upright, without metadata.

    Works before and outside any transaction, since it computes and writes to disk. Raises Refusal
    with the field `photos` for a photo that can't be taken in, and when the disk is full.
    """
    picture = re_encode(data)
    draft = _add_draft(picture)
    try:
        write_file(draft.name, picture.data)
    except OSError as problem:
        log.exception("a photo could not be written")
        remove_file(draft.name)
        draft.delete()
        raise Refusal(rules.NO_ROOM, "photos") from problem
    return draft


def _add_draft(picture: Picture) -> StoredFile:
    # The row comes before the file, so that no file can ever lie there without one. `durable`
    # refuses a transaction around it.
    with transaction.atomic(durable=True):
        return StoredFile.objects.create(
            name=f"{secrets.token_hex(16)}.jpg",
            media_type="image/jpeg",
            digest=hashlib.sha256(picture.data).hexdigest(),
            size=len(picture.data),
            width=picture.width,
            height=picture.height,
            added_at=clock.now(),
        )


def link_photos(ids: Iterable[UUID], subject_type: str, subject_id: UUID) -> int:
    """Link drafts to the record they show, in their order and the caller's transaction; how many.

    Raises Refusal for more than nine to a record, and for a photo that isn't a draft any more;
    the caller's transaction then rolls back as a whole. RuntimeError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("photos are linked in the transaction of the record they show")
    wanted = list(dict.fromkeys(ids))
    linked = StoredFile.objects.filter(subject_id=subject_id, erased_at=None)
    if wanted and linked.count() + len(wanted) > rules.PHOTOS_OF_A_SUBJECT:
        raise Refusal(rules.TOO_MANY, "photos")
    last = linked.aggregate(last=Max("position"))["last"] or 0
    for position, draft in enumerate(wanted, start=last + 1):
        # The condition is the lock: of two who link the same draft, the second finds no row.
        drafts = StoredFile.objects.filter(pk=draft, subject_id=None, erased_at=None)
        if not drafts.update(subject_type=subject_type, subject_id=subject_id, position=position):
            raise Refusal(rules.USED, "photos")
    return len(wanted)


def erase_photos(subject_ids: Iterable[UUID]) -> int:
    """Erase the records' photos in the caller's transaction; how many there were.

    Each row stays as a tombstone without its digest; the files go once the transaction holds, and
    what a crash leaves standing goes in the nightly run.
    """
    photos = StoredFile.objects.filter(subject_id__in=list(subject_ids), erased_at=None)
    ids = list(photos.values_list("pk", flat=True))
    erased = StoredFile.objects.filter(pk__in=ids).update(erased_at=clock.now(), digest="")
    transaction.on_commit(lambda: _remove_erased(ids))
    return erased


def clear_drafts(older_than: datetime) -> int:
    """Clear drafts taken in before that moment, and leftover files of erased photos; how many.

    Each draft is first marked, so that nobody links it while its file is being removed.
    """
    drafts = StoredFile.objects.filter(subject_id=None, erased_at=None, added_at__lt=older_than)
    while ids := list(drafts.values_list("pk", flat=True)[:BATCH]):
        drafts.filter(pk__in=ids).update(erased_at=clock.now(), digest="")
    leftover = StoredFile.objects.exclude(erased_at=None).filter(size__gt=0)
    return _remove_erased(list(leftover.values_list("pk", flat=True)))


def _remove_erased(ids: list[UUID]) -> int:
    """Remove files of marked rows; a row's size falls to 0 only when its file is gone."""
    removed = 0
    for stored in StoredFile.objects.exclude(erased_at=None).filter(pk__in=ids):
        try:
            remove_file(stored.name)
        except OSError:
            log.exception("the file of an erased photo could not be removed; tonight tries again")
            continue
        if stored.subject_id is None:
            stored.delete()
        else:
            StoredFile.objects.filter(pk=stored.pk).update(size=0)
        removed += 1
    return removed

"""Photos on their way with a form: the good ones are kept while the form is corrected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.core import signing
from django.http import HttpRequest

from huiban.kernel.base.errors import Refusal
from huiban.kernel.files.rules import PHOTOS_OF_A_SUBJECT, TOO_MANY
from huiban.kernel.files.uploads import take_uploads

SALT = "huiban.photo-draft"
# Drafts that nothing uses are cleared after a day.
LONGEST = timedelta(hours=20)


@dataclass(frozen=True)
class Photos:
    """What came with a form: the photos that are in, as ids and as signed names for the form."""

    ids: tuple[UUID, ...]
    drafts: tuple[str, ...]
    refusals: tuple[Refusal, ...]


def collect(request: HttpRequest) -> Photos:
    """Take in the form's photos, beside the drafts that it kept from an earlier try."""
    kept = _kept(request)
    taken, refusals = take_uploads(request.FILES)
    ids = list(dict.fromkeys([*kept, *(photo.pk for photo in taken)]))
    if len(ids) > PHOTOS_OF_A_SUBJECT:
        refusals.append(Refusal(TOO_MANY, "photos"))
        ids = ids[:PHOTOS_OF_A_SUBJECT]
    return Photos(tuple(ids), tuple(_sign(draft) for draft in ids), tuple(refusals))


def _sign(draft: UUID) -> str:
    return signing.dumps(draft.hex, salt=SALT)


def _kept(request: HttpRequest) -> list[UUID]:
    """The drafts that the form still holds; a name that we didn't sign, or too old, is nobody's."""
    found = []
    for signed in request.POST.getlist("draft")[:PHOTOS_OF_A_SUBJECT]:
        try:
            found.append(UUID(hex=signing.loads(signed, salt=SALT, max_age=LONGEST)))
        except signing.BadSignature:
            continue
    return found

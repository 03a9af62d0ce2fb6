"""Finished papers: made when they are first asked for, and the same bytes ever after.

A paper is set outside any transaction, since that takes a second; of two who make it at once the
first one's stays.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from huiban.kernel.access.actor import Actor
from huiban.kernel.base import clock, papers
from huiban.kernel.base.errors import ImproperMove, Unseen
from huiban.kernel.files.papers import FORMATS, paper_file

from .. import stages
from ..models import Consultation, Letter, Paper
from ..papers_letters import letter_paper, minutes_paper
from ..queries.consultations import minutes_of
from ..queries.letters import seen_letter


def letter_file(actor: Actor, letter_id: UUID, file_format: str) -> tuple[bytes, str]:
    """An issued letter as PDF or DOCX, and a name for the file. Raises Unseen outside the scope."""
    letter = seen_letter(actor, letter_id)
    if letter.stage in (stages.DRAFT, stages.DISCARDED) or letter.printed is None:
        raise ImproperMove("还没有发出的文书没有成文。请先签发。")
    assert letter.issued_at is not None
    made_at = letter.issued_at
    printed = letter.printed
    document = letter_paper(printed, made_at, demonstration=settings.DEMONSTRATION)
    content = _kept(Letter.SUBJECT, letter.pk, file_format, lambda: document)
    return content, f"{printed['number']}{printed['level']}.{file_format}"


def minutes_file(actor: Actor, consultation_id: UUID, file_format: str) -> tuple[bytes, str]:
    """The minutes of a held consultation. Raises Unseen outside the scope, ImproperMove before."""
    consultation, minutes = minutes_of(actor, consultation_id)
    assert consultation.held_at is not None
    document = minutes_paper(minutes, consultation.held_at, demonstration=settings.DEMONSTRATION)
    content = _kept(Consultation.SUBJECT, consultation.pk, file_format, lambda: document)
    return content, f"{consultation.title}会商纪要.{file_format}"


def _kept(
    subject_type: str, subject_id: UUID, file_format: str, make: Callable[[], papers.Document]
) -> bytes:
    """The paper as it was first made; made now where it never was. Raises Unseen for a format."""
    if file_format not in FORMATS:
        raise Unseen
    kept = Paper.objects.filter(subject_id=subject_id, format=file_format).first()
    if kept is None:
        content = paper_file(make(), file_format)
        kept = _keep(subject_type, subject_id, file_format, content)
    return bytes(kept.content)


def _keep(subject_type: str, subject_id: UUID, file_format: str, content: bytes) -> Paper:
    try:
        with transaction.atomic():
            return Paper.objects.create(
                subject_type=subject_type,
                subject_id=subject_id,
                format=file_format,
                digest=hashlib.sha256(content).hexdigest(),
                content=content,
                made_at=clock.now(),
            )
    except IntegrityError:
        return Paper.objects.get(subject_id=subject_id, format=file_format)

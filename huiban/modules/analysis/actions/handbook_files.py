"""Finished handbooks: set outside any transaction; what was published is kept as it was first set."""

from __future__ import annotations

import hashlib

from django.db import IntegrityError, transaction

from huiban.kernel.base import clock
from huiban.kernel.base.errors import Refusal
from huiban.kernel.files.papers import FORMATS, paper_file

from ..handbook.canonical import Section, read
from ..handbook.paper import handbook_paper
from ..models import Handbook, HandbookFile
from ..queries.handbooks import texts_of


def rendered(snapshot: Section, texts: Section, file_format: str) -> bytes:
    """A snapshot as PDF or DOCX: the same snapshot and texts, the same bytes. Raises Refusal."""
    if file_format not in FORMATS:
        raise Refusal("手册只有 PDF 和 DOCX 两种。", "format")
    return paper_file(handbook_paper(snapshot, texts), file_format)


def file_of(handbook: Handbook, file_format: str) -> bytes:
    """The handbook's file: of a published one the first that was ever made, of a draft a new one."""
    if handbook.state != Handbook.State.PUBLISHED:
        return rendered(read(handbook.figures), texts_of(handbook), file_format)
    kept = handbook.files.filter(format=file_format).first()
    if kept is None:
        content = rendered(read(handbook.figures), handbook.texts, file_format)
        kept = _keep(handbook, file_format, content)
    return bytes(kept.content)


def _keep(handbook: Handbook, file_format: str, content: bytes) -> HandbookFile:
    """Of two that are made at once, the first one stays."""
    try:
        with transaction.atomic():
            return HandbookFile.objects.create(
                handbook=handbook,
                format=file_format,
                digest=hashlib.sha256(content).hexdigest(),
                content=content,
                made_at=clock.now(),
            )
    except IntegrityError:
        return HandbookFile.objects.get(handbook=handbook, format=file_format)


def file_name(handbook: Handbook, file_format: str) -> str:
    """What the file is called where it is saved."""
    state = "" if handbook.state == Handbook.State.PUBLISHED else "（草稿）"
    return f"{handbook.unit.name}基层治理分析手册{handbook.month}{state}.{file_format}"

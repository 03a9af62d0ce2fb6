"""Finished papers as files: in which formats, and set in which fonts."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from huiban.kernel.base import papers

FORMATS = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def fonts() -> Path:
    """The folder of the fonts that papers are set in."""
    return Path(settings.STATICFILES_DIRS[0]) / "vendor" / "fonts"


def paper_file(document: papers.Document, file_format: str) -> bytes:
    """The document in one of the formats: the same document, the same bytes. Raises Refusal."""
    made = papers.to_pdf if file_format == "pdf" else papers.to_docx
    return made(document, fonts())

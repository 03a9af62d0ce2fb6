"""Photos that came with a form which was refused: they wait for the form to come again."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.core import signing

from .session import DeskRequest


def keep(request: DeskRequest, reference: str, ids: Iterable[UUID]) -> str:
    """What the form carries so that its photos are found again; empty without photos."""
    names = [str(photo) for photo in ids]
    return signing.dumps(names, salt=_salt(request, reference)) if names else ""


def kept(request: DeskRequest, reference: str, token: str) -> list[UUID]:
    """The photos that a form carries; none where another session or case gave the token."""
    try:
        names: list[str] = signing.loads(token, salt=_salt(request, reference))
    except signing.BadSignature:
        return []
    return [UUID(name) for name in names]


def _salt(request: DeskRequest, reference: str) -> str:
    return f"desk.kept:{request.session.session_key}:{reference}"

"""Reads of notices: how many are unread, and what they say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from . import wordings
from .models import Notice

PAGE = 50
# Nobody reads a larger number on a badge, and counting on would cost more.
MOST_COUNTED = 100


@dataclass(frozen=True)
class NoticeLine:
    """A notice as the desk shows it."""

    id: UUID
    at: datetime
    text: str
    unit_name: str
    subject_type: str
    subject_id: UUID
    read: bool


def unread_count(unit_ids: Iterable[UUID]) -> int:
    """How many notices to these units are unread; 100 stands for 100 or more."""
    unread = Notice.objects.filter(unit_id__in=list(unit_ids), read_at=None)
    return unread[:MOST_COUNTED].count()


def notices_of(unit_ids: Iterable[UUID], after: UUID | None = None) -> list[NoticeLine]:
    """The next fifty notices to these units, the latest first, following the one named `after`.

    A name that none of these notices has counts as none.
    """
    mine = Notice.objects.filter(unit_id__in=list(unit_ids))
    last = mine.filter(pk=after).first() if after else None
    page = mine.filter(Q(at__lt=last.at) | Q(at=last.at, pk__lt=last.pk)) if last else mine
    return [_line(notice) for notice in page.select_related("unit").order_by("-at", "-id")[:PAGE]]


def notice_of(unit_ids: Iterable[UUID], notice_id: UUID) -> NoticeLine | None:
    """That notice, if it went to one of these units."""
    found = Notice.objects.filter(pk=notice_id, unit_id__in=list(unit_ids))
    notice = found.select_related("unit").first()
    return _line(notice) if notice is not None else None


def _line(notice: Notice) -> NoticeLine:
    return NoticeLine(
        id=notice.id,
        at=notice.at,
        text=wordings.sentence(notice.wording, notice.payload),
        unit_name=notice.unit.name,
        subject_type=notice.subject_type,
        subject_id=notice.subject_id,
        read=notice.read_at is not None,
    )

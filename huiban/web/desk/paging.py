"""A list a page at a time: the row that the address names, and the ways to other pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse

from .session import DeskRequest


class Row(Protocol):
    """A row that a page can end with."""

    @property
    def id(self) -> UUID: ...


def after_asked(request: DeskRequest) -> UUID | None:
    """The row that the page follows; none on the first page, or where the address names none."""
    try:
        return UUID(request.GET.get("after", ""))
    except ValueError:
        return None


def paging(
    request: DeskRequest, name: str, rows: Sequence[Row], size: int, **said: str
) -> dict[str, Any]:
    """What `paging.html` needs for a list of pages of that size at the address of that name.

    A full page is taken to have one after it; `said` is what else the address says.
    """
    where = reverse(name)
    more = {**said, "after": str(rows[-1].id)} if len(rows) == size else {}
    return {
        "beginning": not request.GET.get("after"),
        "first_href": where,
        "next_href": f"{where}?{urlencode(more)}" if more else "",
    }

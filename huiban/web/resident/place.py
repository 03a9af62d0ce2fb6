"""The place's page: what a resident sees who scanned the code on a wall."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from huiban.modules.voice import queries
from huiban.modules.voice.visits import count
from huiban.web.kit.devices import device_of
from huiban.web.kit.entries import entries_at

from .private import without_origin

SHOWN_OF_MINE = 3


@without_origin
@require_safe
def place(request: HttpRequest, tag: str) -> HttpResponse:
    """Greet with the place, and offer the two ways to tell something."""
    scanned = queries.where_of_tag(tag)
    if scanned is None:
        return unknown_tag(request)
    count("place", request.headers.get("User-Agent", ""))
    device = device_of(request)
    mine = queries.reports_of_device(device) if device else []
    context = {
        "scanned": scanned,
        "mine": mine[:SHOWN_OF_MINE],
        "more_of_mine": len(mine) > SHOWN_OF_MINE,
        "entries": entries_at(tag),
    }
    return render(request, "resident/pages/place.html", context)


def unknown_tag(request: HttpRequest) -> HttpResponse:
    """For a code that never was, was replaced, or was scanned only in part."""
    context = {"phone": queries.district_phone()}
    return render(request, "resident/pages/unknown_tag.html", context, status=404)

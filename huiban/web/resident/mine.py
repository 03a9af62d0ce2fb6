"""我的反映: what this browser sent, known by its cookie alone."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from huiban.modules.voice import queries
from huiban.web.kit import devices

from .private import with_origin


@with_origin
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """List what this browser sent. No receipt is shown: whoever holds the phone isn't asked who."""
    device = devices.device_of(request)
    context = {
        "lines": queries.reports_of_device(device) if device else [],
        "forgotten": "forgotten" in request.GET,
    }
    return render(request, "resident/pages/mine.html", context)


@with_origin
@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    """Clear this browser's list. The matters go on, and their receipts still open them."""
    response = HttpResponseRedirect(reverse("resident:mine") + "?forgotten=1", status=303)
    devices.forget(response)
    return response

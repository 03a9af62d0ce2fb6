"""征求意见: a draft in plain words, a comment without an account, and later what became of it."""

from __future__ import annotations

import secrets

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from huiban.kernel.base.errors import Refusal
from huiban.modules.analysis.actions.policy_comments import LONGEST_COMMENT, comment
from huiban.modules.analysis.queries.policy_public import (
    asked_at,
    asked_everywhere,
    closed_everywhere,
    public_page,
)
from huiban.web.kit import devices
from huiban.web.kit.entries import Entry, register
from huiban.web.kit.refusals import status_of
from huiban.web.kit.requests import client_address

from .onward import onward
from .private import without_origin


@without_origin
@require_safe
def opinions(request: HttpRequest) -> HttpResponse:
    """What comments are asked on now, and what became of what was asked before."""
    context = {"asked": asked_everywhere(), "closed": closed_everywhere()}
    return render(request, "resident/pages/opinions.html", context)


@without_origin
@require_http_methods(["GET", "HEAD", "POST"])
def opinion(request: HttpRequest, code: str) -> HttpResponse:
    """The draft and its form; a sent form leads back here, a refused one keeps its words."""
    if request.method == "POST":
        return _send(request, code)
    return _page(request, code)


def _send(request: HttpRequest, code: str) -> HttpResponse:
    device = devices.device_of(request) or devices.new_device()
    try:
        comment(
            code,
            request.POST.get("text", ""),
            request.POST.get("key", ""),
            device=device,
            address=client_address(request),
        )
    except Refusal as refusal:
        return _page(request, code, refusal)
    response = onward(request, f"{reverse('resident:opinion', args=[code])}?sent=1")
    devices.remember(response, device)
    return response


def _page(request: HttpRequest, code: str, refusal: Refusal | None = None) -> HttpResponse:
    page = public_page(code)
    context = {
        "page": page,
        "sent": "sent" in request.GET and refusal is None,
        "refusals": [refusal] if refusal else [],
        "wrong": {refusal.field: True} if refusal else {},
        "text": request.POST.get("text", ""),
        "key": request.POST.get("key", "") or secrets.token_urlsafe(16),
        "longest": LONGEST_COMMENT,
    }
    status = 200 if refusal is None else status_of(refusal)
    return render(request, "resident/pages/opinion.html", context, status=status)


def _address(tag: str) -> str:
    """Where a scanned place's line leads: to the one draft, or to the list of several."""
    asked = asked_at(tag)
    if len(asked) == 1:
        return reverse("resident:opinion", args=[asked[0].code])
    return reverse("resident:opinions") if asked else ""


register(
    Entry(
        "opinions",
        "正在征求意见",
        "新办法的草案，您怎么看",
        "message-square",
        _address,
        position=50,
    )
)

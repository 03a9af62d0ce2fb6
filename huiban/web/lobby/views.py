"""The lobby of a demonstration: enter as somebody, move the clock, begin again."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from functools import wraps
from pathlib import Path
from typing import Any

import segno
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from huiban.kernel.access.models import Account
from huiban.kernel.base.errors import Refusal
from huiban.kernel.base.phrases import say_date
from huiban.web.desk.session import kept_private, open_session

from . import days, resetting

View = Callable[..., HttpResponseBase]


def demonstration_only(view: View) -> View:
    """Answer 404 in a real installation, even if somebody routed the view by mistake."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not settings.DEMONSTRATION:
            raise Http404
        return kept_private(view(request, *args, **kwargs))

    return guarded


@demonstration_only
@require_safe
def cards(request: HttpRequest) -> HttpResponse:
    """Cards of roles to enter as, and the address to scan as a resident."""
    told = _told()
    scan = told.get("scan", "")
    address = (settings.PUBLIC_URL or request.build_absolute_uri("/").rstrip("/")) + scan
    context = {
        "accounts": told.get("accounts", []),
        "places": told.get("places", []),
        "scan": scan,
        "scan_address": address,
        "scan_picture": _picture(address) if scan else "",
        "today": days.today(),
        "today_words": say_date(days.today()),
        "days_ahead": days.offset().days,
    }
    return render(request, "lobby/pages/cards.html", context)


@demonstration_only
@require_POST
def enter(request: HttpRequest) -> HttpResponse:
    """Sign in as one of the demonstration's people, without a password."""
    login_name = request.POST.get("login_name", "")
    known = {account["login_name"] for account in _told().get("accounts", [])}
    account = Account.objects.filter(login_name=login_name, is_active=True).first()
    if account is None or login_name not in known:
        raise Refusal("这个演示角色已经不在了。请回到首页重新选择；仍不行，请用“重置”。")
    open_session(request, account)
    return HttpResponseRedirect(reverse("desk:today"))


@demonstration_only
@require_POST
def day_ahead(request: HttpRequest) -> HttpResponse:
    """Move the demonstration's clock to the next day."""
    try:
        seen = date.fromisoformat(request.POST.get("seen", ""))
    except ValueError:
        seen = days.today()
    days.day_ahead(seen)
    return HttpResponseRedirect(reverse("lobby:cards"))


# Drawn while the database is being emptied: it reads no session and needs no form token.
@csrf_exempt
@demonstration_only
def reset(request: HttpRequest) -> HttpResponse:
    """Begin again on POST; then a page that waits for the end."""
    data = Path(settings.DATA)
    if request.method == "POST":
        resetting.start(data)
        return HttpResponseRedirect(reverse("lobby:reset"))
    state = resetting.state(data)
    if state in ("done", "never"):
        return HttpResponseRedirect(reverse("lobby:cards"))
    response = render(request, "lobby/pages/reset.html", {"running": state == "running"})
    if state == "running":
        response["Refresh"] = "3"
    return response


def _told() -> dict[str, Any]:
    """What the demonstration's furnishing wrote down; nothing where it hasn't yet."""
    try:
        text = (Path(settings.DATA) / "demonstration.json").read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    return dict(json.loads(text))


def _picture(address: str) -> str:
    """The address as a QR code, as the data of an image."""
    return str(segno.make(address, error="m").svg_data_uri(scale=4, border=2))

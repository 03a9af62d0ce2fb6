"""The form in which a resident tells something, and its sending."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods, require_safe

from huiban.kernel.base.errors import Refusal
from huiban.modules.voice import actions, queries
from huiban.modules.voice.contracts import Reported, Told, Where
from huiban.modules.voice.rules import LONGEST_TEXT
from huiban.modules.voice.visits import count
from huiban.web.kit import devices
from huiban.web.kit.refusals import status_of
from huiban.web.kit.requests import client_address

from .drafts import Photos, collect
from .onward import onward
from .place import unknown_tag
from .private import without_origin

# A changed word reaches a phone that has the old ones after so long.
SECONDS_DANGER_WORDS_KEEP = 600
FIELDS = ("key", "text", "place_words", "nickname", "contact")


@dataclass(frozen=True)
class Spot:
    """Where the form stands: at a scanned place, or nowhere in particular."""

    where: Where
    phone: str
    place_name: str = ""
    unit_name: str = ""
    tag: str = ""

    @property
    def back(self) -> str:
        """The page that the form was opened from."""
        return reverse("resident:place", args=[self.tag]) if self.tag else "/"

    @property
    def channel(self) -> str:
        """How the report came: by a scanned tag or from the web."""
        return "scan" if self.place_name else "web"


@without_origin
@require_http_methods(["GET", "HEAD", "POST"])
def tell_at(request: HttpRequest, tag: str) -> HttpResponse:
    """The form at a scanned place."""
    scanned = queries.where_of_tag(tag)
    if scanned is None:
        return unknown_tag(request)
    spot = Spot(scanned.where, scanned.duty_phone, scanned.place_name, scanned.unit_name, tag)
    return _tell(request, spot)


@without_origin
@require_http_methods(["GET", "HEAD", "POST"])
def tell(request: HttpRequest) -> HttpResponse:
    """The form without a tag: the district's front desk asks the words where it is."""
    return _tell(request, Spot(queries.where_without_tag(), queries.district_phone()))


def _tell(request: HttpRequest, spot: Spot) -> HttpResponse:
    if request.method == "POST":
        return _send(request, spot)
    count("tell", request.headers.get("User-Agent", ""))
    return _form(request, spot, {"key": secrets.token_urlsafe(16)}, Photos((), (), ()))


def _send(request: HttpRequest, spot: Spot) -> HttpResponse:
    """Take the report in; what is refused brings the form back with everything that was in it."""
    photos = collect(request)
    refusals = list(photos.refusals)
    device = devices.device_of(request) or devices.new_device()
    if not refusals:
        try:
            reported = _report(request, spot, photos, device)
        except Refusal as refusal:
            refusals.append(refusal)
        else:
            return _to_receipt(request, reported, device)
    return _form(request, spot, _entered(request), photos, refusals)


def _entered(request: HttpRequest) -> dict[str, str]:
    return {name: request.POST.get(name, "") for name in FIELDS}


def _report(request: HttpRequest, spot: Spot, photos: Photos, device: str) -> Reported:
    entered = _entered(request)
    told = Told(
        key=entered["key"],
        text=entered["text"],
        place_words=entered["place_words"],
        nickname=entered["nickname"],
        contact=entered["contact"],
        photo_ids=photos.ids,
        channel=spot.channel,
    )
    return actions.report(told, spot.where, device=device, address=client_address(request))


def _to_receipt(request: HttpRequest, reported: Reported, device: str) -> HttpResponse:
    address = reverse("resident:follow", args=[reported.receipt]) + "?new=1"
    response = onward(request, address)
    devices.remember(response, device)
    return response


def _form(
    request: HttpRequest,
    spot: Spot,
    entered: dict[str, str],
    photos: Photos,
    refusals: Iterable[Refusal] = (),
) -> HttpResponse:
    refused = list(refusals)
    context: dict[str, Any] = {
        "spot": spot,
        "entered": entered,
        "drafts": photos.drafts,
        "refusals": refused,
        "wrong": {refusal.field: True for refusal in refused},
        "photos_first": request.GET.get("with") == "photo",
        "longest": LONGEST_TEXT,
    }
    status = max((status_of(refusal) for refusal in refused), default=200)
    return render(request, "resident/pages/tell.html", context, status=status)


@gzip_page
@cache_control(public=True, max_age=SECONDS_DANGER_WORDS_KEEP)
@require_safe
def danger_words(request: HttpRequest) -> HttpResponse:
    """What the form's script looks for while somebody writes, apart from the page for its size."""
    told = json.dumps(queries.danger_lookouts(), ensure_ascii=False, separators=(",", ":"))
    return HttpResponse(told, content_type="application/json")

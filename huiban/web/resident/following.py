"""The page of one report: how it stands, what comes next, and what its resident may do."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from huiban.kernel.base.codes import read_receipt
from huiban.kernel.base.errors import Refusal, Unseen
from huiban.kernel.files.queries import photo_path
from huiban.modules.voice import queries
from huiban.modules.voice.models import Report
from huiban.modules.voice.rules import LONGEST_TEXT
from huiban.modules.voice.visits import count
from huiban.web.kit.devices import device_of
from huiban.web.kit.print_size import is_large
from huiban.web.kit.refusals import status_of

from .choices import SATISFACTIONS, VERDICTS
from .onward import onward
from .private import with_origin, without_origin
from .verbs import CONFIRMED, SAID, VERBS, Sent


@dataclass(frozen=True)
class Door:
    """How a resident came to their report: by its receipt, or by the browser that sent it.

    `guarded` says that a cookie opened it, so that its forms need a proof of origin.
    """

    report: Report
    path: str
    receipt: str = ""

    @property
    def guarded(self) -> bool:
        return not self.receipt


@dataclass(frozen=True)
class Refused:
    """A form of the page that came back: which one, what was in it, and why."""

    verb: str
    sent: Sent
    refusal: Refusal

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """Every sentence to show: one for each photo, or the one that the action said."""
        return self.sent.photos.refusals or (self.refusal,)

    @property
    def prefix(self) -> str:
        """What the ids of that form's fields begin with."""
        return f"{self.verb}-"

    @property
    def text_of(self) -> dict[str, str]:
        """The words that were in the form, by its verb: no other form shows them."""
        return {self.verb: self.sent.text}


View = Callable[..., HttpResponseBase]


def by_receipt(view: View) -> View:
    """Open the door with the receipt in the address. Raises Unseen."""

    @wraps(view)
    def opened(request: HttpRequest, receipt: str, **rest: str) -> HttpResponseBase:
        code = read_receipt(receipt)
        if code is None:
            raise Unseen("这个回执编号不完整。请对照拍下的那一页，在首页重新输入。")
        report = queries.report_by_receipt(code)
        path = reverse("resident:follow", args=[code])
        return view(request, Door(report, path, code), **rest)

    return without_origin(opened)


def by_device(view: View) -> View:
    """Open the door with this browser's cookie. Raises Unseen."""

    @wraps(view)
    def opened(request: HttpRequest, reference: str, **rest: str) -> HttpResponseBase:
        report = queries.report_of_device(device_of(request), reference)
        path = reverse("resident:mine_follow", args=[reference])
        return view(request, Door(report, path), **rest)

    return with_origin(opened)


@require_safe
def follow(request: HttpRequest, door: Door) -> HttpResponse:
    """Show how the report stands."""
    count("follow", request.headers.get("User-Agent", ""))
    return _page(request, door)


@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, door: Door, verb: str) -> HttpResponse:
    """Do what the resident asks, then show the page again; a GET asks back first, where it must."""
    if verb not in VERBS:
        raise Http404
    if request.method != "POST":
        return _ask_back(request, door, verb)
    sent = Sent.from_request(request)
    try:
        VERBS[verb](door.report, sent)
    except Refusal as refusal:
        return _page(request, door, Refused(verb, sent, refusal))
    return onward(request, f"{door.path}?did={verb}")


def _ask_back(request: HttpRequest, door: Door, verb: str) -> HttpResponse:
    """A page that says what will happen and asks whether to go on."""
    if verb not in CONFIRMED:
        return HttpResponseRedirect(door.path)
    context = {"door": door, "follow": queries.follow(door.report), "verb": verb}
    return render(request, f"resident/pages/{verb}.html", context)


@require_safe
def photo(request: HttpRequest, door: Door, name: str) -> HttpResponseBase:
    """A photo of this report's page; any other is unseen, whoever asks."""
    seen = queries.photo_of_report(door.report, name)
    path = photo_path(name) if seen else None
    if path is None:
        raise Unseen("这张照片已经不在了。")
    return FileResponse(path.open("rb"), content_type="image/jpeg")


def _page(request: HttpRequest, door: Door, refused: Refused | None = None) -> HttpResponse:
    followed = queries.follow(door.report, large=is_large(request))
    new = "new" in request.GET and bool(door.receipt)
    # In large print the page says one thing at a time.
    asks = new and "join" in followed.may and not is_large(request)
    similar = queries.similar_open(door.report) if asks else []
    context: dict[str, Any] = {
        "door": door,
        "follow": followed,
        "new": new,
        "similar": similar,
        "offered": [] if is_large(request) else queries.places_offered(door.report),
        "said": SAID.get(request.GET.get("did", ""), ""),
        "refused": refused,
        "key": (refused and refused.sent.key) or secrets.token_urlsafe(16),
        "verdicts": VERDICTS,
        "satisfactions": SATISFACTIONS,
        "longest": LONGEST_TEXT,
    }
    status = status_of(refused.refusal) if refused else 200
    return render(request, "resident/pages/follow.html", context, status=status)

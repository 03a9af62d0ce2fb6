"""The front page: enter a receipt, tell something without a tag, or sign in to work."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from huiban.kernel.base.codes import RECEIPT_LENGTH, read_receipt, read_reference
from huiban.kernel.base.errors import Refusal, Unseen
from huiban.modules.voice import queries
from huiban.web.kit.devices import device_of

from .private import without_origin

# By its address: faces know nothing of each other.
LOBBY = "/lobby/"


@without_origin
def front(request: HttpRequest) -> HttpResponseBase:
    """The first page: a demonstration's lobby, where roles are tried; else the residents' own."""
    if settings.DEMONSTRATION and request.method != "POST":
        return HttpResponseRedirect(LOBBY)
    return home(request)


@without_origin
@require_http_methods(["GET", "HEAD", "POST"])
def home(request: HttpRequest) -> HttpResponse:
    """Show the front page, or open the page of the receipt that was typed."""
    if request.method != "POST":
        return _home(request)
    typed = request.POST.get("receipt", "")
    try:
        return HttpResponseRedirect(_page_of(request, typed), status=303)
    except Refusal as refusal:
        return _home(request, typed, refusal)


def _home(request: HttpRequest, typed: str = "", refusal: Refusal | None = None) -> HttpResponse:
    context = {
        "typed": typed,
        "refusal": refusal,
        "has_device": bool(device_of(request)),
        "phone": queries.district_phone(),
    }
    return render(request, "resident/pages/home.html", context, status=400 if refusal else 200)


def _page_of(request: HttpRequest, typed: str) -> str:
    """Where a receipt, or a reference that this browser sent itself, leads. Raises Refusal."""
    receipt = read_receipt(typed)
    if receipt is not None:
        try:
            queries.report_by_receipt(receipt)
        except Unseen:
            raise Refusal("没有这个回执编号。请对照拍下的那一页，一个字一个字核对。") from None
        return reverse("resident:follow", args=[receipt])
    reference = read_reference(typed)
    if reference is None:
        raise Refusal(_what_is_wrong(typed), "receipt")
    return _by_reference(request, reference)


def _by_reference(request: HttpRequest, reference: str) -> str:
    try:
        queries.report_of_device(device_of(request), reference)
    except Unseen:
        sentence = (
            "这是8位的受理编号，打电话时用。查进度请输入13位的回执编号，发出反映后的那一页上有。"
        )
        raise Refusal(sentence, "receipt") from None
    return reverse("resident:mine_follow", args=[reference])


def _what_is_wrong(typed: str) -> str:
    if not typed.strip():
        return "请输入回执编号，就是发出反映后那一页上的13位字母和数字。"
    letters = sum(character.isalnum() for character in typed)
    if letters != RECEIPT_LENGTH:
        return f"回执编号是13位，您输入了{letters}位。请对照拍下的那一页再核对。"
    return "回执编号里有一位不对。请对照拍下的那一页，一个字一个字核对。"

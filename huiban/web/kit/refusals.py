"""Pages for what can't be done: each says what is wrong and shows a way on.

Views and the functions they call raise; here the answer is drawn, so that a refusal reads the same
wherever it was met. None of these pages asks the database, which may be the thing that failed.
"""

from __future__ import annotations

import logging
import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from huiban.kernel.base.errors import NotPermitted, Refusal, TooMany, Unseen
from huiban.web.kit.storage import is_storage_failure, what_was_sent
from huiban.web.kit.typed import page_behind, texts_typed

log = logging.getLogger(__name__)

RETRY_SECONDS = 30


@dataclass(frozen=True)
class Way:
    """A link to go on with."""

    href: str
    words: str


RESIDENT_WAYS = (Way("/tell/", "不扫码，直接反映"), Way("/", "用回执编号查进度"))
# The faces of workers; everything else is the residents'.
WORKERS_PATHS = ("/desk/", "/screen/")
DESK_WAYS = (Way("/desk/", "回到“今天”"),)
COPY = "没有存上。下面是您写的文字，请先复制，再回去重新填；选项、日期和照片要重新选。"
# What Django says of a form that came from elsewhere. Whoever wrote it, it wasn't the worker.
FROM_ELSEWHERE = ("Origin checking failed", "Referer checking failed")


class RefusalMiddleware:
    """Turns a refusal that a view raised into its page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page of a refusal or of a database that is away; None leaves others to Django."""
        if isinstance(error, Refusal):
            return refused(request, error)
        if is_storage_failure(error):
            log.error("nothing can be stored", exc_info=error)
            return unavailable(request)
        return None


def status_of(refusal: Refusal) -> int:
    """How a refusal is said in HTTP."""
    for kind, status in ((Unseen, 404), (NotPermitted, 403), (TooMany, 429)):
        if isinstance(refusal, kind):
            return status
    return 400


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The page that says the refusal's own sentence."""
    titles = {404: "没有找到", 403: "您不能这样做", 429: "请稍等一会儿"}
    status = status_of(refusal)
    response = _page(request, status, titles.get(status, "这一步没有做成"), refusal.message)
    if isinstance(refusal, TooMany):
        response["Retry-After"] = str(max(1, math.ceil(refusal.wait_seconds)))
    return response


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """For an address that leads nowhere (handler404)."""
    return _page(request, 404, "没有这一页", "网址可能不完整，或者这一页已经不在了。请核对网址。")


def not_permitted(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """For what the asker may not do (handler403)."""
    return _page(request, 403, "您不能这样做", "您的岗位没有这项权限。如有需要，请联系管理员。")


def not_understood(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """For a request that Django couldn't read, most often too large a one (handler400)."""
    sentence = "发来的内容太大，或没有传完整。请返回上一页，减少几张照片后再发送。"
    return _page(request, 400, "内容没有收全", sentence)


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """For a form whose proof of origin is missing or old (CSRF_FAILURE_VIEW)."""
    log.warning("a form without proof of origin: %s", reason)
    if _at_desk(request) and not reason.startswith(FROM_ELSEWHERE):
        return _lost(request, "页面已过期", "这一页打开得太久了，或者在别处重新登录过，")
    sentence = "这一页打开得太久了，或者浏览器不保存网站记录。请返回上一页，刷新后再试一次。"
    return _page(request, 403, "页面已过期", sentence)


def session_ended(request: HttpRequest) -> HttpResponse:
    """For a worker's form that came after the session had ended; its words stay to be copied."""
    return _lost(request, "登录已过期", "登录已过期，")


def _lost(request: HttpRequest, title: str, why: str) -> HttpResponse:
    """The page of a worker's form that can't be taken, with what was typed and the ways back."""
    back = page_behind(request)
    ways = (
        Way(f"{reverse('desk:sign-in')}?{urlencode({'next': back})}", "重新登录"),
        Way(back, "回到刚才那一页"),
    )
    typed = texts_typed(request)
    otherwise = "刚才的操作没有办成。请重新登录，再做一次。"
    sentence = f"{why}{COPY if typed else otherwise}"
    return _page(request, 403, title, sentence, typed=typed, ways=ways)


def unavailable(request: HttpRequest) -> HttpResponse:
    """For a database that is away or too busy, or a full disk; what was sent stays on the page."""
    sentence = "系统正忙，您刚才的内容没有存上。请等半分钟，返回上一页再发送一次，不会重复。"
    response = _page(request, 503, "请稍后再试", sentence, what_was_sent(request))
    response["Retry-After"] = str(RETRY_SECONDS)
    return response


def failed(request: HttpRequest) -> HttpResponse:
    """For a fault of the program (handler500), wherever in the house it happened."""
    if is_storage_failure(sys.exception()):
        return unavailable(request)
    sentence = "系统出了错，我们已经记下。请返回上一页再试一次；仍不行，请拨打值班电话。"
    return _page(request, 500, "系统出了错", sentence)


def _page(
    request: HttpRequest,
    status: int,
    title: str,
    sentence: str,
    again: Sequence[tuple[str, str]] = (),
    typed: Sequence[str] = (),
    ways: Sequence[Way] = (),
) -> HttpResponse:
    at_desk = _at_desk(request)
    context = {
        "title": title,
        "sentence": sentence,
        "again": again,
        "typed": typed,
        "ways": ways or (DESK_WAYS if at_desk else RESIDENT_WAYS),
        "face": "desk" if at_desk else "resident",
    }
    response = render(request, "kit/pages/refused.html", context, status=status)
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "same-origin" if at_desk else "no-referrer"
    return response


def _at_desk(request: HttpRequest) -> bool:
    return request.path.startswith(WORKERS_PATHS)

"""Which worker is signed in: a session over an account, with its ends, and the door to views."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, overload
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.middleware.csrf import rotate_token
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme

from huiban.kernel.access.actor import Actor
from huiban.kernel.access.models import Account
from huiban.kernel.access.queries import actor_of
from huiban.kernel.vocab import settings
from huiban.kernel.vocab.queries import setting
from huiban.web.kit.refusals import session_ended
from huiban.web.kit.typed import page_behind

IDLE_MINUTES = settings.declare(
    "desk.idle_minutes",
    120,
    "Minutes without a page after which a worker signs in again.",
    "工作人员多少分钟没有操作要重新登录",
    least=5,
    most=1440,
)
WHOLE_HOURS = settings.declare(
    "desk.whole_hours",
    12,
    "Hours after signing in when a session ends, however busy it was.",
    "登录后最长几小时要重新登录",
    most=72,
)
# The time of the last page is written this seldom, so that reading pages costs no writing.
SECONDS_BETWEEN_NOTES = 60
# Pages that ask by themselves, while nobody may be there.
POLLING = frozenset({"desk:pulse", "screen:part"})
# Where a worker's pages stand; signing in leads back to these alone.
FACES = ("desk:today", "screen:screen")

View = Callable[..., HttpResponseBase]


class WorkerRequest(HttpRequest):
    """A request of somebody who is signed in."""

    account: Account
    actor: Actor


def open_session(request: HttpRequest, account: Account) -> None:
    """Sign the account in: a fresh session under a fresh key, and fresh form tokens."""
    request.session.flush()
    moment = _seconds()
    request.session["account"] = str(account.id)
    request.session["fingerprint"] = account.get_session_auth_hash()
    request.session["since"] = request.session["seen"] = moment
    rotate_token(request)


def close_session(request: HttpRequest) -> None:
    """Sign out; nothing of the session is kept."""
    request.session.flush()
    rotate_token(request)


def account_of(request: HttpRequest) -> Account | None:
    """Who is signed in: none after too long a pause, a changed password, a closed account."""
    kept = request.session.get("account")
    if kept is None or _has_ended(request):
        return None
    account = Account.objects.filter(pk=UUID(kept), is_active=True).first()
    fingerprint = request.session.get("fingerprint", "")
    if account is None or not constant_time_compare(fingerprint, account.get_session_auth_hash()):
        return None
    return account


def _has_ended(request: HttpRequest) -> bool:
    moment = _seconds()
    idle = moment - request.session.get("seen", 0)
    whole = moment - request.session.get("since", 0)
    return bool(idle > setting(IDLE_MINUTES) * 60 or whole > setting(WHOLE_HOURS) * 3600)


def _seconds() -> int:
    # The wall's time, not the demonstration's: moving that a day ahead must sign nobody out.
    return int(time.time())


def _note_presence(request: HttpRequest) -> None:
    """Remember that somebody was here; a page that asks by itself is nobody.

    A wall is looked at without being touched: it stays until the session's whole time is over.
    """
    match = request.resolver_match
    if match is not None and match.view_name in POLLING and "wall" not in request.GET:
        return
    if _seconds() - request.session["seen"] >= SECONDS_BETWEEN_NOTES:
        request.session["seen"] = _seconds()


@overload
def worker(view_or_permit: View) -> View: ...
@overload
def worker(view_or_permit: str) -> Callable[[View], View]: ...
def worker(view_or_permit: View | str) -> Any:
    """Let a view be for those who are signed in, and may do `permit` if one is named.

    The view finds `request.actor` and `request.account`. Everyone else is sent to sign in,
    whether or not what they asked for exists; whoever sends a form after their session has ended
    is shown what they had typed. Raises NotPermitted without the permit.
    """
    if isinstance(view_or_permit, str):
        return lambda view: _guarded(view, view_or_permit)
    return _guarded(view_or_permit, "")


def _guarded(view: View, permit: str) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        account = account_of(request)
        if account is None:
            if request.method == "POST" and "account" in request.session:
                return session_ended(request)
            return _to_sign_in(request)
        _note_presence(request)
        asked: Any = request
        asked.account, asked.actor = account, actor_of(account)
        if permit:
            asked.actor.seat_for(permit)
        return kept_private(view(asked, *args, **kwargs))

    return guarded


def kept_private(response: HttpResponseBase) -> HttpResponseBase:
    """The response, kept out of shared caches; its forms may say where they come from.

    Without a referrer browsers send forms from nowhere, and the check of their origin refuses them.
    """
    response.headers.setdefault("Referrer-Policy", "same-origin")
    if not response.has_header("Cache-Control"):
        add_never_cache_headers(response)
    return response


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """The door, with the page to come back to. What was posted is never sent again by itself."""
    asks = request.method in ("GET", "HEAD")
    back = request.get_full_path() if asks else page_behind(request)
    response = HttpResponseRedirect(f"{reverse('desk:sign-in')}?{urlencode({'next': back})}")
    add_never_cache_headers(response)
    return response


def local_target(request: HttpRequest, target: str, otherwise: str) -> str:
    """`target` if it is a page for workers on this host, else `otherwise`."""
    for_workers = target.startswith(tuple(reverse(face) for face in FACES))
    if for_workers and url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        return target
    return otherwise

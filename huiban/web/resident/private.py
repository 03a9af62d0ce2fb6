"""What the answers to residents say to browsers, search engines and whoever looks on."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

View = Callable[..., HttpResponseBase]


def private(view: View, *, referrer: str = "no-referrer") -> View:
    """The view with its answer kept out of caches, indexes and referrers."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response["Referrer-Policy"] = referrer
        response["Cache-Control"] = "no-store"
        response["X-Robots-Tag"] = "noindex"
        return response

    return answered


def without_origin(view: View) -> View:
    """A private view whose forms need no proof of where they come from.

    A resident has no session that a stranger's page could abuse: what a form may do is said by the
    receipt in its address or the key that its page made, and neither can be guessed. Old phones
    and WeChat drop cookies as they like; a report must not fail for that.
    """
    return csrf_exempt(private(view))


def with_origin(view: View) -> View:
    """A private view that acts by this browser's cookie, so that its forms must come from us.

    Without any referrer browsers send forms from nowhere, and the check of their origin fails.
    """
    return private(view, referrer="same-origin")

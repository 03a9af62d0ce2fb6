"""我的反映 on one phone: a signed cookie that names a browser and nobody in particular.

It is given only after something was sent, so that a person who merely looks leaves no trace.
"""

from __future__ import annotations

import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse

COOKIE = "device"
SALT = "huiban.device"
A_YEAR = 365 * 24 * 3600


def device_of(request: HttpRequest) -> str:
    """The browser's own random name; empty if it has none, or one that we didn't sign."""
    found = request.get_signed_cookie(COOKIE, default="", salt=SALT, max_age=A_YEAR)
    return found or ""


def new_device() -> str:
    """A random name for a browser (128 bits)."""
    return secrets.token_urlsafe(16)


def remember(response: HttpResponse, device: str) -> None:
    """Give the browser its name, or prolong it, for a year."""
    response.set_signed_cookie(
        COOKIE,
        device,
        salt=SALT,
        max_age=A_YEAR,
        httponly=True,
        samesite="Lax",
        secure=settings.SECURE,
    )


def forget(response: HttpResponse) -> None:
    """Take the name back: this browser's list is empty from now on; receipts still work."""
    response.delete_cookie(COOKIE, samesite="Lax")

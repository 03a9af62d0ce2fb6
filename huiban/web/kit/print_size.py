"""长辈版 and 标准版: a cookie that says how large this browser wants its print."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

COOKIE = "print"
A_YEAR = 365 * 24 * 3600


def is_large(request: HttpRequest) -> bool:
    """Whether this browser asked for large print."""
    return request.COOKIES.get(COOKIE) == "large"


# A stranger who sends this form for someone changes the size of their letters, nothing else; and
# the switch must work on pages that are drawn without a session.
@csrf_exempt
@require_POST
def change(request: HttpRequest) -> HttpResponse:
    """Set or take back large print, then show the page that asked again."""
    response = HttpResponseRedirect(_way_back(request), status=303)
    if request.POST.get("size") == "large":
        response.set_cookie(
            COOKIE, "large", max_age=A_YEAR, samesite="Lax", secure=settings.SECURE, httponly=True
        )
    else:
        response.delete_cookie(COOKIE, samesite="Lax")
    return response


def _way_back(request: HttpRequest) -> str:
    """The page that the form names, if it is one of ours. Referrers aren't sent, so it must."""
    here = request.POST.get("here", "")
    ours = url_has_allowed_host_and_scheme(here, allowed_hosts=None)
    return here if ours and here.startswith("/") else "/"

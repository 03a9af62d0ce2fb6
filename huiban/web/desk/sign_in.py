"""Sign-in and sign-out."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from huiban.kernel.access import actions as access
from huiban.kernel.base.errors import Refusal, TooMany
from huiban.web.kit.requests import client_address

from .session import account_of, close_session, kept_private, local_target, open_session

PAGE = "desk/pages/sign_in.html"
LONGEST_NAME = 60
LONGEST_PASSWORD = 200


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for name and password; afterwards the page that was first asked for."""
    told = request.POST if request.method == "POST" else request.GET
    target = local_target(request, told.get("next", ""), reverse("desk:today"))
    if request.method == "POST":
        return _try(request, target)
    if account_of(request) is not None:
        return HttpResponseRedirect(target)
    return _ask(request, target)


def _try(request: HttpRequest, target: str) -> HttpResponse:
    login_name = request.POST.get("login_name", "").strip()[:LONGEST_NAME]
    password = request.POST.get("password", "")[:LONGEST_PASSWORD]
    if not login_name or not password:
        missing = "login_name" if not login_name else "password"
        return _ask(request, target, login_name, Refusal("请把账号和密码都填上。", missing))
    try:
        account = access.sign_in(login_name, password, client_address(request))
    except Refusal as refusal:
        return _ask(request, target, login_name, refusal)
    open_session(request, account)
    return HttpResponseRedirect(target)


def _ask(
    request: HttpRequest, target: str, login_name: str = "", refusal: Refusal | None = None
) -> HttpResponse:
    context = {"next": target, "login_name": login_name, "refusal": refusal}
    response = render(request, PAGE, context, status=422 if refusal else 200)
    kept_private(response)
    if isinstance(refusal, TooMany):
        response.status_code = 429
        response["Retry-After"] = str(refusal.wait_seconds)
    return response


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session and show the door."""
    close_session(request)
    return HttpResponseRedirect(reverse("desk:sign-in"))

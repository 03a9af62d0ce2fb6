"""What somebody had typed into a form that can't be taken: shown again, so that it can be copied."""

from __future__ import annotations

import re

from django.http import HttpRequest
from django.urls import Resolver404, resolve, reverse

from huiban.web.kit.storage import all_that_was_sent

# Of the door itself nothing is shown again.
NEVER_SHOWN = frozenset({"csrfmiddlewaretoken", "login_name", "password"})
# Keys, tokens, choices, days and numbers of a form are signs without a gap; sentences aren't.
_SIGN = re.compile(r"[!-~]*")
# Forms that are sent to the address of their own page. All others are sent to one below it.
AT_THEIR_PAGE = frozenset({"desk:chat", "desk:call-consultation", "desk:open-policy"})


def texts_typed(request: HttpRequest) -> list[str]:
    """The sentences of a form in their order, each once; no keys, passwords, choices or photos."""
    texts = (
        text.strip()
        for name, text in all_that_was_sent(request)
        if name not in NEVER_SHOWN and not _SIGN.fullmatch(text.strip())
    )
    return list(dict.fromkeys(texts))


def page_behind(request: HttpRequest) -> str:
    """The page of the record that a form was about, by the form's address."""
    match = request.resolver_match
    if match is not None and match.view_name in AT_THEIR_PAGE:
        return request.get_full_path()
    if match is not None and "reference" in match.kwargs:
        return reverse("desk:case", args=[match.kwargs["reference"]])
    return _nearest_above(request.path)


def _nearest_above(address: str) -> str:
    # Never above the face itself, such as /desk/.
    while address.count("/") > 2:
        address = address.rstrip("/").rpartition("/")[0] + "/"
        try:
            resolve(address)
        except Resolver404:
            continue
        return address
    return reverse("desk:today")

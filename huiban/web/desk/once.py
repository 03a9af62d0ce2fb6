"""A form that is sent twice takes effect once."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest

from huiban.modules.voice.contracts import Done

KEPT = 20
LONGEST_KEY = 64


def once(request: HttpRequest, key: str, run: Callable[[], Done]) -> Done:
    """Run unless this session has already run something under the form's key; then say its outcome.

    Holds the session's row from the look to the end, so that the two requests of a double tap
    stand in line; the effect and its memory are committed together. A form without a key runs.
    """
    if not key:
        return run()
    key = key[:LONGEST_KEY]
    with transaction.atomic():
        Session.objects.select_for_update().filter(pk=request.session.session_key).first()
        # What this request read of its session may be older than what the first tap left there.
        done: dict[str, list[str]] = request.session.load().get("done", {})
        if key in done:
            message, undo = done[key]
            return Done(message, undo)
        outcome = run()
        kept = dict(list(done.items())[1 - KEPT :])
        request.session["done"] = kept | {key: [outcome.message, outcome.undo]}
        request.session.save()
    return outcome

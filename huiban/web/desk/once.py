"""A form that is sent twice takes effect once."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest

from huiban.modules.voice.contracts import Done

# Longer than any session lasts; what is left over goes with the sessions that have ended.
KEPT_FOR = timedelta(days=2)


def once(request: HttpRequest, key: str, run: Callable[[], Done]) -> Done:
    """Run unless this session has already run something under the form's key; then say its outcome.

    The key is claimed by a row among the sessions, in the transaction of the effect: of two taps
    at the same moment the second waits for the first, and a refusal gives the key back. It isn't
    kept within the session, which requests side by side overwrite. A form without a key runs.
    """
    if not key:
        return run()
    name = _name(request.session.session_key or "", key)
    with transaction.atomic():
        # By the wall's time, as sessions are dated and cleared.
        ends = datetime.fromtimestamp(time.time(), UTC) + KEPT_FOR
        claimed, is_first = Session.objects.select_for_update().get_or_create(
            session_key=name, defaults={"session_data": "", "expire_date": ends}
        )
        if not is_first:
            message, undo = json.loads(claimed.session_data)
            return Done(message, undo)
        done = run()
        said = json.dumps([done.message, done.undo])
        Session.objects.filter(pk=name).update(session_data=said)
    return done


def _name(session_key: str, form_key: str) -> str:
    """What the claim is called: nobody's session, and the same only for the same two keys."""
    return "once" + hashlib.sha256(f"{session_key}\n{form_key}".encode()).hexdigest()[:36]

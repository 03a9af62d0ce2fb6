"""What the worker does beside delivering: seals, cleaning up. Each is harmless to repeat."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.contrib.sessions.models import Session
from django.db import close_old_connections

from huiban.cli.operations.learning import learn_if_due
from huiban.kernel.access.models import SignInFailure
from huiban.kernel.base import clock
from huiban.kernel.events.seals import seal_if_due
from huiban.kernel.files.actions import clear_drafts
from huiban.modules.analysis.actions.publishing import propose_if_due
from huiban.modules.voice.actions import fold_if_due
from huiban.modules.voice.models import FloodCount

log = logging.getLogger("huiban.chores")

SECONDS_BETWEEN = 60.0
# Long enough to finish a report that was begun on one day and sent on the next.
DRAFT_AGE = timedelta(hours=24)
SESSIONS_AT_ONCE = 500
# Longer than any wait or window that these counts are about.
TALLY_AGE = timedelta(days=2)


@dataclass(frozen=True)
class Chore:
    """A piece of upkeep: its name, and a function that finds out itself whether it's due."""

    name: str
    run: Callable[[], object]


def clear_old_drafts() -> int:
    """Clear photos that were chosen and never sent."""
    return clear_drafts(clock.now() - DRAFT_AGE)


def clear_old_sessions() -> int:
    """Clear sign-ins that have run out, a bounded number at a time."""
    # By the wall's time, as sessions are dated: moving a demonstration's clock signs nobody out.
    now = datetime.fromtimestamp(time.time(), UTC)
    old = Session.objects.filter(expire_date__lt=now).values_list("pk", flat=True)
    cleared, _ = Session.objects.filter(pk__in=list(old[:SESSIONS_AT_ONCE])).delete()
    return cleared


def clear_old_tallies() -> int:
    """Clear counts of failed sign-ins and of reports sent that hold nobody back any more."""
    before = clock.now() - TALLY_AGE
    failures, _ = SignInFailure.objects.filter(blocked_until__lt=before).delete()
    floods, _ = FloodCount.objects.filter(last_at__lt=before).delete()
    return failures + floods


CHORES = (
    Chore("seal", seal_if_due),
    Chore("drafts", clear_old_drafts),
    Chore("sessions", clear_old_sessions),
    Chore("tallies", clear_old_tallies),
    Chore("themes", fold_if_due),
    Chore("learning", learn_if_due),
    Chore("handbooks", propose_if_due),
)


class Chores:
    """Runs the list once a minute at the most; one that fails is told and holds up no other."""

    def __init__(
        self, chores: Sequence[Chore] = CHORES, seconds_between: float = SECONDS_BETWEEN
    ) -> None:
        self._chores = chores
        self._seconds_between = seconds_between
        self._last = float("-inf")

    def turn(self) -> None:
        """Called on every turn of the pump."""
        moment = time.monotonic()
        if moment - self._last < self._seconds_between:
            return
        self._last = moment
        for chore in self._chores:
            self._do(chore)

    @staticmethod
    def _do(chore: Chore) -> None:
        try:
            chore.run()
        except Exception:
            log.exception("a chore failed and is tried again later", extra={"part": chore.name})
            close_old_connections()

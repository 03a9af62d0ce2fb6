"""What the worker does on every turn of the pump: chores, counting what the log says, trying rules."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from django.db import close_old_connections

from huiban.modules.analysis.actions.folding import fold_some
from huiban.modules.supervision.actions.trying import Trials

from .chores import Chores

log = logging.getLogger("huiban.counts")

# Where much is to be counted, deliveries still get their turn.
SECONDS_A_TURN = 0.5
SECONDS_AFTER_FAILURE = 30.0


class Follower:
    """Keeps the counts fresh and tries rules. A failure of one is told, rests a while and holds up
    nothing else."""

    def __init__(self, chores: Chores | None = None) -> None:
        self._chores = chores or Chores()
        self._trials = Trials()
        self._rests_until: dict[str, float] = {}

    def turn(self) -> None:
        """Called on every turn of the pump."""
        self._chores.turn()
        self._do("counting", self._follow)
        self._do("trying rules", lambda: self._trials.turn(SECONDS_A_TURN))

    def _do(self, what: str, work: Callable[[], None]) -> None:
        if time.monotonic() < self._rests_until.get(what, float("-inf")):
            return
        try:
            work()
        except Exception:
            log.exception("%s failed and is tried again later", what)
            self._rests_until[what] = time.monotonic() + SECONDS_AFTER_FAILURE
            close_old_connections()

    @staticmethod
    def _follow() -> None:
        began = time.monotonic()
        while fold_some() and time.monotonic() - began < SECONDS_A_TURN:
            pass

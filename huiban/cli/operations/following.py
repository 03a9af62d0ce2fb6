"""What the worker does on every turn of the pump: chores, and counting what the log says anew."""

from __future__ import annotations

import logging
import time

from django.db import close_old_connections

from huiban.modules.analysis.actions.folding import fold_some

from .chores import Chores

log = logging.getLogger("huiban.counts")

# Where much is to be counted, deliveries still get their turn.
SECONDS_A_TURN = 0.5
SECONDS_AFTER_FAILURE = 30.0


class Follower:
    """Keeps the counts fresh. A failure is told, rests a while and holds up nothing else."""

    def __init__(self, chores: Chores | None = None) -> None:
        self._chores = chores or Chores()
        self._rests_until = float("-inf")

    def turn(self) -> None:
        """Called on every turn of the pump."""
        self._chores.turn()
        if time.monotonic() < self._rests_until:
            return
        try:
            self._follow()
        except Exception:
            log.exception("counting failed and is tried again later")
            self._rests_until = time.monotonic() + SECONDS_AFTER_FAILURE
            close_old_connections()

    @staticmethod
    def _follow() -> None:
        began = time.monotonic()
        while fold_some() and time.monotonic() - began < SECONDS_A_TURN:
            pass

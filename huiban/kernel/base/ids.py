"""Identifiers for rows: UUIDv7 (RFC 9562), so that younger rows sort after older ones."""

from __future__ import annotations

import os
import secrets
import threading
import uuid
from datetime import UTC, datetime, timedelta

from huiban.kernel.base import clock

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_TAIL_BITS = 74
_STEP_BITS = 40


class _Tail:
    """The 74 bits after the time: a counter from a random start, advancing by random steps.

    It only ever grows, whatever the clock does, so equal milliseconds keep their order even when
    a hand-set clock and the real one are used side by side. The steps keep the next one unguessed.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.value = self._start()

    @staticmethod
    def _start() -> int:
        # The highest bit stays free: billions of steps fit before the counter starts anew.
        return secrets.randbits(_TAIL_BITS - 1)

    def next(self) -> int:
        with self.lock:
            self.value += 1 + secrets.randbits(_STEP_BITS)
            if self.value >> _TAIL_BITS:
                self.value = self._start()
            return self.value


_tail = _Tail()


def _begin_anew() -> None:
    """A forked child would repeat its parent's identifiers, and may inherit a held lock."""
    global _tail
    _tail = _Tail()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_anew)


def new_id() -> uuid.UUID:
    """A new UUIDv7 stamped with `clock.now()`.

    Within a process, identifiers of the same millisecond grow in the order they were made; across
    processes they are unique but in no order within the millisecond.
    """
    milliseconds = (clock.now() - _EPOCH) // _MILLISECOND
    assert 0 <= milliseconds < 1 << 48, "the clock is outside what an identifier can hold"
    tail = _tail.next()
    high = tail >> 62
    low = tail & ((1 << 62) - 1)
    return uuid.UUID(int=milliseconds << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low)

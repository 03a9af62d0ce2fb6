"""The one clock. Everything that asks what time it is asks here.

A demonstration may move its clock ahead (`set_offset_source`) and its furnishing runs on a
simulated one (`travelling`); a real installation does neither and gets the system's time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

_travelled: ContextVar[Traveller | None] = ContextVar("travelled", default=None)
_offset_source: Callable[[], timedelta] | None = None


class Traveller:
    """A hand-set clock, for tests and for furnishing a demonstration."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def to(self, moment: datetime) -> None:
        self.moment = moment

    def ahead(self, **amount: float) -> None:
        """Move on by `timedelta(**amount)`."""
        self.moment += timedelta(**amount)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    traveller = _travelled.get()
    if traveller is not None:
        return traveller.moment
    moment = datetime.now(UTC)
    return moment + _offset_source() if _offset_source else moment


def set_offset_source(source: Callable[[], timedelta] | None) -> None:
    """Let a demonstration say how far ahead its clock runs; None takes it back."""
    global _offset_source
    _offset_source = source


@contextmanager
def travelling(moment: datetime) -> Iterator[Traveller]:
    """Run the block on a hand-set clock that starts at `moment` (aware)."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs its zone")
    traveller = Traveller(moment.astimezone(UTC))
    token = _travelled.set(traveller)
    try:
        yield traveller
    finally:
        _travelled.reset(token)


def local(moment: datetime) -> datetime:
    """The same moment on a wall clock in China."""
    return moment.astimezone(SHANGHAI)

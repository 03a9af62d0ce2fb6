"""How many cases a unit takes on in a working day, where the log shows that it could take no more.

On an ordinary day a desk takes on whatever has come, which says nothing about what it could do. Its
limit shows only on days on which it took cases on and yet something waited from the first working
minute to the last, and what it took on had come before what was left. A case that was overlooked while
later ones were taken on is no queue.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from .flow import Limit
from .worktime import WorkTime

# So many such days are needed before a limit is believed in.
LEAST_DAYS = 5
# The share of a day's cases that may have come later than what was left, as urgent ones do.
MAY_OVERTAKE = 0.2


class Wait(NamedTuple):
    """A case before a unit's desk: since which minute, until when, and whether it was taken on then."""

    opened: float
    ended: float
    is_taken: bool


def limits_of(waits: dict[str, list[Wait]], time: WorkTime) -> dict[str, Limit]:
    """The units whose limit shows, each with it."""
    days = time.workdays()
    found = {unit: _limit(some, days) for unit, some in waits.items()}
    return {unit: limit for unit, limit in found.items() if limit is not None}


def _limit(waits: list[Wait], days: list[tuple[float, float]]) -> Limit | None:
    taken = [number for number in _taken_at_limit(waits, days) if number]
    if len(taken) < LEAST_DAYS:
        return None
    return Limit(sum(taken) / len(taken), len(taken))


def _taken_at_limit(waits: list[Wait], days: list[tuple[float, float]]) -> Iterator[int]:
    """How many were taken on, of each day on which the unit was at its limit."""
    waiting = sorted(waits)
    taken = sorted((wait for wait in waits if wait.is_taken), key=_ended)
    oldest = 0
    for begins, ends in days:
        # What is over by the end of a day is over on every later one.
        while oldest < len(waiting) and waiting[oldest].ended <= ends:
            oldest += 1
        if oldest == len(waiting):
            return
        opened = waiting[oldest].opened
        if opened > begins:
            continue
        first, last = bisect_left(taken, begins, key=_ended), bisect_right(taken, ends, key=_ended)
        overtook = sum(wait.opened > opened for wait in taken[first:last])
        if overtook <= MAY_OVERTAKE * (last - first):
            yield last - first


def _ended(wait: Wait) -> float:
    return wait.ended


def own_waits(waits: Iterable[Wait]) -> dict[Wait, float]:
    """From when each case waited for itself alone: since the one before it was taken on."""
    since: dict[Wait, float] = {}
    last = 0.0
    for wait in sorted((one for one in waits if one.is_taken), key=_ended):
        since[wait] = min(wait.ended, max(wait.opened, last))
        last = wait.ended
    return since


def by_unit(waits: Iterable[tuple[str, Wait]]) -> dict[str, list[Wait]]:
    """The waits of each unit."""
    found: dict[str, list[Wait]] = defaultdict(list)
    for unit, wait in waits:
        found[unit].append(wait)
    return dict(found)

"""How a duty's clock is reckoned: pure arithmetic over the calendar, with pauses taken out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from huiban.kernel.base.calendar import (
    Allowance,
    Deadline,
    WorkCalendar,
    deadline,
    warn_at,
    working_minutes_between,
)


@dataclass(frozen=True)
class Reckoned:
    """When a duty is due, when its holder is warned, and how that came out."""

    due: datetime
    warn: datetime
    deadline: Deadline


def reckon(
    start: datetime,
    allowance: Allowance,
    pauses: Sequence[tuple[datetime, datetime]],
    calendar: WorkCalendar,
) -> Reckoned:
    """The due time of an allowance from `start` on, with ended pauses not counted.

    After a pause the rest runs on from its end: in clock minutes for an allowance in minutes, else
    in working minutes. A pause that began after the time was used up changes nothing.
    """
    current = deadline(start, allowance, calendar)
    begins, unit = start, allowance.unit
    for paused, resumed in pauses:
        if paused >= current.due:
            break
        rest = _rest(paused, current.due, unit, calendar)
        unit = "minutes" if allowance.unit == "minutes" else "working_minutes"
        begins = resumed
        current = deadline(resumed, Allowance(unit, max(rest, 1)), calendar)
    return Reckoned(current.due, warn_at(begins, current.due, unit, calendar), current)


def _rest(paused: datetime, due: datetime, unit: str, calendar: WorkCalendar) -> int:
    if unit == "minutes":
        return int((due - paused) / timedelta(minutes=1))
    return working_minutes_between(paused, due, calendar)


def clock_data(
    rule: str, allowance: Allowance, start: datetime, pauses: Sequence[tuple[datetime, datetime]]
) -> dict[str, Any]:
    """How a clock is kept on its duty."""
    return {
        "rule": rule,
        "unit": allowance.unit,
        "amount": allowance.amount,
        "start": start.isoformat(),
        "pauses": [[paused.isoformat(), resumed.isoformat()] for paused, resumed in pauses],
    }


def read_clock(
    data: dict[str, Any],
) -> tuple[datetime, Allowance, list[tuple[datetime, datetime]]]:
    """The start, the allowance and the pauses of a clock as it is kept."""
    pauses = [
        (datetime.fromisoformat(paused), datetime.fromisoformat(resumed))
        for paused, resumed in data["pauses"]
    ]
    return datetime.fromisoformat(data["start"]), Allowance(data["unit"], data["amount"]), pauses

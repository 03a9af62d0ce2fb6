"""What is left lying: pure, over a case's turns, its ground and a rule's thresholds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from huiban.modules.voice import kinds

from .chain import (
    ASSISTS,
    DUTY_LATE,
    DUTY_WARNED,
    LEADS,
    Found,
    Ground,
    Holding,
    Link,
    Turn,
    began,
)
from .passing import Thresholds

# Where it shows how long a case has been lying. What is answered needed no signature, and a case
# that ends otherwise is nobody's stalling.
STALLED_AT = frozenset(
    {
        DUTY_WARNED,
        DUTY_LATE,
        kinds.ACCEPTED,
        kinds.ASKED,
        kinds.DEFERRED,
        kinds.INVITED,
        kinds.RETURN_ASKED,
        kinds.DISPATCHED,
        kinds.ESCALATED,
        kinds.LIFTED,
    }
)


def stalled(turns: Sequence[Turn], ground: Ground, thresholds: Thresholds) -> Iterator[Found]:
    """Not taken on for so many working hours, or until the clock ran out; once a holding.

    The clock starts when the case is sent and not when somebody signs for it, since in practice an
    unsigned case has no clock at all.
    """
    for turn in turns:
        link, holding = turn.link, turn.holding
        if holding is None or not holding.is_untouched or link.kind not in STALLED_AT:
            continue
        minutes = ground.worked(holding.since.at, link.at)
        is_late = _is_lead_late(link, holding)
        if not is_late and minutes < thresholds["hours"] * 60:
            continue
        steps = (holding.since.sequence, link.sequence)
        ways = ("late",) if is_late else ("hours",)
        numbers, once = {"hours": _hours(minutes)}, began(holding.since)
        yield Found(link, holding.unit, "", steps, numbers, ways, once)


def silent(turns: Sequence[Turn], ground: Ground, thresholds: Thresholds) -> Iterator[Found]:
    """Taken on, and nothing told to anybody until the clock ran out.

    A unit that took it on only shortly before, in working hours, had no time to fall silent.
    """
    for turn in turns:
        link, holding = turn.link, turn.holding
        if holding is None or holding.taken is None or not _is_lead_late(link, holding):
            continue
        minutes = ground.worked(holding.taken.at, link.at)
        if holding.told or minutes < thresholds["hours"] * 60:
            continue
        steps = (holding.taken.sequence, link.sequence)
        yield Found(link, holding.unit, "", steps, {"hours": _hours(minutes)})


def extended(turns: Sequence[Turn], ground: Ground, thresholds: Thresholds) -> Iterator[Found]:
    """The due time moved again and again by one unit, or by too many working days; once a holding."""
    for turn in turns:
        link, holding = turn.link, turn.holding
        if link.kind != kinds.DEFERRED or holding is None or link.of("unit") != holding.unit:
            continue
        moved = [*holding.deferrals, (link.sequence, int(link.payload["days"]))]
        days = sum(more for _, more in moved)
        many, long = len(moved) >= thresholds["times"], days > thresholds["days"]
        if not (many or long):
            continue
        ways = (*(("times",) if many else ()), *(("days",) if long else ()))
        steps = (holding.since.sequence, *(sequence for sequence, _ in moved))
        numbers, once = {"times": len(moved), "days": days}, began(holding.since)
        yield Found(link, holding.unit, "", steps, numbers, ways, once)


def co_handler_silent(
    turns: Sequence[Turn], ground: Ground, thresholds: Thresholds
) -> Iterator[Found]:
    """Asked in as a co-handler, and past due without a word of what it did."""
    asked: dict[str, Link] = {}
    for turn in turns:
        link = turn.link
        if link.kind == kinds.INVITED:
            asked[link.of("unit")] = link
        elif link.kind == kinds.PART_FINISHED:
            asked.pop(link.of("unit"), None)
        elif link.kind == DUTY_LATE and link.of("kind") == ASSISTS and link.of("unit") in asked:
            invited = asked.pop(link.of("unit"))
            steps = (invited.sequence, link.sequence)
            hours = _hours(ground.worked(invited.at, link.at))
            yield Found(link, link.of("unit"), invited.of("by_unit"), steps, {"hours": hours})


def urgent_missed(turns: Sequence[Turn], ground: Ground, thresholds: Thresholds) -> Iterator[Found]:
    """Life or limb was at stake, and the unit's clock ran out."""
    for turn in turns:
        link = turn.link
        if link.kind == DUTY_LATE and turn.is_danger and link.of("kind") in LEADS:
            since = turn.holding.since if turn.holding is not None else turns[0].link
            minutes = int((link.at - since.at).total_seconds() // 60)
            steps = (turns[0].link.sequence, since.sequence, link.sequence)
            numbers = {"minutes": minutes}
            yield Found(link, link.of("unit"), "", tuple(sorted(set(steps))), numbers)


def _is_lead_late(link: Link, holding: Holding) -> bool:
    """Whether at this link the clock of whoever has the case in hand has run out."""
    is_theirs = link.of("unit") == holding.unit and link.of("kind") in LEADS
    return link.kind == DUTY_LATE and is_theirs


def _hours(minutes: int) -> float:
    return round(minutes / 60, 1)

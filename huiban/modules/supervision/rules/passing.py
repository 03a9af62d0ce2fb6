"""What is passed around: pure, over a case's turns, its ground and a rule's thresholds.

Each rule goes through the turns from first to last and decides at each by what came before, so
that a case read link by link, as it happens, shows the same as the same case read later.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from huiban.modules.voice import kinds

from .chain import (
    ENDS,
    GIVES,
    Found,
    Ground,
    Link,
    Turn,
    began,
    day_of,
    month_of,
    pair,
    shows_that_it_stands,
)

Thresholds = Mapping[str, int]

# A unit's own acts that put a case before another. All other ways in which a case comes to a unit
# (a clock lifted it, a person reopened it, a tap was taken back) are nobody's passing on.
ACTS = frozenset({kinds.DISPATCHED, kinds.ESCALATED, kinds.RETURNED})
# Going up to the next tier is a right, and going back there is no bounce.
COUNTED = frozenset({kinds.DISPATCHED, kinds.RETURNED})


@dataclass(frozen=True)
class _Leg:
    """A stop on a case's way: the unit, and the link that brought the case there."""

    unit: str
    sequence: int


@dataclass(frozen=True)
class _Way:
    """Where a case has been by units' own acts, and what came back on it.

    A branch guides and stands beside the way. `returned` holds who returned the case, and by
    which link; `asked` the links that asked for it. `grew` says that the last link added a leg.
    """

    legs: tuple[_Leg, ...] = ()
    returned: tuple[_Leg, ...] = ()
    asked: tuple[int, ...] = ()
    backs: int = 0
    grew: bool = False

    def after(self, turn: Turn, ground: Ground) -> _Way:
        """The way after a link that isn't the taking back of a dispatch."""
        link, still = turn.link, replace(self, grew=False)
        if link.kind == kinds.RETURN_ASKED and self.legs:
            return replace(still, asked=(*self.asked, link.sequence))
        unit = _given_to(link)
        if not unit or ground.guides(unit) or (self.legs and self.legs[-1].unit == unit):
            return still
        is_from_branch = turn.holding is not None and ground.guides(turn.holding.unit)
        if link.kind not in ACTS or is_from_branch or not self.legs:
            return replace(still, legs=(_Leg(unit, link.sequence),))
        return self._and(link, unit)

    def _and(self, link: Link, unit: str) -> _Way:
        returned, backs = self.returned, self.backs
        if link.kind == kinds.RETURNED:
            returned = (*returned, _Leg(self.legs[-1].unit, link.sequence))
        if link.kind in COUNTED:
            backs += any(leg.unit == unit for leg in self.legs[:-1])
        legs = (*self.legs, _Leg(unit, link.sequence))
        return replace(self, legs=legs, returned=returned, backs=backs, grew=True)

    def ways(self, link: Link, thresholds: Thresholds) -> tuple[str, ...]:
        """How the thresholds are met by the last leg, which this link added."""
        found = []
        earlier = [leg.unit for leg in self.legs[:-1]]
        if self.legs[-1].unit in earlier and self.backs >= thresholds["backs"]:
            found.append("there_and_back" if earlier[-2] == self.legs[-1].unit else "loop")
        if link.kind == kinds.RETURNED and (
            len(self.returned) >= thresholds["returns"]
            or len({leg.unit for leg in self.returned}) >= thresholds["units"]
        ):
            found.append("returns")
        return tuple(found)

    def found(self, link: Link, thresholds: Thresholds) -> Found | None:
        """What the link makes of it, about whoever gave the case back, with the whole way as proof."""
        ways = self.ways(link, thresholds) if self.grew and link.kind in COUNTED else ()
        if not ways:
            return None
        legs = {leg.sequence for leg in (*self.legs, *self.returned)} | set(self.asked)
        numbers = {
            "handovers": len(self.legs) - 1,
            "backs": self.backs,
            "returns": len(self.returned),
            "units": len({leg.unit for leg in self.legs}),
        }
        giver, taker = self.legs[-2].unit, self.legs[-1].unit
        steps, once = tuple(sorted(legs)), pair(giver, taker)
        return Found(link, giver, taker, steps, numbers, ways, once)


def _given_to(link: Link) -> str:
    """The unit to which a link gives the case; "" where it gives it to nobody."""
    return link.of("owner") or link.of(GIVES[link.kind][0]) if link.kind in GIVES else ""


def _at(link: Link, found: Found) -> Found:
    """What an earlier dispatch made, complete at a link that shows that it stands."""
    return replace(found, link=link, steps=(*found.steps, link.sequence))


def bounced(turns: Sequence[Turn], ground: Ground, thresholds: Thresholds) -> Iterator[Found]:
    """Passed back and forth: there and back again, round in a loop, or returned too often.

    Signals of practice (接诉即办): returns of two or more, or by two or more units, and a case back
    where it was. It is about the unit that gave the case back, once a pair of units and case. What
    a dispatch makes is complete only where that wasn't taken back.
    """
    way = before_sending = _Way()
    waiting: Found | None = None
    for turn in turns:
        link = turn.link
        if waiting is not None and shows_that_it_stands(link, waiting.other):
            yield _at(link, waiting)
            waiting = None
        if link.kind == kinds.DISPATCH_UNDONE and before_sending.legs:
            way, waiting = replace(before_sending, grew=False), None
            continue
        if link.kind == kinds.DISPATCHED:
            before_sending = way
        way = way.after(turn, ground)
        found = way.found(link, thresholds)
        if found is None:
            continue
        if link.kind == kinds.DISPATCHED:
            waiting = found
        else:
            yield found


def outside_list(turns: Sequence[Turn], ground: Ground, thresholds: Thresholds) -> Iterator[Found]:
    """Given to a community against its duty list: as lead of what it doesn't lead, or at all.

    The duty list is that of the day, the category the one that the case had then, or that it gets
    while the community has it: under another name it would have been refused. Without a category
    nothing can be said. It is about the unit that sent it, once a sending, and complete only where
    that wasn't taken back.
    """
    named = 0
    sent: Link | None = None
    waiting: Found | None = None
    stands = False
    for turn in turns:
        link = turn.link
        if sent is not None and shows_that_it_stands(link, sent.of("unit")):
            stands = True
            if waiting is not None:
                yield _at(link, waiting)
                sent = waiting = None
        if link.kind in GIVES:
            sent = link if link.kind == kinds.DISPATCHED else None
            waiting, stands = None, False
        if link.kind in (kinds.REPORTED, kinds.CATEGORISED):
            named = link.sequence
        if link.kind == kinds.INVITED:
            yield from _asked_in(link, named, turn, ground)
        elif sent is not None and waiting is None:
            waiting = _sent_outside(sent, named, turn, ground)
            if waiting is not None and stands:
                yield waiting
                sent = waiting = None
        if link.kind in ENDS:
            sent = None


def _asked_in(link: Link, named: int, turn: Turn, ground: Ground) -> Iterator[Found]:
    way = _against_list(link, turn, ground, as_lead=False)
    if way:
        steps = tuple(sorted({named, link.sequence}))
        yield Found(link, link.of("by_unit"), link.of("unit"), steps, {}, (way,))


def _sent_outside(sent: Link, named: int, turn: Turn, ground: Ground) -> Found | None:
    """What is against the list in a sending, by the category at its own link or as it is set later."""
    link = turn.link
    if link is not sent and link.kind != kinds.CATEGORISED:
        return None
    way = _against_list(sent, turn, ground, as_lead=True)
    if not way:
        return None
    ways = (way,) if link is sent else (way, "recategorised")
    steps = tuple(sorted({named, sent.sequence, link.sequence}))
    return Found(link, sent.of("from_unit"), sent.of("unit"), steps, {}, ways, began(sent))


def _against_list(sent: Link, turn: Turn, ground: Ground, *, as_lead: bool) -> str:
    """How a community that was sent a case can't be given its category; "" if it can."""
    unit = sent.of("unit")
    if ground.levels.get(unit) != "community" or not turn.category:
        return ""
    may_lead = ground.listed(unit, turn.category, day_of(turn.link.at))
    if may_lead is None:
        return "not_listed"
    return "" if may_lead or not as_lead else "assists_only"


@dataclass(frozen=True)
class Lift:
    """A case rose from a unit since its clock had run out."""

    unit: str
    case: str
    sequence: int
    at: datetime


def lifts(case: str, turns: Iterable[Turn]) -> Iterator[Lift]:
    """Each time that a case rose from a unit by itself."""
    for turn in turns:
        if turn.link.kind == kinds.LIFTED:
            link = turn.link
            yield Lift(link.of("from_unit"), case, link.sequence, link.at)


def lifted_often(
    risen: Iterable[Lift], thresholds_on: Callable[[date], Thresholds | None]
) -> Iterator[list[Lift]]:
    """Too many cases rose from one unit in a calendar month: the lifts up to the one too many.

    Once a unit and month. `thresholds_on` gives the thresholds of a local day, None where the rule
    was off on it.
    """
    by_month: dict[tuple[str, str], list[Lift]] = defaultdict(list)
    for lift in sorted(risen, key=lambda one: (one.at, one.case, one.sequence)):
        by_month[lift.unit, month_of(lift.at)].append(lift)
    for group in by_month.values():
        for count, lift in enumerate(group, 1):
            thresholds = thresholds_on(day_of(lift.at))
            if thresholds is not None and count >= thresholds["times"]:
                yield group[:count]
                break

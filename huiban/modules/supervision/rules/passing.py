"""What is passed around: pure, over a case's turns, its ground and a rule's thresholds.

Each rule goes through the turns from first to last and decides at each by what came before, so
that a case read link by link, as it happens, shows the same as the same case read later.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from huiban.modules.voice import kinds

from .chain import ENDS, GIVES, Found, Ground, Link, Turn, day_of, month_of

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


@dataclass
class _Way:
    """Where a case has been by units' own acts, and what came back on it.

    A branch guides and stands beside the way. `returned` holds who returned the case, and by
    which link; `asked` the links that asked for it.
    """

    legs: list[_Leg] = field(default_factory=list)
    returned: list[_Leg] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)
    backs: int = 0

    def go(self, turn: Turn, unit: str, ground: Ground) -> bool:
        """Follow a link that gives the case to a unit; whether it was passed on by an act."""
        link = turn.link
        if ground.guides(unit):
            return False
        if link.kind == kinds.DISPATCH_UNDONE and len(self.legs) > 1:
            self.legs.pop()
            return False
        if self.legs and self.legs[-1].unit == unit:
            return False
        is_from_branch = turn.holding is not None and ground.guides(turn.holding.unit)
        if link.kind not in ACTS or is_from_branch or not self.legs:
            self.legs = [_Leg(unit, link.sequence)]
            return False
        self._add(link, unit)
        return True

    def _add(self, link: Link, unit: str) -> None:
        if link.kind == kinds.RETURNED:
            self.returned.append(_Leg(self.legs[-1].unit, link.sequence))
        if link.kind in COUNTED:
            self.backs += any(leg.unit == unit for leg in self.legs[:-1])
        self.legs.append(_Leg(unit, link.sequence))

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

    def found(self, link: Link, ways: tuple[str, ...]) -> Found:
        """The finding about whoever gave the case back, with the whole way as its proof."""
        legs = {leg.sequence for leg in (*self.legs, *self.returned)} | set(self.asked)
        numbers = {
            "handovers": len(self.legs) - 1,
            "backs": self.backs,
            "returns": len(self.returned),
            "units": len({leg.unit for leg in self.legs}),
        }
        giver, taker = self.legs[-2].unit, self.legs[-1].unit
        return Found(link, giver, taker, tuple(sorted(legs)), numbers, ways)


def bounced(turns: Sequence[Turn], ground: Ground, thresholds: Thresholds) -> Iterator[Found]:
    """Passed back and forth: there and back again, round in a loop, or returned too often.

    Signals of practice (接诉即办): returns of two or more, or by two or more units, and a case back
    where it was. It is about the unit that gave the case back, once a pair of units and case.
    """
    way = _Way()
    told: set[tuple[str, str]] = set()
    for turn in turns:
        link = turn.link
        if link.kind == kinds.RETURN_ASKED and way.legs:
            way.asked.append(link.sequence)
        if link.kind not in GIVES:
            continue
        unit = link.of("owner") or link.of(GIVES[link.kind][0])
        if not way.go(turn, unit, ground) or link.kind not in COUNTED:
            continue
        ways = way.ways(link, thresholds)
        pair = (way.legs[-2].unit, unit)
        if ways and pair not in told:
            told.add(pair)
            yield way.found(link, ways)


def outside_list(turns: Sequence[Turn], ground: Ground, thresholds: Thresholds) -> Iterator[Found]:
    """Given to a community against its duty list: as lead of what it doesn't lead, or at all.

    The duty list is that of the day, the category the one that the case had then, or that it gets
    while the community has it: under another name it would have been refused. Without a category
    nothing can be said. It is about the unit that sent it, once a sending.
    """
    named = 0
    sent: Link | None = None
    for turn in turns:
        link = turn.link
        if link.kind in GIVES:
            sent = link if link.kind == kinds.DISPATCHED else None
        if link.kind in (kinds.REPORTED, kinds.CATEGORISED):
            named = link.sequence
        if link.kind == kinds.INVITED:
            way = _against_list(link, turn, ground, as_lead=False)
            if way:
                steps = tuple(sorted({named, link.sequence}))
                yield Found(link, link.of("by_unit"), link.of("unit"), steps, {}, (way,))
        elif sent is not None and link.kind in (kinds.DISPATCHED, kinds.CATEGORISED):
            way = _against_list(sent, turn, ground, as_lead=True)
            if way:
                ways = (way,) if link is sent else (way, "recategorised")
                steps = tuple(sorted({named, sent.sequence, link.sequence}))
                yield Found(link, sent.of("from_unit"), sent.of("unit"), steps, {}, ways)
                sent = None
        if link.kind in ENDS:
            sent = None


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

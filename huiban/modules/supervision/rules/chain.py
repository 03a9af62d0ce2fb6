"""A case's log as the rules read it: links in order, and who held the case before each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from huiban.kernel.base.calendar import WorkCalendar, working_minutes_between
from huiban.modules.voice import kinds

# The clock's own words; a test holds them against `duties.actions`, which decides nothing here.
DUTY_WARNED = "duties.duty_warned"
DUTY_LATE = "duties.duty_late"

# Duties of whoever has the case in hand. What is verified, reviewed or asked for consent is
# another matter, and a co-handler's part has a rule of its own.
LEADS = frozenset({"triage", "handle", "take_up", "guide"})
ASSISTS = "assist"

# An estate's branch guides; an estate is a place. Neither is ever the subject of a finding.
NEVER_SUBJECT = frozenset({"branch", "estate"})


@dataclass(frozen=True)
class Link:
    """One event of a case's chain."""

    sequence: int
    kind: str
    at: datetime
    payload: Mapping[str, Any]

    def of(self, name: str) -> str:
        """A field of the payload as text; "" where an older version of the kind has none."""
        return str(self.payload.get(name) or "")


# Whether a community may lead on a category on a day: True it may, False it may only assist,
# None where its duty list doesn't have the category.
Listed = Callable[[str, str, date], bool | None]


@dataclass(frozen=True)
class Ground:
    """What the rules stand on beside the log: levels of units, the calendar, the duty lists."""

    levels: Mapping[str, str]
    calendar: WorkCalendar
    listed: Listed

    def guides(self, unit: str) -> bool:
        """Whether it is one that is never the subject of a finding."""
        return self.levels.get(unit, "") in NEVER_SUBJECT

    def worked(self, since: datetime, until: datetime) -> int:
        """Minutes of working hours between two moments."""
        return working_minutes_between(since, until, self.calendar)


@dataclass(frozen=True)
class Holding:
    """A unit has the case in hand since a link; what it has done about it so far.

    `taken` is the link by which it took the case on; `told` those by which it asked, told or
    moved something since; `deferrals` the links and the days by which it moved its due time.
    """

    unit: str
    since: Link
    taken: Link | None = None
    told: tuple[int, ...] = ()
    deferrals: tuple[tuple[int, int], ...] = ()

    @property
    def is_untouched(self) -> bool:
        """Whether the unit has neither taken it on nor done anything else about it."""
        return self.taken is None and not self.told


@dataclass(frozen=True)
class Turn:
    """A link with what was so before it: who held the case, its category, whether it is urgent."""

    link: Link
    holding: Holding | None
    category: str
    is_danger: bool


# By which link a unit gets the case, which field names the unit in older versions of the kind,
# and whether it has taken it on already, as one that gets back what it had.
GIVES: dict[str, tuple[str, bool]] = {
    kinds.REPORTED: ("unit", False),
    kinds.DISPATCHED: ("unit", False),
    kinds.PASSED_ON: ("unit", False),
    kinds.ESCALATED: ("unit", False),
    kinds.LIFTED: ("unit", False),
    kinds.DISPATCH_UNDONE: ("unit", True),
    kinds.RETURNED: ("to_unit", True),
    kinds.REJECTED: ("to_unit", True),
    kinds.REOPENED: ("unit", True),
    kinds.UNMERGED: ("unit", False),
}
# After these nobody has the case in hand, or somebody has it for another purpose.
ENDS = frozenset(
    {
        kinds.ANSWERED,
        kinds.DIVERTED,
        kinds.JOINED,
        kinds.MERGED,
        kinds.WITHDRAWN,
        kinds.CLOSED_UNRATED,
        kinds.EXPLAINED,
        kinds.RATED,
        kinds.REOPENING_ASKED,
        kinds.CALLBACK_OPENED,
        kinds.VERIFIED,
    }
)
# By these a unit tells somebody how it stands: the resident, another unit, whoever sent the case.
TELLS: dict[str, str] = {
    kinds.ASKED: "unit",
    kinds.DEFERRED: "unit",
    kinds.INVITED: "by_unit",
    kinds.RETURN_ASKED: "by_unit",
}
# After these nobody takes a dispatch back any more: the receiver took it on or sent it further, it
# rose, or it ended. Asking, extending and asking in leave the sender free to.
STANDS = frozenset(
    {
        kinds.ACCEPTED,
        kinds.ANSWERED,
        kinds.DISPATCHED,
        kinds.ESCALATED,
        kinds.LIFTED,
        kinds.RETURNED,
        kinds.WITHDRAWN,
    }
)
# The receiver's own clock runs for longer than a tap can be taken back.
SENDING_STANDS_AT = STANDS | {DUTY_WARNED, DUTY_LATE}


def shows_that_it_stands(link: Link, unit: str) -> bool:
    """Whether a link after a dispatch to that unit shows that it wasn't a slip of the finger."""
    if link.kind in (DUTY_WARNED, DUTY_LATE):
        return link.of("unit") == unit and link.of("kind") in LEADS
    return link.kind in STANDS


def walk(links: Iterable[Link]) -> list[Turn]:
    """The links in their order, each with what was so before it.

    Whoever takes a dispatch back has the case as before, with all that they had done about it.
    """
    turns: list[Turn] = []
    holding: Holding | None = None
    before_sending: Holding | None = None
    category, is_danger = "", False
    for link in links:
        if link.kind == kinds.REPORTED:
            is_danger = bool(link.payload.get("danger"))
        if link.kind in (kinds.REPORTED, kinds.CATEGORISED):
            category = link.of("category")
        turns.append(Turn(link, holding, category, is_danger))
        if link.kind == kinds.DISPATCHED:
            before_sending = holding
        holding = _taken_back(before_sending, held_after(holding, link), link)
    return turns


def _taken_back(before: Holding | None, after: Holding | None, link: Link) -> Holding | None:
    """The holding after a link: the one before the dispatch where this link takes that back."""
    if link.kind != kinds.DISPATCH_UNDONE or before is None or after is None:
        return after
    return replace(before, taken=before.taken or link) if before.unit == after.unit else after


def held_after(holding: Holding | None, link: Link) -> Holding | None:
    """Who has the case in hand after a link."""
    if link.kind in GIVES:
        field_name, taken = GIVES[link.kind]
        unit = link.of("owner") or link.of(field_name)
        taken = taken or link.of("stage") == "handling"
        return Holding(unit, link, link if taken else None)
    if link.kind in ENDS or holding is None:
        return None
    if link.kind == kinds.ACCEPTED:
        return replace(holding, taken=link)
    if link.kind in TELLS and link.of(TELLS[link.kind]) == holding.unit:
        holding = replace(holding, told=(*holding.told, link.sequence))
        if link.kind == kinds.DEFERRED:
            days = int(link.payload["days"])
            holding = replace(holding, deferrals=(*holding.deferrals, (link.sequence, days)))
    return holding


Numbers = Mapping[str, int | float]


@dataclass(frozen=True)
class Found:
    """What a rule found: about which unit (and which other one), and what proves it.

    `link` completed it. `steps` are the sequences of the links that prove it, in their order;
    `ways` are codes of how it was met, where a rule knows several. `once` says of what it is found
    a single time in a case, by whatever version of the rule: of a holding or a sending, by the link
    that `began` it, or of a `pair` of units; empty where each link is a finding of its own.
    """

    link: Link
    unit: str
    other: str = ""
    steps: tuple[int, ...] = ()
    numbers: Numbers = field(default_factory=dict)
    ways: tuple[str, ...] = ()
    once: str = ""

    @property
    def mark(self) -> str:
        """What tells it apart from the other findings of its rule in a case."""
        return self.once or str(self.link.sequence)


def began(link: Link) -> str:
    """The mark of a holding or a sending. A bare number would be that of a completing link."""
    return f"@{link.sequence}"


def pair(giver: str, taker: str) -> str:
    """The mark of a pair of units, in this order."""
    return f"{giver}>{taker}"


# Where days and months begin. The clock has the same zone, but rules look at no clock.
_CHINA = ZoneInfo("Asia/Shanghai")


def day_of(moment: datetime) -> date:
    """The day of a moment in China."""
    return moment.astimezone(_CHINA).date()


def month_of(moment: datetime) -> str:
    """The month of a moment in China, as 2026-05."""
    return f"{moment.astimezone(_CHINA):%Y-%m}"

"""From a case's links to its holdings: who had it in hand, since when, and how that ended.

Hundreds of thousands are held at once, so that nothing is kept of them but what the fit reads, and
each name once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from sys import intern
from typing import Any, Protocol

from huiban.kernel.duties.actions import DUTY_MOVED
from huiban.modules.voice import kinds, stages

from .flow import AGAIN, LEADS, NEW, TAKEN, End

ENDS: dict[str, End] = {
    kinds.ACCEPTED: End.TOOK,
    kinds.DISPATCHED: End.SENT,
    kinds.PASSED_ON: End.SENT,
    kinds.ESCALATED: End.SENT,
    kinds.DISPATCH_UNDONE: End.RETURNED,
    kinds.RETURNED: End.RETURNED,
    kinds.ANSWERED: End.ANSWERED,
    kinds.DIVERTED: End.DIVERTED,
    kinds.JOINED: End.LEFT,
    kinds.MERGED: End.LEFT,
    kinds.WITHDRAWN: End.LEFT,
    kinds.LIFTED: End.LIFTED,
}
ENTRIES = {kinds.ACCEPTED: TAKEN} | dict.fromkeys(
    (kinds.DISPATCH_UNDONE, kinds.RETURNED, kinds.REJECTED, kinds.REOPENED), AGAIN
)
# Which field says the open duty's new due time, where a pause or a deferral moved it.
MOVED = {
    kinds.DEFERRED: "after",
    kinds.REPLIED: "due",
    kinds.QUESTION_LAPSED: "due",
    DUTY_MOVED: "after",
}
WORKED_ON_AGAIN = frozenset({kinds.REJECTED, kinds.REOPENED})


class Told(Protocol):
    """A link of the log, as far as it is read here."""

    @property
    def kind(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def payload(self) -> Mapping[str, Any]: ...


@dataclass(slots=True)
class Holding:
    """A unit's time with a case. `taken` is None where it never took it on.

    `moves` are the due times before and after each pause or deferral.
    """

    unit: str
    owes: str
    entry: str
    opened: datetime
    due: datetime
    taken: datetime | None = None
    closed: datetime | None = None
    end: End | None = None
    to_unit: str = ""
    to_owes: str = ""
    moves: tuple[tuple[datetime, datetime], ...] = ()


@dataclass(slots=True)
class Answer:
    """An answer and what followed: the moment of the last close, or of being worked on again."""

    at: datetime
    followed: datetime | None = None
    again: bool = False


@dataclass(slots=True)
class CaseRead:
    """A case as it was read: how it came, its holdings and answers in their order."""

    received: datetime
    front_desk: str
    street: str
    community: str
    category: str
    is_danger: bool
    holdings: list[Holding] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)

    def copy(self) -> CaseRead:
        """The case as it stands, which what is told from now on doesn't change."""
        holdings = [replace(one) for one in self.holdings]
        return replace(self, holdings=holdings, answers=[replace(one) for one in self.answers])


def read_case(links: Iterable[Told]) -> CaseRead | None:
    """The case that a chain tells of; None where it doesn't begin with a report that says its steps."""
    chain = iter(links)
    first = next(chain, None)
    case = None if first is None else begun(first)
    if case is not None:
        for link in chain:
            go_on(case, link)
    return case


def begun(link: Told) -> CaseRead | None:
    """The case that begins with that link; None where it is no report that says its steps."""
    told = link.payload
    if link.kind != kinds.REPORTED or "owes" not in told:
        return None
    case = CaseRead(
        received=link.at,
        front_desk=intern(told["unit"]),
        street=intern(told["street"]),
        community=intern(told["community"]),
        category=intern(told["category"]),
        is_danger=bool(told["danger"]),
    )
    _step(case, link)
    return case


def go_on(case: CaseRead, link: Told) -> None:
    """Let the case have come as far as that link, which follows the one before it."""
    _tell(case, link)
    _step(case, link)


def _tell(case: CaseRead, link: Told) -> None:
    told = link.payload
    if link.kind == kinds.CATEGORISED:
        case.category = intern(told["category"])
        if (holding := _open(case)) and told.get("due"):
            holding.due = _moment(told["due"])
    elif link.kind == kinds.LOCATED:
        case.street = intern(told.get("street") or case.street)
        case.community = intern(told.get("community") or case.community)
    elif link.kind in MOVED:
        # A corrected calendar also moves duties of others, such as co-handlers.
        _moved(case, told.get("unit", ""), str(told.get(MOVED[link.kind]) or ""))
    if told.get("stage") == stages.CLOSED and case.answers:
        case.answers[-1].followed = link.at
    elif link.kind in WORKED_ON_AGAIN and case.answers:
        case.answers[-1].followed, case.answers[-1].again = link.at, True


def _moved(case: CaseRead, unit: str, due: str) -> None:
    holding = _open(case)
    if holding is not None and due and unit in ("", holding.unit):
        after = _moment(due)
        if after > holding.due:
            holding.moves += ((holding.due, after),)
        holding.due = after


def _moment(text: str) -> datetime:
    # In UTC, whose zone is one object: a parsed one brings its own.
    return datetime.fromisoformat(text).astimezone(UTC)


def _open(case: CaseRead) -> Holding | None:
    last = case.holdings[-1] if case.holdings else None
    return last if last is not None and last.closed is None else None


def _step(case: CaseRead, link: Told) -> None:
    told = link.payload
    holding = _open(case)
    if holding is not None and told.get("closes"):
        _close(holding, link)
    elif holding is not None and link.kind == kinds.ACCEPTED:
        holding.taken = link.at
    if told.get("owes") in LEADS:
        entry = ENTRIES.get(link.kind, NEW)
        owner, owes = intern(told["owner"]), intern(told["owes"])
        made = Holding(owner, owes, entry, link.at, _moment(told["due"]))
        made.taken = None if entry == NEW else link.at
        case.holdings.append(made)
    if link.kind == kinds.ANSWERED:
        case.answers.append(Answer(link.at))


def _close(holding: Holding, link: Told) -> None:
    holding.closed = link.at
    holding.end = ENDS.get(link.kind, End.LEFT)
    holding.to_unit = intern(link.payload["owner"])
    holding.to_owes = intern(link.payload["owes"])
    # What a unit does with a case shows that it took it on; a clock or a resident doesn't.
    if holding.taken is None and holding.end not in (End.LIFTED, End.LEFT):
        holding.taken = link.at

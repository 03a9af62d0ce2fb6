"""From a case's links to its holdings: who had it in hand, since when, and how that ended."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
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


@dataclass
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
    moves: list[tuple[datetime, datetime]] = field(default_factory=list)


@dataclass
class Answer:
    """An answer and what followed: the moment of the last close, or of being worked on again."""

    at: datetime
    followed: datetime | None = None
    again: bool = False


@dataclass
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


def read_case(links: Iterable[Told]) -> CaseRead | None:
    """The case that a chain tells of; None where it doesn't begin with a report that says its steps."""
    case: CaseRead | None = None
    for link in links:
        if case is None:
            if link.kind != kinds.REPORTED or "owes" not in link.payload:
                return None
            case = _reported(link)
        else:
            _tell(case, link)
        _step(case, link)
    return case


def _reported(link: Told) -> CaseRead:
    told = link.payload
    return CaseRead(
        received=link.at,
        front_desk=told["unit"],
        street=told["street"],
        community=told["community"],
        category=told["category"],
        is_danger=bool(told["danger"]),
    )


def _tell(case: CaseRead, link: Told) -> None:
    told = link.payload
    if link.kind == kinds.CATEGORISED:
        case.category = told["category"]
        if (holding := _open(case)) and told.get("due"):
            holding.due = datetime.fromisoformat(told["due"])
    elif link.kind == kinds.LOCATED:
        case.street = told.get("street") or case.street
        case.community = told.get("community") or case.community
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
        after = datetime.fromisoformat(due)
        if after > holding.due:
            holding.moves.append((holding.due, after))
        holding.due = after


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
        due = datetime.fromisoformat(told["due"])
        made = Holding(told["owner"], told["owes"], entry, link.at, due)
        made.taken = None if entry == NEW else link.at
        case.holdings.append(made)
    if link.kind == kinds.ANSWERED:
        case.answers.append(Answer(link.at))


def _close(holding: Holding, link: Told) -> None:
    holding.closed = link.at
    holding.end = ENDS.get(link.kind, End.LEFT)
    holding.to_unit, holding.to_owes = link.payload["owner"], link.payload["owes"]
    # What a unit does with a case shows that it took it on; a clock or a resident doesn't.
    if holding.taken is None and holding.end not in (End.LIFTED, End.LEFT):
        holding.taken = link.at

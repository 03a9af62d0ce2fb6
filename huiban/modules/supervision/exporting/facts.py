"""What of an event may leave the house: pure, so that it can be read in one place.

References become pseudonyms, units their codes; codes, numbers and times go as they are. Whoever
acted is told by kind alone, and nothing is told of a place finer than an estate.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from huiban.modules.voice import kinds

STRING, TIME, INTEGER, FLOAT, BOOLEAN = "string", "time", "integer", "float", "boolean"

CASE, REPORT, DUTY, UNIT = "case", "report", "duty", "unit"
"""The types of objects that events are about."""

REFERENCES = {"report": REPORT, "duty": DUTY, "to_case": CASE, "from_case": CASE}
"""Fields that refer to an object other than a unit. Other references are left out."""

KEPT_BACK = frozenset({"place", "building", "account", "actor", "post"})
"""Fields that tell of places finer than an estate, or of people, in whatever form."""

STANDING = ("category", "stage", "tier", "danger", "groups", "verdict", "satisfaction", "diversion")
"""What a case is known by, as it changes; beside its path and the channel it came by."""

PATH = ("district", "street", "community", "estate")

# Whose unit acted, where a worker did: these fields in turn, unless the kind says another.
_ACTING = ("by_unit", "from_unit", "unit")
_ACTING_OTHERWISE = {
    kinds.DISPATCH_UNDONE: ("unit",),
    kinds.RETURNED: ("to_unit",),
    kinds.RETURN_UPHELD: ("to_unit",),
}
_ACTORS = {"account": "worker", "resident": "resident", "system": "system"}
_REFERENCE = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE)
_TIME = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)")
_CODE = re.compile(r"[\w.:/+\-]{1,80}")
# Telephone and identity numbers are longer than any code but a unit's, and units are looked up.
_LONG_NUMBER = re.compile(r"\d{7}")


@dataclass(frozen=True)
class Fact:
    """A code, number or time; `value` is how it is written: times in UTC, `true` and `false`."""

    name: str
    type: str
    value: str


@dataclass(frozen=True)
class Link:
    """What an event has to do with an object: `type` and `key` say which, `qualifier` how."""

    qualifier: str
    type: str
    key: str

    @property
    def id(self) -> str:
        """The object's identifier among all."""
        return f"{self.type}-{self.key}"


@dataclass(frozen=True)
class Happening:
    """An event as it may leave: `group` is the code of the unit that acted, where a worker did."""

    kind: str
    sequence: int
    at: datetime
    actor: str
    group: str
    facts: tuple[Fact, ...]
    links: tuple[Link, ...]


@dataclass(frozen=True)
class Trace:
    """All that happened to a case, in order."""

    case: Link
    happenings: tuple[Happening, ...]


@dataclass(frozen=True)
class Thing:
    """An object: what it is known by since when, and the objects it belongs to."""

    itself: Link
    facts: tuple[tuple[datetime, Fact], ...]
    links: tuple[Link, ...]


@dataclass(frozen=True)
class Told:
    """An event as the log keeps it."""

    kind: str
    version: int
    sequence: int
    at: datetime
    actor: str
    payload: Mapping[str, Any]


@dataclass(frozen=True)
class Names:
    """How references are told outside: a pseudonym for (type, identifier), and units' codes."""

    pseudonym: Callable[[str, str], str]
    unit_codes: Mapping[str, str]

    def link(self, qualifier: str, type_: str, identifier: UUID | str) -> Link:
        """The link to an object that isn't a unit."""
        return Link(qualifier, type_, self.pseudonym(type_, str(UUID(str(identifier)))))


def trace_of(case_id: UUID, events: Iterable[Told], names: Names) -> Trace:
    """The case's trace."""
    return Trace(
        names.link(CASE, CASE, case_id), tuple(_happening(event, names) for event in events)
    )


def changes(trace: Trace) -> Iterator[tuple[datetime, Fact]]:
    """What the case is known by, from when on: the first values, then each that differs."""
    known: dict[str, str] = {}
    for number, happening in enumerate(trace.happenings):
        if happening.kind.partition(".")[0] != "voice":  # a duty's tier isn't the case's
            continue
        wanted = (*STANDING, *PATH, *(["channel"] if number == 0 else []))
        for fact in (*happening.facts, *_codes(happening.links)):
            if fact.name in wanted and known.get(fact.name) != fact.value:
                known[fact.name] = fact.value
                yield happening.at, fact


def _codes(links: Iterable[Link]) -> Iterator[Fact]:
    return (Fact(link.qualifier, STRING, link.key) for link in links if link.type == UNIT)


def _happening(event: Told, names: Names) -> Happening:
    facts, links = [Fact("version", INTEGER, str(event.version))], []
    for name, value in sorted(event.payload.items()):
        if name in KEPT_BACK:
            continue
        if isinstance(value, str) and _REFERENCE.fullmatch(value):
            if link := _linked(name, value, names):
                links.append(link)
        elif fact := fact_of(name, value):
            facts.append(fact)
    actor = _ACTORS.get(event.actor.partition(":")[0], "system")
    units = {link.qualifier: link.key for link in links if link.type == UNIT}
    acting = _ACTING_OTHERWISE.get(event.kind, _ACTING) if actor == "worker" else ()
    group = next((units[name] for name in acting if name in units), "")
    return Happening(event.kind, event.sequence, event.at, actor, group, tuple(facts), tuple(links))


def _linked(name: str, value: str, names: Names) -> Link | None:
    if code := names.unit_codes.get(value) or names.unit_codes.get(str(UUID(value))):
        return Link(name, UNIT, code)
    return names.link(name, REFERENCES[name], value) if name in REFERENCES else None


def fact_of(name: str, value: Any) -> Fact | None:
    """The fact in a payload's value; None where it says nothing, or is nothing that may leave."""
    if isinstance(value, bool):
        return Fact(name, BOOLEAN, str(value).lower())
    if isinstance(value, int):
        return Fact(name, INTEGER, str(value))
    if isinstance(value, float):
        return Fact(name, FLOAT, repr(value))
    if isinstance(value, list) and all(map(_is_code, value)):
        value = "+".join(value)
    if not isinstance(value, str):
        return None
    if _TIME.fullmatch(value):
        return Fact(name, TIME, in_utc(datetime.fromisoformat(value)))
    return Fact(name, STRING, value) if _is_code(value) else None


def _is_code(value: Any) -> bool:
    return (
        isinstance(value, str)
        and _CODE.fullmatch(value) is not None
        and not _LONG_NUMBER.search(value)
        and not _REFERENCE.fullmatch(value)
    )


def in_utc(moment: datetime) -> str:
    """A moment to the microsecond, as both formats take it."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")

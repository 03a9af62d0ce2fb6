"""The log as OCEL 2.0 in JSON: events, and the objects they are about. Pure over a text file.

Values are text and their types are declared, as the standard's schema asks. What types there are
is known once all has been written, so the declarations come last in the file.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any, TextIO

from huiban.modules.voice import kinds

from .facts import (
    CASE,
    PATH,
    REPORT,
    STRING,
    UNIT,
    Fact,
    Happening,
    Link,
    Thing,
    Trace,
    changes,
    in_utc,
)


class _Types:
    """The attributes that were met for each type; those that differ in kind count as text."""

    def __init__(self) -> None:
        self._met: defaultdict[str, dict[str, str]] = defaultdict(dict)

    def meet(self, name: str, facts: Iterable[Fact]) -> None:
        met = self._met[name]
        for fact in facts:
            if met.setdefault(fact.name, fact.type) != fact.type:
                met[fact.name] = STRING

    def declared(self) -> list[dict[str, Any]]:
        return [
            {
                "name": name,
                "attributes": [
                    {"name": attribute, "type": kind} for attribute, kind in sorted(met.items())
                ],
            }
            for name, met in sorted(self._met.items())
        ]


def write_ocel(
    file: TextIO, traces: Callable[[], Iterable[Trace]], others: Iterable[Thing]
) -> tuple[int, int]:
    """Write the log; how many cases and events.

    `traces` is gone through twice, for cases and reports first and for their events then;
    `others` are the objects beside these.
    """
    types, event_types = _Types(), _Types()
    cases = _Counted(traces())
    file.write('{"objects": [')
    _write_each(file, (_object(thing, types) for thing in chain(_things(cases), others)))
    file.write('],\n"events": [')
    told = ((trace, happening) for trace in traces() for happening in trace.happenings)
    events = _write_each(file, (_event(*one, event_types) for one in told))
    file.write(f'],\n"objectTypes": {_json(types.declared())}')
    file.write(f',\n"eventTypes": {_json(event_types.declared())}}}\n')
    return cases.count, events


class _Counted:
    """Traces, counted as they go by."""

    def __init__(self, traces: Iterable[Trace]) -> None:
        self._traces = traces
        self.count = 0

    def __iter__(self) -> Iterator[Trace]:
        for trace in self._traces:
            self.count += 1
            yield trace


def _write_each(file: TextIO, records: Iterable[dict[str, Any]]) -> int:
    count = 0
    for record in records:
        file.write(f"{',' if count else ''}\n{_json(record)}")
        count += 1
    return count


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _things(traces: Iterable[Trace]) -> Iterator[Thing]:
    """Each case, and with the case that it opened each report."""
    for trace in traces:
        known = tuple(changes(trace))
        latest = {fact.name: fact.value for _at, fact in known}
        path = tuple(Link(name, UNIT, latest[name]) for name in PATH if name in latest)
        yield Thing(trace.case, known, path)
        for happening in trace.happenings:
            if happening.kind == kinds.REPORTED:
                yield from _reports(trace.case, happening)


def _reports(case: Link, happening: Happening) -> Iterator[Thing]:
    channel = tuple((happening.at, fact) for fact in happening.facts if fact.name == "channel")
    for link in happening.links:
        if link.type == REPORT:
            yield Thing(link, channel, (Link("opened", CASE, case.key),))


def _object(thing: Thing, types: _Types) -> dict[str, Any]:
    types.meet(thing.itself.type, (fact for _at, fact in thing.facts))
    return {
        "id": thing.itself.id,
        "type": thing.itself.type,
        "attributes": [
            {"name": fact.name, "time": in_utc(at), "value": fact.value} for at, fact in thing.facts
        ],
        "relationships": _related(thing.links),
    }


def _event(trace: Trace, happening: Happening, types: _Types) -> dict[str, Any]:
    facts = [Fact("actor", STRING, happening.actor), *happening.facts]
    if happening.group:
        facts.insert(1, Fact("group", STRING, happening.group))
    types.meet(happening.kind, facts)
    return {
        "id": f"{trace.case.id}-{happening.sequence}",
        "type": happening.kind,
        "time": in_utc(happening.at),
        "attributes": [{"name": fact.name, "value": fact.value} for fact in facts],
        "relationships": _related((trace.case, *happening.links)),
    }


def _related(links: Iterable[Link]) -> list[dict[str, str]]:
    return [{"objectId": link.id, "qualifier": link.qualifier} for link in links]

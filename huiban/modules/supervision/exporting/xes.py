"""The log as XES (IEEE 1849-2016): a trace a case, an event an event. Pure over a text file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TextIO
from xml.sax.saxutils import quoteattr

from .facts import (
    BOOLEAN,
    FLOAT,
    INTEGER,
    STRING,
    TIME,
    UNIT,
    Fact,
    Happening,
    Trace,
    changes,
    in_utc,
)

_HEAD = """\
<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849.2016" xes.features="">
<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
<extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
<extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
<global scope="trace"><string key="concept:name" value=""/></global>
<global scope="event"><string key="concept:name" value=""/>\
<date key="time:timestamp" value="1970-01-01T00:00:00.000+00:00"/></global>
<classifier name="Activity" scope="event" keys="concept:name"/>
"""
_PLAIN = re.compile(r"[\w.:/+\-]*")
_TAGS = {STRING: "string", TIME: "date", INTEGER: "int", FLOAT: "float", BOOLEAN: "boolean"}


def write_xes(file: TextIO, traces: Iterable[Trace], position: int) -> tuple[int, int]:
    """Write the log; how many cases and events. `position` says up to where in our log it goes."""
    cases = events = 0
    file.write(_HEAD)
    file.write(_attribute(Fact("concept:name", STRING, "huiban voice.case")))
    file.write(_attribute(Fact("position", INTEGER, str(position))) + "\n")
    for trace in traces:
        cases += 1
        events += len(trace.happenings)
        file.writelines(_trace(trace))
    file.write("</log>\n")
    return cases, events


def _trace(trace: Trace) -> Iterator[str]:
    """The trace, known by what the case came to in the end."""
    yield "<trace>" + _attribute(Fact("concept:name", STRING, trace.case.id))
    latest = {fact.name: fact for _at, fact in changes(trace)}
    yield "".join(map(_attribute, latest.values())) + "\n"
    for happening in trace.happenings:
        yield f"<event>{''.join(map(_attribute, _facts(happening)))}</event>\n"
    yield "</trace>\n"


def _facts(happening: Happening) -> Iterator[Fact]:
    yield Fact("concept:name", STRING, happening.kind)
    yield Fact("time:timestamp", TIME, in_utc(happening.at))
    if happening.group:
        yield Fact("org:group", STRING, happening.group)
    if happening.actor != "system":
        # An act is over when it is told. What the clock finds is no act and has no life-cycle.
        yield Fact("lifecycle:transition", STRING, "complete")
    yield Fact("actor", STRING, happening.actor)
    yield from happening.facts
    for link in happening.links:
        yield Fact(link.qualifier, STRING, link.key if link.type == UNIT else link.id)


def _attribute(fact: Fact) -> str:
    value = _milliseconds(fact.value) if fact.type == TIME else fact.value
    return f"<{_TAGS[fact.type]} key={_quoted(fact.name)} value={_quoted(value)}/>"


def _quoted(text: str) -> str:
    """The text as an attribute's value. Codes have nothing to escape, and codes are what there is."""
    return f'"{text}"' if _PLAIN.fullmatch(text) else quoteattr(text)


def _milliseconds(written: str) -> str:
    """A time as every reader of XES takes it; some know no finer fractions."""
    return datetime.fromisoformat(written).isoformat(timespec="milliseconds")

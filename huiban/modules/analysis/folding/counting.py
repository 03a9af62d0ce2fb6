"""A stretch of the log counted: the states after it, and what that changes in the counts. Pure."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from huiban.kernel.base.measures import TALLIES

# axis, measure, unit, code, day
Key = tuple[str, str, str, str, int]


class Link(NamedTuple):
    """An event as far as it is counted. Identifiers are text; `payload` is JSON or read already."""

    position: int
    subject_type: str
    subject_id: str
    kind: str
    at: datetime
    district: str
    payload: str | dict[str, Any]


@dataclass
class Stretch:
    """What a stretch of the log comes to."""

    # Of those subjects alone whose state is another than before.
    states: dict[str, tuple[str, str]] = field(default_factory=dict)
    changes: Counter[Key] = field(default_factory=Counter)
    events: int = 0


def counted(links: Iterable[Link], before: Mapping[str, str]) -> Stretch:
    """Count the links, in the order of the log, on the states (JSON by subject) before them.

    A link of a type that nobody tallies is passed over.
    """
    stretch = Stretch()
    states: dict[str, tuple[str, Any]] = {}
    for link in links:
        stretch.events += 1
        tally = TALLIES.get(link.subject_type)
        if tally is None:
            continue
        held = states.get(link.subject_id)
        if held is None:
            held = (link.subject_type, _state(tally, before.get(link.subject_id)))
            states[link.subject_id] = held
            _mark(stretch.changes, tally, held[1], -1)
        told = json.loads(link.payload) if isinstance(link.payload, str) else dict(link.payload)
        told["district"] = link.district
        tally.apply(held[1], link.kind, link.at, told)
    for subject_id, (subject_type, state) in states.items():
        tally = TALLIES[subject_type]
        _mark(stretch.changes, tally, state, 1)
        kept = json.dumps(tally.dump(state))
        if kept != before.get(subject_id):
            stretch.states[subject_id] = (subject_type, kept)
    return stretch


def _state(tally: Any, kept: str | None) -> Any:
    return tally.blank() if kept is None else tally.load(json.loads(kept))


def _mark(changes: Counter[Key], tally: Any, state: Any, sign: int) -> None:
    for axis, measure, unit, code, day, amount in tally.marks(state):
        changes[axis, measure, unit, code, day] += sign * amount

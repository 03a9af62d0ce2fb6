"""What a finding counts for, from its events: pure. `measures.py` says in words what is counted.

A finding that was made void by an upheld objection takes back whatever it had counted for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple, dataclass
from datetime import datetime
from typing import Any

from huiban.kernel.base.clock import local
from huiban.kernel.base.measures import ALL, CATEGORY, HANDLER, RULE, Mark, Tally

from . import kinds

OPEN, CONFIRMED, DISMISSED, VOID = "open", "confirmed", "dismissed", "void"


@dataclass
class Standing:
    """Where a finding stands after the events so far; `day` is that of its completing link."""

    rule: str = ""
    unit: str = ""
    district: str = ""
    street: str = ""
    community: str = ""
    category: str = ""
    day: int = 0
    state: str = OPEN
    is_objected: bool = False


def apply(standing: Standing, kind: str, at: datetime, payload: dict[str, Any]) -> None:
    """Change where a finding stands by one of its events."""
    if kind == kinds.FINDING_MADE:
        for name in ("rule", "unit", "district", "street", "community", "category"):
            setattr(standing, name, payload[name])
        there = local(datetime.fromisoformat(payload["at"]))
        standing.day = there.year * 10_000 + there.month * 100 + there.day
    elif kind in (kinds.FINDING_JUDGED, kinds.OBJECTION_DECIDED):
        standing.state = payload["state"]
    elif kind == kinds.OBJECTION_MADE:
        standing.is_objected = True


def marks(standing: Standing) -> Iterator[Mark]:
    """What a finding counts for, under its unit, the unit's path, its rule and category."""
    if not standing.day:
        return
    for measure in _measures(standing):
        for unit in (standing.district, standing.street, standing.community):
            if unit:
                yield ALL, measure, unit, "", standing.day, 1
                yield RULE, measure, unit, standing.rule, standing.day, 1
                yield CATEGORY, measure, unit, standing.category, standing.day, 1
        yield HANDLER, measure, standing.unit, standing.rule, standing.day, 1


def _measures(standing: Standing) -> Iterator[str]:
    if standing.is_objected:
        yield "supervision.objected"
    if standing.state == VOID:
        yield "supervision.void"
        return
    yield "supervision.found"
    if standing.state == CONFIRMED:
        yield "supervision.confirmed"
    elif standing.state == DISMISSED:
        yield "supervision.dismissed"


TALLY = Tally(
    subject_type="supervision.finding",
    version=1,
    blank=Standing,
    apply=apply,
    marks=marks,
    dump=lambda standing: list(astuple(standing)),
    load=lambda kept: Standing(*kept),
)

"""The columns of the lake's tables, and what of an event goes into which. Pure.

What may leave the house is decided in `supervision.exporting.facts`, for the lake as for the
exports. Here it is only laid out: what many kinds of events say has a column of its own, what few
say stands in `more`.
"""

from __future__ import annotations

import hashlib
from enum import Enum
from typing import Any

from .names import CASES, EVENTS, UNITS

# Whose events are told: those of cases, and of what supervision makes of them. An observation isn't:
# the observers are few and easily recognised. Nor are people, accounts, reports and places.
SUBJECTS = (
    "voice.case",
    "supervision.finding",
    "supervision.letter",
    "supervision.consultation",
    "supervision.decision",
    "supervision.rule",
)


class Sort(Enum):
    """What a value of a payload is, and so how it is told."""

    UNIT = "unit"  # an identifier of a unit, told by the unit's code
    CASE = "case"  # an identifier of a case, told by its pseudonym
    CODE = "code"
    TIME = "time"
    NUMBER = "number"
    FLAG = "flag"


# Fields that have a column, under the name that they have there.
FIELDS: dict[str, tuple[str, Sort]] = {
    "unit": ("unit", Sort.UNIT),
    "from_unit": ("from_unit", Sort.UNIT),
    "to_unit": ("to_unit", Sort.UNIT),
    "by_unit": ("by_unit", Sort.UNIT),
    "owner": ("owner", Sort.UNIT),
    "street": ("street", Sort.UNIT),
    "community": ("community", Sort.UNIT),
    "estate": ("estate", Sort.UNIT),
    "case": ("of_case", Sort.CASE),
    "to_case": ("to_case", Sort.CASE),
    "from_case": ("from_case", Sort.CASE),
    "stage": ("stage", Sort.CODE),
    "closes": ("closes", Sort.CODE),
    "owes": ("owes", Sort.CODE),
    "kind": ("duty", Sort.CODE),
    "category": ("category", Sort.CODE),
    "channel": ("channel", Sort.CODE),
    "groups": ("groups", Sort.CODE),
    "source": ("source", Sort.CODE),
    "verdict": ("verdict", Sort.CODE),
    "satisfaction": ("satisfaction", Sort.CODE),
    "diversion": ("diversion", Sort.CODE),
    "means": ("means", Sort.CODE),
    "reasons": ("reasons", Sort.CODE),
    "rule": ("rule", Sort.CODE),
    "why": ("why", Sort.CODE),
    # A code in one kind, a moment in another: told as it is written.
    "before": ("before", Sort.CODE),
    "due": ("due", Sort.TIME),
    "after": ("after", Sort.TIME),
    "tier": ("tier", Sort.NUMBER),
    "owner_tier": ("owner_tier", Sort.NUMBER),
    "photos": ("photos", Sort.NUMBER),
    "days": ("days", Sort.NUMBER),
    "doubt": ("doubt", Sort.NUMBER),
    "reports": ("reports", Sort.NUMBER),
    "danger": ("danger", Sort.FLAG),
    "suggested": ("suggested", Sort.FLAG),
    "reached": ("reached", Sort.FLAG),
}

# Fields that are told nowhere: rows that lead to a person, places finer than an estate, and the
# district, which the path tells.
LEFT_OUT = frozenset({"report", "duty", "place", "building", "district"})

_OF_SORT = {
    Sort.UNIT: "string",
    Sort.CASE: "string",
    Sort.CODE: "string",
    Sort.TIME: "moment",
    Sort.NUMBER: "int32",
    Sort.FLAG: "bool",
}

# Each column with its type; `moment` is a time in UTC to the microsecond.
_COLUMNS: dict[str, dict[str, str]] = {
    EVENTS: {
        "position": "int64",
        "subject": "string",
        "subject_type": "string",
        "sequence": "int32",
        "kind": "string",
        "version": "int32",
        "moment": "moment",
        "day": "int32",
        "actor": "string",
        **{name: _OF_SORT[sort] for name, sort in FIELDS.values()},
        "more": "string",
    },
    CASES: {
        "subject": "string",
        "street": "string",
        "community": "string",
        "estate": "string",
        "category": "string",
        "groups": "string",
        "stage": "string",
        "danger": "bool",
        "reopened": "int32",
        "received": "moment",
        "received_day": "int32",
        "owes": "string",
        "owner": "string",
        "owner_tier": "int32",
        "due": "moment",
        "late": "bool",
        "paused": "bool",
        "was_late": "bool",
        "triage_due": "moment",
        "triage_closed": "moment",
        "triage_day": "int32",
        "handling_by": "string",
        "handling_due": "moment",
        "handling_closed": "moment",
        "handling_outcome": "string",
        "handling_was_late": "bool",
        "handling_day": "int32",
        "answered": "moment",
        "answered_by": "string",
        "closed": "moment",
        "closed_day": "int32",
        "minutes": "int32",
        "diverted": "moment",
        "verdict": "string",
        "satisfaction": "string",
    },
    UNITS: {
        "code": "string",
        "name": "string",
        "level": "string",
        "parent": "string",
        "district": "string",
        "street": "string",
        "community": "string",
        "households": "int32",
        "valid_from": "int32",
        "valid_to": "int32",
        "successor": "string",
    },
}
# What the folder's name says of each row in it.
IN_THE_PATH: dict[str, tuple[str, ...]] = {
    EVENTS: ("district", "month"),
    CASES: ("district", "month"),
    UNITS: (),
}


def columns(table: str) -> dict[str, str]:
    """The columns that the files of a table hold, in their order, with their types."""
    return _COLUMNS[table]


def shape() -> str:
    """A digest of what is told in which columns: another one says that all has to be told anew."""
    told = repr((SUBJECTS, sorted(LEFT_OUT), FIELDS, _COLUMNS))
    return hashlib.sha256(told.encode()).hexdigest()[:12]


def schema(table: str, *, with_path: bool = False) -> Any:
    """The same for Arrow; also with what the path says."""
    import pyarrow as pa

    types = {
        "string": pa.string(),
        "int32": pa.int32(),
        "int64": pa.int64(),
        "bool": pa.bool_(),
        "moment": pa.timestamp("us", tz="UTC"),
    }
    found = [(name, types[kind]) for name, kind in _COLUMNS[table].items()]
    if with_path:
        found += [(name, pa.string()) for name in IN_THE_PATH[table]]
    return pa.schema(found)

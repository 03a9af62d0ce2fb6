"""Cases as the lake tells them, out of the states that were folded from the log."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from huiban.modules.voice.course import Course

from ..columns import columns, schema
from ..names import CASES
from .events import day_of, engine, moment_of, month_of
from .references import References, code, translated

_UNITS = ("street", "community", "estate", "owner", "handling_by", "answered_by")
_CODES = ("category", "groups", "stage", "owes", "handling_outcome", "verdict", "satisfaction")
_DAYS = {
    "received_day": "received",
    "triage_day": "triage_due",
    "handling_day": "handling_due",
    "closed_day": "closed",
}


class CaseTeller:
    """Tells tables of states; keeps a connection of the embedded engine for it."""

    def __init__(self, references: References) -> None:
        self._references = references
        self._engine = engine()

    def told(self, states: pa.Table) -> pa.Table:
        """The states as columns of the lake, with `district` and `month` (of receipt) for the path.

        What was never reported is no case.
        """
        self._engine.register("states", states)
        read = self._engine.sql(_STATEMENT).to_arrow_table()
        told: dict[str, Any] = {
            "subject": translated(read["subject_id"], self._references.case),
            "district": translated(read["district"], self._references.district),
        }
        told |= {name: translated(read[name], self._references.unit) for name in _UNITS}
        told |= {name: translated(read[name], code) for name in _CODES}
        wanted = schema(CASES, with_path=True)
        arrays = [told[name] if name in told else read[name] for name in wanted.names]
        return pa.table(arrays, names=wanted.names).cast(wanted)


def _value(name: str) -> str:
    """The expression for a column: read from the state's list, whose order is the course's own."""
    kind = columns(CASES).get(name, "string")
    said = f"said[{Course.__slots__.index(name) + 1}]"
    if kind == "moment":
        return moment_of(said)
    return (
        f"CAST({said} AS INTEGER)"
        if kind == "int32"
        else f"CAST({said} AS BOOLEAN)"
        if kind == "bool"
        else said
    )


def _written() -> str:
    kept = [name for name in (*columns(CASES), "district") if name in Course.__slots__]
    return ", ".join(f"{_value(name)} AS {name}" for name in kept)


_STATEMENT = (
    f"SELECT *, {month_of('received')} AS month,"
    + ", ".join(f" {day_of(moment)} AS {name}" for name, moment in _DAYS.items())
    + ", CAST((epoch_us(closed) - epoch_us(received)) // 60000000 AS INTEGER) AS minutes"
    + f" FROM (SELECT subject_id, {_written()} FROM (SELECT subject_id,"
    + " from_json(state, '[\"VARCHAR\"]') AS said FROM states)) WHERE received IS NOT NULL"
)

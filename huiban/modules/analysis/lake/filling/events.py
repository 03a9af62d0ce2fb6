"""Events as the lake tells them, out of rows of the log."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from huiban.modules.supervision.exporting.facts import KEPT_BACK, fact_of

from ..columns import FIELDS, LEFT_OUT, Sort, schema
from ..names import EVENTS
from .references import References, code, translated

# Kinds that say nothing beside the fields that have a column.
_PLAIN = ("voice.", "duties.")
_READ_AS = {Sort.TIME: "VARCHAR", Sort.NUMBER: "INTEGER", Sort.FLAG: "BOOLEAN"}
_ACTORS = (
    "CASE split_part(actor, ':', 1) WHEN 'account' THEN 'worker'"
    " WHEN 'resident' THEN 'resident' ELSE 'system' END"
)


class Teller:
    """Tells tables of raw rows; keeps a connection of the embedded engine for it."""

    def __init__(self, references: References) -> None:
        self._references = references
        self._engine = engine()

    def told(self, raw: pa.Table) -> pa.Table:
        """The rows as columns of the lake, with `district` and `month` for the path."""
        read = self._read(raw)
        subjects = self._subjects(raw)
        columns: dict[str, Any] = {
            "position": read["position"],
            "subject": subjects,
            "more": self._more(raw),
            "district": translated(raw["district_id"], self._references.district),
        }
        for field, (name, sort) in FIELDS.items():
            columns[name] = self._field(read[f"field_{field}"], sort)
        wanted = schema(EVENTS, with_path=True)
        arrays = [columns[name] if name in columns else read[name] for name in wanted.names]
        return pa.table(arrays, names=wanted.names).cast(wanted)

    def _read(self, raw: pa.Table) -> pa.Table:
        """The payloads' fields as columns, and what each row says of its moment."""
        fields = {field: _READ_AS.get(sort, "VARCHAR") for field, (_name, sort) in FIELDS.items()}
        self._engine.register("raw", raw)
        return self._engine.sql(_statement(json.dumps(fields))).to_arrow_table()

    def _field(self, column: Any, sort: Sort) -> Any:
        tells = {
            Sort.UNIT: self._references.unit,
            Sort.CASE: self._references.case,
            Sort.CODE: code,
        }
        return translated(column, tells[sort]) if sort in tells else column

    def _subjects(self, raw: pa.Table) -> Any:
        """The pseudonym of each row's subject, made once for each of them."""
        types = raw["subject_type"]
        names = [
            translated(
                pc.if_else(pc.equal(types, one), raw["subject_id"], None), self._of_type(one)
            )
            for one in types.unique().to_pylist()
        ]
        return names[0] if len(names) == 1 else pc.coalesce(*names)

    def _of_type(self, subject_type: str) -> Any:
        return lambda key: None if key is None else self._references.subject(subject_type, key)

    def _more(self, raw: pa.Table) -> Any:
        """What few kinds say, as JSON; null where a kind says nothing more."""
        plain = pc.or_(*(pc.starts_with(raw["kind"], prefix) for prefix in _PLAIN))
        if pc.all(plain).as_py():
            return pa.nulls(raw.num_rows, pa.string())
        payloads = zip(raw["payload"].to_pylist(), plain.to_pylist(), strict=True)
        return pa.array(
            [None if is_plain else self._rest(json.loads(text)) for text, is_plain in payloads],
            pa.string(),
        )

    def _rest(self, payload: dict[str, Any]) -> str | None:
        told: dict[str, Any] = {}
        for name, value in sorted(payload.items()):
            if name in FIELDS or name in LEFT_OUT or name in KEPT_BACK:
                continue
            if unit := self._unit(value):
                told[name] = unit
            elif fact := fact_of(name, value):
                told[name] = fact.value
        return json.dumps(told) if told else None

    def _unit(self, value: Any) -> str:
        try:
            return self._references.codes.get(str(UUID(value)), "")
        except (ValueError, AttributeError, TypeError):
            return ""


def engine() -> duckdb.DuckDBPyConnection:
    """An embedded engine of its own; it reads and writes no file."""
    made = duckdb.connect(config={"enable_external_access": "false"})
    made.execute("SET TimeZone = 'UTC'")
    return made


def moment_of(text: str) -> str:
    """The expression for a moment written as text; null for the empty one."""
    return f"try_cast(nullif({text}, '') AS TIMESTAMPTZ)"


def day_of(moment: str) -> str:
    """The expression for a moment's day in China as the number YYYYMMDD."""
    there = f"(({moment}) AT TIME ZONE 'UTC' + INTERVAL 8 HOUR)"
    return f"CAST(year({there}) * 10000 + month({there}) * 100 + day({there}) AS INTEGER)"


def month_of(moment: str) -> str:
    """The expression for a moment's month in China as YYYY-MM."""
    return f"strftime(({moment}) AT TIME ZONE 'UTC' + INTERVAL 8 HOUR, '%Y-%m')"


def _statement(fields: str) -> str:
    columns = [
        f"{moment_of(f'told.{field}')} AS field_{field}"
        if sort == Sort.TIME
        else f"told.{field} AS field_{field}"
        for field, (_name, sort) in FIELDS.items()
    ]
    return (
        f"SELECT position, subject_type, sequence, kind, version, moment,"
        f" {day_of('moment')} AS day, {month_of('moment')} AS month, {_ACTORS} AS actor,"
        f' {", ".join(columns)} FROM (SELECT *, CAST("at" AS TIMESTAMPTZ) AS moment,'
        f" from_json(payload, '{fields}') AS told FROM raw)"
    )

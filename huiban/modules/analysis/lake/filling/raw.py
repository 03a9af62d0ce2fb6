"""Reads the log and the folded states as Arrow tables, as the database gives them.

Twenty million events are read here: a row of the framework's own would cost more than all that is
done with it, and on PostgreSQL even a tuple would.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
from django.db import connection

from huiban.modules.analysis.folding.counting import Link
from huiban.modules.analysis.folding.log import KEYS_AT_ONCE, key_of, link_of

from ..columns import SUBJECTS

EVENTS_AT_ONCE = 50_000
STATES_AT_ONCE = 50_000
CASE = "voice.case"

# What PostgreSQL sends between values and around those that need it. Neither stands in JSON or codes.
_BETWEEN, _AROUND = "\x1f", "\x1e"
_RAW = pa.schema(
    [
        ("position", pa.int64()),
        ("subject_type", pa.string()),
        ("subject_id", pa.string()),
        ("sequence", pa.int32()),
        ("kind", pa.string()),
        ("version", pa.int32()),
        ("at", pa.string()),
        ("actor", pa.string()),
        ("district_id", pa.string()),
        ("payload", pa.string()),
    ]
)
STATES = pa.schema([("subject_id", pa.string()), ("state", pa.string())])


def events_between(before: int, last: int, district: str = "") -> Iterator[pa.Table]:
    """The told events after one position up to another, in order, with the district of each.

    With a district (an identifier) only those that carry it or none: of these the district is that
    of the subject's first event. An event of no district keeps "".
    """
    types = ", ".join(f"'{one}'" for one in SUBJECTS)
    only = " AND (district_id = %s OR district_id IS NULL)" if district else ""
    # As text: SQLite would have a moment read by Python, which takes longer than all the rest.
    at = "at" if _copies() else "at || ''"
    statement = (
        f"SELECT position, subject_type, subject_id, sequence, kind, version, {at}, actor,"
        " district_id, payload FROM events_event"
        f" WHERE position > %s AND position <= %s AND subject_type IN ({types}){only}"
        " ORDER BY position"
    )
    for since in range(before, last, EVENTS_AT_ONCE):
        until = min(since + EVENTS_AT_ONCE, last)
        values = [since, until, *([key_of(district)] if district else [])]
        found = _rows(statement, values, _RAW)
        if found.num_rows:
            yield _with_districts(found)


def all_states() -> Iterator[pa.Table]:
    """The kept state of each case."""
    last = "00000000-0000-0000-0000-000000000000"
    while True:
        found = _rows(
            "SELECT subject_id, state FROM analysis_subjectstate"
            " WHERE subject_id > %s AND subject_type = %s ORDER BY subject_id LIMIT %s",
            [key_of(last), CASE, STATES_AT_ONCE],
            STATES,
        )
        if not found.num_rows:
            return
        yield found
        last = found["subject_id"][-1].as_py()


def states_of_cases(case_ids: Sequence[str]) -> Iterator[pa.Table]:
    """The kept states of these cases."""
    for start in range(0, len(case_ids), KEYS_AT_ONCE):
        some = case_ids[start : start + KEYS_AT_ONCE]
        yield _rows(
            "SELECT subject_id, state FROM analysis_subjectstate"
            f" WHERE subject_id IN ({_marks(some)}) AND subject_type = %s",
            [*map(key_of, some), CASE],
            STATES,
        )


def cases_between(before: int, last: int) -> list[str]:
    """The cases that something happened to after one position up to another, as the database has them."""
    found: set[str] = set()
    for since in range(before, last, EVENTS_AT_ONCE):
        values = [since, min(since + EVENTS_AT_ONCE, last), CASE]
        rows = _rows(
            "SELECT DISTINCT subject_id FROM events_event"
            " WHERE position > %s AND position <= %s AND subject_type = %s",
            values,
            pa.schema([("subject_id", pa.string())]),
        )
        found.update(rows["subject_id"].to_pylist())
    return sorted(found)


def links_of(subject_id: str, upto: int) -> list[Link]:
    """The events of a record up to a position, in its order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT position, subject_type, subject_id, kind, at, district_id, payload"
            " FROM events_event WHERE subject_id = %s AND position <= %s ORDER BY sequence",
            [key_of(subject_id), upto],
        )
        return [link_of(row) for row in cursor.fetchall()]


def hash_at(position: int) -> str:
    """The hash of the event at a position; "" where there is none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT hash FROM events_event WHERE position = %s", [position])
        row = cursor.fetchone()
    return row[0] if row else ""


def _with_districts(found: pa.Table) -> pa.Table:
    """The rows, those without a district with that of their subject's first event."""
    missing = pc.or_kleene(pc.is_null(found["district_id"]), pc.equal(found["district_id"], ""))
    if not pc.any(missing).as_py():
        return found
    subjects = found["subject_id"].filter(missing).to_pylist()
    known = _first_districts(subjects)
    filled = pc.replace_with_mask(
        found["district_id"].combine_chunks(),
        missing.combine_chunks(),
        pa.array([known.get(subject, "") for subject in subjects], pa.string()),
    )
    at = found.schema.get_field_index("district_id")
    return found.set_column(at, "district_id", filled)


def _first_districts(subjects: Iterable[str]) -> dict[str, str]:
    asked, found = sorted(set(subjects)), {}
    for start in range(0, len(asked), KEYS_AT_ONCE):
        some = asked[start : start + KEYS_AT_ONCE]
        rows = _rows(
            "SELECT subject_id, district_id FROM events_event"
            f" WHERE sequence = 1 AND subject_id IN ({_marks(some)})",
            list(map(key_of, some)),
            pa.schema([("subject_id", pa.string()), ("district_id", pa.string())]),
        )
        pairs = zip(rows["subject_id"].to_pylist(), rows["district_id"].to_pylist(), strict=True)
        found.update({subject: district or "" for subject, district in pairs})
    return found


def _marks(values: Sequence[Any]) -> str:
    return ", ".join(["%s"] * len(values))


def _copies() -> bool:
    return connection.vendor == "postgresql"


def _rows(statement: str, values: list[Any], schema: pa.Schema) -> pa.Table:
    with connection.cursor() as cursor:
        if _copies():
            return _copied(cursor, statement, values, schema)
        cursor.execute(statement, values)
        rows = cursor.fetchall()
    columns = zip(*rows, strict=True) if rows else ([] for _ in schema)
    return pa.table(
        [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)],
        schema=schema,
    )


def _copied(cursor: Any, statement: str, values: list[Any], schema: pa.Schema) -> pa.Table:
    """The rows as PostgreSQL writes them out itself, which is read without Python."""
    # Such a command takes no values beside it, so they are written into it.
    operations: Any = connection.ops
    command = (
        f"COPY ({operations.compose_sql(statement, values)}) TO STDOUT"
        f" (FORMAT csv, DELIMITER '{_BETWEEN}', QUOTE '{_AROUND}')"
    )
    with cursor.copy(command) as copy:
        sent = b"".join(copy)
    if not sent:
        return schema.empty_table()
    return pa.csv.read_csv(
        pa.BufferReader(sent),
        read_options=pa.csv.ReadOptions(column_names=schema.names, block_size=max(len(sent), 1)),
        parse_options=pa.csv.ParseOptions(
            delimiter=_BETWEEN, quote_char=_AROUND, double_quote=True, newlines_in_values=True
        ),
        convert_options=pa.csv.ConvertOptions(column_types=schema, strings_can_be_null=False),
    )

"""Writes what a stretch of the log changed: many rows by one statement, on either database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from django.db import connection, transaction

from .counting import Stretch
from .log import key_of, text_of

# unit, axis, measure, code
Named = tuple[str, str, str, str]
_ADD = (
    "INSERT INTO analysis_count (series_id, day, amount) {values}"
    " ON CONFLICT (series_id, day) DO UPDATE SET amount = analysis_count.amount + excluded.amount"
)
_KEEP = (
    "INSERT INTO analysis_subjectstate (subject_id, subject_type, state) {values}"
    " ON CONFLICT (subject_id) DO UPDATE SET state = excluded.state"
)
_NAME = (
    "INSERT INTO analysis_series (unit_id, axis, measure, code) {values}"
    " ON CONFLICT (unit_id, axis, measure, code) DO NOTHING"
)


class SeriesKeys:
    """The numbers of the series, as this process knows them. They are never deleted."""

    def __init__(self) -> None:
        self._numbers: dict[Named, int] = {}
        self._last = 0

    def of(self, names: Iterable[Named]) -> dict[Named, int]:
        """The number of each series, made where it isn't there yet, in the caller's transaction.

        What is new is remembered once that transaction holds, and never if it doesn't, whatever
        other threads do meanwhile.
        """
        missing = [name for name in names if name not in self._numbers]
        if not missing:
            return self._numbers
        rows = [(key_of(unit), *rest) for unit, *rest in missing]
        put_rows(_NAME, "analysis_series", ("unit_id", "axis", "measure", "code"), rows)
        # Whatever another process made since, or this one just now, has a higher number.
        fresh = _numbered_after(self._last)
        if any(name not in fresh for name in missing):
            # Numbers aren't given out in the order of commits.
            fresh = _numbered_after(0)
        transaction.on_commit(partial(self._keep, fresh))
        return self._numbers | fresh

    def _keep(self, fresh: dict[Named, int]) -> None:
        self._numbers.update(fresh)
        self._last = max(self._last, *fresh.values())


def _numbered_after(last: int) -> dict[Named, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT unit_id, axis, measure, code, id FROM analysis_series WHERE id > %s", [last]
        )
        return {
            (text_of(unit), axis, measure, code): number
            for unit, axis, measure, code, number in cursor.fetchall()
        }


def write(stretch: Stretch, series: SeriesKeys) -> None:
    """Write the changed counts and the states, in the caller's transaction."""
    by_name: defaultdict[Named, list[tuple[int, int]]] = defaultdict(list)
    for (axis, measure, unit, code, day), amount in stretch.changes.items():
        if amount:
            by_name[unit, axis, measure, code].append((day, amount))
    numbers = series.of(by_name)
    counts = sorted(
        (numbers[name], day, amount) for name, days in by_name.items() for day, amount in days
    )
    put_rows(_ADD, "analysis_count", ("series_id", "day", "amount"), counts)
    states = sorted((key_of(one), *state) for one, state in stretch.states.items())
    put_rows(_KEEP, "analysis_subjectstate", ("subject_id", "subject_type", "state"), states)


def put_rows(
    statement: str, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Carry out an insertion (with `{values}` in it) of these rows into the table.

    PostgreSQL takes them by COPY into a table of the transaction's own, SQLite one by one.
    """
    if connection.vendor != "postgresql":
        marks = ", ".join("?" * len(columns))
        # The framework would turn the statement's marks into its own for each row.
        connection.connection.executemany(statement.format(values=f"VALUES ({marks})"), rows)
        return
    names = ", ".join(columns)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS incoming_{table}")
        cursor.execute(
            f"CREATE TEMPORARY TABLE incoming_{table} ON COMMIT DROP AS"
            f" SELECT {names} FROM {table} WITH NO DATA"
        )
        with cursor.copy(f"COPY incoming_{table} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(statement.format(values=f"SELECT {names} FROM incoming_{table}"))

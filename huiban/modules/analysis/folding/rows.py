"""Writes what a stretch of the log changed: many rows by one statement, on either database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from ..models import Series
from .counting import Key, Stretch
from .log import key_of

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
        self._fresh: dict[Named, int] = {}

    def of(self, names: set[Named]) -> dict[Named, int]:
        """The number of each series, made where it isn't there yet, in this transaction.

        What is new is remembered only once `keep` is told that the transaction held.
        """
        missing = names - self._numbers.keys()
        rows = [(key_of(unit), axis, measure, code) for unit, axis, measure, code in missing]
        put_rows(_NAME, "analysis_series", ("unit_id", "axis", "measure", "code"), rows)
        self._fresh = _numbers(missing)
        return {name: self._numbers.get(name) or self._fresh[name] for name in names}

    def keep(self) -> None:
        """The transaction held: what was new is known from now on."""
        self._numbers.update(self._fresh)


def _numbers(names: set[Named]) -> dict[Named, int]:
    units = {unit for unit, *_ in names}
    found: dict[Named, int] = {}
    rows = Series.objects.filter(unit_id__in=units).values_list(
        "unit_id", "axis", "measure", "code", "id"
    )
    for unit, axis, measure, code, number in rows.iterator():
        name = (str(unit), axis, measure, code)
        if name in names:
            found[name] = number
    return found


def write(stretch: Stretch, series: SeriesKeys) -> None:
    """Write the changed counts and the states, in the caller's transaction."""
    changes = {key: amount for key, amount in stretch.changes.items() if amount}
    numbers = series.of({_named(key) for key in changes})
    counts = sorted((numbers[_named(key)], key[4], amount) for key, amount in changes.items())
    put_rows(_ADD, "analysis_count", ("series_id", "day", "amount"), counts)
    states = sorted((key_of(one), *state) for one, state in stretch.states.items())
    put_rows(_KEEP, "analysis_subjectstate", ("subject_id", "subject_type", "state"), states)


def _named(key: Key) -> Named:
    axis, measure, unit, code, _day = key
    return unit, axis, measure, code


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

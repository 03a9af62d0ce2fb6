"""New rows by a statement that is made once for a table.

Taking a report in writes eight tables. There the framework's general way, which builds each
statement anew, costs more processor time than the database needs to carry it out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, models

# Far below the number of values that any database takes in one statement.
MOST_ROWS = 20


def insert_rows(rows: Sequence[models.Model]) -> None:
    """Write new rows of one table in one statement; a row that is there already is an error.

    The same as `save(force_insert=True)` on each, for models whose keys are made by us and whose
    `save` is the framework's own.
    """
    assert 0 < len(rows) <= MOST_ROWS, len(rows)
    model = type(rows[0])
    columns = model._meta.local_concrete_fields
    # Taken out of its thread-safe wrapping once, not once a value.
    database = connections[DEFAULT_DB_ALIAS]
    values: list[Any] = []
    for row in rows:
        assert type(row) is model, row
        assert row.pk is not None, row
        values += [
            column.get_db_prep_save(column.pre_save(row, True), database) for column in columns
        ]
    with database.cursor() as cursor:
        cursor.execute(_statement(model, len(rows)), values)
    for row in rows:
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


@contextmanager
def together() -> Iterator[None]:
    """Send the block's statements without waiting for each one's answer, where the database can.

    For writes whose outcome nobody reads: within the block no statement knows how many rows it
    touched, and an error of any of them is raised at its end, as the framework's own kind.
    """
    if connection.vendor != "postgresql":
        yield
        return
    with connection.wrap_database_errors, connection.connection.pipeline():
        yield


@cache
def _statement(model: type[models.Model], rows: int) -> str:
    columns = model._meta.local_concrete_fields
    names = ", ".join(f'"{column.column}"' for column in columns)
    marks = f"({', '.join(['%s'] * len(columns))})"
    return f'INSERT INTO "{model._meta.db_table}" ({names}) VALUES {", ".join([marks] * rows)}'

"""Lets the tests empty tables that the database refuses to empty.

Append-only tables are guarded by triggers. Most tests run in a transaction that is rolled back and
never meet them; one that commits (`transactional_db`) runs under the same guards as an
installation, and only the emptying afterwards runs without them. Nothing in the program itself can
lift a guard: a demonstration that begins anew drops its tables and makes them again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.test import TransactionTestCase


@contextmanager
def guards_lifted() -> Iterator[None]:
    """Run the block without the triggers of the default database, then set them again."""
    lift, restore = _sqlite() if connection.vendor == "sqlite" else _postgresql()
    _run(lift)
    try:
        yield
    finally:
        _run(restore)


def _sqlite() -> tuple[list[str], list[str]]:
    found = _rows("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    return [f"DROP TRIGGER {name}" for name, _ in found], [sql for _, sql in found]


def _postgresql() -> tuple[list[str], list[str]]:
    found = _rows(
        "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger"
        " WHERE NOT tgisinternal AND tgenabled <> 'D'"
    )
    tables = [row[0] for row in found]
    # Within a transaction, what waits for its end must be checked before a table is altered.
    check = "SET CONSTRAINTS ALL IMMEDIATE"
    return (
        [check, *(f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in tables)],
        [check, *(f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in tables)],
    )


def _rows(question: str) -> list[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return list(cursor.fetchall())


def _run(statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, None)


@pytest.fixture(scope="session", autouse=True)
def emptying_lifts_guards() -> Iterator[None]:
    """After a test that commits, its tables are emptied without guards."""
    emptied = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]

    def lifting(test: TransactionTestCase) -> None:
        with guards_lifted():
            emptied(test)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lifting)
        yield

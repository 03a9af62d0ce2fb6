"""A database's whole contents, out of it and back into an empty one, on either engine.

SQLite gives a copy of its file; PostgreSQL one text per table, through COPY in one snapshot, so
that no program of a certain version is needed. Sign-ins aren't copied: after a restore everybody
signs in again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import IO, Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, models, transaction

DATABASE = "database.sqlite3"
TABLES = "tables"
# Made by the framework itself wherever its tables are, and referred to by nothing of ours.
_NOT_COPIED = {"contenttypes", "auth", "sessions"}
PIECE = 1_000_000


def copied_models() -> list[type[models.Model]]:
    """The tables whose rows a backup holds."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed
        and not model._meta.proxy
        and model._meta.app_label not in _NOT_COPIED
    ]


def columns(model: type[models.Model]) -> list[str]:
    """The table's columns."""
    return [str(field.column) for field in model._meta.local_concrete_fields]


def holds_anything() -> bool:
    """Whether any of those tables has a row; False where there are no tables yet."""
    there = set(connection.introspection.table_names())
    return any(
        model._base_manager.exists() for model in copied_models() if model._meta.db_table in there
    )


def copy_out(folder: Path) -> dict[str, list[str]]:
    """Write the database as it is at one moment into the folder; each table's columns.

    Writers go on meanwhile. For SQLite there are no tables to name: its file says itself.
    """
    if connection.vendor == "sqlite":
        _copy_sqlite(folder / DATABASE)
        return {}
    return _copy_postgresql(folder / TABLES)


def _copy_sqlite(target: Path) -> None:
    source = str(connection.settings_dict["NAME"])
    with connection.wrap_database_errors, closing(sqlite3.connect(source, timeout=60)) as database:
        database.execute("VACUUM INTO ?", [str(target)])
    with connection.wrap_database_errors, closing(sqlite3.connect(target)) as copy, copy:
        copy.execute("PRAGMA secure_delete = ON")
        copy.execute("DELETE FROM django_session")


def _copy_postgresql(folder: Path) -> dict[str, list[str]]:
    folder.mkdir()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SET LOCAL datestyle = 'ISO'")
        for model in copied_models():
            table = model._meta.db_table
            with (
                (folder / table).open("wb") as file,
                _copying(cursor, table, columns(model), "TO STDOUT") as copy,
            ):
                for piece in copy:
                    file.write(piece)
    return {model._meta.db_table: columns(model) for model in copied_models()}


def _copying(cursor: Any, table: str, listed: Sequence[str], direction: str) -> Any:
    name = connection.ops.quote_name
    return cursor.copy(f"COPY {name(table)} ({', '.join(map(name, listed))}) {direction}")


def copy_in(folder: Path, tables: Mapping[str, Sequence[str]]) -> None:
    """Put what `copy_out` wrote into an empty database; all of it or nothing.

    On PostgreSQL the tables must be there, as they were when it was written.
    """
    if connection.vendor == "sqlite":
        _restore_sqlite(folder / DATABASE)
    else:
        _restore_postgresql(folder / TABLES, tables)


def _restore_sqlite(source: Path) -> None:
    target = str(connection.settings_dict["NAME"])
    connection.close()
    # Page by page through SQLite itself, so that a process that has the file open sees it too.
    with (
        connection.wrap_database_errors,
        closing(sqlite3.connect(source)) as copy,
        closing(sqlite3.connect(target, timeout=20)) as database,
    ):
        copy.backup(database)


def _restore_postgresql(folder: Path, tables: Mapping[str, Sequence[str]]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("SET LOCAL datestyle = 'ISO'")
        for table, listed in tables.items():
            with (
                (folder / table).open("rb") as file,
                _copying(cursor, table, listed, "FROM STDIN") as copy,
            ):
                for piece in _pieces(file):
                    copy.write(piece)


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(PIECE):
        yield piece


def reset_sequences() -> None:
    """Let each counted key go on after the highest that was put in."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), copied_models()):
            cursor.execute(statement)

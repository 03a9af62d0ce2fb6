"""Rows by the hundred thousand, written straight into the tables."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, models, transaction


class Rows:
    """Rows of a table on their way in, as text in the order of its columns."""

    def __init__(self, model: type[models.Model]) -> None:
        fields = model._meta.concrete_fields
        self.table = model._meta.db_table
        self.columns = [one.column for one in fields]
        self._place = {one.attname: at for at, one in enumerate(fields)}
        # SQLite's own forms are read by PostgreSQL too, which needs to hear the zone.
        zone = "+00" if connection.vendor == "postgresql" else ""
        self._plain: dict[type, Callable[[Any], Any]] = {
            UUID: lambda value: value.hex,
            datetime: lambda value: value.replace(tzinfo=None).isoformat(" ") + zone,
            dict: json.dumps,
            bool: int,
        }
        defaults = [one.get_default() if one.has_default() else None for one in fields]
        self._blank = [self._as_text(value) for value in defaults]
        self.waiting: list[list[Any]] = []

    def _as_text(self, value: Any) -> Any:
        plain = self._plain.get(type(value))
        return plain(value) if plain else value

    def add(self, **values: Any) -> None:
        """A row; columns not named have their defaults. Times are in UTC."""
        row = self._blank.copy()
        place, plain = self._place, self._plain
        for name, value in values.items():
            make = plain.get(type(value))
            row[place[name]] = make(value) if make else value
        self.waiting.append(row)


def write(tables: Iterable[Rows]) -> None:
    """Write what waits in these tables, in their order; one transaction."""
    put = _copy if connection.vendor == "postgresql" else _insert
    with transaction.atomic():
        for rows in tables:
            put(rows)
            rows.waiting.clear()


def _insert(rows: Rows) -> None:
    marks = ", ".join("?" * len(rows.columns))
    names = ", ".join(f'"{name}"' for name in rows.columns)
    connection.connection.executemany(
        f'INSERT INTO "{rows.table}" ({names}) VALUES ({marks})', rows.waiting
    )


def _copy(rows: Rows) -> None:
    names = ", ".join(f'"{name}"' for name in rows.columns)
    with (
        connection.connection.cursor() as cursor,
        cursor.copy(f'COPY "{rows.table}" ({names}) FROM STDIN'.encode()) as copy,
    ):
        for row in rows.waiting:
            copy.write_row(row)

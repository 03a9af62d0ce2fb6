"""A place of a benchmark's own: data folder and database, made before and removed after.

The scratch folder lies beside the real data, so that it is on the same disk and a commit costs
what it costs there. On PostgreSQL the scratch database is made on the server that was named.
"""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parent.parent
DATABASE_FILE = "huiban.sqlite3"
# The load generator names a sender in it, as a proxy in front of an installation would.
ADDRESS_HEADER = "X-Bench-Address"


@dataclass(frozen=True)
class Place:
    """Where a benchmark works. `server` names the PostgreSQL server; empty means SQLite."""

    data: Path
    server: str
    database: str

    @property
    def engine(self) -> str:
        """Which database stands here."""
        return "postgresql" if self.server else "sqlite"

    @property
    def url(self) -> str:
        """The database as `DATABASE_URL` names it; empty for SQLite in the data folder."""
        return _with_path(self.server, self.database) if self.server else ""

    @property
    def environment(self) -> dict[str, str]:
        """The environment that processes run in here: as an installation behind a proxy."""
        return {
            **os.environ,
            "HUIBAN_DATA": str(self.data),
            "DATABASE_URL": self.url,
            "HUIBAN_DEMONSTRATION": "0",
            "HUIBAN_URL": "",
            "HUIBAN_CLIENT_ADDRESS_HEADER": ADDRESS_HEADER,
            "HUIBAN_SQLITE_SYNCHRONOUS": "FULL",
            "DJANGO_SETTINGS_MODULE": "huiban.config.settings",
            "PYTHONPATH": str(ROOT),
        }


@contextmanager
def scratch_place(beside: Path, server: str) -> Iterator[Place]:
    """An empty place below `beside`; folder and database are gone when the block ends."""
    beside.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="scratch-", dir=beside))
    try:
        place = Place(folder, server, _make_database(server))
        try:
            yield place
        finally:
            _drop_database(place)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def twin_of(place: Place) -> Iterator[Place]:
    """A second place whose database starts as a copy. Nobody may be connected to the first one."""
    folder = place.data / "twin"
    folder.mkdir()
    twin = Place(folder, place.server, _make_database(place.server, place.database))
    try:
        if not place.server:
            with (
                closing(sqlite3.connect(place.data / DATABASE_FILE)) as source,
                closing(sqlite3.connect(folder / DATABASE_FILE)) as target,
            ):
                source.backup(target)
        yield twin
    finally:
        _drop_database(twin)
        shutil.rmtree(folder, ignore_errors=True)


def settle_in(place: Place) -> None:
    """Let this process work in the place, once: settings, then empty tables."""
    os.environ.update(place.environment)
    import django
    from django.core.management import call_command

    django.setup()
    from huiban.cli.operations.static import gather_static

    call_command("migrate", interactive=False, verbosity=0)
    gather_static()


def _make_database(server: str, template: str = "") -> str:
    if not server:
        return ""
    name = f"huiban_bench_{secrets.token_hex(6)}"
    _on_server(server, f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}"' * bool(template)))
    return name


def _drop_database(place: Place) -> None:
    if place.server:
        _on_server(place.server, f'DROP DATABASE IF EXISTS "{place.database}" WITH (FORCE)')


def _on_server(url: str, statement: str) -> None:
    import psycopg

    with psycopg.connect(_with_path(url, "postgres"), autocommit=True) as server:
        server.execute(statement.encode())


def _with_path(url: str, database: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))

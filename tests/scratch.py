"""A data folder and a database of their own for tests that run whole processes.

The engine is that of the run: SQLite in the folder, or a scratch database on the server that
`DATABASE_URL` names, made before and dropped after. Where the tables are no business of the test, they
are made once a run and copied.
"""

from __future__ import annotations

import atexit
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Scratch:
    """A place where processes may do what they like."""

    data: Path
    url: str

    @property
    def environment(self) -> dict[str, str]:
        """The environment that a process in this place runs in."""
        return {
            **os.environ,
            "HUIBAN_DATA": str(self.data),
            "DATABASE_URL": self.url,
            "HUIBAN_DEMONSTRATION": "0",
            "HUIBAN_URL": "",
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "PYTHONPATH": str(ROOT),
        }

    def run(self, *arguments: str, timeout: float = 240) -> subprocess.CompletedProcess[str]:
        """Run Python with these arguments there, and give what it said."""
        return subprocess.run(
            [sys.executable, *arguments],
            env=self.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )


@contextmanager
def scratch_place(folder: Path, *, tables: bool = False) -> Iterator[Scratch]:
    """A scratch place, whose database is dropped at the end; empty, or with its tables made."""
    folder.mkdir(parents=True, exist_ok=True)
    template = _template() if tables else None
    if template:
        # The keys too: what lies beside tables without their keys is refused.
        shutil.copytree(template.data, folder, dirs_exist_ok=True)
    if not _server():
        yield Scratch(folder, "")
        return
    place = Scratch(folder, _make_database(template.url if template else ""))
    try:
        yield place
    finally:
        _drop_database(place.url)


@cache
def _template() -> Scratch:
    """A place with its tables made, from which others are copied; it goes when the run ends."""
    folder = Path(tempfile.mkdtemp(prefix="huiban-tables-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    place = Scratch(folder, _make_database() if _server() else "")
    if place.url:
        atexit.register(_drop_database, place.url)
    made = place.run("-m", "django", "migrate", "--verbosity=0")
    assert made.returncode == 0, made.stderr
    return place


def _server() -> str:
    url = os.environ.get("DATABASE_URL", "")
    return url if url.startswith("postgres") else ""


def _make_database(template: str = "") -> str:
    """A new database on the server, a copy of the template's if there is one; its URL."""
    name = f"scratch_{secrets.token_hex(6)}"
    copied = f' TEMPLATE "{_name(template)}"' if template else ""
    _on_server(f'CREATE DATABASE "{name}"{copied}')
    return _with_path(name)


def _drop_database(url: str) -> None:
    _on_server(f'DROP DATABASE "{_name(url)}" WITH (FORCE)')


def _name(url: str) -> str:
    return urlsplit(url).path.removeprefix("/")


def _with_path(name: str) -> str:
    return urlunsplit(urlsplit(_server())._replace(path=f"/{name}"))


def _on_server(statement: str) -> None:
    import psycopg

    with psycopg.connect(_with_path("postgres"), autocommit=True) as server:
        server.execute(statement.encode())

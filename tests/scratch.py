"""A data folder and a database of their own for tests that run whole processes.

The engine is that of the run: SQLite in the folder, or a scratch database on the server that
`DATABASE_URL` names, made before and dropped after.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
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
            "DJANGO_SETTINGS_MODULE": "huiban.config.settings",
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
def scratch_place(folder: Path) -> Iterator[Scratch]:
    """A scratch place whose database is dropped at the end; its tables aren't made yet."""
    folder.mkdir(parents=True, exist_ok=True)
    server = os.environ.get("DATABASE_URL", "")
    if not server.startswith("postgres"):
        yield Scratch(folder, "")
        return
    name = f"scratch_{secrets.token_hex(6)}"
    _on_server(server, f'CREATE DATABASE "{name}"')
    try:
        yield Scratch(folder, urlunsplit(urlsplit(server)._replace(path=f"/{name}")))
    finally:
        _on_server(server, f'DROP DATABASE "{name}" WITH (FORCE)')


def _on_server(url: str, statement: str) -> None:
    import psycopg

    parts = urlsplit(url)
    target = urlunsplit(parts._replace(path="/postgres"))
    with psycopg.connect(target, autocommit=True) as server:
        server.execute(statement.encode())

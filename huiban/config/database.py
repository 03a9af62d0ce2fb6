"""Which database: SQLite in the data folder, or PostgreSQL by `DATABASE_URL`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from huiban.config.keys import DATABASE_FILE

SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL;PRAGMA synchronous={synchronous};"
    "PRAGMA foreign_keys=ON;PRAGMA cache_size=-16000;PRAGMA temp_store=MEMORY;"
    # Without it INSERT OR REPLACE would delete rows behind the back of the triggers.
    "PRAGMA recursive_triggers=ON;"
)


def database_from(url: str, data: Path) -> dict[str, Any]:
    """Django's settings for that URL; empty means SQLite in the data folder.

    `?prepare=off` is for a pooler that hands one connection to many transactions. Raises
    ImproperlyConfigured, with the forms that are understood, for any other scheme.
    """
    if not url:
        return _sqlite(str(data / DATABASE_FILE))
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return _sqlite(unquote(parts.path[1:] if parts.path.startswith("//") else parts.path))
    if parts.scheme in ("postgres", "postgresql"):
        return _postgresql(url)
    raise ImproperlyConfigured(
        "DATABASE_URL must be sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME"
        f" (or ?host=/SOCKET/FOLDER); it begins with {parts.scheme!r}."
    )


def _sqlite(path: str) -> dict[str, Any]:
    # NORMAL may lose the last commits when the power fails: only for furnishing and benchmarks.
    synchronous = os.environ.get("HUIBAN_SQLITE_SYNCHRONOUS", "FULL")
    if synchronous not in ("FULL", "NORMAL"):
        raise ImproperlyConfigured("HUIBAN_SQLITE_SYNCHRONOUS must be FULL or NORMAL.")
    return {
        "ENGINE": "huiban.config.sqlite",
        "NAME": path,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": SQLITE_PRAGMAS.format(synchronous=synchronous),
        },
    }


def _postgresql(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "huiban",
        "USER": unquote(parts.username or query.get("user", [""])[0]),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or query.get("host", [""])[0]),
        "PORT": str(parts.port or query.get("port", [""])[0]),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "options": "-c jit=off",
            # Values travel apart from the statement, so that one asked for the third time is
            # planned already: a report then costs a third less.
            "server_side_binding": True,
            "prepare_threshold": None if query.get("prepare") == ["off"] else 3,
        },
    }

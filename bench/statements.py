"""Which statements the house puts to the database, with the beginning and end of transactions."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from enum import Enum
from types import TracebackType
from typing import Any

from django.db import connection


class Statements:
    """Counts and keeps the statements of a block that runs in this thread."""

    def __init__(self) -> None:
        self.kept: list[tuple[str, Any]] = []
        self.commits = 0
        self._watching: AbstractContextManager[None] | None = None
        self._commit: Callable[[], None] = connection.commit

    @property
    def count(self) -> int:
        """How many there were. SQLite's BEGIN is a statement; PostgreSQL's comes with the first."""
        begins = self.commits if connection.vendor == "postgresql" else 0
        return len(self.kept) + self.commits + begins

    def inserts(self) -> list[tuple[str, tuple[Any, ...]]]:
        """The statements that write rows, as a bare connection takes them."""
        mark = "?" if connection.vendor == "sqlite" else "%s"
        return [
            (sql.replace("%s", mark), tuple(map(_plain, values)))
            for sql, values in self.kept
            if sql.lstrip().upper().startswith("INSERT")
        ]

    def __enter__(self) -> Statements:
        connection.ensure_connection()
        self._watching = connection.execute_wrapper(self._note)
        self._watching.__enter__()
        original: Any = connection._commit  # type: ignore[attr-defined]

        def commit() -> None:
            self.commits += 1
            original()

        connection._commit = commit  # type: ignore[attr-defined]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        del connection._commit  # type: ignore[attr-defined]
        assert self._watching is not None
        self._watching.__exit__(kind, problem, trace)

    def _note(self, execute: Any, sql: str, values: Any, many: bool, context: Any) -> Any:
        self.kept.append((sql, values or ()))
        return execute(sql, values, many, context)


def _plain(value: Any) -> Any:
    """As a process that knows none of our classes can read it: JSON as text, choices as values."""
    if isinstance(value, Enum):
        return value.value
    return json.dumps(value.obj, ensure_ascii=False) if type(value).__name__ == "Jsonb" else value

"""The same rows by bare SQL: what the database alone would manage, with nobody thinking in between.

    python -m bench.bare --plan FILE --seconds N --threads N

Replays the INSERT statements of one real submission, recorded while it was made, with fresh keys
each time: the same tables, the same number of rows, one commit each. Every thread has a
connection of its own. Prints one JSON object with the number of commits and their milliseconds.
"""

from __future__ import annotations

import argparse
import json
import pickle
import re
import secrets
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from huiban.config.database import SQLITE_PRAGMAS
from huiban.config.sqlite.gate import Gate

CODE = re.compile(r"[0-9a-f]{32}|[0-9a-f]{64}|[0-9A-Z]{8}")
REFERENCE = "23456789ABCDEFGHJKMNPQRSTVWXYZ"

Statement = tuple[str, tuple[Any, ...]]
Submit = Callable[[list[Statement]], None]


@dataclass(frozen=True)
class Recorded:
    """The statements of a submission, and which of their values are its own keys."""

    engine: str
    database: str
    statements: list[Statement]
    own: frozenset[Any]

    def fresh(self) -> list[Statement]:
        """The same statements with keys that were never used."""
        new = {value: _fresh(value) for value in self.own}
        return [
            (sql, tuple(new.get(value, value) if _is_code(value) else value for value in values))
            for sql, values in self.statements
        ]


def recorded(
    engine: str, database: str, first: list[Statement], second: list[Statement]
) -> Recorded:
    """What two recordings of the same kind of submission show: where they differ are its keys."""
    assert [sql for sql, _ in first] == [sql for sql, _ in second], "two kinds of submissions"
    kept = {value for _, values in second for value in values if _is_code(value)}
    own = {value for _, values in first for value in values if _is_code(value)} - kept
    return Recorded(engine, database, first, frozenset(own))


def _is_code(value: Any) -> bool:
    return isinstance(value, uuid.UUID) or (
        isinstance(value, str) and CODE.fullmatch(value) is not None
    )


def _fresh(value: Any) -> Any:
    """A value of the same kind; those of rows grow with time, as the house's own do."""
    ordered = f"{time.time_ns() // 1_000_000:012x}7{secrets.token_hex(10)[1:]}"
    if isinstance(value, uuid.UUID):
        return uuid.UUID(hex=ordered)
    if len(value) == 32:
        return ordered
    if len(value) == 64:
        return secrets.token_hex(32)
    return "".join(secrets.choice(REFERENCE) for _ in range(8))


def repeat(plan: Recorded, seconds: float, threads: int) -> list[float]:
    """Submit as often as these threads can; the milliseconds of each commit."""
    found: list[list[float]] = [[] for _ in range(threads)]
    ends = time.perf_counter() + seconds
    running = [
        threading.Thread(target=_repeat_one, args=(plan, ends, milliseconds))
        for milliseconds in found
    ]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return [taken for milliseconds in found for taken in milliseconds]


def _repeat_one(plan: Recorded, ends: float, milliseconds: list[float]) -> None:
    run = _on_sqlite if plan.engine == "sqlite" else _on_postgresql
    run(plan, ends, milliseconds)


def _on_sqlite(plan: Recorded, ends: float, milliseconds: list[float]) -> None:
    import sqlite3

    # The gate spares bare SQL the uneven waiting of SQLite's own busy handler, as it spares us.
    gate = Gate(f"{plan.database}.gate")
    with closing(sqlite3.connect(plan.database, isolation_level=None, timeout=20)) as database:
        database.executescript(SQLITE_PRAGMAS.format(synchronous="FULL"))

        def submit(statements: list[Statement]) -> None:
            gate.enter()
            database.execute("BEGIN IMMEDIATE")
            for sql, values in statements:
                database.execute(sql, values)
            database.execute("COMMIT")
            gate.leave()

        _time(plan, ends, milliseconds, submit)


def _on_postgresql(plan: Recorded, ends: float, milliseconds: list[float]) -> None:
    import psycopg

    with psycopg.connect(plan.database, options="-c jit=off") as database:

        def submit(statements: list[Statement]) -> None:
            for sql, values in statements:
                database.execute(sql.encode(), values)
            database.commit()

        _time(plan, ends, milliseconds, submit)


def _time(plan: Recorded, ends: float, milliseconds: list[float], submit: Submit) -> None:
    while time.perf_counter() < ends:
        statements = plan.fresh()
        began = time.perf_counter()
        submit(statements)
        milliseconds.append((time.perf_counter() - began) * 1000)


def load(path: Path) -> Recorded:
    """A recording that this benchmark itself has put there."""
    recording: Recorded = pickle.loads(path.read_bytes())
    return recording


def main(arguments: Sequence[str] | None = None) -> None:
    """Replay a plan and print how it went."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--plan", type=Path, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--threads", type=int, required=True)
    told = parser.parse_args(arguments)
    began = time.perf_counter()
    milliseconds = repeat(load(told.plan), told.seconds, told.threads)
    print(json.dumps({"seconds": time.perf_counter() - began, "milliseconds": milliseconds}))


if __name__ == "__main__":
    from bench.bare import main as imported

    # A recording names the classes of `bench.bare`, not those of `__main__`.
    imported()

"""What `verify` re-proves: each book in turn, and a line for whatever is off."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import connection

from huiban.cli.operations.guards import missing_guards
from huiban.kernel.events.seals import broken_chains, broken_seals
from huiban.kernel.files.queries import broken_files
from huiban.kernel.moves.actions import Movable
from huiban.kernel.moves.proof import broken_promises
from huiban.modules.analysis.folding.proof import NotCounted, broken_counts
from huiban.modules.analysis.handbook.proof import broken_handbooks
from huiban.modules.supervision.queries.proof import broken_letters


class Unproven(Exception):  # noqa: N818 - nothing is off; there is nothing to prove yet
    """There is nothing in a book that could be proved now; the message says why, to people."""


@dataclass(frozen=True)
class Book:
    """A book and its proof: a line for each thing that is off, none where all is well.

    The proof raises Unproven where the book can't be proved now and nothing is wrong with that.
    """

    name: str
    prove: Callable[[], Iterator[str]]


def broken_storage() -> Iterator[str]:
    """What the database itself finds wrong: pages, indexes, foreign keys, lost triggers."""
    for name in missing_guards():
        yield f"database: the trigger {name} is missing"
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check(100)")
        for (line,) in cursor.fetchall():
            if line != "ok":
                yield f"database: {line}"
        cursor.execute("PRAGMA foreign_key_check")
        for table, row, parent, _ in cursor.fetchall():
            yield f"database: {table} row {row} points to nothing in {parent}"


def broken_duties() -> Iterator[str]:
    """Every record with a life-cycle that breaks the duties' promise."""
    for model in apps.get_models():
        if issubclass(model, Movable):
            yield from broken_promises(model)


def broken_figures() -> Iterator[str]:
    """Every count that isn't what the log comes to, as far as it was counted."""
    try:
        yield from broken_counts()
    except NotCounted as reason:
        raise Unproven(str(reason)) from reason


BOOKS = (
    Book("数据库", broken_storage),
    Book("事件链", broken_chains),
    Book("每夜封存", broken_seals),
    Book("待办", broken_duties),
    Book("照片文件", broken_files),
    Book("统计", broken_figures),
    Book("文书", broken_letters),
    Book("手册", broken_handbooks),
)

"""One moment of the database, in which much can be read without holding up anybody who writes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def one_moment(*, noting: bool = False) -> Iterator[None]:
    """Let everything read within be of one moment, without holding up anybody who writes.

    Nothing is written within, but where `noting` a table that only this connection knows. Within a
    transaction that is open already, that transaction says what is seen.
    """
    if _is_within_one():
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            only = "" if noting else ", READ ONLY"
            cursor.execute(f"SET TRANSACTION ISOLATION LEVEL REPEATABLE READ{only}")
            yield
    else:
        with connection.cursor() as cursor:
            # Deferred, so that it never takes the place of a writer.
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            except BaseException:
                cursor.execute("ROLLBACK")
                raise
            cursor.execute("COMMIT")


def _is_within_one() -> bool:
    if connection.in_atomic_block:
        return True
    # The framework doesn't know of transactions that it didn't begin itself.
    wrapped = connection.connection if connection.vendor == "sqlite" else None
    return wrapped is not None and wrapped.in_transaction

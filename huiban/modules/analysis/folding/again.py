"""What the log comes to when it is counted again, and where that isn't what is kept.

It is added up in a table that only this connection knows, on the disk and not in memory: a district's
years come to millions of counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import NamedTemporaryFile

from django.conf import settings
from django.db import connection

from ..moment import one_moment
from .counting import Key
from .log import key_of
from .rows import put_rows

# Of either kind of difference.
LINES = 100
_COLUMNS = ("unit_id", "axis", "measure", "code", "day", "amount")
_TABLE = (
    "analysis_again (unit_id {key}, axis varchar(10), measure varchar(40), code varchar(60),"
    " day integer, amount bigint, PRIMARY KEY (unit_id, axis, measure, code, day))"
)
# unit, axis, measure, code, day, what is kept, what should be
Difference = tuple[str, str, str, str, int, int, int]


@contextmanager
def counting_again() -> Iterator[None]:
    """Within there is an empty table to `add` to. Whatever ends the process, nothing of it stays."""
    # Within a transaction SQLite can't let go of a file again.
    in_file = connection.vendor == "sqlite" and not connection.in_atomic_block
    if in_file:
        _attach_file()
    key, kept = ("uuid", "") if connection.vendor == "postgresql" else ("char(32)", "WITHOUT ROWID")
    place = "TABLE again." if in_file else "TEMPORARY TABLE "
    try:
        _run(f"CREATE {place}{_TABLE.format(key=key)} {kept}")
        yield
    finally:
        _run("DETACH again" if in_file else "DROP TABLE IF EXISTS analysis_again")


def _attach_file() -> None:
    # Tables that SQLite calls temporary are in memory here. The connection keeps the file open after
    # its name is gone, so the disk is free again as soon as the process is, even if it was killed.
    with NamedTemporaryFile(dir=settings.DATA, prefix=".counting-again-") as file:
        _run("ATTACH %s AS again", file.name)
    # Nobody needs what a crash would leave of it.
    for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -32000"):
        _run(f"PRAGMA again.{pragma}")


def _run(statement: str, *values: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)


def add(amounts: Counter[Key]) -> None:
    """Add these to what was added before, and empty them. Holds up nobody."""
    rows = sorted(
        (key_of(unit), axis, measure, code, day, amount)
        for (axis, measure, unit, code, day), amount in amounts.items()
        if amount
    )
    with one_moment(noting=True):
        put_rows(
            "INSERT INTO analysis_again (unit_id, axis, measure, code, day, amount) {values}"
            " ON CONFLICT (unit_id, axis, measure, code, day)"
            " DO UPDATE SET amount = analysis_again.amount + excluded.amount",
            "analysis_again",
            _COLUMNS,
            rows,
        )
    amounts.clear()


# Each row of one table is looked up in the other by its key; nothing as long as a table is sorted or
# gathered before. SQLite keeps the order of a left and of a cross join.
_OTHERWISE = (
    "SELECT again.unit_id, again.axis, again.measure, again.code, again.day,"
    " COALESCE(kept.amount, 0), again.amount FROM analysis_again again"
    " LEFT JOIN analysis_series series ON series.unit_id = again.unit_id"
    " AND series.axis = again.axis AND series.measure = again.measure AND series.code = again.code"
    " LEFT JOIN analysis_count kept ON kept.series_id = series.id AND kept.day = again.day"
    " WHERE COALESCE(kept.amount, 0) <> again.amount"
    f" ORDER BY 1, 2, 3, 4, 5 LIMIT {LINES}"
)
_UNKNOWN = (
    "SELECT series.unit_id, series.axis, series.measure, series.code, kept.day, kept.amount, 0"
    " FROM analysis_series series CROSS JOIN analysis_count kept"
    " WHERE kept.series_id = series.id AND kept.amount <> 0 AND NOT EXISTS"
    " (SELECT 1 FROM analysis_again again WHERE again.unit_id = series.unit_id"
    " AND again.axis = series.axis AND again.measure = series.measure"
    " AND again.code = series.code AND again.day = kept.day)"
    f" ORDER BY 1, 2, 3, 4, 5 LIMIT {LINES}"
)


def differences() -> Iterator[Difference]:
    """What is kept and what should be, where they differ; a count that isn't there is nought."""
    if connection.vendor == "postgresql":
        # Nobody else ever tells the planner how long a table of a connection's own is.
        _run("ANALYZE analysis_again")
    for statement in (_OTHERWISE, _UNKNOWN):
        with connection.cursor() as cursor:
            cursor.execute(statement)
            yield from cursor.fetchall()

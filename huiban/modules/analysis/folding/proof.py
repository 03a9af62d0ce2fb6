"""Counts everything again from the log, apart from what was counted, and says where they differ.

One record after the other, so that a long history needs no more memory than a short one: what they
come to is added up in a table of the connection's own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby

from django.db import connection, transaction

from huiban.kernel.base.measures import TALLIES
from huiban.kernel.events.models import Cursor

from ..position import cursor_name, position
from .counting import Key, Link, counted
from .log import key_of, link_of, links_after, text_of
from .rows import put_rows

ENTRIES_AT_ONCE = 50_000
LINES = 100
_COLUMNS = ("unit_id", "axis", "measure", "code", "day", "amount")


def broken_counts() -> list[str]:
    """A line for each count that isn't what the counted part of the log comes to, at most 200.

    Counting may go on meanwhile: only while the two are compared is the cursor's row locked, and
    what was counted since is taken into account.
    """
    name = cursor_name()
    upto = position()
    _make_table()
    _recount(_links(upto))
    with transaction.atomic():
        cursor = Cursor.objects.select_for_update().filter(pk=name).first()
        if cursor is not None and cursor.position > upto:
            _catch_up(upto, cursor.position)
        lines = [_line(*row) for row in _differences()]
        with connection.cursor() as statement:
            statement.execute("DROP TABLE analysis_again")
    return lines


def _line(
    unit: str, axis: str, measure: str, code: str, day: int, is_there: int, should_be: int
) -> str:
    return (
        f"counts: {measure} of unit {text_of(unit)}, {axis} {code or '-'}, day {day}:"
        f" {is_there} is kept, the log says {should_be}"
    )


def _recount(links: Iterable[Link]) -> None:
    waiting: Counter[Key] = Counter()
    for _subject, its_links in groupby(links, key=lambda link: link.subject_id):
        waiting.update(counted(its_links, {}).changes)
        if len(waiting) >= ENTRIES_AT_ONCE:
            _add(waiting)
    _add(waiting)


def _catch_up(before: int, upto: int) -> None:
    """Set anew what the records come to of which more was counted since."""
    waiting: Counter[Key] = Counter()
    touched = sorted({link.subject_id for link in links_after(before, upto - before)})
    for subject in touched:
        links = list(_links(upto, subject))
        waiting.subtract(counted((one for one in links if one.position <= before), {}).changes)
        waiting.update(counted(links, {}).changes)
    _add(waiting)


def _make_table() -> None:
    key = "uuid" if connection.vendor == "postgresql" else "char(32)"
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS analysis_again")
        cursor.execute(
            f"CREATE TEMPORARY TABLE analysis_again (unit_id {key}, axis varchar(10),"
            " measure varchar(40), code varchar(60), day integer, amount bigint,"
            " PRIMARY KEY (unit_id, axis, measure, code, day))"
        )


def _links(upto: int, subject: str = "") -> Iterator[Link]:
    """The tallied events up to the position (of one record), record by record."""
    types = ", ".join(["%s"] * len(TALLIES))
    one = " AND subject_id = %s" if subject else ""
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            "SELECT position, subject_type, subject_id, kind, at, district_id, payload"
            f" FROM events_event WHERE position <= %s AND subject_type IN ({types}){one}"
            " ORDER BY subject_id, sequence",
            [upto, *TALLIES, *([key_of(subject)] if subject else [])],
        )
        while rows := cursor.fetchmany(5_000):
            yield from map(link_of, rows)


def _add(waiting: Counter[Key]) -> None:
    rows = sorted(
        (key_of(unit), axis, measure, code, day, amount)
        for (axis, measure, unit, code, day), amount in waiting.items()
        if amount
    )
    with transaction.atomic():
        put_rows(
            "INSERT INTO analysis_again (unit_id, axis, measure, code, day, amount) {values}"
            " ON CONFLICT (unit_id, axis, measure, code, day)"
            " DO UPDATE SET amount = analysis_again.amount + excluded.amount",
            "analysis_again",
            _COLUMNS,
            rows,
        )
    waiting.clear()


def _differences() -> Iterator[tuple[str, str, str, str, int, int, int]]:
    """What is kept and what should be, where they differ; a count that isn't there is nought."""
    same = (
        "kept.unit_id = again.unit_id AND kept.axis = again.axis AND kept.measure = again.measure"
        " AND kept.code = again.code AND kept.day = again.day"
    )
    kept = (
        "(SELECT s.unit_id, s.axis, s.measure, s.code, c.day, c.amount FROM analysis_count c"
        " JOIN analysis_series s ON s.id = c.series_id WHERE c.amount <> 0) kept"
    )
    for names, tables, missing in (
        ("again", f"analysis_again again LEFT JOIN {kept} ON {same}", "again.amount <> 0"),
        (
            "kept",
            f"{kept} LEFT JOIN analysis_again again ON {same}",
            "again.amount IS NULL",
        ),
    ):
        columns = ", ".join(f"{names}.{one}" for one in _COLUMNS[:-1])
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {columns}, COALESCE(kept.amount, 0), COALESCE(again.amount, 0)"
                f" FROM {tables} WHERE {missing}"
                " AND COALESCE(kept.amount, 0) <> COALESCE(again.amount, 0)"
                f" ORDER BY 1, 2, 3, 4, 5 LIMIT {LINES}"
            )
            yield from cursor.fetchall()

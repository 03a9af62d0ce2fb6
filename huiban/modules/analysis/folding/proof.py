"""Counts everything again from the log, apart from what was counted, and says where they differ.

One record after the other and a page of the log at a time, so that a long history needs no more
memory than a short one. Nobody is held up: no statement is open while something is written, what is
written only this connection knows, and both are compared in one moment of the database.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from django.db import connection

from huiban.kernel.base.measures import TALLIES

from ..moment import one_moment
from ..position import cursor_name, cursors_that_count
from .again import add, counting_again, differences
from .counting import Key, Link, counted
from .log import key_of, link_of, links_after, text_of

ENTRIES_AT_ONCE = 50_000
EVENTS_AT_ONCE = 5_000
_BEFORE_ALL = "00000000-0000-0000-0000-000000000000"
_COLUMNS = "position, subject_type, subject_id, kind, at, district_id, payload"


class NotCounted(Exception):  # noqa: N818 - nothing is wrong; there is nothing to prove
    """This version has counted nothing that could be proved; the message says why, to people."""


def broken_counts() -> list[str]:
    """A line for each count that isn't what the counted part of the log comes to, at most 200.

    Counting may go on meanwhile; what was counted since is taken into account. Raises NotCounted
    where this version hasn't begun to count, or began anew meanwhile.
    """
    upto = _counted_upto(0)
    with counting_again():
        _recount(_links(upto))
        # Most of what came meanwhile, so that the moment in which all is compared is a short one.
        upto = _catch_up(upto, _counted_upto(upto))
        with one_moment(noting=True):
            _catch_up(upto, _counted_upto(upto))
            return [_line(*row) for row in differences()]


def _counted_upto(before: int) -> int:
    """How far this version has counted. Raises NotCounted where that isn't even as far as before."""
    found = cursors_that_count().first()
    if found is None:
        raise NotCounted("还没有开始统计，后台进程会先把日志统计一遍")
    if found.name != cursor_name():
        raise NotCounted("统计由更新的版本在做，请用那个版本核对")
    if found.position < before:
        raise NotCounted("统计正在从头重做，请等做完再核对")
    return found.position


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
            add(waiting)
    add(waiting)


def _catch_up(before: int, upto: int) -> int:
    """Set anew what the records come to of which more was counted since; give where it is now."""
    while before < upto:
        links = [link for link in links_after(before, EVENTS_AT_ONCE) if link.position <= upto]
        if not links:
            break
        reached = links[-1].position
        _set_anew({link.subject_id for link in links}, before, reached)
        before = reached
    return before


def _set_anew(subjects: Iterable[str], before: int, upto: int) -> None:
    waiting: Counter[Key] = Counter()
    for subject in sorted(subjects):
        links = _links_of(subject, upto)
        waiting.subtract(counted((one for one in links if one.position <= before), {}).changes)
        waiting.update(counted(links, {}).changes)
    add(waiting)


def _links(upto: int) -> Iterator[Link]:
    """The tallied events up to the position, record by record. Each page is read to its end first."""
    types = ", ".join(["%s"] * len(TALLIES))
    after: list[Any] = [key_of(_BEFORE_ALL), -1]
    while rows := _rows(
        # The sign keeps the databases from going by the position and sorting all of it each time.
        f"SELECT {_COLUMNS}, sequence FROM events_event WHERE (subject_id, sequence) > (%s, %s)"
        f" AND +position <= %s AND subject_type IN ({types})"
        " ORDER BY subject_id, sequence LIMIT %s",
        [*after, upto, *TALLIES, EVENTS_AT_ONCE],
    ):
        for *columns, _sequence in rows:
            yield link_of(tuple(columns))
        after = [rows[-1][2], rows[-1][-1]]


def _links_of(subject: str, upto: int) -> list[Link]:
    """A record's events up to the position."""
    return [
        link_of(row)
        for row in _rows(
            f"SELECT {_COLUMNS} FROM events_event WHERE subject_id = %s AND +position <= %s"
            " ORDER BY sequence",
            [key_of(subject), upto],
        )
    ]


def _rows(statement: str, values: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())

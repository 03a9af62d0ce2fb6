"""Writes of the counts: follow the log, and count it all anew."""

from __future__ import annotations

import logging
from functools import cache

from django.db import connection, transaction

from huiban.kernel.events.models import Cursor

from ..folding.counting import counted
from ..folding.log import links_after, states_of
from ..folding.rows import SeriesKeys, write
from ..position import PREFIX, cursor_name, cursors_that_count

# So many that a turn holds the database for less than a twentieth of a second.
BATCH = 1_000
# A row that is there for its lock. Its name stands before that of every cursor.
ONE_AT_A_TIME = PREFIX + "lock"
_series = SeriesKeys()
log = logging.getLogger("huiban.counts")


def fold_some(batch: int = BATCH) -> int:
    """Count the next stretch of the log; how many events it had, 0 where there is none.

    The counts, the states and the cursor move in one transaction, which locks the cursor's row.
    What is read and counted before it is thrown away where another process was quicker.
    """
    name = cursor_name()
    there = _begun(name)
    if there is None:
        return 0
    links = links_after(there, batch)
    if not links:
        return 0
    stretch = counted(links, states_of(link.subject_id for link in links))
    with transaction.atomic():
        cursor = Cursor.objects.select_for_update().filter(pk=name).first()
        if cursor is None or cursor.position != there:
            return len(links)
        write(stretch, _series)
        cursor.position = links[-1].position
        cursor.save(update_fields=["position"])
    return len(links)


def fold_all(batch: int = BATCH) -> int:
    """Count all of the log that has a position; how many events were counted now."""
    done = 0
    while read := fold_some(batch):
        done += read
    return done


def _begun(name: str) -> int | None:
    """How far this version has counted, once it has begun; None where a newer one counts instead."""
    counting = cursors_that_count().first() or _begin(name)
    if counting.name != name:
        _leave_to(counting.name)
        return None
    return counting.position


def _begin(name: str) -> Cursor:
    """Clear what an older version counted, and begin; or give what another process began."""
    with transaction.atomic():
        _lock()
        begun = cursors_that_count().first()
        return begun or _set_to_nought(name)


def _lock() -> None:
    """Let one process at a time change which version counts. A lock of a row, until the commit."""
    Cursor.objects.get_or_create(pk=ONE_AT_A_TIME)
    Cursor.objects.select_for_update().get(pk=ONE_AT_A_TIME)


@cache
def _leave_to(newer: str) -> None:
    """Say once a process that this version leaves the counts to a newer one."""
    log.warning(
        "a newer release counts here (%s), so this one leaves its counts alone; once that release is"
        " gone for good, `huiban analysis fold --again` counts with this one",
        newer,
    )


def fold_again(batch: int = BATCH) -> int:
    """Count everything anew from an empty store; how many events were counted.

    Where a newer version counts, this one takes over: whoever asks for it knows that it went.
    """
    clear()
    return fold_all(batch)


def clear() -> None:
    """Empty the store and put the cursor before the first event, in one transaction."""
    with transaction.atomic():
        _lock()
        _set_to_nought(cursor_name())


def _set_to_nought(name: str) -> Cursor:
    # The cursors go first: whoever is just writing holds a lock on one.
    Cursor.objects.filter(name__startswith=PREFIX).exclude(pk=ONE_AT_A_TIME).delete()
    begun = Cursor.objects.create(pk=name)
    with connection.cursor() as cursor:
        # Series keep their numbers, which other processes know.
        cursor.execute("DELETE FROM analysis_count")
        cursor.execute("DELETE FROM analysis_subjectstate")
    return begun

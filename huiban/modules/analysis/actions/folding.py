"""Writes of the counts: follow the log, and count it all anew."""

from __future__ import annotations

from django.db import connection, transaction

from huiban.kernel.events.models import Cursor

from ..folding.counting import counted
from ..folding.log import links_after, states_of
from ..folding.rows import SeriesKeys, write
from ..position import PREFIX, cursor_name, position

# So many that a turn holds the database for less than a twentieth of a second.
BATCH = 1_000
_series = SeriesKeys()


def fold_some(batch: int = BATCH) -> int:
    """Count the next stretch of the log; how many events it had, 0 where there is none.

    The counts, the states and the cursor move in one transaction, which locks the cursor's row.
    What is read and counted before it is thrown away where another process was quicker.
    """
    name = cursor_name()
    begin(name)
    there = position()
    links = links_after(there, batch)
    if not links:
        return 0
    stretch = counted(links, states_of(link.subject_id for link in links))
    with transaction.atomic():
        cursor = Cursor.objects.select_for_update().get(pk=name)
        if cursor.position != there:
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


def begin(name: str) -> None:
    """Where this version of counting has no cursor yet, clear what another one counted."""
    if Cursor.objects.filter(pk=name).exists():
        return
    with transaction.atomic():
        # Two processes may come here at once; the second finds that it was done.
        if Cursor.objects.get_or_create(pk=name)[1]:
            Cursor.objects.filter(name__startswith=PREFIX).exclude(pk=name).delete()
            _clear()


def fold_again(batch: int = BATCH) -> int:
    """Count everything anew from an empty store; how many events were counted."""
    clear()
    return fold_all(batch)


def clear() -> None:
    """Empty the store and put the cursor before the first event, in one transaction."""
    with transaction.atomic():
        Cursor.objects.update_or_create(pk=cursor_name(), defaults={"position": 0})
        _clear()


def _clear() -> None:
    """Empty the counts and the states; series keep their numbers, which other processes know."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM analysis_count")
        cursor.execute("DELETE FROM analysis_subjectstate")

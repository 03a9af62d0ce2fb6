"""How far the log is counted, and by which version of counting."""

from __future__ import annotations

import hashlib

from django.db.models import QuerySet

from huiban.kernel.base.measures import TALLIES
from huiban.kernel.events.models import Cursor

# A word for every cursor of counting that there is or was.
PREFIX = "analysis:"
# Raised when the ranks of the tallies alone wouldn't rise: when a tally goes.
SHAPE = 1


def cursor_name() -> str:
    """The name of this version's cursor. Names stand in the order in which versions replace another.

    Another version of any tally, or another tally, raises the rank. Where two lines of work came to
    the same rank by different tallies, their digests say who gives way, to both alike.
    """
    versions = ",".join(f"{one.subject_type}={one.version}" for one in TALLIES.values())
    rank = SHAPE + sum(one.version for one in TALLIES.values())
    digest = hashlib.sha256(versions.encode()).hexdigest()[:16]
    # Before ranks were given a digit or a letter up to f stood where the v is, so those come first.
    return f"{PREFIX}v{rank:06d}-{digest}"


def cursors_that_count() -> QuerySet[Cursor]:
    """This version's cursor, or that of a newer one which has taken the counts over; else none."""
    since = Cursor.objects.filter(name__startswith=PREFIX, name__gte=cursor_name())
    return since.order_by("-name")


def position() -> int:
    """The position of the last event in the counts that are there; 0 before the first.

    Where a newer version counts already, the counts that are there are its own.
    """
    return cursors_that_count().values_list("position", flat=True).first() or 0

"""How far the counts are: whether they say what the log says now."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Subquery

from huiban.kernel.base import clock
from huiban.kernel.events.models import Event, Sequencer
from huiban.kernel.vocab.queries import edition

from ..position import cursors_that_count

# A worker counts on every turn; whoever waits longer than this waits for one that isn't there.
PATIENCE = timedelta(minutes=2)
# In minutes, as `themes` keeps them.
THEMES_KEPT = 5


@dataclass(frozen=True)
class Standing:
    """The position up to which the log is counted, and since when it isn't any more (or None)."""

    position: int
    behind_since: datetime | None


def standing() -> Standing:
    """How far the counts are."""
    cursor = cursors_that_count().values("position")[:1]
    told = Sequencer.objects.filter(pk=1).annotate(counted=Subquery(cursor))
    given, counted = told.values_list("position", "counted").first() or (0, None)
    waiting = _first_uncounted(given, counted or 0)
    late = waiting is not None and waiting < clock.now() - PATIENCE
    return Standing(counted or 0, waiting if late else None)


def mark_of(known: Standing, *asked: str) -> str:
    """A word that changes whenever anything that a screen shows may have changed.

    Counts change with the log's position, names and outlines with the edition of dated data, days
    at midnight; themes are read again every few minutes without an event.
    """
    now = clock.local(clock.now())
    minutes = now.hour * 60 + now.minute
    told = [
        str(known.position),
        str(known.behind_since),
        # The one that the page is drawn from: a page of before a change never has its mark.
        str(edition()),
        f"{now:%Y%m%d}",
        str(minutes // THEMES_KEPT),
        *asked,
    ]
    return hashlib.sha256("|".join(told).encode()).hexdigest()[:24]


def _first_uncounted(given: int, counted: int) -> datetime | None:
    """When the first event happened that isn't counted yet."""
    waiting = Event.objects.filter(position=None).order_by("at")
    if given > counted:
        waiting = Event.objects.filter(position__gt=counted).order_by("position")
    return waiting.values_list("at", flat=True).first()

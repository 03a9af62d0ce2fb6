"""How many pages residents open in a day: an aggregate, without cookies, without bots (B37)."""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from datetime import date

from django.db import connection

from huiban.kernel.base import clock

BOTS = re.compile(r"bot|spider|crawl|slurp|headless|curl|wget|python|monitor|preview", re.I)
FLUSH_SECONDS = 10.0
FLUSH_COUNT = 50
ADD = """
INSERT INTO voice_visitcount (day, page, count) VALUES (%s, %s, %s)
ON CONFLICT (day, page) DO UPDATE SET count = voice_visitcount.count + excluded.count
"""

_waiting: Counter[tuple[date, str]] = Counter()
_lock = threading.Lock()
_flushed = time.monotonic()


def count(page: str, user_agent: str) -> None:
    """Count one opened page, unless a machine opened it.

    A process writes its counts every ten seconds or fifty pages, when the next page is opened; a
    process that is killed loses at most those.
    """
    if not user_agent or BOTS.search(user_agent):
        return
    today = clock.local(clock.now()).date()
    with _lock:
        _waiting[today, page] += 1
        ready = _due()
    for (day, name), number in ready.items():
        _add(day, name, number)


def flush() -> None:
    """Write what this process has counted."""
    with _lock:
        ready = dict(_waiting)
        _waiting.clear()
    for (day, name), number in ready.items():
        _add(day, name, number)


def _due() -> dict[tuple[date, str], int]:
    global _flushed
    late = time.monotonic() - _flushed >= FLUSH_SECONDS
    if not late and sum(_waiting.values()) < FLUSH_COUNT:
        return {}
    ready = dict(_waiting)
    _waiting.clear()
    _flushed = time.monotonic()
    return ready


def _add(day: date, page: str, number: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(ADD, [day, page, number])

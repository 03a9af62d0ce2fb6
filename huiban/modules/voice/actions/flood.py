"""The flood gate: a growing delay for a device, and a more lenient one for an address."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection

from huiban.kernel.base import clock
from huiban.kernel.base.errors import TooMany
from huiban.kernel.people.sealed import lookup_hash
from huiban.kernel.vocab.queries import setting

from .. import kinds, rules
from ..models import FloodCount

COUNT = """
INSERT INTO voice_floodcount (key, count, window_start, last_at) VALUES {rows}
ON CONFLICT (key) DO UPDATE SET
  count = CASE WHEN voice_floodcount.window_start <= {old} THEN 1
               ELSE voice_floodcount.count + 1 END,
  window_start = CASE WHEN voice_floodcount.window_start <= {old} THEN excluded.window_start
                      ELSE voice_floodcount.window_start END,
  last_at = excluded.last_at
"""


def sender_keys(device: str, address: str) -> dict[str, int]:
    """The keyed hashes under which a sender is counted, each with its free number."""
    keys = {}
    if device:
        keys[lookup_hash(f"flood:device:{device}")] = int(setting(kinds.FLOOD_DEVICE))
    if address:
        keys[lookup_hash(f"flood:address:{address}")] = int(setting(kinds.FLOOD_ADDRESS))
    return keys


def refuse_flood(keys: dict[str, int]) -> None:
    """Raise TooMany while the sender has to wait."""
    if not keys:
        return
    # Asked for every report, so written out; hardly ever is anyone over the free number.
    over = " OR ".join(["(key = %s AND count >= %s)"] * len(keys))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT 1 FROM voice_floodcount WHERE {over}",
            [value for pair in keys.items() for value in pair],
        )
        if cursor.fetchone() is None:
            return
    now, window = clock.now(), _window()
    longest = timedelta()
    for row in FloodCount.objects.filter(key__in=keys):
        wait = rules.flood_wait(
            row.count, keys[row.key], row.last_at, row.window_start, window, now
        )
        longest = max(longest, wait)
    if longest:
        seconds = int(longest.total_seconds()) + 1
        raise TooMany(
            f"这段时间收到的反映比较多，请等{seconds}秒再发送，您写的内容还在。急事请直接打值班电话。",
            seconds,
        )


def count_sender(keys: dict[str, int]) -> None:
    """Count one report for each key, in one statement and in the keys' order (no deadlock)."""
    if not keys:
        return
    now = clock.now()
    adapt = connection.ops.adapt_datetimefield_value
    rows, values = [], []
    for key in sorted(keys):
        rows.append("(%s, 1, %s, %s)")
        values += [key, adapt(now), adapt(now)]
    old: datetime | str | None = adapt(now - _window())
    with connection.cursor() as cursor:
        cursor.execute(COUNT.format(rows=", ".join(rows), old="%s"), [*values, old, old])


def _window() -> timedelta:
    return timedelta(minutes=int(setting(kinds.FLOOD_WINDOW_MINUTES)))

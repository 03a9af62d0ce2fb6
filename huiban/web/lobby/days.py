"""How far ahead a demonstration's clock runs: whole days, kept in a file that every process reads.

Each reading looks at the file's stamp first, so that a day's step reaches the web process and the
worker at once and costs them next to nothing otherwise.
"""

from __future__ import annotations

import fcntl
import json
from datetime import date, timedelta
from pathlib import Path

from django.conf import settings

from huiban.kernel.base import clock
from huiban.kernel.base.errors import Refusal

FILE = "clock.json"
MOST_DAYS = 366

_read: tuple[tuple[int, int, int], timedelta] | None = None


def offset() -> timedelta:
    """How far ahead the clock runs; nothing where nobody moved it."""
    global _read
    try:
        found = _file().stat()
    except FileNotFoundError:
        _read = None
        return timedelta()
    stamp = (found.st_mtime_ns, found.st_ino, found.st_size)
    if _read is None or _read[0] != stamp:
        _read = (stamp, timedelta(days=_days()))
    return _read[1]


def today() -> date:
    """The demonstration's present day, in China."""
    return clock.local(clock.now()).date()


def day_ahead(seen: date) -> date:
    """Move the clock a day ahead and return the new day, unless it is past `seen` already.

    `seen` is the day that the asker's page showed, so that a double tap moves one day only.
    Raises Refusal a year and a day on: no calendar is known beyond.
    """
    with _file().with_suffix(".lock").open("w") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        if today() == seen:
            _keep(_days() + 1)
    return today()


def back_to_the_present() -> None:
    """Let the clock show the real time again."""
    _file().unlink(missing_ok=True)


def _keep(days: int) -> None:
    if days > MOST_DAYS:
        raise Refusal("演示的时钟最多拨快一年，已经到头了。请用“重置”回到开始的样子。")
    draft = _file().with_suffix(".new")
    draft.write_text(json.dumps({"days": days}) + "\n", encoding="utf-8")
    draft.replace(_file())


def _days() -> int:
    try:
        return int(json.loads(_file().read_text(encoding="utf-8"))["days"])
    except FileNotFoundError:
        return 0


def _file() -> Path:
    return Path(settings.DATA) / FILE

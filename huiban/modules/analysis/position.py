"""How far the log is counted."""

from __future__ import annotations

import hashlib

from huiban.kernel.base.measures import TALLIES
from huiban.kernel.events.models import Cursor

PREFIX = "analysis:"


def cursor_name() -> str:
    """The name of the cursor: another version of any tally begins another one."""
    versions = ",".join(f"{one.subject_type}={one.version}" for one in TALLIES.values())
    return PREFIX + hashlib.sha256(versions.encode()).hexdigest()[:16]


def position() -> int:
    """The position of the last event that was counted; 0 before the first."""
    return Cursor.objects.filter(name=cursor_name()).values_list("position", flat=True).first() or 0

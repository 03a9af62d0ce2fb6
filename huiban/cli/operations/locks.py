"""Work that only one process at a time may do on a database."""

from __future__ import annotations

import fcntl
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection


@contextmanager
def alone_on_database(work: str) -> Iterator[None]:
    """Wait until no other process does that work on this database, and keep them out of it.

    A process that dies lets the next one in.
    """
    if connection.vendor == "postgresql":
        number = zlib.crc32(f"huiban {work}".encode())
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [number])
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [number])
        return
    with (Path(settings.DATA) / f"{work}.lock").open("w") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        yield

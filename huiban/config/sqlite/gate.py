"""One write gate per SQLite file: who wants to write waits in line here, fairly.

SQLite's own busy handler sleeps and retries, so under load an unlucky writer can wait for seconds
while others pass. A thread lock within the process and a file lock between processes, taken
before BEGIN and given back after COMMIT or ROLLBACK, make the wait first come, first served.
A process that is killed gives its file lock back by dying.
"""

from __future__ import annotations

import fcntl
import os
import threading

from django.db import OperationalError

# As long as SQLite's own patience: who waits longer is told, rather than left hanging.
SECONDS_TO_WAIT = 20.0

_gates: dict[str, Gate] = {}
_registry = threading.Lock()


class Gate:
    """The gate of one database file."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._threads = threading.Lock()
        self._file: int | None = None

    def enter(self) -> None:
        """Wait until this thread is the only writer on the machine.

        Raises OperationalError when another thread of this process doesn't leave in time. The wait
        for another process has no end: a migration or a restore may take its while.
        """
        if not self._threads.acquire(timeout=SECONDS_TO_WAIT):
            raise OperationalError("database is locked: the write gate was not left in time")
        try:
            if self._file is None:
                self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._file, fcntl.LOCK_EX)
        except OSError as problem:
            self._threads.release()
            raise OperationalError(f"the write gate can't be used: {problem.strerror}") from problem
        except BaseException:
            self._threads.release()
            raise

    def leave(self) -> None:
        """Let the next writer in."""
        if self._file is not None:
            fcntl.flock(self._file, fcntl.LOCK_UN)
        self._threads.release()

    def abandon(self) -> None:
        """Let go of the file without unlocking it: the lock is another process's."""
        if self._file is not None:
            os.close(self._file)


def gate_for(database: str) -> Gate | None:
    """The gate of that database, or None where there is no file to share (in memory)."""
    if ":memory:" in database or "mode=memory" in database:
        return None
    with _registry:
        return _gates.setdefault(database, Gate(f"{database}.gate"))


def _forget() -> None:
    # A forked child shares its parent's open file, and with it the lock: it needs its own, and
    # must not keep its parent's lock alive.
    global _registry
    _registry = threading.Lock()
    for gate in _gates.values():
        gate.abandon()
    _gates.clear()


os.register_at_fork(after_in_child=_forget)

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

_gates: dict[str, Gate] = {}
_registry = threading.Lock()


class Gate:
    """The gate of one database file."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._threads = threading.Lock()
        self._file: int | None = None

    def enter(self) -> None:
        """Wait until this thread is the only writer on the machine."""
        self._threads.acquire()
        try:
            if self._file is None:
                self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._file, fcntl.LOCK_EX)
        except BaseException:
            self._threads.release()
            raise

    def leave(self) -> None:
        """Let the next writer in."""
        if self._file is not None:
            fcntl.flock(self._file, fcntl.LOCK_UN)
        self._threads.release()


def gate_for(database: str) -> Gate | None:
    """The gate of that database, or None where there is no file to share (in memory)."""
    if ":memory:" in database or "mode=memory" in database:
        return None
    with _registry:
        return _gates.setdefault(database, Gate(f"{database}.gate"))


def _forget() -> None:
    # A forked child shares its parent's open file, and with it the lock: it needs its own.
    global _registry
    _registry = threading.Lock()
    _gates.clear()


os.register_at_fork(after_in_child=_forget)

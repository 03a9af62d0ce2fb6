"""Empties the demonstration and furnishes it again, in a process of its own.

A reset takes longer than a page may. The file lock that the process holds says that it runs, and
is given back even if it is killed; what came of the last one is in `reset.json`. Nothing here
touches the database, which is being emptied meanwhile.
"""

from __future__ import annotations

import fcntl
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

AGAIN = ("-m", "huiban.cli.main", "demo", "--again")
ITSELF = ("-m", "huiban.web.lobby.resetting")
# Between being told to start and holding the lock lies the start of an interpreter.
SECONDS_TO_START = 15

State = Literal["never", "running", "done", "failed"]


def state(data: Path) -> State:
    """Whether a reset of this data folder runs, and how the last one ended."""
    if _is_held(data):
        return "running"
    kept = data / "reset.json"
    try:
        outcome = json.loads(kept.read_text(encoding="utf-8"))["outcome"]
        age = time.time() - kept.stat().st_mtime
    except FileNotFoundError:
        return "never"
    if outcome == "running":
        return "running" if age < SECONDS_TO_START else "failed"
    return "done" if outcome == "done" else "failed"


def start(data: Path) -> None:
    """Begin a reset, unless one is under way."""
    if state(data) == "running":
        return
    _tell(data, "running")
    with (data / "reset.log").open("wb") as log:
        # Not waited for: it outlives this request, and the next one that starts reaps it.
        subprocess.Popen(
            [sys.executable, *ITSELF, str(data)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )


def carry_out(data: Path, command: tuple[str, ...] = AGAIN) -> bool:
    """Run the reset while holding the lock; False if another one holds it, or if it failed."""
    with _gate(data) as alone:
        if not alone:
            return False
        _mark(data, "furnishing")
        (data / "clock.json").unlink(missing_ok=True)
        done = subprocess.run([sys.executable, *command], check=False)
        if not done.returncode:
            _mark(data, "demonstration")
        _tell(data, "failed" if done.returncode else "done")
        return not done.returncode


def _mark(data: Path, kind: str) -> None:
    """Keep the folder's mark true, so that a start after a broken-off reset furnishes it anew."""
    if (data / "kind").exists():
        _write(data / "kind", kind)


def _tell(data: Path, word: str) -> None:
    _write(data / "reset.json", json.dumps({"outcome": word}))


def _write(path: Path, text: str) -> None:
    draft = path.with_name(f"{path.name}.new")
    draft.write_text(f"{text}\n", encoding="utf-8")
    draft.replace(path)


def _is_held(data: Path) -> bool:
    with (data / "reset.lock").open("w") as gate:
        return not _take(gate.fileno())


@contextmanager
def _gate(data: Path) -> Iterator[bool]:
    """Hold the lock during the block; False where another process holds it and keeps it."""
    with (data / "reset.lock").open("w") as gate:
        # Whoever only looks whether it is held lets go of it at once.
        for _ in range(20):
            if _take(gate.fileno()):
                yield True
                return
            time.sleep(0.1)
        yield False


def _take(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(0 if carry_out(Path(sys.argv[1])) else 1)

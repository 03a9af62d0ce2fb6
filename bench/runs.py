"""Runs of helper processes, and what the machine spent on them meanwhile."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.machine import busy_seconds
from bench.place import ROOT, Place
from bench.processes import cpu_seconds, database_server, family_of

# A run counts as quiet where everything else on the machine took at most this much of a core.
QUIET = 0.15
LOOK_SECONDS = 0.5


def start(place: Place, module: str, *arguments: str) -> subprocess.Popen[str]:
    """Start a module of the benchmarks as a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        env=place.environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


def finished(process: subprocess.Popen[str]) -> dict[str, Any]:
    """What it printed, once it has ended. RuntimeError if it failed."""
    said, _ = process.communicate()
    if process.returncode:
        raise RuntimeError(f"{process.args!r} ended with {process.returncode}")
    outcome: dict[str, Any] = json.loads(said)
    return outcome


@dataclass
class Spent:
    """Processor seconds of the house, of its database, of everything else; and the time it took."""

    house: float
    database: float
    others: float
    seconds: float

    @property
    def others_cores(self) -> float:
        """How many cores everything else took."""
        return self.others / self.seconds


class Meter:
    """Reads what processes spend between `begin` and `end`."""

    def __init__(self, pids: list[int]) -> None:
        self._pids, self._database = pids, database_server()

    def begin(self) -> None:
        """Start reading."""
        self._began, self._before = time.perf_counter(), self._read()

    def end(self, helpers: float) -> Spent:
        """Stop. `helpers` is what our own load generators spent: neither house nor others."""
        house, database, busy = (
            after - before for after, before in zip(self._read(), self._before, strict=True)
        )
        others = max(0.0, busy - house - database - helpers)
        return Spent(house, database, others, time.perf_counter() - self._began)

    def _read(self) -> tuple[float, float, float]:
        house = [member for pid in self._pids for member in family_of(pid)]
        server = family_of(self._database) if self._database is not None else []
        return cpu_seconds(house), cpu_seconds(server), busy_seconds()


def wait_for_calm(patience: float) -> None:
    """Wait, but not for ever, until the machine does little else: a moment is enough."""
    ends = time.monotonic() + patience
    while time.monotonic() < ends:
        before = busy_seconds()
        time.sleep(LOOK_SECONDS)
        if (busy_seconds() - before) / LOOK_SECONDS <= QUIET:
            return


def write_plan(place: Place, name: str, plan: dict[str, Any]) -> Path:
    """Put a plan where the load generator finds it."""
    path = place.data / f"{name}.json"
    path.write_text(json.dumps(plan), encoding="utf-8")
    return path


def load(
    place: Place, port: int, plan: Path, clients: int, seconds: float, skip: int = 0
) -> dict[str, Any]:
    """Let the load generator work a plan; what it printed. AssertionError if anything broke."""
    told = (f"--port={port}", f"--clients={clients}", f"--seconds={seconds}", f"--plan={plan}")
    outcome = finished(start(place, "bench.load", *told, f"--skip={skip}"))
    assert not outcome["broken"], outcome["broken"]
    return outcome

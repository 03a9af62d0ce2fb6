"""A worker that is killed, or told to stop, in the middle of a batch: one effect each, no more."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.faults.slow_worker import EVENTS
from tests.scratch import ROOT, Scratch, scratch_place

pytestmark = pytest.mark.faults

PATIENCE = 90


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Scratch]:
    with scratch_place(tmp_path, tables=True) as made:
        begun = made.run("-m", "tests.faults.slow_worker", "begin")
        assert begun.returncode == 0, begun.stderr[-3000:]
        yield made


@contextmanager
def working(place: Scratch, how: str = "work_on_short_leases") -> Iterator[subprocess.Popen[bytes]]:
    """A worker in that place; killed at the end if it's still there."""
    with (place.data / "worker.log").open("ab") as log:
        worker = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.slow_worker", how],
            env=place.environment,
            cwd=ROOT,
            stderr=log,
        )
    try:
        yield worker
    finally:
        worker.kill()
        worker.wait()


def look(place: Scratch) -> dict[str, Any]:
    seen = place.run("-m", "tests.faults.slow_worker", "look")
    assert seen.returncode == 0, seen.stderr[-3000:]
    return dict(json.loads(seen.stdout.splitlines()[-1]))


def wait_for(place: Scratch, least: int) -> dict[str, Any]:
    """Wait until that many deliveries are done."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        seen = look(place)
        if seen["done"] >= least:
            return seen
    raise AssertionError((place.data / "worker.log").read_text(encoding="utf-8")[-3000:])


def test_a_killed_worker_s_batch_is_finished_by_another_one(place: Scratch) -> None:
    with working(place) as worker:
        wait_for(place, 1)
        worker.send_signal(signal.SIGKILL)
        worker.wait(10)
    broken_off = look(place)
    assert 0 < broken_off["done"] < EVENTS, "it must be killed in the middle"
    assert len(broken_off["effects"]) == broken_off["done"], "an effect without its completion"
    with working(place), working(place):
        seen = wait_for(place, EVENTS)
    assert seen["effects"] == [1] * EVENTS
    assert (seen["open"], seen["placed"]) == (0, EVENTS)
    assert place.run("-m", "huiban.cli.main", "verify").returncode == 0


def test_a_worker_that_is_told_to_stop_finishes_what_it_holds(place: Scratch) -> None:
    with working(place, "work") as worker:
        wait_for(place, 1)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(30) == 0
    seen = look(place)
    assert seen["effects"] == [1] * EVENTS, "one batch is all there was, and it was finished"

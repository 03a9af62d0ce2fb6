"""A reset runs once, in a process of its own, and tells how it ended."""

from __future__ import annotations

import fcntl
import json
import os
import time
from pathlib import Path

import pytest

from huiban.web.lobby import resetting

WELL = ("-c", "pass")
BADLY = ("-c", "import sys; sys.exit(3)")


def test_nothing_was_ever_reset(tmp_path: Path) -> None:
    assert resetting.state(tmp_path) == "never"


@pytest.mark.parametrize(("command", "outcome"), [(WELL, "done"), (BADLY, "failed")])
def test_the_outcome_is_told(tmp_path: Path, command: tuple[str, ...], outcome: str) -> None:
    assert resetting.carry_out(tmp_path, command) == (outcome == "done")
    assert resetting.state(tmp_path) == outcome


def test_the_clock_goes_back_and_the_folder_keeps_its_mark(tmp_path: Path) -> None:
    (tmp_path / "clock.json").write_text('{"days": 3}')
    (tmp_path / "kind").write_text("demonstration\n")
    resetting.carry_out(tmp_path, WELL)
    assert not (tmp_path / "clock.json").exists()
    assert (tmp_path / "kind").read_text() == "demonstration\n"


def test_a_broken_off_reset_leaves_the_mark_that_furnishes_anew(tmp_path: Path) -> None:
    (tmp_path / "kind").write_text("demonstration\n")
    resetting.carry_out(tmp_path, BADLY)
    assert (tmp_path / "kind").read_text() == "furnishing\n"


def test_two_never_run_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    with (tmp_path / "reset.lock").open("w") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        assert resetting.state(tmp_path) == "running"
        assert not resetting.carry_out(tmp_path, WELL)
    assert resetting.carry_out(tmp_path, WELL)


def test_one_that_was_killed_reads_as_failed_after_a_while(tmp_path: Path) -> None:
    kept = tmp_path / "reset.json"
    kept.write_text(json.dumps({"outcome": "running"}))
    assert resetting.state(tmp_path) == "running"
    long_ago = time.time() - resetting.SECONDS_TO_START - 1
    os.utime(kept, (long_ago, long_ago))
    assert resetting.state(tmp_path) == "failed"


def test_it_starts_in_a_process_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = "import sys, pathlib; pathlib.Path(sys.argv[1], 'ran').write_text('yes')"
    monkeypatch.setattr(resetting, "ITSELF", ("-c", script))
    resetting.start(tmp_path)
    resetting.start(tmp_path)
    deadline = time.monotonic() + 20
    while not (tmp_path / "ran").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert (tmp_path / "ran").read_text() == "yes"
    assert resetting.state(tmp_path) == "running"

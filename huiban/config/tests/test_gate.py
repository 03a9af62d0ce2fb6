"""The write gate: one writer at a time, in this process and beside it."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from django.db import OperationalError

from huiban.config.sqlite import gate as gates
from huiban.config.sqlite.gate import gate_for

HOLDER = """
import sys, time
from huiban.config.sqlite.gate import gate_for
gate_for(sys.argv[1]).enter()
print("in", flush=True)
time.sleep(60)
"""
WRITER = """
import sys
from pathlib import Path
from huiban.config.sqlite.gate import gate_for
gate, tally = gate_for(sys.argv[1]), Path(sys.argv[2])
for _ in range(200):
    gate.enter()
    tally.write_text(str(int(tally.read_text()) + 1))
    gate.leave()
"""


def test_a_database_in_memory_needs_no_gate() -> None:
    assert gate_for(":memory:") is None
    assert gate_for("file:memorydb_default?mode=memory&cache=shared") is None


def test_threads_enter_one_at_a_time(tmp_path: Path) -> None:
    gate = gate_for(str(tmp_path / "a.sqlite3"))
    assert gate is not None
    inside, most = 0, 0

    def work() -> None:
        nonlocal inside, most
        for _ in range(50):
            gate.enter()
            inside += 1
            most = max(most, inside)
            time.sleep(0.0001)
            inside -= 1
            gate.leave()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert most == 1


@pytest.mark.concurrency
def test_processes_enter_one_at_a_time(tmp_path: Path) -> None:
    tally = tmp_path / "tally"
    tally.write_text("0", encoding="utf-8")
    command = [sys.executable, "-c", WRITER, str(tmp_path / "a.sqlite3"), str(tally)]
    writers = [subprocess.Popen(command) for _ in range(4)]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0, 0]
    assert tally.read_text(encoding="utf-8") == "800"


@pytest.mark.faults
def test_a_killed_process_gives_the_gate_back(tmp_path: Path) -> None:
    path = str(tmp_path / "a.sqlite3")
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, path], stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "in\n"
        gate = gate_for(path)
        assert gate is not None
        waiting = threading.Thread(target=gate.enter)
        waiting.start()
        waiting.join(0.3)
        assert waiting.is_alive(), "the other process is inside"
        holder.kill()
        waiting.join(10)
        assert not waiting.is_alive()
    gate.leave()


def test_whoever_waits_too_long_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gates, "SECONDS_TO_WAIT", 0.05)
    gate = gate_for(str(tmp_path / "a.sqlite3"))
    assert gate is not None
    gate.enter()
    with pytest.raises(OperationalError, match="locked"):
        gate.enter()
    gate.leave()
    gate.enter()
    gate.leave()


def test_a_gate_that_cant_be_made_is_a_database_that_cant_be_written(tmp_path: Path) -> None:
    gate = gate_for(str(tmp_path / "nowhere" / "a.sqlite3"))
    assert gate is not None
    for _ in range(2):  # the first failure must not leave the gate shut
        with pytest.raises(OperationalError, match="gate"):
            gate.enter()

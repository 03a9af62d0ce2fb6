"""`./run` as a whole, and what it does when a part of it is killed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

pytestmark = pytest.mark.faults


@contextmanager
def started(data: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    """A real installation, being started in that folder; stopped at the end."""
    environment = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "HUIBAN_URL")}
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "huiban.cli.run", "--empty", "--host", "127.0.0.1"),
            *("--port", str(port), "--data", str(data)),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(15)


def welcome_of(process: subprocess.Popen[str]) -> str:
    """Wait until it says that it has started; all that it said."""
    assert process.stdout is not None
    told = ""
    for line in process.stdout:
        told += line
        if "Ctrl-C" in line:
            return told
    raise AssertionError(process.communicate())


def answers(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (URLError, ConnectionError):
        return False


def part_of(process: subprocess.Popen[str], name: str) -> int:
    """The process number of one of its parts."""
    listing = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid=,args="], capture_output=True, text=True, check=True
    ).stdout
    [found] = [
        line.split()[0]
        for line in listing.splitlines()
        if line.split()[1] == str(process.pid) and f"huiban.cli.main {name}" in line
    ]
    return int(found)


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_it_stops_within_ten_seconds_and_starts_again(tmp_path: Path, port: int) -> None:
    for _start in range(2):
        with started(tmp_path, port) as process:
            told = welcome_of(process)
            assert f"http://127.0.0.1:{port}/" in told
            assert answers(port)
            began = time.monotonic()
            process.send_signal(signal.SIGTERM)
            _told, progress = process.communicate(timeout=10)
        assert time.monotonic() - began < 10
        assert process.returncode == 0
        assert "已停止" in progress
        assert not answers(port)


@pytest.mark.parametrize("name", ["serve", "worker"])
def test_a_killed_part_is_named_and_ends_the_other(tmp_path: Path, port: int, name: str) -> None:
    with started(tmp_path, port) as process:
        welcome_of(process)
        os.kill(part_of(process, name), signal.SIGKILL)
        _told, progress = process.communicate(timeout=15)
    assert process.returncode == 1
    assert f"{name} 被信号 9" in progress
    assert f"{name}.log" in progress
    assert not answers(port)

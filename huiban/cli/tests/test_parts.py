"""The processes that `./run` keeps together."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from huiban.cli.parts import Household

SLEEPS = [sys.executable, "-c", "import time; time.sleep(60)"]
DIES = [sys.executable, "-c", "print('the disk is full'); raise SystemExit(3)"]
# Says when it is deaf, so that the test doesn't knock before.
DEAF = [
    sys.executable,
    "-c",
    """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("deaf", flush=True)
time.sleep(60)
""",
]


@pytest.fixture
def household(tmp_path: Path) -> Iterator[Household]:
    before = {n: signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    household = Household(tmp_path / "logs", os.environ, seconds_to_stop=0.5)
    yield household
    household.stop()
    for number, handler in before.items():
        signal.signal(number, handler)


def test_a_part_that_dies_is_named_with_its_code_and_last_words(household: Household) -> None:
    household.start("serve", SLEEPS)
    household.start("worker", DIES)
    died = household.wait()
    assert died is not None
    assert (died.name, died.how_it_ended()) == ("worker", "已退出，退出码 3")
    assert died.last_lines(20) == "the disk is full"


def test_last_words_are_cut_to_the_last_lines(household: Household) -> None:
    household.start("worker", [sys.executable, "-c", "print(*range(100), sep='\\n')"])
    died = household.wait()
    assert died is not None
    assert died.last_lines(2) == "98\n99"


def test_a_signal_ends_the_wait_with_nobody_to_blame(household: Household) -> None:
    household.listen()
    household.start("serve", SLEEPS)
    os.kill(os.getpid(), signal.SIGTERM)
    assert household.wait() is None
    assert household.asked_to_stop
    assert household.dead() is None


def test_stopping_ends_even_a_part_that_does_not_listen(
    household: Household, tmp_path: Path
) -> None:
    household.start("serve", DEAF)
    log = tmp_path / "logs" / "serve.log"
    while not log.read_bytes():
        time.sleep(0.01)
    began = time.monotonic()
    household.stop()
    assert household.dead() is not None
    assert 0.4 < time.monotonic() - began < 5


def test_logs_are_added_to_and_turned_when_large(
    household: Household, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "logs" / "worker.log"
    log.parent.mkdir()
    log.write_text("yesterday\n", encoding="utf-8")
    household.start("worker", DIES)
    household.wait()
    assert log.read_text(encoding="utf-8") == "yesterday\nthe disk is full\n"

    monkeypatch.setattr("huiban.cli.parts.LOG_BYTES_BEFORE_TURNING", 10)
    household.start("worker", DIES)
    assert (tmp_path / "logs" / "worker.log.1").read_text(encoding="utf-8").startswith("yesterday")

"""Bouncing in logs of other systems: how long `huiban supervision scan` takes, and with how much memory.

The logs are made here: cases that run at the same time, some seven steps each, at two hundred units
of which some see far more than others. What a log holds is counted while it is made, and the
scan must say the same. Each scan is a process of its own, its start included.
"""

from __future__ import annotations

import gzip
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

from bench.machine import busy_seconds
from bench.place import ROOT, Place
from bench.results import Result
from bench.runs import wait_for_calm
from huiban.cli.outcomes import say

SEED = 5
UNITS = 200
AT_ONCE = 2_000
NEW_SHARE = 0.15
BEGIN = datetime(2023, 1, 1)  # noqa: DTZ001 - what a wall showed
SMALL, LARGE, QUICK_LARGE = 65_000, 10_000_000, 500_000
GOALS = {SMALL: 2.0, LARGE: 60.0}
PATIENCE_SECONDS = 60
# The command, which says at the end how much memory and processor time it took: a child's memory as
# its parent hears of it would count the parent's in.
SCAN = """
import re, sys, time
from huiban.cli.main import main
code = main(sys.argv[1:])
most = re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]
print(most, time.process_time(), file=sys.stderr)
sys.exit(code)
"""


@dataclass
class Truth:
    """What a log holds: how many cases, and how many of them were handed over, returned, looped."""

    events: int
    cases: int = 0
    handed_over: int = 0
    returned: int = 0
    looped: int = 0

    def summary(self) -> str:
        """The line that the scan has to end with."""
        return (
            f"read {self.events}, refused 0, cases {self.cases}, handed over {self.handed_over}, "
            f"returned {self.returned}, looped {self.looped}"
        )


@dataclass(frozen=True)
class Run:
    """One scan: seconds from start to end, of processor time, of others' meanwhile, and MB."""

    seconds: float
    processor: float
    others: float
    megabytes: float


def run(place: Place, quick: bool) -> Result:
    """Scan a small log and a large one, the large one also packed."""
    result = Result(
        title="别的系统的流转记录：转手、退回、绕圈",
        columns=("事件", "文件", "兆", "秒", "目标", "处理器秒", "每秒事件", "内存 MB", "他人占核"),
    )
    large = QUICK_LARGE if quick else LARGE
    for events in (SMALL, large):
        log = place.data / f"log-{events}.csv"
        say(f"bench: 写{events}行的记录")
        truth = _write_log(log, events)
        files = [log] if events == SMALL else [log, _packed(log)]
        for file in files:
            if not quick:
                wait_for_calm(PATIENCE_SECONDS)
            _add(result, events, file, _scanned(file, truth))
        for file in files:
            file.unlink()
    return result


def _add(result: Result, events: int, file: Path, run_: Run) -> None:
    result.rows.append(
        (
            f"{events:,}",
            file.name.removeprefix(f"log-{events}."),
            file.stat().st_size / 1e6,
            run_.seconds,
            GOALS.get(events),
            run_.processor,
            f"{events / run_.seconds:,.0f}",
            run_.megabytes,
            run_.others / run_.seconds,
        )
    )


def _scanned(log: Path, truth: Truth) -> Run:
    """Let a process scan the log. AssertionError unless it finds what the log holds."""
    command = [sys.executable, "-c", SCAN, "supervision", "scan", "--log", str(log)]
    command += ["--case", "编号", "--time", "时间", "--unit", "单位"]
    command += ["--output", str(log.parent / "out.csv"), "--pairs", str(log.parent / "pairs.csv")]
    before, began = busy_seconds(), time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    seconds, busy = time.perf_counter() - began, busy_seconds() - before
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == truth.summary(), (done.stdout, truth.summary())
    kilobytes, processor = map(float, done.stderr.splitlines()[-1].split())
    return Run(seconds, processor, max(0.0, busy - processor), kilobytes / 1024)


def _write_log(path: Path, events: int) -> Truth:
    truth = Truth(events)
    steps = _steps(events, truth)
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write("编号,时间,单位,环节\n")
        file.writelines(
            f"T{case:09d},{BEGIN + timedelta(seconds=3 * number)},单位{unit:03d},办理\n"
            for number, (case, unit) in enumerate(steps)
        )
    return truth


def _steps(events: int, truth: Truth) -> Iterator[tuple[int, int]]:
    """Cases and units, step after step; what they come to is counted into the truth."""
    chance = random.Random(SEED)
    numbers = count(1)
    running: list[_Course] = []
    for _ in range(events):
        if not running or chance.random() < NEW_SHARE:
            running.append(_Course(next(numbers)))
            if len(running) > AT_ONCE:
                running.pop(chance.randrange(len(running))).end(truth)
        course = running[chance.randrange(len(running))]
        unit = int(chance.random() ** 2 * UNITS)
        if chance.random() < 0.1 and len(course.units) > 1:
            unit = course.units[-2]
        course.step(unit)
        yield course.case, unit
    for course in running:
        course.end(truth)


class _Course:
    """Which units had a case, one after the other."""

    def __init__(self, case: int) -> None:
        self.case = case
        self.units: list[int] = []
        self._returned = self._looped = False

    def step(self, unit: int) -> None:
        """The unit did something; what it did before without a break counts once."""
        units = self.units
        if units and units[-1] == unit:
            return
        self._returned |= len(units) > 1 and units[-2] == unit
        self._looped |= unit in units
        units.append(unit)

    def end(self, truth: Truth) -> None:
        """Count it in; a case without steps is in no log."""
        truth.cases += bool(self.units)
        truth.handed_over += len(self.units) > 1
        truth.returned += self._returned
        truth.looped += self._looped


def _packed(log: Path) -> Path:
    packed = log.with_name(f"{log.name}.gz")
    with log.open("rb") as plain, gzip.open(packed, "wb", compresslevel=6) as file:
        shutil.copyfileobj(plain, file, 1 << 20)
    return packed

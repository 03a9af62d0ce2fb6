"""How long a district's month takes to become a finished handbook, out of a long history.

The history is counted beforehand, as a worker keeps it. Each handbook is made by the command in a
process of its own, its start included; a second one must have the same bytes, and what it says
came in must be what the cases themselves tell.
"""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

from bench.history import history
from bench.machine import busy_seconds
from bench.place import ROOT, Place
from bench.results import Result
from bench.runs import wait_for_calm
from huiban.kernel.base import clock
from huiban.kernel.territory.models import Level, Unit
from huiban.modules.analysis.handbook.gathering import gather
from huiban.modules.analysis.models import Count
from huiban.modules.analysis.reckoning.months import Month
from huiban.modules.voice.models import Case

CASES, QUICK_CASES = 1_000_000, 5_000
GOAL_SECONDS, GOAL_MEGABYTES = 15.0, 600.0
PATIENCE_SECONDS = 60
# The command, which says at the end how much memory and processor time it took: a child's memory as
# its parent hears of it would count the parent's in.
COMMAND = """
import re, sys, time
from huiban.cli.main import main
code = main(sys.argv[1:])
most = re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]
print(most, time.process_time(), file=sys.stderr)
sys.exit(code)
"""


@dataclass(frozen=True)
class Run:
    """How long the command ran, and what it, and everything else, took meanwhile."""

    seconds: float
    processor: float
    others: float
    megabytes: float


def run(place: Place, quick: bool) -> Result:
    """Measure in an empty place whose tables are made."""
    cases = QUICK_CASES if quick else CASES
    there = history()
    there.bring_to(cases)
    month = Month.of(clock.now()).previous
    unit = Unit.objects.get(level=Level.DISTRICT)
    received = _checked(unit, month)
    rows = Count.objects.count()
    connection.close()
    result = Result(
        title=f"分析手册：{unit.name} {month}，历史 {there.cases:,} 件，当月收到 {received:,} 件",
        columns=("格式", "KB", "秒", "目标秒", "处理器秒", "最多MB", "目标MB", "别的占核"),
    )
    result.notes += [f"计数 {rows:,} 行；第二次做出的文件逐字节相同。", there.note()]
    for file_format in ("pdf", "docx"):
        result.rows.append(_measured(place, unit.code, month, file_format))
    return result


def _checked(unit: Unit, month: Month) -> int:
    """How many cases the handbook says came in. AssertionError unless the cases say the same."""
    lines = gather(unit, month)["numbers"]["lines"]
    printed = next(line["value"] for line in lines if line["measure"] == "voice.received")
    period = month.period
    counted = Case.objects.everywhere("the benchmark counts them").filter(
        received_at__gte=period.begins, received_at__lt=period.ends
    )
    assert printed == counted.count(), (printed, counted.count())
    return int(printed)


def _measured(place: Place, code: str, month: Month, file_format: str) -> tuple[object, ...]:
    first, second = (place.data / f"{name}.{file_format}" for name in ("first", "second"))
    wait_for_calm(PATIENCE_SECONDS)
    runs = [_made(place, code, month, output) for output in (first, second)]
    assert first.read_bytes() == second.read_bytes(), "the second one has other bytes"
    fastest = min(runs, key=lambda one: one.seconds)
    return (
        file_format.upper(),
        first.stat().st_size / 1024,
        fastest.seconds,
        GOAL_SECONDS,
        fastest.processor,
        max(one.megabytes for one in runs),
        GOAL_MEGABYTES,
        fastest.others / fastest.seconds,
    )


def _made(place: Place, code: str, month: Month, output: Path) -> Run:
    command = [sys.executable, "-c", COMMAND, "handbook", "--unit", code]
    command += ["--month", str(month), "--output", str(output)]
    before, began = busy_seconds(), time.perf_counter()
    done = subprocess.run(
        command, cwd=ROOT, env=place.environment, capture_output=True, text=True, check=False
    )
    seconds, busy = time.perf_counter() - began, busy_seconds() - before
    assert done.returncode == 0, done.stderr
    kilobytes, processor = map(float, done.stderr.splitlines()[-1].split())
    return Run(seconds, processor, max(0.0, busy - processor), kilobytes / 1024)

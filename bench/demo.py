"""How long the demonstration takes to furnish: a year of cases through the real actions."""

from __future__ import annotations

import subprocess
import sys
import time

from bench.place import ROOT, Place
from bench.results import Result
from huiban.cli.outcomes import say
from huiban.kernel.events.models import Event
from huiban.modules.voice.models import Case

SCALE, QUICK_SCALE = "0.5", "0.02"


def run(place: Place, quick: bool) -> Result:
    """Measure in an empty place whose tables are made."""
    scale = QUICK_SCALE if quick else SCALE
    say(f"bench: huiban demo --scale {scale}")
    environment = place.environment | {"HUIBAN_DEMONSTRATION": "1"}
    # Furnishing may lose its last moments to a power failure: it is simply begun anew.
    environment["HUIBAN_SQLITE_SYNCHRONOUS"] = "NORMAL"
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "huiban.cli.main", "demo", "--scale", scale],
        env=environment,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    seconds = time.perf_counter() - began
    cases = Case.objects.everywhere("the benchmark counts them").count()
    events = Event.objects.count()
    return Result(
        title=f"布置演示街区：--scale {scale}",
        columns=("案件数", "事件数", "秒", "件/秒", "事件/秒"),
        rows=[(cases, events, seconds, cases / seconds, events / seconds)],
    )

"""How long the one screen takes on top of a million cases and twenty million events.

The log is loaded in bulk and folded into counts, whose time is told apart; then the screen is read
as a community, a street, a district and a department see it: whole, as the part that a page on a
wall asks for twice a minute, and as the answer to one who has it already.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from bench import bulk
from bench.district import District, furnish
from bench.place import Place
from bench.processes import serving
from bench.reader import COLUMNS, Reader
from bench.results import Result
from huiban.cli.analysis import BATCH
from huiban.cli.outcomes import say
from huiban.kernel.events.models import Event
from huiban.modules.analysis.actions.folding import fold_all
from huiban.modules.analysis.models import Count

EVENTS_A_CASE = 20
SIZES, QUICK_SIZES = (10_000, 1_000_000), (2_000,)
SECONDS, QUICK_SECONDS = 6.0, 0.4
WORKERS = {"community": "社区", "street": "街道", "district": "区", "department": "部门"}
VIEWS = {"整页": "/screen/", "墙上": "/screen/?wall=1", "部分": "/screen/part/"}


def run(place: Place, quick: bool) -> Result:
    """Measure in an empty place whose tables are made."""
    result = Result(title="一屏统览", columns=("案件数", "事件数", "谁", "页面", *COLUMNS))
    result.details["folding"] = []
    district = furnish()
    loaded = 0
    for size in QUICK_SIZES if quick else SIZES:
        say(f"bench: 装到 {size} 件，每件 {EVENTS_A_CASE} 个事件")
        bulk.load_cases(district, size - loaded, events_per_case=EVENTS_A_CASE)
        loaded = size
        result.details["folding"].append(_folded())
        events = Event.objects.count()
        with serving(place) as (port, pid):
            for row in _rows(place, port, pid, district, QUICK_SECONDS if quick else SECONDS):
                result.rows.append((size, events, *row))
    result.notes.append(
        "折算另计："
        + "；".join(
            f"{one['events']}个事件{one['seconds']:.1f}秒，计数行共{one['counts']}"
            for one in result.details["folding"]
        )
    )
    result.details["themes"] = "成批装入的案件没有热点：读热点的时间不在内，页面五分钟才读一次"
    return result


def _folded() -> dict[str, Any]:
    """Count what isn't counted yet, as `huiban analysis fold` does."""
    say("bench: 折成计数")
    began = time.perf_counter()
    done = fold_all(BATCH)
    seconds = time.perf_counter() - began
    return {"events": done, "seconds": seconds, "counts": Count.objects.count()}


def _rows(
    place: Place, port: int, pid: int, district: District, seconds: float
) -> Iterator[tuple[Any, ...]]:
    for name, label in WORKERS.items():
        reader = Reader(place, port, pid, district, name)
        for view, path in VIEWS.items():
            say(f"bench: {label}，{view}")
            yield (label, view, *reader.measured(path, seconds))
        mark = reader.mark_of("/screen/part/")
        yield (label, "没有变化", *reader.measured("/screen/part/", seconds, mark))

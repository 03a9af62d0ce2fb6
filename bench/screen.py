"""How long the one screen takes on top of a million cases and twenty million events.

The log is loaded in bulk and folded into counts, whose time is told apart; then the screen is read
as a community, a street, a district and a department see it: whole, as the part that a page on a
wall asks for twice a minute, and as the answer to one who has it already.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bench.district import District
from bench.history import history
from bench.place import Place
from bench.processes import serving
from bench.reader import COLUMNS, Reader
from bench.results import Result
from huiban.cli.outcomes import say
from huiban.kernel.events.models import Event

SIZES, QUICK_SIZES = (10_000, 1_000_000), (2_000,)
SECONDS, QUICK_SECONDS = 6.0, 0.4
WORKERS = {"community": "社区", "street": "街道", "district": "区", "department": "部门"}
VIEWS = {"整页": "/screen/", "墙上": "/screen/?wall=1", "部分": "/screen/part/"}


def run(place: Place, quick: bool) -> Result:
    """Measure in an empty place whose tables are made."""
    result = Result(title="一屏统览", columns=("案件数", "事件数", "谁", "页面", *COLUMNS))
    there = history()
    for size in QUICK_SIZES if quick else SIZES:
        there.bring_to(size)
        events = Event.objects.count()
        with serving(place) as (port, pid):
            seconds = QUICK_SECONDS if quick else SECONDS
            for row in _rows(place, port, pid, there.district, seconds):
                result.rows.append((size, events, *row))
    result.notes.append(there.note())
    result.details["themes"] = "成批装入的案件没有热点：读热点的时间不在内，页面五分钟才读一次"
    return result


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

"""How many events a second are folded into counts, and the proof that each count is right.

The log is the house's own: five events a case, and a longer log of twenty. It is counted from an
empty store in batches, as `huiban analysis fold` does, and then in the worker's small ones.
"""

from __future__ import annotations

import time

from bench import bulk
from bench.district import furnish
from bench.place import Place
from bench.results import Result
from huiban.cli.analysis import BATCH as LARGE
from huiban.cli.outcomes import say
from huiban.kernel.events.models import Event
from huiban.modules.analysis.actions.folding import BATCH as SMALL
from huiban.modules.analysis.actions.folding import clear, fold_all
from huiban.modules.analysis.folding.proof import broken_counts
from huiban.modules.analysis.models import Count

CASES, QUICK_CASES = 100_000, 2_000
LONG_CASES, QUICK_LONG_CASES = 25_000, 500


def run(place: Place, quick: bool) -> Result:
    """Measure in an empty place whose tables are made."""
    result = Result(
        title="统计：把事件折成按单位、分类、日子的数",
        columns=("事项", "事件", "每批", "秒", "事件/秒", "计数行"),
    )
    district = furnish()
    parts = (
        (QUICK_CASES if quick else CASES, 1),
        (QUICK_LONG_CASES if quick else LONG_CASES, 20),
    )
    loaded = 0
    for cases, events_per_case in parts:
        say(f"bench: 装入 {cases} 件，每件至少 {events_per_case} 个事件")
        bulk.load_cases(district, cases, events_per_case=events_per_case)
        loaded += cases
        for batch in (LARGE, SMALL):
            result.rows.append((loaded, *_folded(batch)))
    off = broken_counts()
    assert not off, off[:3]
    return result


def _folded(batch: int) -> tuple[int, int, float, float, int]:
    """The whole log counted from an empty store, in batches of that size."""
    clear()
    events = Event.objects.count()
    say(f"bench: {events} 个事件，每批 {batch} 个")
    began = time.perf_counter()
    done = fold_all(batch)
    seconds = time.perf_counter() - began
    assert done == events, (done, events)
    return events, batch, seconds, events / seconds, Count.objects.count()

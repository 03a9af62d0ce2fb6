"""How fast the log flows into the lake, and how long a measure over it takes on either engine.

The log is loaded in bulk and counted first, as the worker would have, neither of which is timed.
Beyond the district's own lake the same files stand as those of several districts under one root,
so that the engines are seen at sizes that would take hours to load.
"""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from bench.history import history
from bench.place import Place
from bench.results import Result, median
from huiban.cli.outcomes import say
from huiban.kernel.base.errors import Refusal
from huiban.modules.analysis.lake.asking.ask import ask
from huiban.modules.analysis.lake.asking.engines import Engine, engine, refuse_without_spark
from huiban.modules.analysis.lake.asking.measures import MEASURES, LakeMeasure, Months
from huiban.modules.analysis.lake.checking import manifests
from huiban.modules.analysis.lake.filling.export import Outcome, export
from huiban.modules.analysis.lake.manifest import Manifest, Part
from huiban.modules.analysis.lake.names import UNITS, Partition, manifest_path
from huiban.modules.analysis.lake.storage import Storage, storage_at

CASES, QUICK_CASES = 1_000_000, 2_000
MORE_CASES = 500
DISTRICTS, QUICK_DISTRICTS = (1, 2, 4), (1, 2)
ROUNDS = 3
LAKE = "00000001"
ALWAYS = Months()
# The measure that reads the most events, by which the engines are compared.
COMPARED = "steps"


def run(place: Place, quick: bool) -> Result:
    """Measure in an empty place whose tables are made."""
    result = Result(
        title="数据湖：导出，和在上面算指标",
        columns=("做什么", "引擎", "区", "事件", "秒", "最快", "每秒事件"),
    )
    there = history()
    there.bring_to(QUICK_CASES if quick else CASES)
    storage = storage_at(str(place.data / "lake"))
    _export(result, storage, "第一次导出")
    _export(result, storage, "再导出一次，没有新的")
    there.bring_to(there.cases + MORE_CASES)
    _export(result, storage, f"又有{MORE_CASES}件")
    parts = manifests(storage)[0].parts.values()
    megabytes = sum(part.bytes for part in parts) / 2**20
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    result.notes.append(
        f"数据湖 {len(parts)} 个文件，{megabytes:.0f} MB；导出的进程最多用 {peak:.0f} MB"
    )
    _ask(result, place, storage, quick)
    return result


def _export(result: Result, storage: Storage, label: str) -> None:
    began = time.perf_counter()
    done: Outcome = export(storage, LAKE, lambda words: say(f"bench: {words}"))
    seconds = time.perf_counter() - began
    result.rows.append(
        (label, None, 1, done.events, seconds, None, done.events / seconds if done.events else None)
    )


# ---- asking


def _ask(result: Result, place: Place, storage: Storage, quick: bool) -> None:
    spent: dict[str, list[tuple[int, float]]] = {}
    starts: dict[str, float] = {}
    sizes = QUICK_DISTRICTS if quick else DISTRICTS
    for name in _engines(result):
        began = time.perf_counter()
        with engine(name) as found:
            starts[name] = time.perf_counter() - began
            result.notes.append(f"{name} 启动 {starts[name]:.1f} 秒，不在上面的秒数里")
            for measure in [_compared()] if quick else MEASURES.values():
                result.rows.append(_asked(found, name, storage, measure, ALWAYS, 1))
            result.rows.append(_asked(found, name, storage, _compared(), _last_year(storage), 1))
            for districts in sizes:
                with city_of(storage, place.data / "city", districts) as city:
                    row = _asked(found, name, city, _compared(), ALWAYS, districts)
                result.rows.append(row)
                spent.setdefault(name, []).append((row[3], row[5]))
    result.notes.append("太小，看不出 Spark 从多大起合算" if quick else _pays(spent, starts))


def _engines(result: Result) -> Iterator[str]:
    yield "duckdb"
    try:
        refuse_without_spark()
    except Refusal as refusal:
        result.notes.append(f"没有测 Spark：{refusal.message}")
        return
    yield "spark"


def _asked(
    found: Engine, name: str, storage: Storage, measure: LakeMeasure, months: Months, districts: int
) -> tuple[str, str, int, int, float, float, float]:
    """The first run, then the median and the best of some more."""
    say(f"bench: {name} {measure.name}，{districts} 个区")
    seconds = []
    for _ in range(ROUNDS + 1):
        began = time.perf_counter()
        answer = ask(storage, measure, found, months)
        seconds.append(time.perf_counter() - began)
    typical = median(seconds[1:])
    label = f"{measure.name} {months.first[:4]}年" if months.first else measure.name
    return label, name, districts, answer.events, typical, min(seconds[1:]), answer.events / typical


def _compared() -> LakeMeasure:
    return MEASURES[COMPARED]


def _last_year(storage: Storage) -> Months:
    """The last year that is whole, as far as the log goes."""
    last = max(part.month for part in manifests(storage)[0].parts.values() if part.month)
    year = int(last[:4]) - (last[5:] != "12")
    return Months(f"{year}-01", f"{year}-12")


@contextmanager
def city_of(storage: Storage, root: Path, districts: int) -> Iterator[Storage]:
    """A root at which the same files stand as those of so many districts, without a copy."""
    city = storage_at(str(root / str(districts)))
    own = manifests(storage)[0]
    for number in range(districts):
        lake = f"{number:08x}"
        parts = [_as_of(part, lake, number) for part in own.parts.values()]
        for before, part in zip(own.parts.values(), parts, strict=True):
            target = Path(city.full(part.path))
            target.parent.mkdir(parents=True, exist_ok=True)
            os.link(storage.full(before.path), target)
        theirs = Manifest(lake, own.shape, own.events, own.cases, own.anchor)
        city.write(manifest_path(lake), theirs.with_parts(parts).dump())
    yield city
    for path in [*city.listed("")]:
        city.remove(path)


def _as_of(part: Part, lake: str, number: int) -> Part:
    """The file as if it were another district's."""
    district = "" if part.table == UNITS else f"{part.district}-{number}"
    label = part.path.rpartition("/part-")[2].removesuffix(f"-{LAKE}.parquet")
    path = Partition(part.table, district, part.month).part(label, lake)
    return replace(part, path=path, district=district)


def _pays(spent: dict[str, list[tuple[int, float]]], starts: dict[str, float]) -> str:
    """From which size Spark would be quicker, its start included, by lines through what was measured.

    On one machine it never is where it needs more time for each further event. Spread over several
    such machines, that part of its time is divided, and its fixed part isn't.
    """
    if len(spent) < 2:
        return "Spark 从多大起合算：没有测"
    (at_once, here), (fixed, there) = (_line(spent[name]) for name in ("duckdb", "spark"))
    ahead = fixed + starts["spark"] - at_once - starts["duckdb"]
    words = (
        f"每百万事件 DuckDB {here * 1e6:.3f} 秒、Spark {there * 1e6:.3f} 秒，"
        f"Spark 连启动另加 {ahead:.1f} 秒"
    )
    if there < here:
        return f"{words}：一台机器上从 {ahead / (here - there) / 1e6:.0f} 百万事件起合算"
    machines = int(there // here) + 1
    least = ahead / (here - there / (2 * machines)) / 1e6
    return (
        f"{words}：一台机器上不合算；按直线推算，同样的机器要 {machines} 台以上，"
        f"{2 * machines} 台时从约 {least:.0f} 百万事件起合算"
    )


def _line(points: list[tuple[int, float]]) -> tuple[float, float]:
    """The fixed part and the part an event, of the straight line nearest to the points."""
    middle = sum(events for events, _ in points) / len(points)
    height = sum(seconds for _, seconds in points) / len(points)
    spread = sum((events - middle) ** 2 for events, _ in points)
    slope = sum((events - middle) * (seconds - height) for events, seconds in points) / spread
    slope = max(slope, 1e-12)
    return max(height - slope * middle, 0.0), slope

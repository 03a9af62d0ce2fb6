"""Ask a lake a measure: read the manifests, see that the files are there, let an engine answer."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Any

from huiban.kernel.base.errors import Refusal

from ..checking import faults, manifests, refuse_broken
from ..manifest import Part
from ..storage import Storage
from .engines import Engine
from .measures import MEASURES, LakeMeasure, Months


@dataclass(frozen=True)
class Answer:
    """The rows of a measure as an Arrow table; of how many installations, up to which events."""

    rows: Any
    lakes: int
    events: int


def measure_of(name: str) -> LakeMeasure:
    """The measure of that name. Raises Refusal, with what there is, for another."""
    if name in MEASURES:
        return MEASURES[name]
    near = difflib.get_close_matches(name, MEASURES, n=1)
    hint = f"是不是要用 {near[0]}？" if near else ""
    known = "；".join(f"{one.name}（{one.label}）" for one in MEASURES.values())
    raise Refusal(f"没有“{name}”这个指标。{hint}现有：{known}。", "name")


def ask(storage: Storage, measure: LakeMeasure, engine: Engine, months: Months) -> Answer:
    """Let the engine answer the measure over the whole lake. Raises Refusal for a broken one."""
    with storage.being_read():
        found = manifests(storage)
        parts = [part for one in found for part in one.parts.values()]
        refuse_broken(storage, faults(storage, parts, thoroughly=False))
        rows = _answered(storage, measure, engine, months, parts)
    return Answer(rows, len(found), sum(part.rows for part in parts if part.table == "events"))


def _answered(
    storage: Storage, measure: LakeMeasure, engine: Engine, months: Months, parts: list[Part]
) -> Any:
    try:
        return engine.answer(measure.expression(engine.lake(storage, parts), months))
    except Exception:
        # A file may be broken within while its size is right; then that is what has to be said.
        refuse_broken(storage, faults(storage, parts, thoroughly=True))
        raise

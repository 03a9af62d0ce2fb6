"""Runs a benchmark: in a scratch place, proved at the end, told as a table, kept as JSON."""

from __future__ import annotations

import argparse
import importlib
import os
import time
from pathlib import Path
from typing import Any

from bench import machine, results
from bench.place import Place, scratch_place, settle_in
from huiban.cli.outcomes import DONE, OFF, say, tell


def run(arguments: argparse.Namespace) -> int:
    """Measure what `arguments.name` names; exit 1 if the books don't hold afterwards."""
    folder = Path(os.environ.get("HUIBAN_DATA") or "data").resolve() / "bench"
    began = time.monotonic()
    with scratch_place(folder, arguments.database) as place:
        settle_in(place)
        found = _measured(place, arguments)
    found["seconds"] = round(time.monotonic() - began, 1)
    key = f"{place.engine} quick" if arguments.quick else place.engine
    path = results.keep(folder, arguments.name, key, found)
    tell(f"用时 {found['seconds']:.0f} 秒；数据在 {path}")
    return DONE if found["holds"] else OFF


def _measured(place: Place, arguments: argparse.Namespace) -> dict[str, Any]:
    # These know the tables, which may be imported only once the settings are.
    bench: Any = importlib.import_module(f"bench.{arguments.name}")
    proofs: Any = importlib.import_module("bench.proofs")
    result: results.Result = bench.run(place, arguments.quick)
    say("bench: 核对账本")
    proof = proofs.prove()
    described = machine.described(place.engine)
    tell(f"{result.title}\n{machine.in_words(described)}\n\n{result.table()}\n")
    for note in [*result.notes, proofs.in_words(proof)]:
        tell(note)
    return {
        "quick": arguments.quick,
        "machine": described,
        "columns": result.columns,
        "rows": result.rows,
        "notes": result.notes,
        "details": result.details,
        "proof": proof,
        "holds": proofs.holds(proof),
    }

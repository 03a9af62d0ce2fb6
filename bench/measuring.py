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
    """Measure what `arguments.names` name, in one place; exit 1 if its books don't hold afterwards."""
    folder = Path(os.environ.get("HUIBAN_DATA") or "data").resolve() / "bench"
    key = "{} quick" if arguments.quick else "{}"
    code = DONE
    with scratch_place(folder, arguments.database) as place:
        settle_in(place)
        for name in arguments.names:
            began = time.monotonic()
            found = _measured(place, name, arguments.quick)
            found["seconds"] = round(time.monotonic() - began, 1)
            path = results.keep(folder, name, key.format(place.engine), found)
            tell(f"用时 {found['seconds']:.0f} 秒；数据在 {path}")
            code = code if found["holds"] else OFF
    return code


def _measured(place: Place, name: str, quick: bool) -> dict[str, Any]:
    # These know the tables, which may be imported only once the settings are.
    bench: Any = importlib.import_module(f"bench.{name}")
    proofs: Any = importlib.import_module("bench.proofs")
    result: results.Result = bench.run(place, quick)
    say("bench: 核对账本")
    proof = proofs.prove()
    described = machine.described(place.engine)
    tell(f"{result.title}\n{machine.in_words(described)}\n\n{result.table()}\n")
    for note in [*result.notes, proofs.in_words(proof)]:
        tell(note)
    return {
        "quick": quick,
        "machine": described,
        "columns": result.columns,
        "rows": result.rows,
        "notes": result.notes,
        "details": result.details,
        "proof": proof,
        "holds": proofs.holds(proof),
    }

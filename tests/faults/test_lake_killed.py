"""The export is killed again and again, as by a power cut: what is there in the end is the log."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from huiban.kernel.base.errors import Refusal
from huiban.modules.analysis.lake.checking import faults, manifests, unnamed
from huiban.modules.analysis.lake.names import manifest_path
from huiban.modules.analysis.lake.parts import read_part
from huiban.modules.analysis.lake.storage import storage_at
from tests.scratch import ROOT, Scratch, scratch_place

pytestmark = pytest.mark.faults

KILLS = 6
PATIENCE = 180.0


def test_a_killed_export_goes_on_to_the_same_lake(tmp_path: Path) -> None:
    with scratch_place(tmp_path, tables=True) as place:
        furnished = place.run("-m", "tests.faults.lake_filler", "furnish")
        assert furnished.returncode == 0, furnished.stderr[-3000:]
        killed, whole = place.data / "killed", place.data / "whole"
        rows = [kill_while_filling(place, killed, kill) for kill in range(1, KILLS + 1)]
        assert sum(left is not None for left in rows) >= KILLS // 2, "few were killed in the middle"
        for folder in (killed, whole):
            ended = place.run("-m", "tests.faults.lake_filler", "export", str(folder))
            assert ended.returncode == 0, ended.stderr[-3000:]
        assert told(killed) == told(whole)
        storage = storage_at(str(killed))
        assert unnamed(storage, manifests(storage)) == []
        assert list(killed.rglob("*.draft")) == []
        write_anew_killed(place, killed, whole)


def write_anew_killed(place: Scratch, killed: Path, whole: Path) -> None:
    """Another version tells it anew: until that is done, whoever reads has all of what there was."""
    storage = storage_at(str(killed))
    (before,) = manifests(storage)
    storage.write(manifest_path(before.lake), replace(before, shape="of-before").dump())
    for kill in range(1, 4):
        if (rows := kill_while_filling(place, killed, kill)) is None:
            break
        assert rows == whole_rows(whole)
        assert told(killed) == told(whole)
    ended = place.run("-m", "tests.faults.lake_filler", "export", str(killed))
    assert ended.returncode == 0, ended.stderr[-3000:]
    assert manifests(storage)[0].shape == before.shape
    assert told(killed) == told(whole)
    assert unnamed(storage, manifests(storage)) == []


def kill_while_filling(place: Scratch, folder: Path, kill: int) -> int | None:
    """Kill the export once it has written some more files; what the lake then holds.

    Whatever it is, it is whole: each file that the manifest names is there. None where the export
    was quicker than the kill.
    """
    there = files(folder)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.lake_filler", "export", str(folder)],
        env=place.environment,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    until = time.monotonic() + PATIENCE
    while process.poll() is None and files(folder) - there < 2 * kill + 1:
        assert time.monotonic() < until
        time.sleep(0.002)
    if process.poll() is not None:
        assert process.returncode == 0
        return None
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    return whole_rows(folder)


def whole_rows(folder: Path) -> int:
    """How many events the lake has, all of whose files are whole."""
    storage = storage_at(str(folder))
    try:
        named = manifests(storage)
    except Refusal:
        return 0
    parts = [part for one in named for part in one.parts.values()]
    assert faults(storage, parts, thoroughly=True) == []
    return sum(part.rows for part in parts if part.table == "events")


def files(folder: Path) -> int:
    """How many files of events have been written, the unnamed ones among them."""
    while True:
        # Folders come and go while they are walked.
        with suppress(FileNotFoundError):
            return sum(1 for _ in folder.rglob("*.parquet"))


def told(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """All rows of each table, ordered by what they are."""
    storage = storage_at(str(folder))
    found: dict[str, list[dict[str, Any]]] = {}
    for table in ("events", "cases", "units"):
        parts = [part for one in manifests(storage) for part in one.of_table(table)]
        rows = [
            row | {"month": part.month, "district": part.district}
            for part in parts
            for row in read_part(storage, part).to_pylist()
        ]
        found[table] = sorted(rows, key=repr)
    assert all(found.values())
    return found

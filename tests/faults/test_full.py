"""A database that can't grow: a clear page, nothing lost, and on again when there is room."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.scratch import scratch_place

pytestmark = pytest.mark.faults

ON_SERVER = os.environ.get("DATABASE_URL", "").startswith("postgres")


@pytest.mark.parametrize("limit", ["server"] if ON_SERVER else ["pages", "file"])
def test_a_database_that_cant_grow_loses_nothing(limit: str, tmp_path: Path) -> None:
    with scratch_place(tmp_path, tables=True) as place:
        ended = place.run("-m", "tests.faults.full", limit)
    assert ended.returncode == 0, ended.stderr[-3000:]
    seen = json.loads(ended.stdout.splitlines()[-1])
    assert seen["shown"] > 0, "the limit must be met after some reports, not before"
    assert seen["status"] == 503
    assert seen["says"], "the page says that nothing is lost and what to do"
    assert seen["after"] in (302, 303), "with room again, the same report goes in"
    assert seen["cases"] == seen["shown"] + 1
    assert seen["broken"] == []

"""The proof of the counts is no lock: reports and counting go on while it reads and compares."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.scratch import scratch_place

pytestmark = pytest.mark.concurrency


def test_counts_are_proved_while_others_report_and_count(tmp_path: Path) -> None:
    with scratch_place(tmp_path, tables=True) as place:
        ended = place.run("-m", "tests.concurrency.counts")
        left = [path.name for path in place.data.glob(".counting-again-*")]
    assert ended.returncode == 0, ended.stderr[-3000:]
    outcome = json.loads(ended.stdout.splitlines()[-1])
    assert outcome["broken"] == []
    assert (outcome["reports"], outcome["held_up"]) == (5, 0)
    assert outcome["counted_meanwhile"] >= outcome["reports"]
    assert outcome["altered"] > 0
    assert left == []

"""Real processes at one policy at once: one topic, one next version, one comment."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.scratch import scratch_place

pytestmark = pytest.mark.concurrency

CLIENTS = 12


def crowd(folder: Path, scenario: str) -> dict[str, Any]:
    """Run a crowd in a place of its own and give what came of it."""
    with scratch_place(folder, tables=True) as place:
        ended = place.run("-m", "tests.concurrency.policies", scenario, str(CLIENTS))
    assert ended.returncode == 0, ended.stderr[-3000:]
    outcome: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    assert outcome["broken"] == []
    return outcome


def test_one_form_opens_one_topic(tmp_path: Path) -> None:
    outcome = crowd(tmp_path, "topics")
    assert outcome["said"] == {"done": CLIENTS}
    assert outcome["effects"] == 1


def test_of_versions_written_at_once_one_stands(tmp_path: Path) -> None:
    outcome = crowd(tmp_path, "drafts")
    assert outcome["said"] == {"done": 1, "ImproperMove": CLIENTS - 1}
    assert outcome["effects"] == [1, 2]


def test_a_comment_tapped_often_is_kept_once(tmp_path: Path) -> None:
    outcome = crowd(tmp_path, "comments")
    assert outcome["said"] == {"done": CLIENTS}
    assert outcome["effects"] == 1

"""Several at once for one photo, the next number or one count: each has its effect, and no more."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.scratch import scratch_place

pytestmark = pytest.mark.concurrency

CLIENTS = 12


def handful(folder: Path, scenario: str) -> dict[str, Any]:
    """Run the scenario in a place of its own and give what came of it."""
    with scratch_place(folder, tables=True) as place:
        ended = place.run("-m", "tests.concurrency.handful", scenario, str(CLIENTS))
    assert ended.returncode == 0, ended.stderr[-3000:]
    outcome: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return outcome


def test_a_draft_goes_to_one_record_however_many_want_it(tmp_path: Path) -> None:
    outcome = handful(tmp_path, "link")
    assert outcome["said"] == {"linked": 1, "Refusal": CLIENTS - 1}
    assert outcome["effects"] == 1


def test_tags_issued_at_once_have_numbers_of_their_own(tmp_path: Path) -> None:
    outcome = handful(tmp_path, "issue")
    assert outcome["said"] == {"1 tag": CLIENTS}
    assert outcome["effects"] == CLIENTS
    assert outcome["broken"] == []


def test_cases_counted_at_once_for_one_owner_are_all_counted(tmp_path: Path) -> None:
    outcome = handful(tmp_path, "count")
    assert outcome["said"] == {"counted": CLIENTS}
    assert outcome["effects"] == [CLIENTS, CLIENTS], "in the community, and in the district"

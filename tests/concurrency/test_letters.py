"""Real processes draft and issue letters at once: one draft, one number; without the locks it fails."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.scratch import scratch_place

pytestmark = pytest.mark.concurrency

CLIENTS = 24
# A race may be won by luck: the control is given a few crowds to lose in.
CONTROL_ROUNDS = 5


def crowd(folder: Path, scenario: str, *flags: str) -> dict[str, Any]:
    """Run a crowd in a place of its own and give what came of it."""
    with scratch_place(folder, tables=True) as place:
        arguments = ("-m", "tests.concurrency.letters", scenario, str(CLIENTS), *flags)
        ended = place.run(*arguments)
    assert ended.returncode == 0, ended.stderr[-3000:]
    outcome: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return outcome


def test_numbers_have_neither_gap_nor_duplicate(tmp_path: Path) -> None:
    outcome = crowd(tmp_path, "each")
    assert outcome["said"] == {"done": CLIENTS}
    assert outcome["numbers"] == list(range(1, CLIENTS + 2))
    assert outcome["broken"] == []


def test_one_letter_is_issued_once(tmp_path: Path) -> None:
    outcome = crowd(tmp_path, "same")
    assert outcome["said"] == {"done": 1, "ImproperMove": CLIENTS - 1}
    assert outcome["numbers"] == [1]
    assert outcome["broken"] == []


def test_without_the_lock_numbers_are_given_twice(tmp_path: Path) -> None:
    outcomes = []
    for number in range(CONTROL_ROUNDS):
        outcome = crowd(tmp_path / str(number), "each", "--off")
        outcomes.append(outcome["numbers"])
        if outcome["numbers"] != list(range(1, CLIENTS + 2)):
            # What `verify` is for: it finds what was done without the protection.
            assert outcome["broken"]
            return
    pytest.fail(f"the control never failed: {outcomes}; the test above proves nothing")


def test_two_drafts_of_one_finding_one_stands(tmp_path: Path) -> None:
    outcome = crowd(tmp_path, "drafting")
    assert outcome["said"] == {"done": 1, "Refusal": CLIENTS - 1}
    assert outcome["drafts"] == 1
    assert outcome["broken"] == []


def test_without_the_lock_one_finding_gives_several_drafts(tmp_path: Path) -> None:
    for number in range(CONTROL_ROUNDS):
        if crowd(tmp_path / str(number), "drafting", "--off")["drafts"] > 1:
            return
    pytest.fail("the control never failed; the test above proves nothing")

"""64 real processes at once: one effect each; and without the protection, the same test fails."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.scratch import scratch_place

pytestmark = pytest.mark.concurrency

CLIENTS = 64
ALL = ("submit", "accept", "dispatch", "join", "locate", "merge")
# A race may be won by luck: the control is given a few crowds to lose in.
CONTROL_ROUNDS = 5


def crowd(folder: Path, scenario: str, *flags: str) -> dict[str, Any]:
    """Run a crowd in a place of its own and give what came of it."""
    with scratch_place(folder, tables=True) as place:
        arguments = ("-m", "tests.concurrency.crowd", scenario, str(CLIENTS), *flags)
        ended = place.run(*arguments)
    assert ended.returncode == 0, ended.stderr[-3000:]
    outcome: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return outcome


def expected(scenario: str) -> int:
    """How many effects a crowd must have: everyone's own join counts, all else happens once."""
    return CLIENTS if scenario == "join" else 1


@pytest.mark.parametrize("scenario", ALL)
def test_a_crowd_has_one_effect_each(scenario: str, tmp_path: Path) -> None:
    outcome = crowd(tmp_path, scenario)
    assert outcome["effects"] == expected(scenario), outcome
    assert outcome["broken"] == []
    if scenario == "submit":
        assert outcome["receipts"] == 1
    if scenario == "join":
        assert outcome["events"] == CLIENTS
    if scenario == "merge":
        assert set(outcome["said"]) == {"done", "ImproperMove"}
        assert outcome["astray"] == []
    if scenario == "locate":
        assert outcome["said"] == {"done": CLIENTS}


@pytest.mark.parametrize("scenario", ALL)
def test_without_the_protection_the_same_crowd_breaks_it(scenario: str, tmp_path: Path) -> None:
    outcomes = []
    for number in range(CONTROL_ROUNDS):
        outcome = crowd(tmp_path / str(number), scenario, "--off")
        outcomes.append(outcome["effects"])
        if outcome["effects"] != expected(scenario):
            return
    pytest.fail(f"the control never failed: {outcomes}; the test above proves nothing")

"""A form sent many times at the same moment takes effect once, whatever the verb allows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.scratch import scratch_place

pytestmark = pytest.mark.concurrency

TAPS = 16


def taps(folder: Path, *flags: str) -> dict[str, Any]:
    """Tap in a place of its own and give what came of it."""
    with scratch_place(folder, tables=True) as place:
        ended = place.run("-m", "huiban.web.desk.tests.taps", str(TAPS), *flags)
    assert ended.returncode == 0, ended.stderr[-3000:]
    outcome: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return outcome


def test_one_form_has_one_effect_and_everybody_hears_of_it(tmp_path: Path) -> None:
    assert taps(tmp_path) == {"answered": {"302": TAPS}, "kept": 1}


def test_without_the_same_key_each_tap_has_its_own(tmp_path: Path) -> None:
    assert taps(tmp_path, "--off")["kept"] == TAPS

"""The demonstration's clock: whole days ahead, the same for every process."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps

from huiban.kernel.base import clock as clocks
from huiban.kernel.base.errors import Refusal
from huiban.web.lobby import days


@pytest.fixture
def data(settings: Any, tmp_path: Path) -> Path:
    settings.DATA = tmp_path
    return tmp_path


@pytest.fixture
def moved(data: Path) -> Any:
    """The clock follows the file, as it does in a demonstration."""
    clocks.set_offset_source(days.offset)
    yield data
    clocks.set_offset_source(None)


def test_nobody_moved_it_yet(data: Path) -> None:
    assert days.offset() == timedelta()


def test_a_day_ahead_is_a_day_for_everybody(moved: Path) -> None:
    before = clocks.now()
    seen = days.today()
    assert days.day_ahead(seen) == seen + timedelta(days=1)
    assert timedelta(hours=23) < clocks.now() - before < timedelta(hours=25)


def test_a_double_tap_moves_one_day(moved: Path) -> None:
    seen = days.today()
    days.day_ahead(seen)
    assert days.day_ahead(seen) == seen + timedelta(days=1)
    assert days.offset() == timedelta(days=1)


def test_what_another_process_wrote_is_read_at_once(data: Path) -> None:
    assert days.offset() == timedelta()
    for count in (3, 40, 5):
        draft = data / "draft"
        draft.write_text(json.dumps({"days": count}))
        draft.replace(data / days.FILE)
        assert days.offset() == timedelta(days=count)


def test_there_is_an_end_to_it(moved: Path) -> None:
    (moved / days.FILE).write_text(json.dumps({"days": days.MOST_DAYS}))
    with pytest.raises(Refusal, match="最多拨快一年"):
        days.day_ahead(days.today())
    assert days.offset() == timedelta(days=days.MOST_DAYS)


def test_it_comes_back_to_the_present(moved: Path) -> None:
    days.day_ahead(days.today())
    days.back_to_the_present()
    days.back_to_the_present()
    assert days.offset() == timedelta()


@pytest.mark.parametrize("demonstration", [True, False])
def test_only_a_demonstration_follows_the_file(
    data: Path, settings: Any, demonstration: bool
) -> None:
    settings.DEMONSTRATION = demonstration
    (data / days.FILE).write_text(json.dumps({"days": 2}))
    before = clocks.now()
    try:
        apps.get_app_config("web").ready()
        moved_on = clocks.now() - before > timedelta(days=1)
    finally:
        clocks.set_offset_source(None)
    assert moved_on == demonstration

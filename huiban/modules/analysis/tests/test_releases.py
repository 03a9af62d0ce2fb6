"""Several releases count in one store: an older one never destroys what a newer one counted."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from huiban.kernel.base.measures import TALLIES
from huiban.kernel.events.models import Cursor
from huiban.kernel.events.pump import give_positions
from huiban.modules.analysis.actions import folding
from huiban.modules.analysis.folding.proof import broken_counts
from huiban.modules.analysis.position import cursor_name, cursors_that_count, position
from huiban.modules.analysis.queries.standing import standing
from huiban.modules.analysis.tests.test_folding import everything
from tests.cast import Tell

pytestmark = pytest.mark.django_db


@contextmanager
def release(version: int) -> Iterator[None]:
    """As the release sees it that counts cases in that version."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(TALLIES, "voice.case", replace(TALLIES["voice.case"], version=version))
        yield


@pytest.fixture
def log(tell: Tell) -> None:
    """A few reports, all with their place in the log."""
    tell("楼上太吵")
    tell("电梯停运")
    give_positions()


def test_a_newer_release_counts_anew(log: None) -> None:
    with release(8):
        folding.fold_all()
        before, older = everything(), cursor_name()
    with release(9):
        assert folding.fold_all() > 0
        assert everything() == before
        assert [cursor.name for cursor in cursors_that_count()] == [cursor_name()]
    assert not Cursor.objects.filter(pk=older).exists()


def test_an_older_release_leaves_a_newer_one_s_counts_alone(
    log: None, tell: Tell, caplog: pytest.LogCaptureFixture
) -> None:
    with release(8):
        folding.fold_all()
    with release(10):
        folding.fold_all()
        before, counted = everything(), position()
    tell("又停了")
    give_positions()
    with release(8), caplog.at_level(logging.WARNING, "huiban.counts"):
        assert [folding.fold_some() for _ in range(3)] == [0, 0, 0]
        assert (position(), standing().position) == (counted, counted), "it reads what is there"
    assert everything() == before
    assert len(caplog.records) == 1, "said once"
    with release(10):
        assert folding.fold_all() == 1


def test_counting_again_takes_over_from_a_release_that_went(log: None) -> None:
    with release(12):
        folding.fold_all()
    with release(11):
        assert folding.fold_again() > 0
        assert position() > 0
        assert broken_counts() == []


@pytest.mark.parametrize("name", ["analysis:0123456789abcdef", "analysis:f00dfeedf00dfeed"])
def test_a_cursor_of_before_ranks_were_given_is_an_older_one(log: None, name: str) -> None:
    folding.fold_all()
    Cursor.objects.filter(pk=cursor_name()).update(name=name)
    assert not cursors_that_count().exists()
    assert folding.fold_all() > 0
    assert not Cursor.objects.filter(pk=name).exists()
    assert broken_counts() == []

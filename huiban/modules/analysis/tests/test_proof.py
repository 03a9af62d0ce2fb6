"""The counts proved again: what is off is found, what goes on meanwhile is none of that."""

from __future__ import annotations

from typing import Any

import pytest

from huiban.kernel.base.measures import ALL
from huiban.kernel.events.pump import give_positions
from huiban.modules.analysis.actions import folding
from huiban.modules.analysis.folding import proof
from huiban.modules.analysis.folding.proof import NotCounted, broken_counts
from huiban.modules.analysis.models import Count, Series
from huiban.modules.analysis.tests.test_releases import release
from huiban.modules.voice import actions
from tests.cast import Cast, Tell

pytestmark = pytest.mark.django_db


def test_the_proof_finds_a_count_that_the_log_does_not_say(cast: Cast, tell: Tell) -> None:
    tell()
    give_positions()
    folding.fold_all()
    assert broken_counts() == []
    received = Count.objects.filter(series__measure="voice.received", series__axis=ALL)
    received.filter(series__unit_id=cast.units["street"].id).update(amount=2)
    received.filter(series__unit_id=cast.units["community"].id).delete()
    series = Series.objects.create(
        unit_id=cast.units["neighbour"].id, axis=ALL, measure="voice.received", code=""
    )
    Count.objects.create(series=series, day=20260508, amount=7)
    lines = sorted(line.split(": ", 2)[2] for line in broken_counts())
    assert lines == [
        "0 is kept, the log says 1",
        "2 is kept, the log says 1",
        "7 is kept, the log says 0",
    ]


def test_the_proof_holds_while_counting_goes_on(
    cast: Cast, tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell()
    give_positions()
    folding.fold_all()
    real = proof._recount

    def and_more(links: Any) -> None:
        real(links)
        reported = tell("楼上太吵")
        actions.accept(cast["worker"], reported.case_id)
        give_positions()
        folding.fold_all()

    monkeypatch.setattr(proof, "_recount", and_more)
    assert broken_counts() == []


def test_the_proof_reads_a_long_log_page_by_page(
    cast: Cast, tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        actions.accept(cast["worker"], tell("楼上太吵").case_id)
    give_positions()
    folding.fold_all()
    for most in (1, 2, 3):
        monkeypatch.setattr(proof, "EVENTS_AT_ONCE", most)
        monkeypatch.setattr(proof, "ENTRIES_AT_ONCE", most)
        assert broken_counts() == []


def test_what_this_release_has_not_counted_is_no_fault(cast: Cast, tell: Tell) -> None:
    tell()
    give_positions()
    with pytest.raises(NotCounted, match="还没有开始统计"):
        broken_counts()
    with release(20):
        folding.fold_all()
    with pytest.raises(NotCounted, match="更新的版本"):
        broken_counts()
    with release(21), pytest.raises(NotCounted, match="还没有开始统计"):
        broken_counts()


def test_counts_that_are_set_anew_meanwhile_are_no_fault(
    cast: Cast, tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell()
    give_positions()
    folding.fold_all()
    monkeypatch.setattr(proof, "_recount", lambda _links: folding.clear())
    with pytest.raises(NotCounted, match="从头重做"):
        broken_counts()

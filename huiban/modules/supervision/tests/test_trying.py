"""Trying rules on a past month: asked with a tap, counted by the worker, shown to its own district."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest

from huiban.cli.operations import following
from huiban.cli.operations.following import Follower
from huiban.kernel.access.actions import add_account
from huiban.kernel.access.actor import Actor
from huiban.kernel.access.queries import actor_of
from huiban.kernel.base.clock import Traveller
from huiban.kernel.base.errors import NotPermitted, Refusal, Unseen
from huiban.kernel.events.pump import drain
from huiban.kernel.territory.models import Level, Post, Unit
from huiban.kernel.vocab.actions import note_change
from huiban.modules.supervision import reading
from huiban.modules.supervision.actions import ruling, trying
from huiban.modules.supervision.actions.trying import Trials
from huiban.modules.supervision.models import Finding, Trial
from huiban.modules.supervision.queries.ruling import RuleLine, rules_page
from huiban.modules.supervision.rules import RULES
from huiban.modules.supervision.tests.desk_of_supervision import supervise
from huiban.modules.voice import actions as voice
from tests.cast import LONG_AGO, PASSWORD, Cast, Tell

pytestmark = pytest.mark.django_db

MONTH = "2026-05"
NUMBERS = {"backs": 1, "returns": 2, "units": 2}


@pytest.fixture
def supervisor(cast: Cast, tell: Tell, clock: Traveller) -> Actor:
    """Housing gave two cases back last month."""
    for text in ("电梯停运", "电梯异响"):
        case = tell(text).case_id
        voice.dispatch(cast["worker"], case, cast.units["housing"].id)
        voice.ask_return(cast["housing_officer"], case, "还在保修期内")
        voice.decide_return(cast["worker"], case, consent=True)
    drain()
    clock.ahead(days=31)
    return supervise(cast, "supervisor")["supervisor"]


def line(actor: Actor, code: str = "bounced", numbers: Mapping[str, int] | None = None) -> RuleLine:
    page = rules_page(actor, MONTH, (code, numbers) if numbers else None)
    return next(one for one in page.lines if one.code == code)


def test_a_trial_is_asked_once_and_counted_by_the_worker(cast: Cast, supervisor: Actor) -> None:
    for _ in range(2):
        ruling.ask_trial(supervisor, "bounced", MONTH, NUMBERS)
    assert line(supervisor).tried is None
    assert line(supervisor).awaited_since is not None
    assert rules_page(supervisor, MONTH).looks_again == 2
    made = Finding.objects.everywhere("a test counts").count()
    Follower().turn()
    assert Trial.objects.get().counts == {str(cast.units["housing"].id): 2}
    tried = line(supervisor).tried
    assert tried is not None
    assert (tried.total, tried.units) == (2, [("区住建局", 2)])
    assert rules_page(supervisor, MONTH).looks_again == 0
    assert Finding.objects.everywhere("a test counts").count() == made
    ruling.ask_trial(supervisor, "bounced", MONTH, {**NUMBERS, "backs": 2})
    Trials().turn(60)
    thought = line(supervisor, numbers={**NUMBERS, "backs": 2}).tried
    assert thought is not None
    assert thought.total == 0


def test_all_rules_are_tried_at_once(supervisor: Actor) -> None:
    for _ in range(2):
        ruling.ask_all_trials(supervisor, MONTH)
    Trials().turn(60)
    counted = Trial.objects.exclude(counts__isnull=True)
    assert set(counted.values_list("rule", flat=True)) == set(RULES)


def test_what_cannot_be_tried_is_refused(cast: Cast, supervisor: Actor) -> None:
    with pytest.raises(Refusal, match="还没有过完"):
        ruling.ask_trial(supervisor, "bounced", "2026-06", NUMBERS)
    with pytest.raises(Refusal, match="月份"):
        ruling.ask_trial(supervisor, "bounced", "2026-13", NUMBERS)
    with pytest.raises(Unseen):
        ruling.ask_trial(supervisor, "no_such_rule", MONTH, NUMBERS)
    with pytest.raises(NotPermitted):
        ruling.ask_trial(cast["housing_officer"], "bounced", MONTH, NUMBERS)
    assert Trial.objects.count() == 0


def test_a_long_month_is_counted_over_several_turns_and_again_by_another_worker(
    cast: Cast, supervisor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "BATCH", 1)
    ruling.ask_all_trials(supervisor, MONTH)
    slow, other = Trials(), Trials()
    times = iter(range(0, 10_000, 10))
    monkeypatch.setattr(trying, "time", SimpleNamespace(monotonic=lambda: next(times)))
    slow.turn(15)
    assert not Trial.objects.exclude(counts__isnull=True).exists()
    other.turn(10_000)
    counted = by_rule()
    assert counted["bounced"] == {str(cast.units["housing"].id): 2}
    slow.turn(10_000)
    assert by_rule() == counted


def by_rule() -> dict[str, Any]:
    return dict(Trial.objects.values_list("rule", "counts"))


def test_a_trial_that_fails_holds_up_no_counting(
    supervisor: Actor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise OSError("no such disk")

    ruling.ask_trial(supervisor, "bounced", MONTH, NUMBERS)
    with monkeypatch.context() as patched:
        # The test's own transaction is to go on.
        patched.setattr(following, "close_old_connections", bool)
        patched.setattr(trying, "chains_between", broken)
        follower = Follower()
        follower.turn()
        follower.turn()
    told = [record for record in caplog.records if record.name == "huiban.counts"]
    assert [record.getMessage() for record in told] == [
        "trying rules failed and is tried again later"
    ]
    Follower().turn()
    assert by_rule()["bounced"]


def neighbouring_supervisor() -> Actor:
    """Another district that shares the installation, with a supervisor of its own."""
    district = Unit.objects.create(
        code="N000", name="邻区", level=Level.DISTRICT, valid_from=LONG_AGO
    )
    group = Unit.objects.create(
        code="N001",
        name="邻区领导小组",
        level=Level.LEADING_GROUP,
        parent=district,
        district=district,
        valid_from=LONG_AGO,
    )
    note_change()
    post = Post.objects.create(unit=group, name="邻区监督评价专班", role="supervisor")
    return actor_of(add_account("neighbour", PASSWORD, "邻区专班", post, valid_from=LONG_AGO))


def test_a_trial_tells_nothing_about_another_district(supervisor: Actor) -> None:
    ruling.ask_trial(supervisor, "bounced", MONTH, NUMBERS)
    Trials().turn(60)
    tried = line(neighbouring_supervisor()).tried
    assert tried is not None
    assert (tried.total, tried.units, tried.others) == (0, [], 0)
    own = line(supervisor).tried
    assert own is not None
    assert own.total == 2

"""Themes on the screen: of the unit's own cases, each ending in the rule that it led to."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from huiban.kernel.base.ids import new_id
from huiban.modules.analysis import stages
from huiban.modules.analysis.models.policies import Policy
from huiban.modules.analysis.queries import themes
from huiban.modules.analysis.queries.themes import Repeated, rule_words, with_rules
from tests.cast import Cast

LINE = Repeated(new_id(), "垃圾站污水流到路上", "青砖巷小区", 12, "比前一周多1件")


def policy(stage: str, **more: object) -> Policy:
    return Policy(stage=stage, title="垃圾站冲洗时间", **more)


def test_a_rule_says_since_when_and_a_draft_how_far_it_is() -> None:
    told = policy(stages.IN_FORCE, in_force_from=date(2026, 11, 1))
    assert rule_words(told) == "《垃圾站冲洗时间》自2026年11月1日施行"
    assert rule_words(policy(stages.DRAFTING)) == "起草中：《垃圾站冲洗时间》"


def test_a_theme_that_led_to_nothing_stays_as_it_is(cast: Cast) -> None:
    assert with_rules(cast["group_officer"], [LINE], public=False) == [LINE]
    assert with_rules(cast["group_officer"], [], public=False) == []


@pytest.mark.parametrize(
    ("found", "inside", "outside"),
    [
        (policy(stages.DRAFTING), "起草中：《垃圾站冲洗时间》", ""),
        (
            policy(stages.COMMENTING, published_at=datetime(2026, 10, 1, tzinfo=UTC)),
            "征求意见：《垃圾站冲洗时间》",
            "征求意见：《垃圾站冲洗时间》",
        ),
    ],
    ids=["a draft is nobody else's business", "what is published is"],
)
def test_a_wall_tells_only_of_what_was_published(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, found: Policy, inside: str, outside: str
) -> None:
    monkeypatch.setattr(themes, "policies_of_themes", lambda actor, ids: {LINE.theme_id: found})
    for public, words in ((False, inside), (True, outside)):
        assert with_rules(cast["worker"], [LINE], public=public)[0].rule == words

"""What was counted before and after a rule: nothing too early, a fall with its interval, a control."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from huiban.kernel.base.clock import Traveller
from huiban.kernel.base.errors import ImproperMove, Refusal
from huiban.kernel.duties.actions import lead_of
from huiban.modules.analysis import stages
from huiban.modules.analysis.actions.policies import repeal
from huiban.modules.analysis.actions.policy_force import Enactment, measure, put_in_force
from huiban.modules.analysis.models import Policy
from huiban.modules.analysis.queries.policies import policies_in
from huiban.modules.analysis.queries.policy_effects import PolicyEffect, effect_of
from huiban.modules.analysis.reckoning.months import Month
from huiban.modules.analysis.tests.desk_of_policies import drafted, now, received
from tests.cast import Cast

pytestmark = pytest.mark.django_db

FIRST = Month(2024, 1)
# Until April 2026, the last month that is over on the tests' clock.
BEFORE, AFTER = 21, 7
SINCE = date(2025, 10, 1)


def in_force(
    cast: Cast, unit: str = "street", since: date = SINCE, key: str = "a-topic-s-form"
) -> Policy:
    """A rule about lifts in that unit, entered as one that stands already."""
    policy = drafted(cast, area_id=cast.units[unit].id, key=key)
    told = Enactment(since, "", "当年已征求意见。")
    return put_in_force(cast["group_officer"], policy.pk, told, seen=1)


def lived_through(cast: Cast, street: list[int], other: list[int]) -> None:
    """Let both streets, and so the district, have received so many."""
    received(cast, "street", "elevator", FIRST, street)
    received(cast, "other_street", "elevator", FIRST, other)
    both = [one + two for one, two in zip(street, other, strict=True)]
    received(cast, "district", "elevator", FIRST, both)


def found(policy: Policy) -> PolicyEffect:
    """The effect, which there is."""
    effect = effect_of(now(policy))
    assert effect is not None
    return effect


HALVED = [40, 42, 38, 41, 39, 43, 40] * 3 + [20, 19, 21, 22, 18, 20, 21]
EVEN = [80, 78, 82, 79, 81, 80, 83] * 4


def test_a_topic_has_no_effect(cast: Cast) -> None:
    assert effect_of(drafted(cast)) is None


def test_before_anything_was_counted_nothing_can_be_said(cast: Cast) -> None:
    told = found(in_force(cast)).effect
    assert (told.verdict, told.interval) == ("too_early", None)


def test_a_fall_is_told_with_its_interval_against_the_rest_of_the_district(cast: Cast) -> None:
    lived_through(cast, HALVED, EVEN)
    told = found(in_force(cast))
    effect = told.effect
    assert (effect.before, effect.after, effect.controlled) == (BEFORE, AFTER, True)
    assert effect.verdict == "fall"
    assert effect.interval is not None
    assert effect.change is not None
    assert effect.interval.low < effect.change < effect.interval.high < 0
    assert "不能排除同一时期还有别的原因" in effect.words
    assert told.counted == "幸福街道每月收到的“电梯”类诉求"
    assert told.against == "对照：安和区其余地方同期的同类诉求。"
    # The control is drawn at the street's own scale, and every figure stands in the table.
    assert told.chart.head == ("月份", "施行前（件）", "施行后（件）", "对照（折算）（件）")
    assert told.chart.rows[0][1:3] == ("40", "—")
    assert told.chart.rows[-1][1:3] == ("—", "21")


def test_what_falls_everywhere_is_no_effect_of_the_rule(cast: Cast) -> None:
    lived_through(cast, HALVED, [2 * one for one in HALVED])
    assert found(in_force(cast)).effect.verdict == "unclear"


def test_a_rule_for_the_whole_district_has_no_control_and_says_so(cast: Cast) -> None:
    lived_through(cast, HALVED, EVEN)
    told = found(in_force(cast, "district"))
    assert not told.effect.controlled
    assert "没有别的地方可以对照" in told.against


def test_where_another_rule_holds_is_left_out_of_the_control(cast: Cast) -> None:
    lived_through(cast, HALVED, [2 * one for one in HALVED])
    policy = in_force(cast)
    in_force(cast, "other_street", key="another-topic-s-form")
    told = found(policy)
    assert told.against.endswith("（不含也施行了同类办法的平安街道）。")
    # Nothing is left to hold it against.
    assert told.effect.verdict == "too_early"


def test_where_the_street_has_such_a_rule_too_its_other_communities_are_no_control(
    cast: Cast,
) -> None:
    received(cast, "community", "elevator", FIRST, HALVED)
    lived_through(cast, [3 * one for one in HALVED], EVEN)
    policy = in_force(cast, "community")
    assert found(policy).against == "对照：安和区其余地方同期的同类诉求。"
    in_force(cast, "street", key="another-topic-s-form")
    told = found(policy)
    assert told.against.endswith("（不含也施行了同类办法的幸福街道）。")
    assert told.effect.verdict == "fall"
    # Only the other street stands in the control, at the community's own scale.
    scale = sum(HALVED[:BEFORE]) / sum(EVEN[:BEFORE])
    assert float(told.chart.rows[-1][3]) == pytest.approx(EVEN[-1] * scale, abs=0.1)


def test_where_the_whole_district_has_such_a_rule_there_is_no_control(cast: Cast) -> None:
    lived_through(cast, HALVED, EVEN)
    policy = in_force(cast)
    in_force(cast, "district", key="another-topic-s-form")
    told = found(policy)
    assert not told.effect.controlled
    assert told.against.startswith("全区另有同类的办法施行，没有别的地方可以对照")
    assert "对照（折算）（件）" not in told.chart.head


def test_only_the_counts_of_the_category_are_read(cast: Cast) -> None:
    lived_through(cast, HALVED, EVEN)
    policy = in_force(cast)
    with CaptureQueriesContext(connection) as captured:
        found(policy)
    summed = [one["sql"] for one in captured if "SUM(" in one["sql"]]
    assert summed
    assert all("elevator" in statement for statement in summed)


def test_the_month_of_the_day_counts_for_neither(cast: Cast) -> None:
    lived_through(cast, HALVED, EVEN)
    told = found(in_force(cast, since=date(2025, 10, 15)))
    assert (told.effect.before, told.effect.after) == (BEFORE, AFTER - 1)
    assert told.chart.head[2] == "施行当月（件）"


def test_a_handbook_tells_the_effect_as_far_as_its_month(cast: Cast) -> None:
    lived_through(cast, HALVED, EVEN)
    in_force(cast)
    (early,) = policies_in(cast.units["street"], Month(2026, 5).period)
    assert early.effect.startswith(f"前{BEFORE}个月、后{AFTER}个月，与对照相比，下降")


def test_a_person_concludes_once_from_enough_months(cast: Cast) -> None:
    lived_through(cast, HALVED, EVEN)
    young = in_force(cast, since=date(2026, 3, 1), key="a-young-topic")
    with pytest.raises(Refusal, match="只有2个完整的月份"):
        measure(cast["group_officer"], young.pk, "件数下降")
    policy = in_force(cast)
    with pytest.raises(Refusal, match="评估结论"):
        measure(cast["group_officer"], policy.pk, " ")
    for _ in range(2):
        measure(cast["group_officer"], policy.pk, "同类诉求减少，继续看一年。")
    told = now(policy)
    assert told.stage == stages.MEASURED
    assert told.measured_words == found(policy).effect.words
    assert lead_of(policy.pk) is None
    with pytest.raises(ImproperMove):
        measure(cast["group_officer"], policy.pk, "另一个结论")


def test_months_after_its_end_dont_count(cast: Cast, clock: Traveller) -> None:
    lived_through(cast, HALVED, EVEN)
    policy = in_force(cast)
    clock.ahead(days=200)
    repeal(cast["group_officer"], policy.pk, "由市里的办法代替")
    assert found(policy).effect.after == 13
    clock.ahead(days=100)
    assert found(policy).effect.after == 13

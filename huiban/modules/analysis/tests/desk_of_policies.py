"""Policies as these tests open them, and counts as if the months before had been lived through."""

from __future__ import annotations

from datetime import date
from typing import Any

from huiban.kernel.base.measures import ALL, CATEGORY
from huiban.modules.analysis.actions.policies import Topic, Wording, open_policy, write_draft
from huiban.modules.analysis.models import Count, Policy, Series
from huiban.modules.analysis.queries.figures import number_of
from huiban.modules.analysis.reckoning.months import Month
from huiban.modules.voice.models import Case, Theme, ThemeMember
from tests.cast import Cast, Tell

FIRST = Wording("住宅电梯更新改造办法（草案）", "电梯旧了，怎么商量、怎么出钱更换。", "第一条 ……")
SECOND = Wording("住宅电梯更新改造办法", "低楼层少出钱。", "第一条 …… 分摊。", "低楼层的比例降低。")


def topic_of(cast: Cast, **more: Any) -> Topic:
    """A topic about lifts in the whole district, owned by the housing office."""
    told: dict[str, Any] = {
        "title": "老旧小区电梯更换",
        "reasons": "同类诉求反复出现。",
        "area_id": cast.units["district"].id,
        "owner_id": cast.units["housing"].id,
        "category": "elevator",
    }
    return Topic(**(told | more))


def opened(
    cast: Cast, key: str = "a-form-of-a-topic", who: str = "group_officer", **more: Any
) -> Policy:
    """A topic that was opened."""
    return open_policy(cast[who], topic_of(cast, **more), key)


def drafted(cast: Cast, **more: Any) -> Policy:
    """A topic with its first draft."""
    policy = opened(cast, **more)
    write_draft(cast["group_officer"], policy.pk, FIRST, seen=0)
    return now(policy)


def now(policy: Policy) -> Policy:
    """The policy as it stands."""
    return Policy.objects.everywhere("a test looks at it").get(pk=policy.pk)


def lift_theme(cast: Cast, tell: Tell) -> Theme:
    """A theme of three cases about one lift."""
    cases = [tell("电梯又停了，老人下不了楼").case_id for _ in range(3)]
    at = Case.objects.everywhere("a test folds them").get(pk=cases[0]).received_at
    made = Theme.objects.create(
        district=cast.units["district"],
        title="幸福里电梯反复停运",
        category="elevator",
        first_at=at,
        last_at=at,
        found_at=at,
    )
    for case in cases:
        ThemeMember.objects.create(case_id=case, theme=made, score=1.0)
    return made


def received(cast: Cast, unit: str, category: str, first: Month, counts: list[int]) -> None:
    """Let a unit have received so many reports of a category in each month from the first on."""
    for axis, code in ((CATEGORY, category), (ALL, "")):
        series, _ = Series.objects.get_or_create(
            unit_id=cast.units[unit].id, axis=axis, measure="voice.received", code=code
        )
        for step, amount in enumerate(counts):
            month = first.later(step)
            day = number_of(date(month.year, month.number, 1))
            Count.objects.update_or_create(series=series, day=day, defaults={"amount": amount})

"""Folding cases into themes: joined and founded, repeated without harm, forgotten with the words."""

from __future__ import annotations

from typing import Any

import pytest

from huiban.kernel.access.actor import SYSTEM
from huiban.kernel.base.clock import Traveller
from huiban.kernel.base.errors import NotPermitted, Unseen
from huiban.kernel.base.ids import new_id
from huiban.modules.voice import actions as voice
from huiban.modules.voice import queries
from huiban.modules.voice.actions import theming
from huiban.modules.voice.learning import themes as pure
from huiban.modules.voice.models import Case, Report, Theme, ThemeMember
from tests.cast import Cast, Tell

pytestmark = pytest.mark.django_db

PILES = (
    "小区充电桩坏了一半，晚上回来根本抢不到",
    "充电桩又坏了两个，充电要排队到半夜",
    "充电桩坏了没有人修，电动车没地方充电",
)
ROAD = (
    "人民路一下雨就积水，水没过脚踝",
    "人民路积水严重，雨后没法走路",
    "人民路雨天积水，车开过溅一身",
    "人民路又积水了，下水口堵着",
)
OTHERS = ("楼道里的灯坏了三天", "三楼漏水滴到我家", "有人半夜放鞭炮", "想问社保卡怎么补办")


def fold(clock: Traveller) -> int:
    return theming.fold_themes(clock.moment)


@pytest.fixture
def piles(cast: Cast, tell: Tell, clock: Traveller) -> Theme:
    """Three neighbours of one estate about the charging piles, among other matters; folded."""
    for text in (*OTHERS, *PILES):
        tell(text)
        clock.ahead(hours=5)
    assert fold(clock) == 3
    return Theme.objects.get(category="e_bike")


def test_three_of_a_matter_make_a_theme(piles: Theme, cast: Cast) -> None:
    told = Report.objects.filter(case__theme_member__theme=piles)
    assert set(told.values_list("text", flat=True)) == set(PILES)
    assert "充电桩" in piles.title
    assert (piles.size, piles.place_words) == (3, "幸福里小区")
    assert piles.district == cast.units["district"]
    moments = sorted(told.values_list("received_at", flat=True))
    assert (piles.first_at, piles.last_at) == (moments[0], moments[-1])


def test_folding_again_changes_nothing(piles: Theme, clock: Traveller) -> None:
    members = set(ThemeMember.objects.values_list("pk", "theme_id", "score"))
    assert [fold(clock) for _ in range(3)] == [0, 0, 0]
    assert set(ThemeMember.objects.values_list("pk", "theme_id", "score")) == members
    assert Theme.objects.get().title == piles.title


def test_another_report_joins_and_the_title_stays(
    piles: Theme, tell: Tell, clock: Traveller
) -> None:
    clock.ahead(days=20)
    tell("充电桩还是坏的，晚上抢不到充电桩", "building_5")
    tell("垃圾桶满了，味道很大", "building_5")
    assert fold(clock) == 1
    theme = Theme.objects.get()
    assert (theme.pk, theme.title, theme.size) == (piles.pk, piles.title, 4)
    assert theme.last_at > piles.last_at


def test_the_same_trouble_at_another_place_is_another_theme(
    piles: Theme, tell: Tell, clock: Traveller
) -> None:
    for text in PILES:
        tell(text, "old_house")
    assert fold(clock) == 3
    assert sorted(Theme.objects.values_list("place_words", flat=True)) == [
        "幸福里小区",
        "老街坊小区",
    ]


def test_two_of_a_matter_wait_for_the_third(cast: Cast, tell: Tell, clock: Traveller) -> None:
    for text in (*OTHERS, *PILES[:2]):
        tell(text)
    assert fold(clock) == 0
    clock.ahead(days=9)
    tell(PILES[2])
    assert fold(clock) == 3


def test_cases_that_were_withdrawn_or_are_too_old_do_not_count(
    cast: Cast, tell: Tell, clock: Traveller
) -> None:
    tell(PILES[0])
    clock.ahead(days=95)
    for text in (*PILES[1:], *OTHERS):
        tell(text)
    assert fold(clock) == 0
    withdrawn = tell(PILES[0])
    voice.withdraw(Report.objects.get(case_id=withdrawn.case_id))
    assert fold(clock) == 0


def test_two_workers_found_a_theme_once(
    cast: Cast, tell: Tell, clock: Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    for text in (*OTHERS, *PILES):
        tell(text)
    assign = pure.assign
    counts = []

    def slowly(*given: Any) -> pure.Folded:
        """While this worker thinks, another one does the same work to its end."""
        monkeypatch.setattr(pure, "assign", assign)
        counts.append(fold(clock))
        return assign(*given)

    monkeypatch.setattr(pure, "assign", slowly)
    counts.append(fold(clock))
    assert counts == [3, 0]
    assert Theme.objects.get().size == ThemeMember.objects.count() == 3


def test_a_joining_that_another_worker_did_too_counts_once(
    piles: Theme, tell: Tell, clock: Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell("充电桩还是坏的，晚上抢不到充电桩")
    assign = pure.assign

    def slowly(*given: Any) -> pure.Folded:
        monkeypatch.setattr(pure, "assign", assign)
        assert fold(clock) == 1
        return assign(*given)

    monkeypatch.setattr(pure, "assign", slowly)
    assert fold(clock) == 0
    assert Theme.objects.get().size == ThemeMember.objects.count() == 4


def test_what_is_read_at_once_is_bounded(
    cast: Cast, tell: Tell, clock: Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(theming, "MOST_WAITING", 3)
    monkeypatch.setattr(theming, "MEMBERS_AT_ONCE", 1)
    for text in (*PILES, *OTHERS[:1], *PILES):
        tell(text)
    # The newest first; each time the next ones are read, and join what was found.
    assert [fold(clock) for _ in range(4)] == [3, 2, 1, 0]
    assert Theme.objects.get().size == 6


def test_erased_words_leave_the_theme_and_its_title(
    piles: Theme, cast: Cast, tell: Tell, clock: Traveller
) -> None:
    tell("充电桩坏了，晚上抢不到位置")
    assert fold(clock) == 1
    title_report = Report.objects.get(text=PILES[0])
    Theme.objects.update(title=PILES[0], centre={"words": {"绝无仅有": 1.0}})
    voice.erase_report(SYSTEM, title_report)
    # At once on the page, and within an hour in the table.
    assert PILES[0] not in [line.title for line in queries.themes(cast["worker"]).lines]
    fold(clock)
    theme = Theme.objects.get()
    assert theme.size == 3
    assert theme.title != PILES[0]
    assert "充电桩" in theme.title
    assert "绝无仅有" not in theme.centre["words"]
    assert not ThemeMember.objects.filter(pk=title_report.case_id).exists()


def test_a_theme_ends_when_hardly_any_words_are_left(piles: Theme, clock: Traveller) -> None:
    voice.erase_report(SYSTEM, Report.objects.get(text=PILES[0]))
    fold(clock)
    assert not Theme.objects.exists()
    assert Case.objects.everywhere("nothing else is gone").count() == len(OTHERS) + len(PILES)


def test_it_runs_once_an_hour(
    piles: Theme, tell: Tell, clock: Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(theming, "_last_run", None)
    tell("充电桩还是坏的，晚上抢不到充电桩")
    assert voice.fold_if_due() == 1
    tell("充电桩坏着，充不了电，抢不到")
    clock.ahead(minutes=59)
    assert voice.fold_if_due() == 0
    clock.ahead(minutes=1)
    assert voice.fold_if_due() == 1


def test_what_one_phone_tells_three_times_is_no_theme(
    cast: Cast, tell: Tell, clock: Traveller
) -> None:
    for text in (*OTHERS, *PILES):
        tell(text, device="the same phone")
        clock.ahead(hours=1)
    assert fold(clock) == 0
    tell("充电桩还是坏的，晚上抢不到充电桩", device="another phone")
    assert fold(clock) == 4


def test_a_report_without_words_is_in_no_theme(cast: Cast, tell: Tell, clock: Traveller) -> None:
    for text in ("？！", "😀😀😀", "12345") * 2:
        tell(text)
    assert fold(clock) == 0


def test_odd_texts_are_folded_too(cast: Cast, tell: Tell, clock: Traveller) -> None:
    for text in (
        "灯",
        "😀😀😀",
        "ＡＢＣ１２３",
        "the lamp is broken",
        "樓道裡的燈壞了",
        "水" * 4000,
    ) * 3:
        tell(text)
    fold(clock)
    for theme in Theme.objects.all():
        assert 0 < len(theme.title) <= 30


@pytest.fixture
def road(cast: Cast, tell: Tell, clock: Traveller) -> Theme:
    """A road that two communities tell of, two reports each."""
    for text in OTHERS:
        tell(text)
    for number, text in enumerate(ROAD):
        tell(text, "old_house" if number % 2 else "building_3")
        clock.ahead(days=1)
    assert fold(clock) == 4
    return Theme.objects.exclude(category="e_bike").get()


def test_a_community_sees_its_own_cases_alone(road: Theme, cast: Cast) -> None:
    Theme.objects.update(title="人民路积水严重，雨后没法走路", people_words="老人")
    (whole,) = queries.themes(cast["district_officer"]).lines
    assert (whole.title, whole.standing.size) == ("人民路积水严重，雨后没法走路", 4)
    assert whole.reasons == "4件 · 4天有人反映 · 最近7天4件 · 2个小区"
    assert whole.people == "老人"
    for who, place, own, others in (
        ("worker", "幸福里小区", ROAD[::2], ROAD[1::2]),
        ("neighbour_worker", "老街坊小区", ROAD[1::2], ROAD[::2]),
    ):
        (line,) = queries.themes(cast[who]).lines
        assert (line.standing.size, line.place, line.people) == (2, place, "")
        assert any(line.title in text for text in own)
        assert not any(line.title in text for text in others)
        cases = queries.theme_cases(cast[who], road.pk)
        told = [case.headline for case in cases.lines]
        assert len(told) == 2
        assert all(any(words[-8:] in text for text in own) for words in told)


def test_who_sees_none_of_its_cases_finds_no_theme(road: Theme, piles: Theme, cast: Cast) -> None:
    assert queries.themes(cast["housing_officer"]).lines == []
    with pytest.raises(Unseen):
        queries.theme_cases(cast["housing_officer"], road.pk)
    with pytest.raises(Unseen):
        queries.theme_cases(cast["neighbour_worker"], piles.pk)
    with pytest.raises(Unseen):
        queries.theme_cases(cast["worker"], new_id())
    with pytest.raises(NotPermitted):
        queries.themes(SYSTEM)


def test_one_case_of_ones_own_is_no_theme(road: Theme, cast: Cast) -> None:
    mine = Case.objects.within(cast["worker"].scope).filter(theme_member__theme=road)
    ThemeMember.objects.filter(pk=mine.order_by("pk")[0].pk).delete()
    assert queries.themes(cast["worker"]).lines == []


def test_the_period_decides_what_counts(piles: Theme, cast: Cast, clock: Traveller) -> None:
    assert [len(queries.themes(cast["worker"], days).lines) for days in (7, 30, 90)] == [1, 1, 1]
    clock.ahead(days=10)
    assert [len(queries.themes(cast["worker"], days).lines) for days in (7, 30, 90)] == [0, 1, 1]
    (line,) = queries.themes(cast["worker"], 30).lines
    assert (line.growth_words, line.standing.recent) == ("比前一周少3件", 0)
    assert sum(span.count for span in line.spans) == 3
    assert [span.last for span in line.spans] == sorted(span.last for span in line.spans)
    assert (line.spans[-1].last - line.spans[0].first).days == 29
    assert queries.themes(cast["worker"], 12345).days == 30


def test_telephone_numbers_are_masked(piles: Theme, cast: Cast) -> None:
    Theme.objects.update(title="充电桩坏了请打13800001234")
    (line,) = queries.themes(cast["worker"]).lines
    assert "13800001234" not in line.title
    assert "138****1234" in line.title


def test_neighbours_who_met_it_too_count(piles: Theme, cast: Cast) -> None:
    Case.objects.everywhere("set for the test").filter(theme_member__theme=piles).update(
        joiner_count=2
    )
    (line,) = queries.themes(cast["worker"]).lines
    assert line.reasons == "3件 · 最近7天3件 · 另有6人也遇到"
    assert line.standing.heat == 3 + 1 + 2 * 3 + 6


def test_the_page_asks_the_same_few_statements_however_many_themes(
    road: Theme, piles: Theme, cast: Cast, django_assert_max_num_queries: Any
) -> None:
    for who in ("worker", "district_officer"):
        queries.themes(cast[who])
        with django_assert_max_num_queries(5):
            queries.themes(cast[who])

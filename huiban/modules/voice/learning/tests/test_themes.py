"""Themes: the same matter at the same place, a title that reads, and nothing that a day upsets."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import combinations, product
from pathlib import Path
from random import Random

import pytest
import rjieba

from huiban.kernel.base.clock import SHANGHAI
from huiban.kernel.base.moments import parse_moment
from huiban.kernel.base.tables import read_table
from huiban.modules.voice.learning.clustering import likeness
from huiban.modules.voice.learning.clustering_space import Vector
from huiban.modules.voice.learning.themes import Told, assign, find_themes
from huiban.modules.voice.learning.themes_words import marks_of, names_in
from huiban.modules.voice.learning.titles import sayings, shortened, tidied
from huiban.modules.voice.learning.titles_people import people_of

REAL_DATA = os.environ.get("HUIBAN_REAL_DATA")
FIRST = date(2026, 3, 1)
PLACES = (
    "翠竹雅苑小区",
    "望湖花园",
    "金桂路",
    "北辰公寓",
    "青禾家园",
    "明月广场",
    "东篱新村",
    "松涛小区",
)
MATTERS = (
    ("搅拌站夜间施工噪音大", "混凝土搅拌站半夜开工，灰尘落满阳台，机器响到天亮"),
    ("车位捆绑销售", "开发商要求买房的人必须买车位，不买就不签合同"),
    ("餐馆油烟直排", "饭店没有专用烟道，炒菜的味道飘进卧室，窗户不敢打开"),
    ("幼儿园迟迟不开园", "配套园舍建好两年还锁着，孩子只能去远处上学"),
)
ODD = (
    *("", "灯", "a", "？！", "😀😀😀", "\u200b\ufeff", "\x00\x01PNG\r\n", "１２３４５"),
    *("樓道裡的燈壞了三天沒有人管", "ＡＢＣ小区ｄｅｆ", "the lamp is broken 路灯坏了", "水" * 9000),
)


def told(place: str, what: int, number: int = 0, day: date | None = FIRST, votes: int = 0) -> Told:
    title, body = MATTERS[what]
    tail = ("请尽快处理", "邻居们都很着急", "已经拖了很久", "打过电话没有用")[number % 4]
    return Told(f"{place}{title}", f"{place}的{body}，{tail}。", day, votes=votes)


def repeated(subjects: Iterable[tuple[str, int]], each: int) -> list[Told]:
    """Each subject told so many times, a day apart."""
    return [
        told(place, what, number, FIRST + timedelta(days=number))
        for place, what in subjects
        for number in range(each)
    ]


def pairs(found: Iterable[Sequence[int]]) -> set[tuple[int, int]]:
    return {pair for members in found for pair in combinations(sorted(members), 2)}


def test_the_same_matter_at_the_same_place_is_one_theme_and_elsewhere_another() -> None:
    subjects = [(place, what) for place in PLACES[:4] for what in range(4)]
    found = find_themes(repeated(subjects, 4))
    expected = {tuple(range(start, start + 4)) for start in range(0, 64, 4)}
    assert {theme.members for theme in found} == expected


def test_a_matter_told_once_or_twice_is_no_theme() -> None:
    once = [told(place, what) for place, what in zip(PLACES, (0, 1, 2, 3) * 2, strict=True)]
    assert find_themes(once) == []
    assert find_themes([*once, *repeated([("荷塘小区", 1)], 2)]) == []
    assert len(find_themes([*once, *repeated([("荷塘小区", 1)], 3)])) == 1


def test_a_theme_says_what_where_when_and_who() -> None:
    reports = repeated([(PLACES[0], 2)], 5) + [told(place, 0) for place in PLACES[1:]]
    reports[1] = Told(reports[1].title, reports[1].body + "我是业主。", reports[1].day, votes=25)
    reports[2] = Told(reports[2].title, reports[2].body + "业主们都受影响。", reports[2].day)
    (theme,) = find_themes(reports)
    assert theme.title == "翠竹雅苑小区餐馆油烟直排"
    assert theme.place == "翠竹雅苑小区"
    assert theme.people == ("业主",)
    assert (theme.standing.first, theme.standing.last) == (FIRST, FIRST + timedelta(days=4))
    assert (theme.standing.size, theme.standing.days, theme.standing.votes) == (5, 5, 25)
    assert theme.standing.reasons() == (
        "5件 · 不同内容4件 · 5天有人反映 · 最近7天5件 · 点赞和反对25票"
    )
    # Four that differ, five days, five of the last week twice, 25 votes for two.
    assert theme.standing.heat == 4 + 5 + 10 + 2


def test_the_order_follows_the_sum_that_is_told() -> None:
    many = repeated([(PLACES[0], 0)], 6)
    voted = [told(PLACES[1], 1, number, FIRST, votes=30) for number in range(3)]
    few = [told(PLACES[2], 2, number, FIRST) for number in range(3)]
    found = find_themes([*few, *voted, *many])
    heats = [theme.standing.heat for theme in found]
    assert heats == sorted(heats, reverse=True)
    assert [theme.title[:2] for theme in found] == ["翠竹", "望湖", "金桂"]


def test_a_rare_name_does_not_draw_together_what_differs() -> None:
    """Among many reports a name is so rare that it alone would make two of them near."""
    many = [
        told(f"{a}{b}小区", n % 4)
        for n, (a, b) in enumerate(product("春夏秋冬梅兰", "江河湖海山林"))
    ]
    mixed = [told("荷塘月色小区", what, what) for what in range(4)]
    assert find_themes(many + mixed) == []


def test_what_was_copied_counts_once_in_the_ranking() -> None:
    (theme,) = find_themes([told(PLACES[0], 0)] * 4)
    assert (theme.standing.size, theme.standing.told) == (4, 1)
    assert "不同内容1件" in theme.standing.reasons()


def test_themes_grow_day_by_day_as_if_they_were_found_at_once() -> None:
    subjects = [(place, what) for place in PLACES for what in range(4)][:20]
    reports = repeated(subjects, 9)
    Random(3).shuffle(reports)
    centres: list[Vector] = []
    members: list[list[int]] = []
    # Reports that found no theme wait, and are looked at again with the next day's.
    waiting: list[int] = []
    for start in range(0, len(reports), 20):
        waiting += range(start, min(start + 20, len(reports)))
        known = [(c, len(m)) for c, m in zip(centres, members, strict=True)]
        folded = assign(known, [reports[number] for number in waiting], reports[:start])
        for join in folded.joined:
            members[join.theme].append(waiting[join.report])
        for theme, moved in folded.centres.items():
            centres[theme] = moved
        for new in folded.found:
            centres.append(new.centre)
            members.append([waiting[row] for row in new.members])
        waiting = [n for n in waiting if not any(n in theme for theme in members)]
    daily, batch = pairs(members), pairs(theme.members for theme in find_themes(reports))
    assert len(daily & batch) >= 0.95 * len(batch)
    assert len(daily & batch) >= 0.95 * len(daily)


def test_a_day_more_found_anew_keeps_memberships_and_titles() -> None:
    subjects = [(place, what) for place in PLACES for what in range(4)][:16]
    reports = repeated(subjects, 6)
    before = find_themes(reports)
    news = [told(*subject, 7, FIRST + timedelta(days=9)) for subject in subjects] + [
        told("荷塘小区", what, 1, FIRST + timedelta(days=9)) for what in range(4)
    ]
    after = find_themes([*reports, *news])
    old = pairs(theme.members for theme in before)
    assert len(old & pairs(theme.members for theme in after)) >= 0.95 * len(old)
    assert {theme.title for theme in before} <= {theme.title for theme in after}


def test_a_centre_is_kept_as_plain_words_and_still_draws_its_own() -> None:
    reports = repeated([(PLACES[0], 0), (PLACES[0], 1), (PLACES[1], 0)], 5)
    themes = find_themes(reports)
    known = [(Vector.read(theme.centre.plain()), 5) for theme in themes]
    folded = assign(known, [told(PLACES[0], 1, 3), told("荷塘小区", 3)], reports)
    (join,) = folded.joined
    assert join.report == 0
    assert themes[join.theme].title.startswith("翠竹雅苑小区车位")
    assert 0.3 <= join.score <= 1.0001
    assert list(folded.centres) == [join.theme]
    assert likeness(folded.centres[join.theme], themes[join.theme].centre) > 0.9
    assert folded.found == []


def test_whatever_the_text_there_is_an_answer() -> None:
    reports = [Told(odd, odd) for odd in ODD] * 3
    for theme in find_themes(reports):
        assert theme.title
        assert len(theme.title) <= 30
    assert find_themes([]) == []
    assert find_themes([Told("", "")] * 5) == []
    assert assign([], []).found == []
    assert assign([(Vector(), 3)], [Told("", "")]).joined == []


@pytest.mark.parametrize("odd", ODD)
def test_odd_texts_are_read_without_a_complaint(odd: str) -> None:
    marks_of(odd, odd, odd, "x")
    people_of([odd])
    assert all(0 < len(said) <= 30 for said in sayings("", odd))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("翠竹雅苑小区餐馆油烟直排", ["翠竹雅苑小区"]),
        ("A3区人民路坑洼不平", ["人民路"]),
        ("第三中学违规补课", ["第三中学"]),
        ("小区里的路灯坏了", []),
        ("社区不管，街道也不管", []),
        ("我家附近的超市半夜放音乐", []),
        ("老板早就跑路了", []),
        ("早教中心关门跑路，学费不退", []),
        ("老人坐车要多走两站路", []),
        ("装修垃圾堆在小区角落", []),
        ("电梯里的灯不亮", []),
        ("桂花里社区的垃圾桶满了", ["桂花里社区"]),
    ],
)
def test_names_of_places_are_told_from_kinds_of_places(text: str, names: list[str]) -> None:
    assert names_in(text) == names


@pytest.mark.parametrize(
    ("title", "kept"),
    [
        ("关于翠竹雅苑搅拌站扰民的投诉", "翠竹雅苑搅拌站扰民"),
        ("投诉：望湖花园停水！！！", "望湖花园停水"),
        ("请问公积金贷款什么时候恢复？", "公积金贷款什么时候恢复"),
        ("对市区公交线路优化调整的几点建议", "市区公交线路优化调整"),
        ("房屋有严重的质量问题", "房屋有严重的质量问题"),
        ("停水", "停水"),
    ],
)
def test_a_title_loses_what_any_title_has(title: str, kept: str) -> None:
    assert tidied(title) == kept


def test_telephone_numbers_are_masked_in_titles() -> None:
    assert "13800001234" not in tidied("望湖花园停水请打13800001234联系")


def test_a_long_sentence_ends_where_a_word_ends() -> None:
    text = "翠竹雅苑小区东门外的混凝土搅拌站每天半夜两点钟开始生产影响附近居民正常休息"
    short = shortened(text, 30)
    kept = short.removesuffix("…")
    assert len(short) <= 30
    assert short.endswith("…")
    ends, at = set(), 0
    for word in rjieba.cut(text):
        at += len(word)
        ends.add(at)
    assert len(kept) in ends


def test_a_name_alone_is_not_the_matter() -> None:
    theme = find_themes(repeated([(PLACES[0], 0)], 4) + [told(p, 1) for p in PLACES[1:]])[0]
    reports = repeated([(PLACES[0], 0)], 4) + [told(p, 1) for p in PLACES]
    same_place = assign([(theme.centre, 4)], [told(PLACES[0], 3)], reports)
    same_matter = assign([(theme.centre, 4)], [told(PLACES[5], 0)], reports)
    assert same_place.joined == same_matter.joined == []
    assert likeness(theme.centre, theme.centre) == pytest.approx(1.0)


@pytest.mark.skipif(not REAL_DATA, reason="not run: HUIBAN_REAL_DATA is not set")
def test_a_day_more_of_a_city_s_messages_changes_next_to_nothing() -> None:
    messages = _messages()
    messages.sort(key=lambda message: message.day or FIRST)
    before = find_themes(messages[:-20])
    after = find_themes(messages)
    old = pairs(theme.members for theme in before)
    assert len(old & pairs(theme.members for theme in after)) >= 0.95 * len(old)
    titles = {theme.title for theme in after}
    assert sum(theme.title in titles for theme in before) >= 0.95 * len(before)
    # As the platform does it, what stands isn't touched at all: only joining and founding remain.
    folded = assign([(t.centre, t.standing.size) for t in before], messages[-20:], messages[:-20])
    assert len(folded.joined) <= 20


def _messages() -> list[Told]:
    assert REAL_DATA
    rows = read_table(Path(REAL_DATA) / "messages" / "f3_hot_messages.csv")
    return [
        Told(
            row.values["title"],
            row.values["body"],
            parse_moment(row.values["created"].strip(), SHANGHAI).astimezone(SHANGHAI).date(),
        )
        for row in rows
    ]

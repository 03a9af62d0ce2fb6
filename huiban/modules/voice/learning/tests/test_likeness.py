"""What makes two reports alike, on reports made up for this purpose."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from huiban.modules.voice.learning.grams import (
    MARKS,
    grams_of,
    marks_of,
    plain,
    tokens_of,
    uniform,
    weights_of,
)
from huiban.modules.voice.learning.likeness import (
    SOMEWHAT_LIKE,
    VERY_LIKE,
    Evidence,
    Told,
    in_words,
    likeness,
    weighed,
    words_in_common,
)

MIXER = "丽景新苑北门外新建的混凝土搅拌站夜里施工，粉尘大、噪音大，老人孩子睡不着"
MIXER_REWORDED = "我们丽景新苑业主投诉北门的搅拌站，混凝土车通宵施工噪音扰民，粉尘也飘进家里"
KINDERGARTEN = "锦绣华庭配套的幼儿园交付两年了还没有开园，孩子只能去很远的民办园"
ODD_TEXTS = [
    *("", " \n\t", "。", "灯", "😀😀", "a", "￥％", "\x00\x01\ufffd\ud800", "ﾊﾝｶｸ"),
    *("電梯壞了沒人修", "ＡＢＣ１２３号楼", "The lift is broken again", "灯 light 电梯 lift 🛗"),
    "坏" * 9_000,
]


def marks(text: str) -> set[int]:
    return set(marks_of(grams_of(uniform(text))))


# ---- marks


def test_the_same_words_share_every_mark_however_they_are_written() -> None:
    assert marks(MIXER) == marks(f"  {MIXER}。\n\n") == marks(MIXER.replace("，", " , "))
    assert len(marks(MIXER)) == MARKS
    assert marks("３号楼电梯停运ＡＢＣ") == marks("3号楼电梯停运abc")


def test_a_rewording_shares_several_marks_and_another_matter_none() -> None:
    assert len(marks(MIXER) & marks(MIXER_REWORDED)) >= 2
    assert not marks(MIXER) & marks(KINDERGARTEN)


def test_politeness_leaves_no_marks() -> None:
    polite = f"尊敬的各位领导，您好！{MIXER}。恳请有关部门尽快处理，万分感谢！此致敬礼"
    assert len(marks(polite) & marks(MIXER)) >= MARKS - 2
    assert not marks(polite) & marks(f"尊敬的领导您好，{KINDERGARTEN}，恳请尽快处理，感谢领导")


def test_nothing_but_politeness_is_compared_all_the_same() -> None:
    assert marks("谢谢领导")
    assert tokens_of("您好") == ["您", "好"]


def test_marks_fit_into_a_signed_column_and_are_the_same_everywhere() -> None:
    assert all(0 <= mark < 2**63 for mark in marks(MIXER))
    # Kept in databases: another number here means that all of them must be read again.
    assert marks_of(grams_of("电梯停运")) == [
        336937410545129343,
        1206809743111498065,
        2128234853619363583,
        5682724674777296127,
        8300713538903707454,
    ]


def test_an_ordinary_character_tells_more_than_a_common_one() -> None:
    telling, common = (float(weights_of(grams_of(text)).max()) for text in ("梧桐", "我们"))
    assert telling > 10 * common


@pytest.mark.parametrize("text", ODD_TEXTS)
def test_any_text_has_marks_or_none_and_equals_itself(text: str) -> None:
    assert len(marks(text)) <= MARKS
    same = likeness(Told(text), Told(text))
    assert same == pytest.approx(1.0 if plain(uniform(text)) else 0.0)
    assert likeness(Told(text), Told(KINDERGARTEN)) < VERY_LIKE


# ---- likeness


def test_a_rewording_is_like_and_another_matter_is_not() -> None:
    assert likeness(Told(MIXER), Told(MIXER_REWORDED)) >= SOMEWHAT_LIKE
    assert in_words(likeness(Told(MIXER), Told(KINDERGARTEN))) == ""


def test_few_words_within_many_are_found() -> None:
    told_at_length = (
        f"上周搬来以后才知道，{MIXER}，打过几次电话也没有人来看，邻居都很着急，群里天天说"
    )
    assert likeness(Told(MIXER), Told(told_at_length)) >= VERY_LIKE


def test_the_same_few_words_about_two_buildings_are_two_matters() -> None:
    here = Told("电梯停运", building="3", estate="a", category="elevator")
    there = Told("电梯停运", building="9", estate="b", category="elevator")
    assert likeness(here, here) == pytest.approx(1.0)
    assert likeness(here, there) < VERY_LIKE
    # A whole story that is the same word for word isn't two.
    assert likeness(Told(MIXER, building="3", estate="a"), Told(MIXER, "9", "b")) >= VERY_LIKE


def test_place_and_category_speak_where_words_differ_and_fade() -> None:
    told = datetime(2026, 5, 8, 1, 30, tzinfo=UTC)
    one = Told("电梯停运", building="3", category="elevator", at=told)
    other = Told("困在轿厢里出不来", building="3", category="elevator", at=told)
    old = Told("困在轿厢里出不来", building="3", category="elevator", at=told - timedelta(days=50))
    noise = Told("楼上装修太吵", building="3", category="noise", at=told)
    assert in_words(likeness(one, other)) == "有点像"
    assert likeness(one, old) < SOMEWHAT_LIKE
    assert likeness(one, noise) < SOMEWHAT_LIKE


@pytest.mark.parametrize("words", [0.0, 0.3, 0.7, 1.0])
@pytest.mark.parametrize("place", [True, False, None])
@pytest.mark.parametrize("category", [True, False, None])
def test_the_likeness_stays_between_0_and_1(
    words: float, place: bool | None, category: bool | None
) -> None:
    for days in (None, 0.0, 40.0, 9_000.0):
        for shared in (0.0, 3.0, 400.0):
            found = weighed(words, shared, Evidence(place, None, category, days))
            assert 0.0 <= found <= 1.0


def test_likeness_is_the_same_both_ways() -> None:
    one, other = Told(MIXER, "3", "a", "c", "noise"), Told(MIXER_REWORDED, "5", "a", "c", "dust")
    assert likeness(one, other) == pytest.approx(likeness(other, one))


def test_the_words_in_common_are_the_telling_ones() -> None:
    common = words_in_common(MIXER, MIXER_REWORDED)
    assert common[0] in ("丽景新苑", "混凝土")
    assert len(common) <= 3
    assert words_in_common(MIXER, KINDERGARTEN) == []
    assert words_in_common("", MIXER) == []

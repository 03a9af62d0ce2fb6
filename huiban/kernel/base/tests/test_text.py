from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiban.kernel.base.text import excerpt, has_any, normalise

anything = st.text(st.characters(exclude_categories=[]))
untidy = st.text(st.sampled_from("电梯 \t\n\r\u3000\u200b\x00ａＡ，e\u0301｡①…"), max_size=40)


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("Ａ座１２３号，电梯（坏）！", "A座123号，电梯（坏）！"),
        ("①路灯…②井盖～", "①路灯…②井盖～"),
        ("２０％ ㎡ ￥５０", "20% m2 ¥50"),
        ("ｶﾞ｡", "ガ。"),
        ("\t\t\n\t\t\t书院南路\t\t停水 \n", "书院南路 停水"),
        ("一\r\n二\r三\u2028四", "一\n二\n三\n四"),
        ("一\n \n\n\u3000\n二", "一\n\n二"),
        ("电\u200b梯\x00坏\ufeff了\ud800", "电梯坏了"),
        ("e\u200b\u0301", "é"),
        ("", ""),
    ],
)
def test_normal_forms_by_example(written: str, normal: str) -> None:
    assert normalise(written) == normal


@given(st.one_of(anything, untidy))
def test_normal_text_is_stable_and_clean(text: str) -> None:
    normal = normalise(text)
    assert normalise(normal) == normal
    assert normal == normal.strip()
    assert "\n\n\n" not in normal
    assert "  " not in normal
    assert all(c == "\n" or unicodedata.category(c) not in {"Cc", "Cf", "Cs"} for c in normal)
    normal.encode()  # no half characters are left that a database would refuse


@pytest.mark.parametrize(
    ("text", "length", "shown"),
    [
        ("电梯坏了", 4, "电梯坏了"),
        ("电梯坏了三天", 4, "电梯坏…"),
        ("电梯\n坏了", 5, "电梯 坏了"),
        ("电梯 坏了三天", 4, "电梯…"),
        ("cafe\u0301s", 5, "caf…"),
        ("好👍🏽的的", 3, "好…"),
        ("电梯", 1, "…"),
    ],
)
def test_excerpts_by_example(text: str, length: int, shown: str) -> None:
    assert excerpt(text, length) == shown


@given(anything, st.integers(1, 30))
def test_an_excerpt_is_a_beginning_and_never_too_long(text: str, length: int) -> None:
    shown = excerpt(text, length)
    line = " ".join(text.split())
    assert len(shown) <= length
    assert "\n" not in shown
    assert shown == line or (shown.endswith("…") and line.startswith(shown[:-1]))


def test_an_excerpt_has_at_least_one_character() -> None:
    with pytest.raises(ValueError, match="at least one"):
        excerpt("电梯", 0)


def test_words_are_found_however_they_are_written() -> None:
    words = ["电梯", "ktv", "被困", "电梯", "（急）", ""]
    assert has_any("ＫＴＶ旁的电\u200b梯（急）", words) == ["电梯", "ktv", "（急）"]
    assert has_any("路灯不亮", words) == []

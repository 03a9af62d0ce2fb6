from __future__ import annotations

from decimal import Decimal

import pytest

from huiban.modules.analysis.reckoning.words import (
    about,
    about_fall,
    chance,
    half_up,
    listed,
    percent_of,
    rounded,
)


def test_numbers_are_rounded_as_offices_round() -> None:
    assert half_up(Decimal("2.675")) == Decimal("2.68")
    assert half_up(-0.125) == Decimal("-0.13")
    assert percent_of(1, 3) == Decimal("33.33")
    assert percent_of(1, 0) is None
    assert [rounded(x) for x in (0, 0.01, 0.26, 2.0, 9.94, 12.5)] == [
        "0",
        "不到0.1",
        "0.3",
        "2",
        "9.9",
        "13",
    ]


def test_sizes_are_said_as_people_say_them() -> None:
    assert [about(x) for x in (0.04, 0.14, 0.31, 0.5, 0.96, 1.0, 1.5, 2.44)] == [
        "不到一成",
        "约一成",
        "约三成",
        "约一半",
        "约1倍",
        "约1倍",
        "约1.5倍",
        "约2.4倍",
    ]
    assert about_fall(0.97) == "九成以上"
    assert about_fall(0.42) == "约四成"
    with pytest.raises(ValueError, match="no sign"):
        about(-0.1)


def test_names_are_listed() -> None:
    assert listed(["电梯", "停车"]) == "电梯、停车"
    assert listed([]) == ""


def test_rareness_is_said_plainly() -> None:
    assert [chance(p) for p in (0.00001, 0.0005, 0.004, 0.03, 0.2)] == [
        "不到万分之一",
        "不到千分之一",
        "不到百分之一",
        "约3%",
        "约20%",
    ]

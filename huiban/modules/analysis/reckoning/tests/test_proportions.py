from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiban.modules.analysis.reckoning.comparing import Named
from huiban.modules.analysis.reckoning.months import Month
from huiban.modules.analysis.reckoning.proportions import (
    Proportion,
    RateComparison,
    compare_rates,
    difference_interval,
    equal_rates_p,
    wilson,
)

ON_TIME = Named("on_time", "按期办结率")
NOVEMBER, OCTOBER = Month(2026, 11).period, Month(2026, 10).period
rates = st.integers(1, 3_000).flatmap(
    lambda whole: st.builds(Proportion, st.integers(0, whole), st.just(whole))
)


def compared(value: tuple[int, int], base: tuple[int, int]) -> RateComparison:
    return compare_rates(ON_TIME, NOVEMBER, Proportion(*value), OCTOBER, Proportion(*base))


def test_published_rates_come_out() -> None:
    assert Proportion(23974, 24932).percent == Decimal("96.16")
    assert Proportion(22345, 24932).percent == Decimal("89.62")


def test_wilson_agrees_with_published_intervals() -> None:
    # Newcombe (1998), Stat. Med. 17:857, table I: 81/263, 15/148, 0/20, 1/29.
    for part, whole, low, high in (
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ):
        found = wilson(part, whole)
        assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_newcombe_agrees_with_published_intervals() -> None:
    # Newcombe (1998), Stat. Med. 17:873, table II, method 10: 56/70 − 48/80, 9/10 − 3/10.
    found = difference_interval(Proportion(56, 70), Proportion(48, 80))
    assert (round(found.low, 4), round(found.high, 4)) == (0.0524, 0.3339)
    found = difference_interval(Proportion(9, 10), Proportion(3, 10))
    assert (round(found.low, 4), round(found.high, 4)) == (0.1705, 0.8090)


def test_a_difference_beyond_chance_is_said_with_both_denominators() -> None:
    found = compared((22345, 24932), (21000, 24000))
    assert found.points == Decimal("2.12")
    assert found.verdict == "up"
    assert found.sentence == (
        "2026年11月按期办结率89.62%（22345/24932），上月（2026年10月）87.50%（21000/24000），"
        "比上月提高2.12个百分点，超出偶然波动。"
    )


def test_a_small_sample_shows_no_change() -> None:
    found = compared((8, 10), (5, 10))
    assert found.verdict == "too_few"
    assert found.words == "比上月提高30.00个百分点，样本少，看不出变化"


def test_a_large_sample_may_show_none_either() -> None:
    found = compared((500, 1000), (490, 1000))
    assert found.verdict == "chance"
    assert "在偶然波动的范围内" in found.words


def test_of_nothing_there_is_no_rate() -> None:
    found = compared((0, 0), (5, 10))
    assert (found.points, found.p, found.interval, found.verdict) == (None, None, None, "none")
    assert "本期没有可算的事项" in found.sentence
    assert "上月没有可算的事项" in compared((5, 10), (0, 0)).words


def test_more_than_the_whole_is_refused() -> None:
    with pytest.raises(ValueError, match="part"):
        Proportion(11, 10)
    with pytest.raises(ValueError, match="whole"):
        wilson(0, 0)


@given(rates)
def test_the_interval_holds_the_rate(rate: Proportion) -> None:
    found = wilson(rate.part, rate.whole)
    assert 0 <= found.low <= rate.part / rate.whole <= found.high <= 1


@given(rates, rates)
def test_a_difference_read_backwards_is_its_opposite(one: Proportion, other: Proportion) -> None:
    forth, back = difference_interval(one, other), difference_interval(other, one)
    assert forth.low == pytest.approx(-back.high)
    assert forth.low - 1e-12 <= one.part / one.whole - other.part / other.whole
    assert equal_rates_p(one, other) == pytest.approx(equal_rates_p(other, one), abs=1e-9)
    assert 0 <= equal_rates_p(one, other) <= 1 + 1e-9


def test_equal_rates_are_seldom_called_different() -> None:
    """Of 4,000 pairs with one true rate at most 6 % may be called different at 5 %."""
    random = np.random.default_rng(20_261)
    called = 0
    for _ in range(4_000):
        rate = random.uniform(0.05, 0.95)
        one, other = random.integers(15, 400, 2)
        value = Proportion(int(random.binomial(one, rate)), int(one))
        base = Proportion(int(random.binomial(other, rate)), int(other))
        called += equal_rates_p(value, base) < 0.05
    assert called / 4_000 <= 0.06

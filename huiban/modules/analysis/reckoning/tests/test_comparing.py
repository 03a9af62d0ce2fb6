from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiban.modules.analysis.reckoning.comparing import (
    LEAST_BASE_FOR_PERCENT,
    Kind,
    Named,
    compare_counts,
    compare_festivals,
    compare_month,
)
from huiban.modules.analysis.reckoning.months import Month

CASES = Named("opened", "新增事项")
NOVEMBER, OCTOBER = Month(2026, 11), Month(2026, 10)


def compared(value: int, base: int, kind: Kind = "month_on_month") -> str:
    return compare_counts(CASES, kind, NOVEMBER.period, value, OCTOBER.period, base).words


def test_a_rise_is_said_with_counts_periods_and_measure() -> None:
    found = compare_counts(CASES, "month_on_month", NOVEMBER.period, 156, OCTOBER.period, 144)
    assert (found.difference, found.percent) == (12, Decimal("8.33"))
    assert found.words == "比上月多12件，增长8.33%"
    assert found.sentence == (
        "2026年11月新增事项156件，上月（2026年10月）144件，比上月多12件，增长8.33%。"
    )


@pytest.mark.parametrize(
    ("value", "base", "percent"),
    [
        # Published as "down 12.9 %" and "−65.3 %": neither follows from its counts.
        (144, 165, "-12.73"),
        (144, 166, "-13.25"),
        (39, 91, "-57.14"),
        # Halves go away from nought.
        (8001, 8000, "0.01"),
        (16001, 16000, "0.01"),
        (15999, 16000, "-0.01"),
    ],
)
def test_percentages_follow_from_their_counts(value: int, base: int, percent: str) -> None:
    found = compare_counts(CASES, "other", NOVEMBER.period, value, OCTOBER.period, base)
    assert found.percent == Decimal(percent)


def test_small_bases_nothing_and_no_change_have_their_words() -> None:
    assert compared(6, 3) == "比上月多3件（基数不足20件，不算百分比）"
    assert compared(1, 3) == "比上月少2件（基数不足20件，不算百分比）"
    assert compared(5, 0) == "上月没有，本期5件"
    assert compared(0, 0) == "与上月一样没有"
    assert compared(9, 9) == "与上月持平"
    assert compared(0, 40) == "比上月少40件，下降100.00%"


def test_a_negative_count_is_refused() -> None:
    with pytest.raises(ValueError, match="never negative"):
        compared(-1, 3)


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_comparison_can_be_reckoned_again(value: int, base: int) -> None:
    found = compare_counts(CASES, "month_on_month", NOVEMBER.period, value, OCTOBER.period, base)
    assert found.base + found.difference == found.value
    assert (found.percent is None) == (base == 0)
    if found.percent is not None:
        again = base * (1 + found.percent / 100)
        assert abs(again - value) <= Decimal(base) / 10_000
    assert "无穷" not in found.sentence
    assert ("%" in found.words) == (base >= LEAST_BASE_FOR_PERCENT and value != base)
    assert str(value) in found.sentence
    assert OCTOBER.label in found.sentence


def test_periods_of_unequal_length_are_compared_by_the_day_too() -> None:
    february, january = Month(2026, 2), Month(2026, 1)
    found = compare_counts(CASES, "month_on_month", february.period, 280, january.period, 310)
    assert found.percent == Decimal("-9.68")
    assert found.daily_percent == 0
    assert "按日均算持平" in found.sentence
    full = compare_counts(CASES, "month_on_month", NOVEMBER.period, 280, OCTOBER.period, 310)
    assert "按日均" not in full.sentence


def counts_until(last: Month, months: int, number: int = 100) -> dict[Month, int]:
    return {last.later(-step): number + step for step in range(months)}


def test_a_month_finds_its_bases() -> None:
    found = compare_month(CASES, counts_until(NOVEMBER, 24), NOVEMBER)
    assert found.month_on_month is not None
    assert found.month_on_month.base == 101
    assert found.year_on_year is not None
    assert found.year_on_year.base == 112
    assert found.rolling_year is not None
    assert found.rolling_year.value == sum(range(100, 112))
    assert found.rolling_year.base == sum(range(112, 124))
    assert found.january_february is None
    assert found.missing == ()


def test_what_is_unknown_isnt_taken_for_none() -> None:
    found = compare_month(CASES, counts_until(NOVEMBER, 5), NOVEMBER)
    assert found.year_on_year is None
    assert found.rolling_year is None
    assert "没有2025年11月的数据，不能与去年同月比较" in found.missing
    with pytest.raises(KeyError):
        compare_month(CASES, {}, NOVEMBER)


def test_february_comes_with_january_and_says_why() -> None:
    found = compare_month(CASES, counts_until(Month(2026, 2), 14), Month(2026, 2))
    both = found.january_february
    assert both is not None
    assert (both.value, both.base) == (100 + 101, 112 + 113)
    assert both.sentence.startswith("2026年1—2月新增事项201件，去年1—2月（2025年1—2月）225件")
    assert found.year_on_year is not None
    assert "春节今年在2月17日，去年在1月29日" in found.year_on_year.caution
    assert "单月不可比" in found.year_on_year.sentence


def test_both_februaries_with_a_festival_need_no_caution() -> None:
    found = compare_month(CASES, counts_until(Month(2019, 2), 14), Month(2019, 2))
    assert found.year_on_year is not None
    assert found.year_on_year.caution == ""


def test_years_are_laid_over_each_other_at_the_festival() -> None:
    quiet = {date(2026, 2, 17) + timedelta(days=step): 1 for step in range(7)}
    quiet |= {date(2025, 1, 29) + timedelta(days=step): 1 for step in range(7)}
    found = compare_festivals(CASES, lambda day: quiet.get(day, 10), 2026)
    assert found.value == found.base == 14 * 10 + 7
    assert found.words == "与去年春节前后持平"

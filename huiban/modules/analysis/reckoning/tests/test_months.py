from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiban.kernel.base.errors import Refusal
from huiban.modules.analysis.reckoning.months import (
    Month,
    Period,
    around_festival,
    festival_share,
    january_and_february,
    month_to_date,
    months_between,
    rolling_year,
)

NOVEMBER = Month(2026, 11)
months = st.builds(Month, st.integers(2001, 2049), st.integers(1, 12))


def test_a_month_is_read_as_it_is_written() -> None:
    assert Month.parse(" 2026-11 ") == NOVEMBER
    assert str(NOVEMBER) == "2026-11"
    assert NOVEMBER.label == "2026年11月"


@pytest.mark.parametrize("written", ["2026-13", "2026-00", "2026-1", "2026/11", "", "二〇二六-11"])
def test_what_is_no_month_is_refused_with_an_example(written: str) -> None:
    with pytest.raises(Refusal, match="2026-11") as refused:
        Month.parse(written)
    assert refused.value.field == "month"


@given(months, st.integers(-400, 400))
def test_months_add_up(month: Month, step: int) -> None:
    later = month.later(step)
    assert later.since(month) == step
    assert later.later(-step) == month
    assert (later > month) == (step > 0)


@given(months)
def test_a_month_reads_back_and_joins_its_neighbours(month: Month) -> None:
    assert Month.parse(str(month)) == month
    assert month.previous.last + timedelta(days=1) == month.first
    assert month.previous.period.ends == month.period.begins
    assert month.same_last_year.number == month.number
    assert month.period.days == month.days
    assert Month.of(month.first) == Month.of(month.last) == month


def test_a_moment_belongs_to_the_month_on_the_wall_in_china() -> None:
    assert Month.of(datetime(2026, 10, 31, 15, 59, tzinfo=UTC)) == Month(2026, 10)
    assert Month.of(datetime(2026, 10, 31, 16, 0, tzinfo=UTC)) == NOVEMBER
    assert NOVEMBER.period.begins == datetime(2026, 10, 31, 16, 0, tzinfo=UTC)
    assert NOVEMBER.period.ends == datetime(2026, 11, 30, 16, 0, tzinfo=UTC)


def test_periods() -> None:
    assert rolling_year(NOVEMBER) == Period(
        date(2025, 12, 1), date(2026, 11, 30), "2025年12月至2026年11月"
    )
    assert january_and_february(2024).days == 60
    assert january_and_february(2026).days == 59
    assert month_to_date(NOVEMBER, date(2026, 11, 15)).label == "2026年11月1日至15日"
    assert month_to_date(NOVEMBER, date(2026, 11, 30)) == NOVEMBER.period
    assert list(months_between(Month(2025, 12), Month(2026, 1))) == [
        Month(2025, 12),
        Month(2026, 1),
    ]


def test_a_day_of_another_month_is_refused() -> None:
    with pytest.raises(ValueError, match="isn't in the month"):
        month_to_date(NOVEMBER, date(2026, 12, 1))
    with pytest.raises(ValueError, match="no earlier"):
        Period(date(2026, 11, 2), date(2026, 11, 1), "")
    with pytest.raises(ValueError, match="no month"):
        Month(2026, 0)


def test_the_days_around_the_festival_are_as_many_each_year() -> None:
    assert around_festival(2026).first == date(2026, 2, 12)
    assert around_festival(2026).days == around_festival(2025).days == 21


@given(st.integers(2001, 2049))
def test_the_festivals_days_all_lie_in_the_first_three_months(year: int) -> None:
    days = sum(
        festival_share(month.first, month.days) * month.days
        for month in (Month(year, number) for number in range(1, 13))
    )
    assert round(days) == 21
    assert festival_share(date(year, 7, 1), 31) == 0

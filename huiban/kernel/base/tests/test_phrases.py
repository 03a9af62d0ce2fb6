from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiban.kernel.base.clock import SHANGHAI
from huiban.kernel.base.phrases import say_date, say_due, say_hours, say_minutes, say_moment

WEDNESDAY = date(2026, 5, 6)


def at(year: int, month: int, day: int, hour: int = 17, minute: int = 30) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI).astimezone(UTC)


@pytest.mark.parametrize(
    ("moment", "said", "large"),
    [
        (at(2026, 5, 6), "今天17:30前", "今天下午5:30前"),
        (at(2026, 5, 7, 9, 5), "明天09:05前", "明天上午9:05前"),
        (at(2026, 5, 5), "昨天17:30前", "昨天下午5:30前"),
        (at(2026, 5, 8), "周五17:30前", "周五下午5:30前"),
        (at(2026, 5, 4), "周一17:30前", "周一下午5:30前"),
        (at(2026, 5, 11), "5月11日 周一 17:30前", "5月11日 周一 下午5:30前"),
        (at(2026, 5, 3), "5月3日 周日 17:30前", "5月3日 周日 下午5:30前"),
        (at(2027, 1, 4), "2027年1月4日 周一 17:30前", "2027年1月4日 周一 下午5:30前"),
        (at(2026, 5, 6, 0, 0), "今天00:00前", "今天凌晨0:00前"),
        (at(2026, 5, 6, 12, 0), "今天12:00前", "今天中午12:00前"),
        (at(2026, 5, 6, 20, 15), "今天20:15前", "今天晚上8:15前"),
    ],
)
def test_a_due_time_is_said_as_near_as_it_is(moment: datetime, said: str, large: str) -> None:
    assert say_due(moment, WEDNESDAY) == said
    assert say_due(moment, WEDNESDAY, large=True) == large


def test_the_week_may_span_two_years() -> None:
    assert say_due(at(2027, 1, 2), date(2026, 12, 30)) == "周六17:30前"


def test_the_day_is_the_day_in_china() -> None:
    late_in_london = datetime(2026, 5, 5, 17, 0, tzinfo=UTC)
    assert say_due(late_in_london, WEDNESDAY) == "今天01:00前"
    assert say_moment(at(2026, 5, 6), late_in_london) == "今天17:30"
    assert say_date(late_in_london, WEDNESDAY) == "5月6日 周三"


def test_a_moment_is_said_without_until() -> None:
    assert say_moment(at(2026, 5, 5, 14, 5), at(2026, 5, 6)) == "昨天14:05"
    assert say_moment(at(2026, 5, 5, 14, 5), at(2026, 5, 6), large=True) == "昨天下午2:05"


def test_a_date_without_a_present_day_says_its_year() -> None:
    assert say_date(date(2026, 5, 8)) == "2026年5月8日 周五"
    assert say_date(date(2026, 5, 8), WEDNESDAY) == "5月8日 周五"
    assert say_date(date(2025, 5, 8), WEDNESDAY) == "2025年5月8日 周四"


@given(st.datetimes(datetime(1993, 1, 1), datetime(2100, 1, 1)), st.integers(-9_999, 9_999))  # noqa: DTZ001 - naive by the strategy's wish
def test_two_moments_a_minute_apart_are_never_said_alike(naive: datetime, days: int) -> None:
    moment = naive.replace(tzinfo=UTC)
    today = moment.date() + timedelta(days)
    for large in (False, True):
        later = say_due(moment + timedelta(minutes=1), today, large=large)
        assert say_due(moment, today, large=large) != later


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(0, "0分钟"), (45, "45分钟"), (60, "1小时"), (130, "2小时10分"), (1500, "25小时")],
)
def test_lengths_of_time(minutes: int, said: str) -> None:
    assert say_minutes(minutes) == said


def test_hours_are_said_as_days_from_two_days_on() -> None:
    assert [say_hours(hours) for hours in (0.0, 4.46, 47.9, 48.0, 76.8)] == [
        *("0.0小时", "4.5小时", "47.9小时"),
        *("2.0天", "3.2天"),
    ]
    assert (say_hours(None), say_hours(None, "—")) == ("无", "—")


def test_no_length_is_negative() -> None:
    with pytest.raises(ValueError, match="negative"):
        say_minutes(-1)

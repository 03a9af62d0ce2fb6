"""Times are read as `parse_moment` reads them, only faster."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiban.kernel.base.clock import SHANGHAI
from huiban.kernel.base.errors import Refusal
from huiban.kernel.base.moments import parse_moment
from huiban.modules.supervision.logs.times import Times, tells_order

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
WALLS = st.datetimes(min_value=datetime(1901, 1, 1), max_value=datetime(2199, 12, 30))  # noqa: DTZ001
ZONES = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
PLAIN = (
    "{0:%Y-%m-%d %H:%M:%S}",
    "{0:%Y/%m/%d %H:%M:%S}.000",
    "{0:%Y-%m-%dT%H:%M}",
    "{0:%Y-%m-%d %H:%M:%S.%f}",
    "{0:%Y%m%d%H%M%S}",
    "{0.year}/{0.month}/{0.day} {0.hour}:{0:%M}",
    "{0.year}/{0.month}/{0.day} {0.hour}:{0:%M:%S}",
    "{0.year}年{0.month}月{0.day}日 {0.hour}:{0:%M}",
    "{0.year}年{0.month}月{0.day}日",
    "{0:%Y-%m-%d}",
    "{0:%d %b %Y %H:%M}",
)


def meant(text: str) -> int:
    return (parse_moment(text, SHANGHAI) - EPOCH) // timedelta(microseconds=1)


@given(st.lists(WALLS, min_size=1, max_size=6), st.sampled_from(PLAIN))
def test_times_without_zone_are_on_a_wall_in_shanghai(walls: list[datetime], form: str) -> None:
    times = Times()
    for text in [form.format(wall) for wall in walls] * 2:  # what is known is read again
        assert times.microseconds(text) == meant(text)


@given(WALLS, ZONES, st.sampled_from([" ", "T"]))
def test_times_with_a_zone_are_that_moment(wall: datetime, zone: timezone, gap: str) -> None:
    told = wall.replace(tzinfo=zone)
    expected = (told - EPOCH) // timedelta(microseconds=1)
    assert Times().microseconds(told.isoformat(gap)) == expected


def test_a_log_may_mix_zones_and_forms() -> None:
    times = Times()
    same = [
        "2020-01-06 12:09:00",
        "2020-01-06T04:09:00Z",
        "2020-01-06 05:09:00+01:00",
        "2020/1/6 12:09",
        "2020/01/06 12:09:00.000",
        "2020年1月6日 下午12:09",
        "43836.50625",
    ]
    assert len({times.microseconds(text) for text in same}) == 1


def test_summer_time_and_local_mean_time_are_reckoned_with() -> None:
    times = Times()
    # In summer 1988 walls in Shanghai were nine hours ahead.
    for text in ("1988-07-01 12:00", "1988/7/1 12:00", "1988-01-01 12:00"):
        assert times.microseconds(text) == meant(text)
    assert times.microseconds("1988-07-01 12:00") == times.microseconds("1988-07-01T03:00Z")


@pytest.mark.parametrize(
    ("order", "text", "day"),
    [
        ("month", "4/5/2020 10:00", "2020-04-05 10:00"),
        ("day", "4/5/2020 10:00", "2020-05-04 10:00"),
        ("day", "13/5/2020 10:00", "2020-05-13 10:00"),
        ("month", "13/5/2020 10:00", "2020-05-13 10:00"),
        ("", "5/13/2020", "2020-05-13"),
        ("", "5/5/2020", "2020-05-05"),
    ],
)
def test_the_log_says_whether_month_or_day_comes_first(order: str, text: str, day: str) -> None:
    times = Times(lambda: order)
    assert times.microseconds(text) == times.microseconds(text) == meant(day)


def test_the_log_is_asked_for_its_order_once_and_only_when_needed() -> None:
    asked: list[str] = []

    def find_order() -> str:
        asked.append("?")
        return "month"

    times = Times(find_order)
    times.microseconds("2020-01-06 12:09")
    assert not asked
    times.microseconds("4/5/2020 10:00")
    times.microseconds("4/6/2020 10:00")
    assert asked == ["?"]


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("4/13/2020 10:00", "month"),
        ("13-4-2020", "day"),
        ("4/5/2020", ""),
        ("5/5/2020", ""),
        ("2020/4/13", ""),
        ("14/13/2020", ""),
        ("", ""),
    ],
)
def test_which_dates_tell_the_order(text: str, order: str) -> None:
    assert tells_order(text) == order


@pytest.mark.parametrize(
    "text",
    [
        "",
        "无",
        "2020-13-01 10:00",
        "2020-02-30",
        "2020-01-06 25:00",
        "4/5/2020 10:00",
        "1700-01-01 00:00",
        "9999-12-31 23:59",
        "2020-01-06x12:09",
        "12",
    ],
)
def test_what_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(Refusal):
        Times().microseconds(text)

"""Moments as people say them, understood against when they were said."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from huiban.kernel.base.clock import SHANGHAI
from huiban.kernel.base.spoken import spoken_moment

FRIDAY = datetime(2026, 5, 8, 9, 30, tzinfo=SHANGHAI)
AFTER_MIDNIGHT = datetime(2026, 5, 8, 0, 30, tzinfo=SHANGHAI)


def said(text: str, at: datetime = FRIDAY) -> str:
    """The moment on the wall in China, or "" for none."""
    spoken = spoken_moment(text, at)
    return spoken.moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M") if spoken else ""


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("昨天 20:13", "2026-05-07 20:13"),
        ("20:13", "2026-05-07 20:13"),
        ("08:15", "2026-05-08 08:15"),
        ("今晚12点", "2026-05-09 00:00"),
        ("昨晚12点", "2026-05-08 00:00"),
        ("昨晚1点多", "2026-05-08 01:00"),
        ("今天凌晨两点半", "2026-05-08 02:30"),
        ("周三早上", "2026-05-06 08:00"),
        ("周五晚上11点", "2026-05-01 23:00"),
        ("上周五", "2026-05-01 12:00"),
        ("上上周二", "2026-04-21 12:00"),
        ("这周一", "2026-05-04 12:00"),
        ("礼拜天晚上", "2026-05-03 20:00"),
        ("刚才电梯停了", "2026-05-08 09:30"),
        ("半小时前", "2026-05-08 09:00"),
        ("三天前就坏了", "2026-05-05 09:30"),
        ("5月1日 晚上8:13", "2026-05-01 20:13"),
        ("12月30日", "2025-12-30 12:00"),
        ("2026/5/1 20:13:05", "2026-05-01 20:13"),
        ("２０２６年５月１日　２０：１３", "2026-05-01 20:13"),
        ("前天下午3点一刻", "2026-05-06 15:15"),
        ("大前天", "2026-05-05 12:00"),
        ("半夜2点还在施工", "2026-05-08 02:00"),
        ("今早七点没水", "2026-05-08 07:00"),
    ],
)
def test_what_people_say_is_understood(text: str, moment: str) -> None:
    assert said(text) == moment


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("今晚12点", "2026-05-08 00:00"),
        ("今晚", "2026-05-07 20:00"),
        ("昨晚11点", "2026-05-07 23:00"),
        ("昨天", "2026-05-07 12:00"),
    ],
)
def test_after_midnight_tonight_is_the_night_one_is_in(text: str, moment: str) -> None:
    assert said(text, AFTER_MIDNIGHT) == moment


@pytest.mark.parametrize(
    "text",
    [
        "",
        "早点来",
        "25点",
        "2月30日",
        "两个月没修",
        "3栋201",
        "明天停水",
        "一点也不好",
        "长" * 9000,
    ],
)
def test_what_says_no_moment_is_none(text: str) -> None:
    assert spoken_moment(text, FRIDAY) is None


def test_the_words_are_told() -> None:
    spoken = spoken_moment("电梯昨晚8点半坏的", FRIDAY)
    assert spoken is not None
    assert spoken.words == "昨晚8点半"


def test_a_moment_without_its_zone_is_no_moment_to_speak_at() -> None:
    with pytest.raises(ValueError, match="zone"):
        spoken_moment("昨天", FRIDAY.replace(tzinfo=None))


@pytest.mark.parametrize("hours", range(0, 24 * 8, 5))
def test_a_bare_weekday_or_time_lies_behind(hours: int) -> None:
    now = FRIDAY + timedelta(hours=hours)
    for text in ("周三早上8点", "20:13", "半夜2点", "周日", "5月20日"):
        spoken = spoken_moment(text, now)
        assert spoken is not None
        assert spoken.moment <= now or spoken.moment.astimezone(SHANGHAI).date() == now.date()

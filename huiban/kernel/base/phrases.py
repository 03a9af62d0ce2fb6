"""How times are said to people, in Chinese and on China's wall clock.

`large` gives the wording of the large-print pages: 下午5:30 instead of 17:30.
"""

from __future__ import annotations

from datetime import date, datetime

from huiban.kernel.base.clock import local

HOURS_SAID_AS_HOURS = 48
WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")

_NEAR = {-1: "昨天", 0: "今天", 1: "明天"}
_PARTS_OF_DAY = ((6, "凌晨"), (12, "上午"), (13, "中午"), (18, "下午"), (24, "晚上"))


def say_due(moment: datetime, today: date, *, large: bool = False) -> str:
    """Until when something is due: `今天17:30前`, `周四17:30前`, `5月8日 周五 17:30前`."""
    return say_moment(moment, today, large=large) + "前"


def say_moment(moment: datetime, now: date, *, large: bool = False) -> str:
    """When something happens: `昨天14:05`, `周四14:05`, `5月8日 周五 14:05`.

    `now` is the present moment or the present day; weekdays alone name days of its own week, and
    the year is said where it isn't the present one.
    """
    wall = local(moment)
    today = _day(now)
    time_of_day = _large_time(wall) if large else wall.strftime("%H:%M")
    ahead = (wall.date() - today).days
    if ahead in _NEAR:
        return _NEAR[ahead] + time_of_day
    if wall.isocalendar()[:2] == today.isocalendar()[:2]:
        return WEEKDAYS[wall.weekday()] + time_of_day
    return f"{say_date(wall, today)} {time_of_day}"


def say_date(day: date, today: date | None = None) -> str:
    """`5月8日 周五`, with its year unless `today` is in the same one: `2026年5月8日 周五`."""
    day = _day(day)
    year = "" if today is not None and _day(today).year == day.year else f"{day.year}年"
    return f"{year}{day.month}月{day.day}日 {WEEKDAYS[day.weekday()]}"


def say_minutes(minutes: int) -> str:
    """A length of time: `45分钟`, `2小时`, `2小时10分`. Days aren't said: a workday isn't a day."""
    if minutes < 0:
        raise ValueError("a length of time is never negative")
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest}分钟"
    return f"{hours}小时{rest}分" if rest else f"{hours}小时"


def say_hours(hours: float | None, none: str = "无") -> str:
    """How long something took: `36.5小时`, from two days on `3.2天`; `none` where nothing did."""
    if hours is None:
        return none
    return f"{hours:.1f}小时" if hours < HOURS_SAID_AS_HOURS else f"{hours / 24:.1f}天"


def _day(moment_or_day: date) -> date:
    """The day itself, or the day it is in China at that moment."""
    if isinstance(moment_or_day, datetime):
        return local(moment_or_day).date()
    return moment_or_day


def _large_time(wall: datetime) -> str:
    part = next(name for until, name in _PARTS_OF_DAY if wall.hour < until)
    hour = wall.hour - 12 if wall.hour > 12 else wall.hour
    return f"{part}{hour}:{wall.minute:02}"

"""Reading moments as people say them: 昨晚8点半, 上周五, 刚才, 20:13.

What is said is understood against the moment at which it was said. After midnight people still say
今晚 of the night that they are in, so up to five o'clock a night belongs to the day before.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

NIGHT_ENDS = 5
_DIGITS = "零一二三四五六七八九"
_NUMBER = r"(?:\d{1,2}|[零〇一二两三四五六七八九十]{1,3})"
_DAYS_BACK = {"今": 0, "昨": 1, "前": 2, "大前": 3}
_WEEKDAYS = {**{name: at for at, name in enumerate("一二三四五六")}, "日": 6, "天": 6}
# The hour that a part of the day means where none is said.
_PARTS = {
    "凌晨": 3,
    "清晨": 6,
    "早上": 8,
    "早晨": 8,
    "早": 8,
    "上午": 10,
    "中午": 12,
    "下午": 15,
    "傍晚": 18,
    "晚上": 20,
    "晚": 20,
    "夜里": 24,
    "半夜": 24,
    "夜": 24,
}
_NIGHT = frozenset({"晚上", "晚", "夜里", "半夜", "夜"})
_PART = "|".join(_PARTS)
_CLOCK = (
    rf"(?P<hour>{_NUMBER})(?:[:：](?P<minute>\d\d)(?:[:：]\d\d)?"
    rf"|[点时](?P<spoken>半|[一三]刻|{_NUMBER}分?)?(?:钟|整)?)"
)
_DAY = (
    r"(?P<full>(?P<year>\d{4})[-/.年](?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})[日号]?)"
    r"|(?P<short>(?P<month2>\d{1,2})月(?P<day2>\d{1,2})[日号]?)"
    r"|(?P<near>大前|今|昨|前)(?:天|日|(?=早|晚|夜))"
    r"|(?P<week>上上|上|本|这)?(?:个)?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])"
)
_SAID = re.compile(
    rf"(?:(?:{_DAY})(?:的)?[ ,，]{{0,2}})?(?:[(（]?(?:周|星期)[一二三四五六日天][)）]?[ ,，]?)?"
    rf"(?P<part>{_PART})?(?:的)?[ ]?(?:{_CLOCK})?"
)
_AGO = re.compile(
    rf"(?P<half>半)(?:个)?(?P<half_unit>小时|钟头|天)(?:之)?前"
    rf"|(?P<count>{_NUMBER})(?:多)?(?:个)?(?P<unit>分钟|小时|钟头|天|周|星期|礼拜)(?:多)?(?:之)?前"
)
_JUST_NOW = re.compile(r"刚才|刚刚|这会儿|此刻|方才")
_UNITS = {
    "分钟": timedelta(minutes=1),
    "小时": timedelta(hours=1),
    "钟头": timedelta(hours=1),
    "天": timedelta(days=1),
    "周": timedelta(weeks=1),
    "星期": timedelta(weeks=1),
    "礼拜": timedelta(weeks=1),
}


@dataclass(frozen=True)
class Spoken:
    """A moment (UTC) that somebody said, and the words that said it."""

    moment: datetime
    words: str


def spoken_moment(text: str, said_at: datetime) -> Spoken | None:
    """The first moment that the text speaks of; None where it speaks of none.

    `said_at` carries the zone of the speaker's wall clock. A bare time, weekday or date means the
    last one there was. What can't be a moment (25点, 2月30日) is passed over. 明天 isn't read.
    """
    if said_at.tzinfo is None:
        raise ValueError("a moment needs its zone")
    plain = unicodedata.normalize("NFKC", text)
    found = [*_ago(plain, said_at), *_said(plain, said_at)]
    return min(found, key=lambda pair: pair[0])[1] if found else None


def _ago(plain: str, said_at: datetime) -> list[tuple[int, Spoken]]:
    found = []
    if just := _JUST_NOW.search(plain):
        found.append((just.start(), Spoken(said_at.astimezone(UTC), just[0])))
    if back := _AGO.search(plain):
        unit = _UNITS[back["half_unit"] or back["unit"]]
        amount = unit / 2 if back["half"] else unit * _number(back["count"])
        found.append((back.start(), Spoken((said_at - amount).astimezone(UTC), back[0])))
    return found


def _said(plain: str, said_at: datetime) -> list[tuple[int, Spoken]]:
    for found in _SAID.finditer(plain):
        if not found[0].strip() or _says_nothing(found):
            continue
        try:
            moment = _moment(found, said_at)
        except (ValueError, OverflowError):
            continue
        return [(found.start(), Spoken(moment.astimezone(UTC), found[0].strip(" ,，")))]
    return []


def _says_nothing(found: re.Match[str]) -> bool:
    """Whether a match is a single 早 or 夜, or a number that only looks like a time."""
    has_day = any(found[name] for name in ("full", "short", "near", "weekday"))
    if has_day:
        return False
    if found["hour"] is None:
        return len(found["part"] or "") < 2
    return found["minute"] is None and found["part"] is None and found["hour"].isdigit() is False


def _moment(found: re.Match[str], said_at: datetime) -> datetime:
    day = _day(found, said_at)
    clock = _clock(found)
    if clock is None and found["part"] is None:
        return said_at if day in (None, said_at.date()) else _at(day, 12 * 60, said_at)
    minutes = _PARTS[found["part"]] * 60 if clock is None else clock
    if day is not None:
        moment = _at(day, minutes, said_at)
        bare = found["weekday"] and not found["week"]
        return moment - timedelta(weeks=1) if bare and moment > said_at else moment
    today = _evening_day(said_at) if found["part"] in _NIGHT else said_at.date()
    moment = _at(today, minutes, said_at)
    return moment if moment <= said_at else _at(today - timedelta(days=1), minutes, said_at)


def _at(day: date, minutes: int, said_at: datetime) -> datetime:
    midnight = datetime.combine(day, time(), said_at.tzinfo)
    return midnight + timedelta(minutes=minutes)


def _evening_day(said_at: datetime) -> date:
    """The day whose night it is: before five in the morning still the day before."""
    return (said_at - timedelta(hours=NIGHT_ENDS)).date()


def _day(found: re.Match[str], said_at: datetime) -> date | None:
    today = said_at.date()
    if found["full"]:
        return date(int(found["year"]), int(found["month"]), int(found["day"]))
    if found["short"]:
        month, day = int(found["month2"]), int(found["day2"])
        this_year = date(today.year, month, day)
        return this_year if this_year <= today else date(today.year - 1, month, day)
    if found["near"]:
        in_its_night = found["near"] == "今" and found["part"] in _NIGHT
        start = _evening_day(said_at) if in_its_night else today
        return start - timedelta(days=_DAYS_BACK[found["near"]])
    if found["weekday"]:
        return _weekday(found["week"] or "", _WEEKDAYS[found["weekday"]], today)
    return None


def _weekday(week: str, weekday: int, today: date) -> date:
    monday = today - timedelta(days=today.weekday())
    if week in ("上", "上上"):
        return monday + timedelta(days=weekday - 7 * len(week))
    if week:
        return monday + timedelta(days=weekday)
    return today - timedelta(days=(today.weekday() - weekday) % 7)


def _clock(found: re.Match[str]) -> int | None:
    """The time of day in minutes, over 24 hours where a night runs on; None where none is said."""
    if found["hour"] is None:
        return None
    hour, minute = _number(found["hour"]), _minute(found)
    if hour > 24 or minute > 59:
        raise ValueError("no such time of day")
    return _whole_day_hour(hour, found["part"]) * 60 + minute


def _minute(found: re.Match[str]) -> int:
    if found["minute"]:
        return int(found["minute"])
    spoken = found["spoken"] or ""
    known = {"": 0, "半": 30, "一刻": 15, "三刻": 45}
    return known[spoken] if spoken in known else _number(spoken.removesuffix("分"))


def _whole_day_hour(hour: int, part: str | None) -> int:
    if part in _NIGHT and hour in (12, *range(NIGHT_ENDS + 1)):
        return 24 if hour == 12 else hour + 24
    if part == "凌晨":
        return 0 if hour == 12 else hour
    if part in {"下午", "傍晚", *_NIGHT} and hour < 12:
        return hour + 12
    if part == "中午" and hour < 3:
        return hour + 12
    return hour


def _number(text: str) -> int:
    """A number up to 99 in digits or in words: 12, 十二, 二十三, 两."""
    if text.isdecimal():
        return int(text)
    plain = text.replace("〇", "零").replace("两", "二")
    tens, ten, ones = plain.partition("十")
    if not ten:
        return int("".join(str(_DIGITS.index(digit)) for digit in plain))
    return (_DIGITS.index(tens) if tens else 1) * 10 + (_DIGITS.index(ones) if ones else 0)

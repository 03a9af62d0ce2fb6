"""Reading moments as people and their tables write them."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from huiban.kernel.base.errors import Refusal

EARLIEST_YEAR, LATEST_YEAR = 1900, 2199
_LONGEST = 60
# Day 0 of Excel's count as Excel has reckoned since 1 March 1900 (it believes in a 29 February).
_EXCEL_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - a wall clock, its zone is the caller's
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()  # noqa: SIM905 - to be read

_YEAR_FIRST = re.compile(
    r"(?P<year>\d{4})(?:[-/.]|年)(?P<month>\d{1,2})(?:[-/.]|月)(?P<day>\d{1,2})[日号]?(?P<rest>.*)"
)
_YEAR_LAST = re.compile(r"(?P<one>\d{1,2})[-/.](?P<two>\d{1,2})[-/.](?P<year>\d{4})(?P<rest>.*)")
_MONTH_NAMED = re.compile(
    r"(?:(?P<day>\d{1,2})[- ](?P<month>[a-z]{3,9})\.?"
    r"|(?P<month2>[a-z]{3,9})\.? (?P<day2>\d{1,2}))[-, ]+(?P<year>\d{4})(?P<rest>.*)"
)
_COMPACT = re.compile(
    r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)"
    r"(?P<rest>(?:[t ]?\d{4}(?:\d\d)?(?:z|[+-]\d{2}:?\d{2})?)?)"
)
_SERIAL = re.compile(r"[2-7]\d{4}(?:\.\d+)?")
_WEEKDAY = re.compile(r"[(]?(?:星期|周|礼拜)[一二三四五六日天][)]?")
_TIME = re.compile(
    r"(?P<part>凌晨|早上|上午|中午|下午|晚上)? ?"
    r"(?P<hour>\d{1,2})(?:(?:[:点时])(?P<minute>\d{1,2})?(?:[:分](?P<second>\d{1,2}"
    r"(?:[.,]\d{1,9})?)?秒?)?) ?(?P<half>[ap]\.?m\.?)?"
    r" ?(?P<zone>z|utc|gmt|(?:utc|gmt)?[+-]\d{1,2}(?::?\d{2})?)?"
)
_COMPACT_TIME = re.compile(r"(\d\d)(\d\d)(\d\d)?(z|[+-]\d{2}:?\d{2})?")


def parse_moment(text: str, zone: ZoneInfo, *, month_first: bool = False) -> datetime:
    """The moment (UTC) that a text means; without a zone of its own it is on `zone`'s wall clock.

    Read are year-first dates in Western and Chinese writing, ISO 8601, what Excel shows and the
    numbers it keeps, and dates with the year at the end. Where those could be day or month first,
    `month_first` says so, else they are refused, as is everything impossible.
    """
    if len(text) > _LONGEST:
        raise _unreadable(text)
    plain = _WEEKDAY.sub(" ", unicodedata.normalize("NFKC", text).casefold())
    plain = " ".join(plain.split())
    try:
        wall = _serial(plain) or _written(plain, text, month_first)
        if wall.tzinfo is None:
            wall = wall.replace(tzinfo=zone)
        if not EARLIEST_YEAR <= wall.year <= LATEST_YEAR:
            raise ValueError("outside the years of this world")
        return wall.astimezone(UTC)
    except (ValueError, OverflowError):
        raise _unreadable(text) from None


def _unreadable(text: str) -> Refusal:
    shown = text.strip()
    shown = shown if len(shown) <= 40 else shown[:39] + "…"
    return Refusal(f"“{shown}”不是能读懂的时间。请写成 2019-04-08 08:37 这样，年份写四位。")


def _serial(plain: str) -> datetime | None:
    """The number by which Excel keeps a moment, to the second: 43563.359 is 2019-04-08 08:36:58."""
    if not _SERIAL.fullmatch(plain):
        return None
    return _EXCEL_ZERO + timedelta(seconds=round(float(plain) * 86_400))


def _written(plain: str, text: str, month_first: bool) -> datetime:
    if found := _YEAR_FIRST.fullmatch(plain):
        return _at(found["year"], found["month"], found["day"], found["rest"])
    if found := _YEAR_LAST.fullmatch(plain):
        month, day = _month_and_day(int(found["one"]), int(found["two"]), text, month_first)
        return _at(found["year"], month, day, found["rest"])
    if found := _MONTH_NAMED.fullmatch(plain):
        named = (found["month"] or found["month2"])[:3]
        month = _MONTHS.index(named) + 1
        return _at(found["year"], month, found["day"] or found["day2"], found["rest"])
    if found := _COMPACT.fullmatch(plain):
        return _at(found["year"], found["month"], found["day"], found["rest"])
    raise ValueError("no known writing")


def _month_and_day(one: int, two: int, text: str, month_first: bool) -> tuple[int, int]:
    if one == two or two > 12:
        return one, two
    if one > 12:
        return two, one
    if month_first:
        return one, two
    raise Refusal(
        f"“{text.strip()}”分不清哪个是月、哪个是日。"
        "请写成 2019-04-08 这样；如果整列都是月在前，请注明月在前。"
    )


def _at(year: str | int, month: str | int, day: str | int, rest: str) -> datetime:
    """That day at the time of day in `rest`: with a zone where it has one, else naive."""
    date = datetime(int(year), int(month), int(day))  # noqa: DTZ001 - a wall clock
    rest = rest.strip()
    rest = rest[1:].strip() if rest[:1] in {"t", ","} else rest
    if not rest:
        return date
    if compact := _COMPACT_TIME.fullmatch(rest):
        hour, minute, second, zone = compact.groups()
        return _clocked(date, int(hour), int(minute), float(second or 0), zone)
    found = _TIME.fullmatch(rest)
    if not found:
        raise ValueError("no known time of day")
    hour = _hour(int(found["hour"]), found["part"], found["half"])
    second = (found["second"] or "0").replace(",", ".")
    return _clocked(date, hour, int(found["minute"] or 0), float(second), found["zone"])


def _hour(hour: int, part: str | None, half: str | None) -> int:
    if half:
        if not 1 <= hour <= 12:
            raise ValueError("twelve hours have no such hour")
        return hour % 12 + (12 if half.startswith("p") else 0)
    if part == "晚上" and hour == 12:
        return 24
    if part == "晚上" and hour < 5:
        raise ValueError("this night or the next one?")
    if part == "凌晨" and hour == 12:
        return 0
    if (part in {"下午", "晚上"} and hour < 12) or (part == "中午" and hour < 3):
        return hour + 12
    return hour


def _clocked(date: datetime, hour: int, minute: int, second: float, zone: str | None) -> datetime:
    midnight_after = hour == 24 and not minute and not second
    if not (hour < 24 or midnight_after) or minute > 59 or second >= 60:
        raise ValueError("no such time of day")
    microseconds = round(second * 1_000_000)
    moment = date + timedelta(hours=hour, minutes=minute, microseconds=microseconds)
    return moment.replace(tzinfo=_zone(zone)) if zone else moment


def _zone(text: str) -> tzinfo:
    digits = text.removeprefix("utc").removeprefix("gmt").replace(":", "")
    if digits in {"", "z"}:
        return UTC
    hours, minutes = int(digits[1:3]), int(digits[3:] or 0)
    ahead = timedelta(hours=hours, minutes=minutes)
    return timezone(-ahead if digits[0] == "-" else ahead)

"""Times of a log, read by the million.

What `parse_moment` reads, and as it reads it, without its price: nearly every log writes all its
times in one way, which the standard library or two look-ups can read.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from huiban.kernel.base.clock import SHANGHAI
from huiban.kernel.base.errors import Refusal
from huiban.kernel.base.moments import EARLIEST_YEAR, LATEST_YEAR, parse_moment

MICROSECONDS_A_DAY = 86_400_000_000

_MICROSECOND = timedelta(microseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WALL_EPOCH = datetime(1970, 1, 1, 8)  # noqa: DTZ001 - what a wall in Shanghai showed at the epoch
# Since summer time was given up, walls in Shanghai have shown eight hours more than UTC.
_PLAIN_SINCE = (datetime(1992, 1, 1, tzinfo=SHANGHAI) - _EPOCH) // _MICROSECOND
_FIRST = (datetime(EARLIEST_YEAR, 1, 2, tzinfo=UTC) - _EPOCH) // _MICROSECOND
_LAST = (datetime(LATEST_YEAR, 12, 31, tzinfo=UTC) - _EPOCH) // _MICROSECOND
_DATED_AND_CLOCKED = re.compile(r"[\d年月日/.\-]+ \d{1,2}:\d\d(?::\d\d)?")
# A date that ends in its year, before which either number may be the month.
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})(?=[-/.]\d{4})")
_MOST_KNOWN = 200_000

_iso = datetime.fromisoformat


def tells_order(text: str) -> str:
    """Which of month and day a date with the year at its end puts first; empty if it leaves it open."""
    found = _YEAR_LAST.match(text.strip())
    one, two = (int(found[1]), int(found[3])) if found else (0, 0)
    if one > 12 >= two or two > 12 >= one:
        return "day" if one > 12 else "month"
    return ""


class Times:
    """Reads times. What has no zone of its own is on a wall in Shanghai.

    `find_order` says whether this log puts the "month" or the "day" first ("" for neither), and
    is asked once, when a date first leaves it open.
    """

    def __init__(self, find_order: Callable[[], str] = str) -> None:
        self._find_order = find_order
        self._order: str | None = None
        # Days by how they are written, and how much later a time of day is, by how that is written.
        self._days: dict[str, int] = {}
        self._clocks: dict[str, int] = {}

    def microseconds(self, text: str) -> int:
        """Microseconds from the epoch to that time. Raises Refusal where it can't be read."""
        # A day of ten signs, such as 2020-01-06, and the gap before the clock with the clock.
        day = self._days.get(text[:10])
        if day is not None:
            clock = self._clocks.get(text[10:])
            if clock is not None:
                return day + clock
        return self._first_met(text)

    def _first_met(self, text: str) -> int:
        if text[4:5] in ("-", "/") and text[10:11] in (" ", "T", ""):
            told = _standard(text)
            if told is not None:
                if told >= _PLAIN_SINCE:
                    self._know(text[:10], text[10:], told)
                return told
        day, gap, clock = text.partition(" ")
        midnight, since = self._days.get(day), self._clocks.get(gap + clock)
        if midnight is not None and since is not None:
            return midnight + since
        told = self._read(text)
        if _DATED_AND_CLOCKED.fullmatch(text) and told >= _PLAIN_SINCE + MICROSECONDS_A_DAY:
            self._know(day, gap + clock, told)
        return told

    def _know(self, day: str, clock: str, told: int) -> None:
        if len(self._days) < _MOST_KNOWN > len(self._clocks):
            if day not in self._days:
                self._days[day] = self._read(day)
            self._clocks.setdefault(clock, told - self._days[day])

    def _read(self, text: str) -> int:
        if not text:
            raise Refusal("没有时间。")
        month_first = False
        if found := _YEAR_LAST.match(text):
            if self._order is None:
                self._order = self._find_order()
            month_first = bool(self._order)
            if self._order == "day" and int(found[3]) <= 12:
                text = f"{found[3]}{found[2]}{found[1]}{text[found.end() :]}"
        return (parse_moment(text, SHANGHAI, month_first=month_first) - _EPOCH) // _MICROSECOND


def _standard(text: str) -> int | None:
    """What the standard library reads; None where that isn't all there is to it."""
    try:
        moment = _iso(text.replace("/", "-"))
    except ValueError:
        return None
    if moment.tzinfo is None:
        told = (moment - _WALL_EPOCH) // _MICROSECOND
        return told if _PLAIN_SINCE <= told < _LAST else None
    told = (moment - _EPOCH) // _MICROSECOND
    return told if _FIRST <= told < _LAST else None

"""The dates of 春节: reckoned again by GB/T 33661-2017, and held against the State Council's days."""

from __future__ import annotations

import json
import os
from datetime import date, timedelta
from math import floor, radians, sin
from pathlib import Path

import pytest
from chinese_calendar.constants import Holiday, holidays

from huiban.modules.analysis.reckoning.festival import FIRST_YEAR, LAST_YEAR, spring_festival

EPOCH = date(2000, 1, 1)
J2000 = 2451544.5  # the Julian day at which EPOCH begins
MONTH, YEAR = 29.530588861, 365.2422
# Dynamical time runs ahead of universal time by about 70 seconds in these years.
AHEAD = 72 / 86_400


def beijing_day(julian: float) -> date:
    return EPOCH + timedelta(days=floor(julian - AHEAD + 8 / 24 - J2000))


def new_moon(number: int) -> float:
    """Meeus, Astronomical Algorithms, chapter 49, to about a minute."""
    t = number / 1236.85
    e = 1 - 0.002516 * t
    sun = radians(2.5534 + 29.10535670 * number)
    moon = radians(201.5643 + 385.81693528 * number + 0.0107582 * t * t)
    node = radians(160.7108 + 390.67050284 * number - 0.0016118 * t * t)
    terms = (
        (-0.40720, moon),
        (0.17241 * e, sun),
        (0.01608, 2 * moon),
        (0.01039, 2 * node),
        (0.00739 * e, moon - sun),
        (-0.00514 * e, moon + sun),
        (0.00208 * e * e, 2 * sun),
        (-0.00111, moon - 2 * node),
        (-0.00057, moon + 2 * node),
        (0.00056 * e, 2 * moon + sun),
        (-0.00042, 3 * moon),
        (0.00042 * e, sun + 2 * node),
        (0.00038 * e, sun - 2 * node),
        (-0.00024 * e, 2 * moon - sun),
        (-0.00017, radians(124.7746 - 1.56375588 * number)),
    )
    mean = 2451550.09766 + MONTH * number + 0.00015437 * t * t
    return mean + sum(size * sin(angle) for size, angle in terms)


def sun_at(julian: float) -> float:
    """The sun's apparent longitude in degrees: Meeus, chapter 25, low accuracy."""
    t = (julian - 2451545) / 36525
    anomaly = radians(357.52911 + 35999.05029 * t)
    centre = (1.914602 - 0.004817 * t) * sin(anomaly) + 0.019993 * sin(2 * anomaly)
    node = radians(125.04 - 1934.136 * t)
    return (280.46646 + 36000.76983 * t + centre - 0.00569 - 0.00478 * sin(node)) % 360


def when_sun_at(longitude: float, near: float) -> float:
    for _ in range(20):
        near += ((longitude - sun_at(near) + 180) % 360 - 180) * YEAR / 360
    return near


def solstice(year: int) -> float:
    return when_sun_at(270, (date(year, 12, 21) - EPOCH).days + J2000)


def moon_before(julian: float) -> int:
    """The last new moon on or before that day in Beijing."""
    number = round((julian - 2451550.1) / MONTH) + 1
    while beijing_day(new_moon(number)) > beijing_day(julian):
        number -= 1
    return number


def by_the_standard(year: int) -> date:
    """The eleventh month holds the solstice; of thirteen the first without a 中气 is a leap month."""
    begins, ends = solstice(year - 1), solstice(year)
    eleventh, next_eleventh = moon_before(begins), moon_before(ends)
    leap = 0
    if next_eleventh - eleventh == 13:
        marks = [
            beijing_day(when_sun_at((270 + 30 * step) % 360, begins + 30.4 * step))
            for step in range(13)
        ]
        leap = next(
            number - eleventh
            for number in range(eleventh + 1, next_eleventh)
            if not any(
                beijing_day(new_moon(number)) <= mark < beijing_day(new_moon(number + 1))
                for mark in marks
            )
        )
    return beijing_day(new_moon(eleventh + (3 if leap in (1, 2) else 2)))


@pytest.mark.parametrize("year", range(FIRST_YEAR, LAST_YEAR + 1))
def test_every_date_follows_from_sun_and_moon(year: int) -> None:
    assert spring_festival(year) == by_the_standard(year)


def test_every_date_is_a_day_off() -> None:
    years = sorted({day.year for day in holidays})
    for year in years:
        assert holidays[spring_festival(year)] == Holiday.spring_festival.value, year


@pytest.mark.skipif("HUIBAN_REAL_DATA" not in os.environ, reason="not run: HUIBAN_REAL_DATA unset")
@pytest.mark.parametrize("year", range(2018, 2027))
def test_the_state_councils_own_holidays_hold_it(year: int) -> None:
    file = Path(os.environ["HUIBAN_REAL_DATA"], "holidays", f"{year}.json")
    days = json.loads(file.read_text(encoding="utf-8"))["days"]
    off = {day["date"] for day in days if "春节" in day["name"] and day["isOffDay"]}
    festival = spring_festival(year)
    assert all(str(festival + timedelta(days=step)) in off for step in range(6))


@pytest.mark.parametrize("year", [FIRST_YEAR - 1, LAST_YEAR + 1])
def test_other_years_are_refused(year: int) -> None:
    with pytest.raises(ValueError, match="isn't known"):
        spring_festival(year)

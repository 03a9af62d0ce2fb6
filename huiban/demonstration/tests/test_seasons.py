"""When things are told: by season, weekday and hour."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from random import Random

from huiban.demonstration import district, seasons
from huiban.kernel.base.clock import SHANGHAI

FIRST, LAST = date(2025, 5, 8), date(2026, 5, 7)


def weekdays(day: date) -> bool:
    return day.weekday() < 5


def drawn(count: int) -> list[datetime]:
    return seasons.moments(Random(3), FIRST, LAST, count, weekdays)


def test_moments_come_in_order_and_fill_the_year_to_its_last_day() -> None:
    moments = drawn(5_000)
    assert moments == sorted(moments)
    assert (moments[0].date(), moments[-1].date()) == (FIRST, LAST)
    assert len({moment.date() for moment in moments}) == 365


def test_weekends_and_nights_are_quieter() -> None:
    moments = drawn(5_000)
    by_day = Counter(moment.weekday() for moment in moments)
    assert by_day[6] < by_day[0]
    by_hour = Counter(moment.hour for moment in moments)
    assert by_hour[3] < by_hour[9] / 10


def test_a_holiday_within_the_week_is_quieter() -> None:
    week = [date(2026, 5, 4) + timedelta(days=ahead) for ahead in range(5)]
    moments = seasons.moments(Random(3), week[0], week[-1], 4_000, lambda day: day != week[1])
    by_day = Counter(moment.date() for moment in moments)
    assert by_day[week[1]] < 0.8 * by_day[week[2]]


def test_heating_is_told_in_winter_and_noise_in_summer() -> None:
    by_month = {
        month: Counter(seasons.category_in(Random(seed), month) for seed in range(1_500))
        for month in (1, 7)
    }
    assert by_month[7]["heating"] == 0
    assert by_month[1]["heating"] > 80
    assert by_month[7]["noise"] > 2 * by_month[1]["noise"]


def test_residents_rate_while_they_are_up() -> None:
    for hour in range(24):
        moment = datetime(2026, 5, 8, hour, 30, tzinfo=UTC)
        rated = seasons.waking(moment)
        assert (
            rated >= moment
            or rated.astimezone(SHANGHAI).date() == moment.astimezone(SHANGHAI).date()
        )
        assert 8 <= rated.astimezone(SHANGHAI).hour < 22


def test_the_district_has_its_shape() -> None:
    streets = district.communities()
    assert [len(plans) for plans in streets.values()] == [9, 9, 9, 9, 9, 8]
    for plans in streets.values():
        for plan in plans:
            assert 2 <= len(plan.estates) <= 4
            assert len({estate.name for estate in plan.estates}) == len(plan.estates)
    branches = [[e.branch for e in plan.estates] for plans in streets.values() for plan in plans]
    assert any(len(set(found)) < len(found) and max(found) for found in branches)
    assert any(0 in found for found in branches)
    assert district.communities() == streets

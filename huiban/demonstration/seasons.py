"""When things happen: what is told more in which month, on which days and at which hours. Pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from random import Random

from huiban.kernel.base.clock import SHANGHAI

# How often a category is told, against the others, in an ordinary month.
USUAL: dict[str, float] = {
    "elevator": 6,
    "water_supply": 5,
    "power_supply": 3,
    "gas": 2,
    "heating": 7,
    "drainage": 6,
    "fire_safety": 4,
    "e_bike": 6,
    "parking": 9,
    "garbage": 8,
    "cleanliness": 6,
    "noise": 9,
    "greening": 4,
    "lighting": 5,
    "road": 4,
    "illegal_building": 3,
    "property": 5,
    "maintenance_fund": 2,
    "stall": 4,
    "animal": 4,
    "accessibility": 2,
    "elder_care": 4,
    "child_care": 2,
    "courier": 2,
    "neighbour": 5,
    "social_security": 3,
    "traffic": 3,
    "consumer": 3,
}
# Category → month → how many times as often as usual; 1 where nothing is said.
_NO_HEATING = dict.fromkeys((4, 5, 6, 7, 8, 9, 10), 0.0)
MONTHS: dict[str, dict[int, float]] = {
    "heating": {**_NO_HEATING, 11: 1.3, 12: 1.8, 1: 1.8, 2: 1.2, 3: 0.5},
    "noise": {5: 1.2, 6: 1.7, 7: 1.8, 8: 1.8, 9: 1.4, 12: 0.6, 1: 0.5, 2: 0.5},
    "drainage": {6: 1.8, 7: 2.4, 8: 2.0, 1: 0.6, 2: 0.6},
    "water_supply": {6: 1.2, 7: 1.5, 8: 1.4},
    "power_supply": {7: 2.0, 8: 2.0, 1: 1.3, 12: 1.2},
    "garbage": {6: 1.4, 7: 1.6, 8: 1.6, 9: 1.3},
    "cleanliness": {6: 1.4, 7: 1.5, 8: 1.5},
    "stall": {5: 1.3, 6: 1.6, 7: 1.7, 8: 1.6, 9: 1.3, 12: 0.5, 1: 0.4, 2: 0.4},
    "greening": {4: 1.4, 5: 1.4, 6: 1.3, 7: 1.4, 12: 0.4, 1: 0.3, 2: 0.4},
    "lighting": {10: 1.2, 11: 1.4, 12: 1.5, 1: 1.4},
    "child_care": {6: 1.6, 7: 1.8, 8: 1.5, 9: 1.3},
    "elder_care": {1: 1.3, 7: 1.2, 8: 1.2, 10: 1.3},
    "courier": {6: 1.3, 11: 2.0},
    "consumer": {1: 1.3, 2: 1.4, 11: 1.2},
    "road": {7: 1.4, 8: 1.4, 3: 1.2},
    "e_bike": {7: 1.2, 8: 1.2},
}
_WEEKDAYS = (1.2, 1.1, 1.05, 1.0, 1.05, 0.9, 0.8)
# From midnight on: quiet nights, a peak after breakfast, another after supper.
_HOURS = (
    *(0.3, 0.15, 0.1, 0.1, 0.15, 0.5, 1.5, 3.5, 6.0, 6.5, 5.5, 4.5),
    *(4.0, 3.5, 4.5, 4.5, 4.5, 4.5, 5.0, 6.5, 6.5, 5.0, 3.0, 1.2),
)
# The platform became known in the course of its first year.
_FIRST, _LAST = 0.7, 1.2


def weight_of(category: str, month: int) -> float:
    """How often a category is told in that month, against the others."""
    return USUAL[category] * MONTHS.get(category, {}).get(month, 1.0)


def category_in(rng: Random, month: int) -> str:
    """A category as it comes up in that month."""
    weights = [weight_of(category, month) for category in USUAL]
    return rng.choices(list(USUAL), weights)[0]


def moments(
    rng: Random, first: date, last: date, count: int, is_workday: Callable[[date], bool]
) -> list[datetime]:
    """So many moments from the first day to the last, in their order."""
    days = [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]
    weights = [
        _day_weight(day, place / max(1, len(days) - 1), is_workday(day))
        for place, day in enumerate(days)
    ]
    return sorted(_on(rng, day) for day in rng.choices(days, weights, k=count))


def _day_weight(day: date, passed: float, worked: bool) -> float:
    month = sum(weight_of(category, day.month) for category in USUAL)
    known = _FIRST + (_LAST - _FIRST) * passed
    holiday = 0.6 if day.weekday() < 5 and not worked else 1.0
    return month * known * holiday * _WEEKDAYS[day.weekday()]


def _on(rng: Random, day: date) -> datetime:
    hour = rng.choices(range(24), _HOURS)[0]
    return datetime.combine(
        day, time(hour, rng.randint(0, 59), rng.randint(0, 59)), tzinfo=SHANGHAI
    )


def waking(moment: datetime) -> datetime:
    """That moment, or the next at which people are up: not before eight, not after ten at night."""
    wall = moment.astimezone(SHANGHAI)
    if wall.hour >= 22:
        return (wall + timedelta(days=1)).replace(hour=8, minute=wall.minute)
    return wall.replace(hour=8) if wall.hour < 8 else wall

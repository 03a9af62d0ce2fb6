"""Rates by their definitions, on published figures and on small ones."""

from __future__ import annotations

from decimal import Decimal

import pytest

from huiban.modules.voice.measures import Tally, handling, rates


def percents(tally: Tally, *, partly_counts: bool = False) -> dict[str, Decimal | None]:
    return {rate.code: rate.percent for rate in rates(tally, partly_counts=partly_counts)}


def test_the_published_figures_come_out() -> None:
    """A prefecture's report of April 2017: 24,932 due, 23,974 closed, 22,345 of them on time."""
    found = percents(Tally(due=24_932, closed=23_974, closed_on_time=22_345))
    assert found["closed"] == Decimal("96.16")
    assert found["on_time"] == Decimal("89.62")


def test_a_rate_over_nothing_is_no_rate() -> None:
    assert set(percents(Tally()).values()) == {None}


def test_partly_solved_counts_only_where_the_district_says_so() -> None:
    tally = Tally(ended=10, rated=8, solved=4, partly=2, satisfied=5, basically=1)
    assert percents(tally)["solved"] == Decimal("50.00")
    assert percents(tally, partly_counts=True)["solved"] == Decimal("75.00")
    assert percents(tally)["satisfied"] == Decimal("75.00")
    assert percents(tally)["coverage"] == Decimal("80.00")


def test_half_a_hundredth_is_rounded_up() -> None:
    assert percents(Tally(due=80_000, closed=40_002))["closed"] == Decimal("50.00")
    assert percents(Tally(due=40_000, closed=20_002))["closed"] == Decimal("50.01")


@pytest.mark.parametrize(
    ("hours", "median", "p90"),
    [([1.0], 1.0, 1.0), ([4.0, 2.0], 3.0, 4.0), ([float(n) for n in range(1, 11)], 5.5, 9.0)],
)
def test_handling_times(hours: list[float], median: float, p90: float) -> None:
    found = handling(hours)
    assert found is not None
    assert (found.median, found.p90) == (median, p90)


def test_no_cases_have_no_handling_time() -> None:
    assert handling([]) is None

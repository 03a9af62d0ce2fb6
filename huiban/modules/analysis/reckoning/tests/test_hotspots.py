from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiban.modules.analysis.reckoning.hotspots import (
    HeatRules,
    HotPlace,
    PlaceCount,
    heat_map,
    ratio_interval,
    shrunken_rates,
)

OPEN = HeatRules(smallest_count=1, smallest_households=1)
ORDINARY = [PlaceCount(f"p{at}", 40 + at, 2_000) for at in range(8)]
places = st.lists(
    st.integers(1, 3_000).flatmap(
        lambda homes: st.builds(PlaceCount, st.just("p"), st.integers(0, 90), st.just(homes))
    ),
    min_size=1,
    max_size=15,
)


def last(place: PlaceCount, rules: HeatRules = OPEN) -> HotPlace:
    return heat_map([*ORDINARY, place], rules).places[-1]


def test_twice_the_rate_of_the_district_is_hot() -> None:
    found = last(PlaceCount("x", 100, 2_000))
    assert found.heat == "hot"
    assert found.rate == Decimal("50.00")
    assert found.ratio == pytest.approx(2.03, abs=0.05)
    assert found.interval is not None
    assert found.interval.low > 1
    assert "明显偏多" in found.words
    assert "每千户50.00件" in found.words


def test_a_tiny_estate_with_two_reports_isnt_the_hottest() -> None:
    found = last(PlaceCount("x", 2, 20))
    assert found.rate == Decimal("100.00")
    assert found.heat == "few"
    assert "看不出是否偏多" in found.words
    hot = last(PlaceCount("x", 100, 2_000))
    assert found.shrunk is not None
    assert hot.shrunk is not None
    assert found.shrunk < hot.shrunk


def test_many_reports_of_many_households_are_usual() -> None:
    found = last(PlaceCount("x", 400, 18_000))
    assert found.heat == "usual"
    assert "没有明显偏多" in found.words


def test_small_counts_are_hidden_and_cant_be_subtracted() -> None:
    found = heat_map([*ORDINARY, PlaceCount("x", 2, 200)])
    small = found.places[-1]
    assert (small.count, small.rate, small.ratio, small.shrunk) == (None, None, None, None)
    assert small.heat == "hidden"
    assert small.words == "不足5件，不单独列出"
    others = [place for place in found.places[:-1] if place.count is None]
    assert len(others) == 1
    assert others[0].words == "为了不让别处的小数目被推算出来，这里也不单独列出"
    assert found.count == sum(place.count for place in ORDINARY) + 2


def test_nothing_shown_depends_on_how_hidden_counts_are_split() -> None:
    one = heat_map([*ORDINARY, PlaceCount("x", 1, 200), PlaceCount("y", 4, 900)])
    other = heat_map([*ORDINARY, PlaceCount("x", 3, 200), PlaceCount("y", 2, 900)])
    assert one == other


def test_so_few_households_are_hidden_whatever_their_count() -> None:
    found = last(PlaceCount("x", 9, 4), HeatRules())
    assert found.heat == "hidden"
    assert found.words == "不足5户，不单独列出"


def test_a_district_with_hardly_any_reports_shows_nothing() -> None:
    found = heat_map([PlaceCount("x", 2, 900), PlaceCount("y", 0, 500)])
    assert (found.count, found.rate) == (None, None)
    assert {place.heat for place in found.places} == {"hidden"}
    assert all(place.expected is None for place in found.places)


def test_no_reports_and_no_households() -> None:
    found = heat_map([PlaceCount("x", 0, 900), PlaceCount("y", 0, 0)])
    assert found.rate == 0
    assert [place.heat for place in found.places] == ["few", "few"]
    assert heat_map([]).places == ()


def test_reports_from_nowhere_are_refused() -> None:
    for place in (PlaceCount("x", 1, 0), PlaceCount("x", -1, 10)):
        with pytest.raises(ValueError, match="households"):
            heat_map([place])


def test_garwoods_interval_agrees_with_its_table() -> None:
    # Garwood (1936): 95 % limits of a Poisson mean for counts of 0, 1, 5, 10.
    for count, low, high in (
        (0, 0, 3.689),
        (1, 0.0253, 5.572),
        (5, 1.623, 11.668),
        (10, 4.795, 18.390),
    ):
        found = ratio_interval(count, 1.0)
        assert found.low == pytest.approx(low, abs=1e-3)
        assert found.high == pytest.approx(high, abs=1e-3)


def test_shrunken_rates_follow_marshall() -> None:
    count, homes = np.asarray([2.0, 30.0, 90.0]), np.asarray([20.0, 1_000.0, 2_000.0])
    mean = 122 / 3_020
    spread = float((homes * (count / homes - mean) ** 2).sum()) / 3_020
    between = spread - mean / (3_020 / 3)
    kept = between / (between + mean / homes)
    assert shrunken_rates(count, homes, mean) == pytest.approx(mean + kept * (count / homes - mean))


@settings(max_examples=60)
@given(places)
def test_shrinking_never_goes_beyond_the_districts_rate(found: list[PlaceCount]) -> None:
    count = np.asarray([place.count for place in found], dtype=np.float64)
    homes = np.asarray([place.households for place in found], dtype=np.float64)
    mean, raw = count.sum() / homes.sum(), count / homes
    shrunk = shrunken_rates(count, homes, mean)
    assert (np.abs(shrunk - mean) <= np.abs(raw - mean) + 1e-12).all()
    assert ((shrunk - mean) * (raw - mean) >= -1e-12).all()


@settings(max_examples=60)
@given(places)
def test_expectations_add_up_to_the_count(found: list[PlaceCount]) -> None:
    heat = heat_map(found, OPEN)
    expected = [place.expected for place in heat.places if place.expected is not None]
    assert sum(expected) == pytest.approx(sum(place.count for place in found))
    for place, judged in zip(found, heat.places, strict=True):
        assert judged.count == place.count
        assert judged.heat != "hot" or (judged.ratio or 0) >= 1.5


def test_an_even_district_has_hardly_any_hot_place() -> None:
    """Sixty places of one rate, a hundred times: at most one map in twenty may show a hot place."""
    random = np.random.default_rng(9_300)
    maps = 0
    for _ in range(100):
        homes = random.integers(20, 3_000, 60)
        counts = random.poisson(homes * 0.01)
        found = [PlaceCount("p", int(c), int(h)) for c, h in zip(counts, homes, strict=True)]
        maps += any(place.heat == "hot" for place in heat_map(found, OPEN).places)
    assert maps <= 5


def test_planted_places_are_found() -> None:
    """Three places of sixty with thrice the rate and 600 households: at least four in five."""
    random = np.random.default_rng(9_301)
    hits = 0
    for _ in range(40):
        homes = np.concatenate([[600, 600, 600], random.integers(20, 3_000, 57)])
        counts = random.poisson(homes * 0.02 * np.where(np.arange(60) < 3, 3, 1))
        found = [PlaceCount("p", int(c), int(h)) for c, h in zip(counts, homes, strict=True)]
        hits += sum(place.heat == "hot" for place in heat_map(found, OPEN).places[:3])
    assert hits / 120 >= 0.8

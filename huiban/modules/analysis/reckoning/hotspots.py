"""Where there is more of something than the households there explain.

Raw counts follow the size of an estate, raw rates the luck of a small one. So a place is held
against what its households would bring at the district's rate, by an exact Poisson test, and its
rate is drawn towards the district's by as much as it is luck.

Sources: Garwood (1936) Biometrika 28:437 for the interval; Marshall (1991) Applied Statistics 40:283
for the shrunken rate; Benjamini and Hochberg (1995) for many places at once.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

import numpy as np

from .arrays import Floats
from .proportions import Interval
from .spread import at_least, judged_at_once
from .suppression import SMALLEST, ShownList, is_small, suppress_list
from .words import half_up, rounded

Heat = Literal["hot", "usual", "few", "hidden"]


@dataclass(frozen=True)
class PlaceCount:
    """What was counted at a place, and how many households live there."""

    place: str
    count: int
    households: int


@dataclass(frozen=True)
class HeatRules:
    """When a place is hot, and what is too small to be shown.

    `discovery`: at most this share of the hot places are so by chance; `ratio`: the shrunken rate
    is at least so many times the district's; `least`: fewer reports are never hot. Counts from 1
    to `smallest_count` − 1 and places of fewer than `smallest_households` are hidden; 1 hides none.
    """

    discovery: float = 0.05
    ratio: float = 1.5
    least: int = 5
    smallest_count: int = SMALLEST
    smallest_households: int = SMALLEST


USUAL_RULES = HeatRules()
# Below this expectation even nothing at all wouldn't be unusual: e⁻³ is 5 %.
TELLING = 3.0


@dataclass(frozen=True)
class HotPlace:
    """A place's heat. Rates are per 1,000 households, two decimals.

    `expected` is the count at the district's rate, `ratio` count ÷ expected with its 95 %
    `interval`, `shrunk` Marshall's rate. What would give a hidden count away is None.
    """

    place: str
    households: int
    count: int | None
    rate: Decimal | None
    expected: float | None
    ratio: float | None
    interval: Interval | None
    shrunk: Decimal | None
    heat: Heat
    words: str


@dataclass(frozen=True)
class HeatMap:
    """The places in the order given, and the district's count, households and rate.

    Where the district's own count is too small to be shown, no place is.
    """

    places: tuple[HotPlace, ...]
    count: int | None
    households: int
    rate: Decimal | None


def heat_map(
    places: Sequence[PlaceCount], rules: HeatRules = USUAL_RULES, also: Collection[int] = ()
) -> HeatMap:
    """Judge every place against the district's rate, Σ count ÷ Σ households.

    `also` numbers further places that must be hidden. What is hidden takes no part in any other
    figure but the district's own, so that none gives it away. ValueError if a count is negative or
    stands at a place without households.
    """
    if any(place.count < 0 or place.households < (place.count > 0) for place in places):
        raise ValueError("counts aren't negative, and reports come from places with households")
    homes = sum(place.households for place in places)
    shown = _shown(places, rules, also)
    if shown.total is None or not homes:
        hidden = tuple(_hidden(place, None, rules) for place in places)
        return HeatMap(hidden, shown.total, homes, None)
    rate = shown.total / homes
    seen = [place for place, count in zip(places, shown.cells, strict=True) if count is not None]
    judged = iter(_judged(seen, rate, rules))
    return HeatMap(
        tuple(
            _hidden(place, place.households * rate, rules) if count is None else next(judged)
            for place, count in zip(places, shown.cells, strict=True)
        ),
        shown.total,
        homes,
        half_up(Decimal(shown.total) * 1000 / homes),
    )


def _judged(seen: Sequence[PlaceCount], rate: float, rules: HeatRules) -> list[HotPlace]:
    count = np.asarray([place.count for place in seen], dtype=np.float64)
    homes = np.asarray([place.households for place in seen], dtype=np.float64)
    shrunk = shrunken_rates(count, homes, rate)
    heats = _heats(count, homes * rate, shrunk / rate if rate else shrunk, rules)
    return [
        _hot_place(place, float(homes[at] * rate), float(shrunk[at]), heats[at])
        for at, place in enumerate(seen)
    ]


def shrunken_rates(count: Floats, households: Floats, mean: float) -> Floats:
    """Marshall's global empirical Bayes rates, reports a household, around the mean rate m.

    s² = Σ n(r − m)² ÷ Σn; a = s² − m ÷ n̄, at least 0; rate = m + (r − m)·a ÷ (a + m/n). Without
    households it is m.
    """
    if not households.any():
        return np.full(count.shape, mean)
    homes = np.maximum(households, 1e-9)
    own = count / homes
    spread = (households * (own - mean) ** 2).sum() / households.sum()
    between = max(0.0, float(spread - mean / households.mean()))
    if not between:
        return np.full(count.shape, mean)
    return np.asarray(mean + (own - mean) * between / (between + mean / homes))


def ratio_interval(count: int, expected: float, level: float = 0.95) -> Interval:
    """Garwood's exact interval of a Poisson count, as a multiple of what was expected."""
    from scipy.special import gammaincinv

    tail = (1 - level) / 2
    low = gammaincinv(count, tail) if count else 0.0
    return Interval(float(low) / expected, float(gammaincinv(count + 1, 1 - tail)) / expected)


def _heats(count: Floats, expected: Floats, times: Floats, rules: HeatRules) -> list[Heat]:
    mean = np.maximum(expected, 1e-9)
    q = judged_at_once(at_least(count, mean, mean))
    hot = (q <= rules.discovery) & (times >= rules.ratio) & (count >= rules.least)
    return [
        "hot" if hot[at] else "few" if expected[at] < TELLING else "usual"
        for at in range(len(count))
    ]


def _shown(places: Sequence[PlaceCount], rules: HeatRules, also: Collection[int]) -> ShownList:
    """Which counts may be shown: those that aren't small, nor needed to hide a small one."""
    few_homes = [
        at for at, place in enumerate(places) if place.households < rules.smallest_households
    ]
    counts = [place.count for place in places]
    return suppress_list(counts, rules.smallest_count, also={*few_homes, *also})


def _hidden(place: PlaceCount, expected: float | None, rules: HeatRules) -> HotPlace:
    words = _why_hidden(place, rules)
    return HotPlace(
        place.place, place.households, None, None, expected, None, None, None, "hidden", words
    )


def _hot_place(place: PlaceCount, expected: float, shrunk: float, heat: Heat) -> HotPlace:
    ratio = place.count / expected if expected else None
    interval = ratio_interval(place.count, expected) if expected else None
    rate = half_up(Decimal(place.count) * 1000 / place.households) if place.households else None
    return HotPlace(
        place.place,
        place.households,
        place.count,
        rate,
        expected,
        ratio,
        interval,
        half_up(shrunk * 1000),
        heat,
        _words(place, rate, expected, ratio, interval, heat),
    )


def _why_hidden(place: PlaceCount, rules: HeatRules) -> str:
    if place.households < rules.smallest_households:
        return f"不足{rules.smallest_households}户，不单独列出"
    if is_small(place.count, rules.smallest_count):
        return f"不足{rules.smallest_count}件，不单独列出"
    return "为了不让别处的小数目被推算出来，这里也不单独列出"


def _words(
    place: PlaceCount,
    rate: Decimal | None,
    expected: float,
    ratio: float | None,
    interval: Interval | None,
    heat: Heat,
) -> str:
    if ratio is None or interval is None:
        return f"{place.households}户，{place.count}件"
    told = f"{place.households}户{place.count}件，每千户{rate}件；按全区水平约{rounded(expected)}件"
    times = f"是全区水平的{rounded(ratio)}倍（可能在{rounded(interval.low)}至{rounded(interval.high)}倍之间）"
    if heat == "hot":
        return f"{told}，{times}，明显偏多"
    if heat == "few":
        return f"{told}，户数和件数太少，看不出是否偏多"
    return f"{told}，{times}，没有明显偏多"

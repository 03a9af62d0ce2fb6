"""Early signs, judged on districts whose truth is known. The seeds here took no part in tuning."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiban.modules.analysis.reckoning.months import Month
from huiban.modules.analysis.reckoning.signs import (
    MONTHLY,
    CellSeries,
    Sign,
    SignRules,
    early_signs,
    over_places,
)
from huiban.modules.analysis.reckoning.spread import (
    at_least,
    judged_at_once,
    lower_count,
    upper_count,
)
from huiban.modules.analysis.reckoning.tests.simulated import World, cells_of, draw, means
from huiban.modules.analysis.reckoning.timeline import Axis

SEEDS = range(9_100, 9_115)
THREE_YEARS = Axis.of_months(Month(2023, 12), 36)


def judged(counts: tuple[int, ...], rules: SignRules = MONTHLY) -> Sign:
    axis = Axis.of_months(Month(2023, 12), len(counts))
    return early_signs([CellSeries("p", "c", counts)], axis, rules)[0]


def quiet(world: World, seed: int, periods: int) -> tuple[Sign, ...]:
    random = np.random.default_rng(seed)
    axis = Axis.of_months(Month(2022, 1 + seed % 12), periods)
    counts = draw(means(world, axis, random), world.dispersion, random)
    return early_signs(cells_of(counts), axis)


def found(world: World, times: float, seed: int) -> tuple[float, float]:
    """Which share of twenty planted rises is a sign, and which share of the signs is false."""
    random = np.random.default_rng(seed)
    axis = Axis.of_months(Month(2022, 1 + seed % 12), 36)
    mean = means(world, axis, random)
    counts = draw(mean, world.dispersion, random)
    chosen = random.choice(mean[..., 0].size, 20, replace=False)
    place, category = chosen // world.categories, chosen % world.categories
    mean[place, category, -1] *= times
    drawn = draw(mean, world.dispersion, random)
    counts[place, category, -1] = drawn[place, category, -1]
    signs = [sign.strength == "sign" for sign in early_signs(cells_of(counts), axis)]
    hits = sum(signs[at] for at in chosen)
    return hits / 20, (sum(signs) - hits) / max(1, sum(signs))


def test_a_planted_rise_is_a_sign_with_its_reason() -> None:
    sign = judged((2, 3, 1, 2) * 8 + (2, 3, 1, 15))
    assert sign.strength == "sign"
    assert sign.expected == pytest.approx(2, abs=0.6)
    assert sign.upper is not None
    assert sign.upper < 15
    assert sign.p is not None
    assert sign.p < 0.001
    assert sign.words.startswith("本月15件，按自身历史和季节推算约")
    assert "明显偏多" in sign.words


def test_an_ordinary_count_is_none() -> None:
    sign = judged((2, 3, 1, 2) * 9)
    assert sign.strength == "usual"
    assert "在通常范围内" in sign.words


def test_the_seasons_own_peak_is_no_sign() -> None:
    year = (5, 5, 5, 5, 8, 20, 30, 20, 8, 5, 5, 5)
    begins_in_august = Axis.of_months(Month(2023, 8), 36)
    counts = (year[7:] + year[:7]) * 3
    sign = early_signs([CellSeries("p", "c", counts)], begins_in_august)[0]
    assert counts[-1] == 30
    assert sign.strength == "usual"
    assert sign.seasonal


def test_two_reports_are_never_a_sign_however_rare() -> None:
    sign = judged((0,) * 35 + (2,))
    assert sign.strength == "usual"
    assert "不作判断" in sign.words or "通常范围" in sign.words
    assert judged((0,) * 35 + (6,)).strength == "sign"


def test_an_earlier_outbreak_widens_what_is_usual_and_hides_no_second_one() -> None:
    assert judged((2, 3, 1, 2) * 8 + (2, 3, 1, 12)).strength == "sign"
    shaken = (2, 3, 1, 2) * 6 + (2, 30, 1, 2) + (2, 3, 1, 2) + (2, 3, 1)
    assert judged((*shaken, 12)).strength == "usual"
    assert judged((*shaken, 31)).strength == "sign"


@pytest.mark.parametrize("count", range(3, 32))
def test_a_sign_is_always_beyond_what_is_said_to_be_usual(count: int) -> None:
    """Also of a single cell, where nothing has to be allowed for many."""
    for history in ((2, 3, 1, 2) * 8, (2, 3, 1, 2) * 6 + (2, 30, 1, 2)):
        sign = judged((*history, 2, 3, 1, count))
        assert sign.upper is not None
        assert (sign.strength in ("sign", "watch")) == (count > sign.upper), sign


def test_a_short_history_says_that_it_is_too_short() -> None:
    sign = judged((3,) * 7)
    assert (sign.strength, sign.expected, sign.p) == ("unknown", None, None)
    assert "历史不足7个月" in sign.words
    assert judged((3,) * 8).strength == "usual"


def test_less_than_a_year_says_that_the_season_is_in_it() -> None:
    sign = judged((3,) * 10)
    assert not sign.seasonal
    assert "没有扣除季节" in sign.words


def test_unequal_series_and_improper_rules_are_refused() -> None:
    with pytest.raises(ValueError, match="as long as the axis"):
        early_signs([CellSeries("p", "c", (1, 2))], THREE_YEARS)
    with pytest.raises(ValueError, match="between 0 and 1"):
        SignRules(alpha=0)
    with pytest.raises(ValueError, match="begin at 1"):
        SignRules(least=0)
    with pytest.raises(ValueError, match="never negative"):
        judged((1,) * 20 + (-1, 1))


def test_totals_add_up_over_places() -> None:
    cells = [
        CellSeries("a", "x", (1, 2)),
        CellSeries("b", "x", (3, 4)),
        CellSeries("a", "y", (5, 6)),
    ]
    assert over_places(cells) == (CellSeries("", "x", (4, 6)), CellSeries("", "y", (5, 6)))


@settings(max_examples=40)
@given(st.lists(st.integers(0, 60), min_size=20, max_size=40), st.integers(0, 400))
def test_more_reports_are_never_less_of_a_sign(history: list[int], more: int) -> None:
    one, other = judged((*history, 5)), judged((*history, 5 + more))
    assert one.p is not None
    assert other.p is not None
    assert 0 <= other.p <= one.p <= 1
    assert one.expected == other.expected
    assert one.upper == other.upper


@settings(max_examples=40)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_judging_all_at_once_keeps_the_order_and_only_raises(chances: list[float]) -> None:
    p = np.asarray(chances)
    q = judged_at_once(p)
    assert (q >= p - 1e-12).all()
    assert (q <= 1).all()
    assert (np.diff(q[np.argsort(p, kind="stable")]) >= -1e-12).all()


def test_judging_all_at_once_agrees_with_the_paper() -> None:
    """Benjamini and Hochberg (1995), their fifteen p-values: four are rejected at 0.05."""
    small = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344]
    p = np.asarray([*small, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0])
    assert int((judged_at_once(p) <= 0.05).sum()) == 4


@settings(max_examples=60)
@given(st.floats(0.01, 500), st.floats(0, 2), st.floats(0.001, 0.3))
def test_bounds_are_the_tightest(middle: float, dispersion: float, alpha: float) -> None:
    mean = np.asarray([middle])
    variance = mean + dispersion * mean * mean
    upper, lower = upper_count(alpha, mean, variance), lower_count(alpha, mean, variance)
    assert at_least(upper + 1, mean, variance)[0] <= alpha
    assert upper[0] == 0 or at_least(upper, mean, variance)[0] > alpha
    assert 1 - at_least(lower, mean, variance)[0] <= alpha
    assert 1 - at_least(lower + 1, mean, variance)[0] > alpha


@pytest.mark.thorough
@pytest.mark.parametrize("periods", [14, 24, 36])
@pytest.mark.parametrize(
    ("a_period", "dispersion"), [(0.1, 0.3), (1.0, 0.1), (1.0, 0.3), (10.0, 0.1)]
)
def test_false_alarms_stay_within_what_is_stated(
    periods: int, a_period: float, dispersion: float
) -> None:
    world = World(a_period=a_period, dispersion=dispersion)
    signs = [sign for seed in SEEDS[:5] for sign in quiet(world, seed, periods)]
    p = np.asarray([sign.p for sign in signs])
    assert (p <= 0.01).mean() <= 0.0125
    assert (p <= 0.05).mean() <= 0.055
    assert sum(sign.strength == "sign" for sign in signs) <= 5


@pytest.mark.thorough
def test_planted_rises_are_found_and_few_signs_are_false() -> None:
    """Over forty districts 37 % are signs and 3 % false; fifteen leave ±6 % to chance."""
    world = World(a_period=3.0, dispersion=0.1)
    runs = [found(world, 5, seed) for seed in SEEDS]
    assert np.mean([power for power, _ in runs]) >= 0.3
    assert np.mean([false for _, false in runs]) <= 0.12

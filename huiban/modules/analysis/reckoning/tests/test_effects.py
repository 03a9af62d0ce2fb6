"""Before and after, judged where the true effect is known. The seeds took no part in tuning."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from huiban.modules.analysis.reckoning.effects import Effect, MonthlySeries, before_and_after
from huiban.modules.analysis.reckoning.months import Month
from huiban.modules.analysis.reckoning.tests.simulated import Load, monthly_loads, split
from huiban.modules.analysis.reckoning.timeline import Axis

FIRST = Month(2024, 1)
SEEDS = range(9_400, 9_406)


def steady(before: int, after: int, level: int, then: int) -> MonthlySeries:
    wobble = (0, 3, -2, 4, -3, 1, -4, 2)
    counts = [level + wobble[at % 8] for at in range(before)]
    return MonthlySeries(FIRST, tuple(counts + [then + wobble[at % 8] for at in range(after)]))


def simulated(
    load: Load, before: int, after: int, times: float, seed: int, *, controlled: bool = False
) -> list[Effect]:
    random = np.random.default_rng(seed)
    first = Month(2022, 1 + seed % 12)
    axis = Axis.of_months(first, before + after)
    days = np.asarray(axis.days, dtype=np.float64)
    counts = monthly_loads(load, days, axis, 30, random)
    counts, control = split(counts, random) if controlled else (counts, counts)
    counts[:, before:] = random.binomial(counts[:, before:].astype(np.int64), times)
    found = []
    for row, other in zip(counts, control, strict=True):
        series = MonthlySeries(first, tuple(int(x) for x in row))
        against = MonthlySeries(first, tuple(int(x) for x in other)) if controlled else None
        found.append(before_and_after(series, first.later(before).first, against))
    return found


def test_a_fall_is_said_with_its_interval_and_its_doubt() -> None:
    found = before_and_after(steady(24, 8, 60, 42), date(2026, 1, 1))
    assert (found.before, found.after) == (24, 8)
    assert found.verdict == "fall"
    assert found.change == pytest.approx(-0.3, abs=0.06)
    assert found.interval is not None
    assert found.interval.low < -0.3 < found.interval.high < 0
    assert "下降约三成" in found.words
    assert "95%的可能在下降" in found.words
    assert "但没有对照，也可能只是同一时期别的原因" in found.words


def test_no_change_is_said_to_be_unclear() -> None:
    found = before_and_after(steady(24, 8, 60, 60), date(2026, 1, 1))
    assert found.verdict == "unclear"
    assert found.interval is not None
    assert 0 in found.interval
    assert "看不出确有变化" in found.words


def test_a_rise_after_a_short_past_may_be_the_season() -> None:
    found = before_and_after(steady(14, 6, 60, 140), date(2025, 3, 1))
    assert found.verdict == "rise"
    assert "增加约1" in found.words
    assert "也可能只是季节变化或同一时期别的原因" in found.words


def test_what_strikes_the_control_as_well_is_no_effect() -> None:
    series, control = steady(12, 6, 60, 30), steady(12, 6, 80, 40)
    alone = before_and_after(series, date(2025, 1, 1))
    beside = before_and_after(series, date(2025, 1, 1), control)
    assert alone.change is not None
    assert alone.change < -0.35
    assert beside.controlled
    assert beside.change == pytest.approx(0, abs=0.1)
    assert beside.verdict == "unclear"
    assert "与对照相比" in beside.words
    real = before_and_after(series, date(2025, 1, 1), steady(12, 6, 80, 80))
    assert real.verdict == "fall"
    assert "不能排除同一时期还有别的原因" in real.words


def test_too_early_says_when_to_come_again() -> None:
    found = before_and_after(steady(24, 2, 60, 40), date(2026, 1, 1))
    assert (found.verdict, found.change, found.interval, found.p) == ("too_early", None, None, None)
    assert found.words == "2026年1月1日以后只有2个完整的月份，还看不出效果；满3个月后再比"
    short = before_and_after(steady(6, 6, 60, 40), date(2024, 7, 1))
    assert "没有可比的基础" in short.words
    assert (
        before_and_after(steady(6, 6, 60, 40), date(2024, 7, 1), steady(6, 6, 60, 60)).verdict
        != "too_early"
    )
    few = before_and_after(MonthlySeries(FIRST, (1,) * 15), date(2025, 1, 1))
    assert "件数太少" in few.words


def test_the_month_in_which_a_rule_begins_counts_for_neither() -> None:
    series = steady(24, 8, 60, 40)
    whole = before_and_after(series, date(2026, 1, 1))
    split_month = before_and_after(series, date(2025, 12, 15))
    assert (whole.before, whole.after) == (24, 8)
    assert (split_month.before, split_month.after) == (23, 8)


def test_a_rate_moves_by_points() -> None:
    wholes = (200,) * 32
    counts = tuple(150 + at % 5 for at in range(24)) + tuple(178 + at % 5 for at in range(8))
    found = before_and_after(MonthlySeries(FIRST, counts, wholes), date(2026, 1, 1))
    assert found.verdict == "rise"
    assert found.change == pytest.approx(14, abs=2.5)
    assert found.interval is not None
    assert found.interval.low < 14 < found.interval.high
    assert "提高" in found.words
    assert "个百分点" in found.words
    beside = before_and_after(
        MonthlySeries(FIRST, counts, wholes), date(2026, 1, 1), MonthlySeries(FIRST, counts, wholes)
    )
    assert beside.verdict == "unclear"
    assert beside.change == pytest.approx(0, abs=1e-6)


def test_unlike_controls_and_impossible_rates_are_refused() -> None:
    with pytest.raises(ValueError, match="same months"):
        before_and_after(steady(12, 6, 60, 60), date(2025, 1, 1), steady(12, 5, 60, 60))
    with pytest.raises(ValueError, match="part of its whole"):
        MonthlySeries(FIRST, (3,), (2,))


@pytest.mark.thorough
@pytest.mark.parametrize(("before", "after"), [(12, 3), (24, 6), (36, 12)])
@pytest.mark.parametrize("load", [Load(wander=0), Load(), Load(drift=0.3), Load(level=200)])
def test_without_an_effect_few_are_claimed(load: Load, before: int, after: int) -> None:
    found = [e for seed in SEEDS for e in simulated(load, before, after, 1.0, seed)]
    claimed = np.mean([effect.verdict != "unclear" for effect in found])
    assert claimed <= 0.08


@pytest.mark.thorough
@pytest.mark.parametrize("controlled", [False, True])
def test_intervals_hold_the_true_effect_and_large_ones_are_seen(controlled: bool) -> None:
    found = [
        e for seed in SEEDS for e in simulated(Load(), 24, 8, 0.5, seed, controlled=controlled)
    ]
    inside = np.mean([e.interval is not None and -0.5 in e.interval for e in found])
    seen = np.mean([e.verdict == "fall" for e in found])
    assert inside >= 0.92
    assert seen >= 0.7
    assert not any(e.verdict == "rise" for e in found)

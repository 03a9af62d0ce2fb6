"""Next month's load of each category, with an interval that has been tried on the past.

Four plain models (`forecast_models`) forecast every past month from the months before it (rolling
origin, Tashman 2000). The one that missed least lately is taken, and its own misses make the
interval: a negative binomial around the forecast.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from huiban.kernel.base.calendar import WorkCalendar

from .arrays import Floats, table_of
from .forecast_models import MODELS, Basis, Ground
from .load_days import REST_DAY_SHARE, load_days
from .months import Month
from .spread import lower_count, upper_count
from .timeline import YEAR, Axis
from .words import about, about_fall, rounded

# From this many months on a season can be told; with fewer than FEWEST nothing is said.
LEAST_FOR_SEASON, FEWEST = 13, 3
# Which of MODELS is taken until another proves better, and which while no season can be told.
DEFAULT, WITHOUT_SEASON = 0, 1
# The misses that are looked at, and how many a comparison of models needs.
MISSES, MISSES_TO_COMPARE = 24, 6
# Another model is taken where it misses less than this share of what the first does.
CLEARLY_BETTER = 0.95
# What a forecast's dispersion is taken for before there are misses, and how many months that weighs.
USUAL_DISPERSION, USUAL_WEIGHS = 0.08, 4


@dataclass(frozen=True)
class History:
    """A category's monthly counts, the oldest first."""

    category: str
    counts: tuple[int, ...]


@dataclass(frozen=True)
class Forecast:
    """What a month is expected to bring: `low` to `high` holds it with a chance of `level`.

    None where the history is too short. `basis` is the model's code.
    """

    category: str
    month: Month
    expected: float | None
    low: int | None
    high: int | None
    level: float
    basis: Basis
    months: int
    words: str


@dataclass(frozen=True)
class Backtest:
    """How past months would have been forecast, each from the months before it alone.

    `coverage` is the share of months within their interval; `mape` the mean of |miss| ÷ count over
    months that had any, in per cent; `mase` the mean |miss| ÷ that of the seasonal naive forecast
    (last year's count) over the same months, so below 1 is better. None where nothing can be said.
    """

    category: str
    points: int
    coverage: float | None
    mape: float | None
    mase: float | None


@dataclass(frozen=True)
class _Steps:
    """One-step forecasts: series × months to the next, NaN before the first asked for, with interval and model."""

    expected: Floats
    low: Floats
    high: Floats
    chosen: Floats


def forecast(
    histories: Sequence[History],
    first: Month,
    calendar: WorkCalendar | None = None,
    *,
    level: float = 0.8,
    rest_day_share: float = REST_DAY_SHARE,
) -> tuple[Forecast, ...]:
    """The month after the histories, in their order. All begin in `first` and are equally long."""
    counts = table_of([history.counts for history in histories])
    months, month = counts.shape[1], first.later(counts.shape[1])
    if months < FEWEST:
        return tuple(_none(history, month, level) for history in histories)
    ground = _ground(first, months, calendar, rest_day_share)
    steps = _steps(counts, ground, level, months)
    return tuple(
        _forecast(history, month, steps, row, level) for row, history in enumerate(histories)
    )


def backtest(
    histories: Sequence[History],
    first: Month,
    calendar: WorkCalendar | None = None,
    *,
    level: float = 0.8,
    rest_day_share: float = REST_DAY_SHARE,
    burn_in: int = 2 * YEAR,
) -> tuple[Backtest, ...]:
    """Forecast every month after the first `burn_in` as it would have been then, choice included."""
    if burn_in < LEAST_FOR_SEASON:
        raise ValueError(f"a backtest begins after {LEAST_FOR_SEASON} months or later")
    counts = table_of([history.counts for history in histories])
    if counts.shape[1] <= burn_in:
        return tuple(Backtest(history.category, 0, None, None, None) for history in histories)
    ground = _ground(first, counts.shape[1], calendar, rest_day_share)
    steps = _steps(counts, ground, level, burn_in)
    return tuple(
        _judged(history.category, counts[row], steps, row, burn_in)
        for row, history in enumerate(histories)
    )


def _ground(first: Month, months: int, calendar: WorkCalendar | None, share: float) -> Ground:
    loads = [load_days(first.later(step), calendar, share) for step in range(months + 1)]
    return Ground(np.asarray(loads), Axis.of_months(first, months + 1))


def _steps(counts: Floats, ground: Ground, level: float, begin: int) -> _Steps:
    """One-step forecasts from `begin` on; each month's model is chosen by the misses before it."""
    series, months = counts.shape
    offered = _offered(counts, ground, max(begin - MISSES, FEWEST))
    missed = np.abs(offered[:, :, :-1] - counts)
    shape = (series, months + 1)
    expected, low, high, chosen = (np.full(shape, np.nan) for _ in range(4))
    row, tail = np.arange(series), (1 - level) / 2
    for month in range(begin, months + 1):
        picked = _chosen(missed, month)
        mean = np.maximum(offered[picked, row, month], 1e-6)
        variance = _variance(offered[picked, row, :month], counts[:, :month], mean, level)
        expected[:, month], chosen[:, month] = mean, picked
        low[:, month] = lower_count(tail, mean, variance)
        high[:, month] = upper_count(tail, mean, variance)
    return _Steps(expected, low, high, chosen)


def _offered(counts: Floats, ground: Ground, begin: int) -> Floats:
    """What each model forecasts: models × series × months and the next; NaN where it can't yet."""
    series, months = counts.shape
    offered = np.full((len(MODELS), series, months + 1), np.nan)
    for number, model in enumerate(MODELS):
        able = max(model.least, begin)
        if months >= able:
            offered[number, :, able:] = model.forecasts(counts, ground, able)
    return offered


def _chosen(missed: Floats, month: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """For each series the number of the model that missed least in the last year before `month`."""
    seasonal = month >= LEAST_FOR_SEASON
    picked = np.full(missed.shape[1], DEFAULT if seasonal else WITHOUT_SEASON)
    if not seasonal:
        return picked
    known = missed[:, :, max(0, month - YEAR) : month]
    usable = [number for number, model in enumerate(MODELS) if model.least < month]
    shared = ~np.isnan(known[usable]).any(axis=(0, 1))
    while shared.sum() < MISSES_TO_COMPARE and len(usable) > 1:
        usable.pop()
        shared = ~np.isnan(known[usable]).any(axis=(0, 1))
    if DEFAULT not in usable or shared.sum() < MISSES_TO_COMPARE:
        return picked
    mean = known[usable][:, :, shared].mean(axis=2)
    best = mean.argmin(axis=0)
    clearly = mean.min(axis=0) < CLEARLY_BETTER * mean[usable.index(DEFAULT)]
    return np.where(clearly, np.asarray(usable)[best], picked)


def _variance(offered: Floats, counts: Floats, mean: Floats, level: float) -> Floats:
    """Variance of the next miss: mean + dispersion × mean², by moments of the last misses.

    A few months' worth of the usual dispersion is mixed in, and limits are widened as Student's.
    """
    from scipy.special import ndtri, stdtrit

    offered, counts = offered[:, -MISSES:], counts[:, -MISSES:]
    known = ~np.isnan(offered)
    forecast_ = np.where(known, offered, 0.0)
    over = np.where(known, (counts - forecast_) ** 2 - forecast_, 0.0)
    misses = known.sum(axis=1)
    own = over.sum(axis=1) / np.maximum((forecast_**2).sum(axis=1), 1e-9)
    dispersion = (misses * np.maximum(own, 0.0) + USUAL_WEIGHS * USUAL_DISPERSION) / (
        misses + USUAL_WEIGHS
    )
    tail = (1 - level) / 2
    wider = (stdtrit(misses + USUAL_WEIGHS, tail) / ndtri(tail)) ** 2
    return np.asarray(mean + dispersion * mean**2 * wider)


def _judged(category: str, counts: Floats, steps: _Steps, row: int, burn_in: int) -> Backtest:
    actual, points = counts[burn_in:], len(counts) - burn_in
    expected = steps.expected[row, burn_in:-1]
    inside = (actual >= steps.low[row, burn_in:-1]) & (actual <= steps.high[row, burn_in:-1])
    missed, naive = np.abs(actual - expected), np.abs(actual - counts[burn_in - YEAR : -YEAR])
    some = actual > 0
    return Backtest(
        category,
        points,
        float(inside.mean()),
        float((missed[some] / actual[some]).mean() * 100) if some.any() else None,
        float(missed.mean() / naive.mean()) if naive.any() else None,
    )


def _none(history: History, month: Month, level: float) -> Forecast:
    words = f"历史只有{len(history.counts)}个月，还不能预测{month.label}的件数"
    months = len(history.counts)
    return Forecast(history.category, month, None, None, None, level, "none", months, words)


def _forecast(history: History, month: Month, steps: _Steps, row: int, level: float) -> Forecast:
    months = len(history.counts)
    expected = float(steps.expected[row, months])
    low, high = int(steps.low[row, months]), int(steps.high[row, months])
    model = MODELS[int(steps.chosen[row, months])]
    words = _words(history, month, expected, low, high, level, model.reason)
    return Forecast(history.category, month, expected, low, high, level, model.code, months, words)


def _words(
    history: History, month: Month, expected: float, low: int, high: int, level: float, reason: str
) -> str:
    months = len(history.counts)
    sure = "八成" if level == 0.8 else f"{round(level * 100)}%的"
    told = f"预计{month.label}约{rounded(expected)}件（有{sure}把握在{low}至{high}件之间）"
    told += _beside(history, expected)
    if months < LEAST_FOR_SEASON:
        return (
            f"{told}。历史只有{months}个月，不足{LEAST_FOR_SEASON}个月，"
            "只按近几个月的平均水平推算，没有考虑季节"
        )
    return f"{told}。依据：{reason}"


def _beside(history: History, expected: float) -> str:
    """How that stands to the average of the last year, where it says something."""
    lately = history.counts[-YEAR:]
    average = sum(lately) / len(lately)
    if average < 5:
        return ""
    change = expected / average - 1
    if abs(change) < 0.05:
        return f"，与近{len(lately)}个月的月均水平相当"
    if change > 0:
        return f"，比近{len(lately)}个月的月均多{about(change)}"
    return f"，比近{len(lately)}个月的月均少{about_fall(-change)}"

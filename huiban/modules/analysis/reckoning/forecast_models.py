"""Four plain ways to say what next month brings. Each sees only the months before.

All work on counts a load day (`load_days`), for many series at once, and give counts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from typing import Literal

import numpy as np

from .arrays import Floats
from .regression import fit
from .timeline import YEAR, Axis

Basis = Literal["month_effects", "recent", "last_year", "holt_winters", "none"]

# Seasonal naive: how much of the last half-year's rise over the year before is carried on.
CARRIED_ON, HALF_YEAR = 0.5, 6
# Month effects: standard deviations of the priors, and after how many years a month counts half.
MONTH, TREND_A_YEAR, FESTIVAL, HALF_LIFE_YEARS = 0.4, 0.2, 0.4, 2.0
# Recent level: simple exponential smoothing.
SMOOTHING = 0.3
# Holt–Winters: the smoothing constants tried for level, trend and season; the damping.
LEVELS, TRENDS, SEASONS, DAMPING = (0.1, 0.25, 0.45), (0.0, 0.05), (0.1, 0.3), 0.9


@dataclass(frozen=True)
class Ground:
    """What is known beforehand of n months and the next: load days, their axis."""

    load: Floats
    axis: Axis

    def until(self, month: int) -> Ground:
        """The same as far as the month of that number, which is to be forecast."""
        end = month + 1
        axis = Axis(self.axis.firsts[:end], self.axis.days[:end])
        return Ground(self.load[:end], axis)


@dataclass(frozen=True)
class Model:
    """A way to forecast: its code, the reason it gives, the months it needs, its forecasts.

    `forecasts(counts, ground, begin)` gives, for series × months, the forecast of every month from
    number `begin` on, and of the next, each from the months before it: series × (n + 1 − begin).
    """

    code: Basis
    reason: str
    least: int
    forecasts: Callable[[Floats, Ground, int], Floats]


def recent_level(counts: Floats, ground: Ground, begin: int) -> Floats:
    """Simple exponential smoothing (Brown 1956): level += 0.3 × (rate − level)."""
    rates = counts / ground.load[:-1]
    level, seen = rates[:, 0], []
    for month in range(1, counts.shape[1] + 1):
        seen.append(level)
        if month < counts.shape[1]:
            # The first months are averaged, so that the very first one doesn't weigh for long.
            level = level + max(SMOOTHING, 1 / (month + 1)) * (rates[:, month] - level)
    levels = np.stack([rates[:, 0], *seen], axis=1)[:, begin:]
    return np.asarray(levels * ground.load[begin:])


def last_year(counts: Floats, ground: Ground, begin: int) -> Floats:
    """Seasonal naive with a damped trend: last year's rate × (last half-year ÷ the same then)^½."""
    rates, found = counts / ground.load[:-1], []
    for month in range(begin, counts.shape[1] + 1):
        reach = min(HALF_YEAR, month - YEAR)
        now = counts[:, month - reach : month].sum(axis=1) + 1
        then = counts[:, month - YEAR - reach : month - YEAR].sum(axis=1) + 1
        days = ground.load[month - reach : month].sum()
        days_then = ground.load[month - YEAR - reach : month - YEAR].sum()
        trend = (now / days / (then / days_then)) ** CARRIED_ON
        found.append(rates[:, month - YEAR] * trend * ground.load[month])
    return np.stack(found, axis=1)


def month_effects(counts: Floats, ground: Ground, begin: int) -> Floats:
    """A quasi-Poisson model with an effect a month of the year, a trend and 春节, all drawn to 0."""
    found = []
    for month in range(begin, counts.shape[1] + 1):
        known = ground.until(month)
        design, penalty = _month_design(known.axis)
        weights = 0.5 ** (-known.axis.years[:-1] / HALF_LIFE_YEARS)
        fitted = fit(
            counts[:, :month],
            design[:-1],
            offset=np.log(known.load[:-1]),
            weights=np.broadcast_to(weights, (counts.shape[0], month)),
            penalty=penalty,
        )
        found.append(np.exp(fitted.predict(design[-1])) * known.load[-1])
    return np.stack(found, axis=1)


def _month_design(axis: Axis) -> tuple[Floats, Floats]:
    numbers = np.asarray([first.month for first in axis.firsts])
    months = (numbers[:, None] == np.arange(1, YEAR + 1)).astype(np.float64)
    # 春节 as it differs from what its month usually has of it; the rest is the month's own effect.
    usual = months @ ((months.T @ axis.festival) / np.maximum(months.sum(axis=0), 1))
    moved = (axis.festival - usual)[:, None]
    design = np.column_stack([np.ones(len(axis)), months, moved, axis.years[:, None]])
    sizes = [MONTH] * YEAR + [FESTIVAL, TREND_A_YEAR]
    return design, np.asarray([0.0] + [size**-2 for size in sizes])


def holt_winters(counts: Floats, ground: Ground, begin: int) -> Floats:
    """Holt–Winters, additive with damped trend (Winters 1960; Gardner and McKenzie 1985).

    Of twelve sets of constants each month takes the one whose forecasts missed least before it.
    """
    rates = counts / ground.load[:-1]
    tried = np.stack([_smoothed(rates, *set_) for set_ in product(LEVELS, TRENDS, SEASONS)])
    missed = np.cumsum((tried[..., :-1] - rates[:, YEAR:]) ** 2, axis=2)
    found = []
    for month in range(begin, counts.shape[1] + 1):
        best = missed[:, :, month - YEAR - 1].argmin(axis=0)
        rate = tried[best, np.arange(counts.shape[0]), month - YEAR]
        found.append(np.maximum(rate, 0.0) * ground.load[month])
    return np.stack(found, axis=1)


def _smoothed(rates: Floats, alpha: float, beta: float, gamma: float) -> Floats:
    """One-step forecasts of every month after the first year, and of the next."""
    level = rates[:, :YEAR].mean(axis=1)
    trend, seasons = np.zeros_like(level), rates[:, :YEAR] - level[:, None]
    found = []
    for month in range(YEAR, rates.shape[1] + 1):
        at = month % YEAR
        found.append(level + DAMPING * trend + seasons[:, at])
        if month == rates.shape[1]:
            break
        before, carried = level, level + DAMPING * trend
        level = alpha * (rates[:, month] - seasons[:, at]) + (1 - alpha) * carried
        trend = beta * (level - before) + (1 - beta) * DAMPING * trend
        seasons = seasons.copy()
        seasons[:, at] += gamma * (rates[:, month] - level - seasons[:, at])
    return np.stack(found, axis=1)


MONTH_EFFECTS = Model("month_effects", "各月份的通常水平、近年走势和工作日数", 13, month_effects)
RECENT = Model("recent", "近几个月的平均水平", 1, recent_level)
LAST_YEAR = Model("last_year", "去年同月和近半年的增减", 13, last_year)
HOLT_WINTERS = Model("holt_winters", "近期水平、走势和季节的平滑", 24, holt_winters)
MODELS = (MONTH_EFFECTS, RECENT, LAST_YEAR, HOLT_WINTERS)

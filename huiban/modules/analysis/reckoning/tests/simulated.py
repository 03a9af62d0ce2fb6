"""Made-up districts whose truth is known: seasons, overdispersed noise, slow drifts, planted rises."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from huiban.modules.analysis.reckoning.arrays import Floats
from huiban.modules.analysis.reckoning.signs import CellSeries
from huiban.modules.analysis.reckoning.timeline import Axis


@dataclass(frozen=True)
class World:
    """How a simulated district behaves.

    `a_period` is the mean count of a middling cell; `season` and `drift` are the largest swings on
    the logarithmic scale (drift a year); `dispersion` is the negative binomial's, of which half is
    shared by a category's places in the same period.
    """

    places: int = 60
    categories: int = 28
    a_period: float = 1.0
    season: float = 0.5
    drift: float = 0.15
    dispersion: float = 0.2


def means(world: World, axis: Axis, random: np.random.Generator) -> Floats:
    """The true means: places × categories × periods."""
    shape = (world.places, world.categories)
    level = world.a_period * np.exp(random.normal(0, 0.7, shape) - 0.245)
    phase = random.uniform(0, 2 * np.pi, world.categories)
    swing = random.uniform(0, world.season, world.categories)
    middle = np.asarray([first.timetuple().tm_yday for first in axis.firsts]) / 365.25
    wave = swing[:, None] * np.sin(2 * np.pi * middle + phase[:, None])
    wave += swing[:, None] / 3 * np.sin(4 * np.pi * middle + 2 * phase[:, None])
    quiet = -0.4 * axis.festival * random.uniform(0, 1, world.categories)[:, None]
    drift = random.uniform(-world.drift, world.drift, shape)[..., None] * axis.years
    length = np.asarray(axis.days) / np.mean(axis.days)
    return np.asarray(level[..., None] * np.exp(wave + quiet + drift) * length, dtype=np.float64)


def draw(mean: Floats, dispersion: float, random: np.random.Generator) -> Floats:
    """Counts around the means; half of the dispersion strikes all places of a category at once."""
    half = dispersion / 2
    if dispersion:
        common = random.gamma(1 / half, half, (1, *mean.shape[1:]))
        mean = mean * common * random.gamma(1 / half, half, mean.shape)
    return np.asarray(random.poisson(mean), dtype=np.float64)


def cells_of(counts: Floats) -> list[CellSeries]:
    return [
        CellSeries(f"p{place}", f"c{category}", tuple(int(x) for x in counts[place, category]))
        for place in range(counts.shape[0])
        for category in range(counts.shape[1])
    ]


@dataclass(frozen=True)
class Load:
    """How a simulated category's monthly load behaves: see `monthly_loads`."""

    level: float = 40.0
    season: float = 0.4
    drift: float = 0.1
    wander: float = 0.05
    dispersion: float = 0.03
    festival: float = 0.4
    rest_day_share: float = 0.5


def monthly_loads(
    load: Load, loads: Floats, axis: Axis, series: int, random: np.random.Generator
) -> Floats:
    """Series × months: level, season, drift a year, a random walk, 春节, load days, noise."""
    wave = np.zeros((series, len(axis)))
    for pair in (1, 2):
        size = random.uniform(0, load.season / pair, series)[:, None]
        phase = random.uniform(0, 2 * np.pi, series)[:, None]
        wave += size * np.sin(2 * np.pi * pair * axis.years + phase)
    drift = random.uniform(-load.drift, load.drift, series)[:, None] * axis.years
    walk = np.cumsum(random.normal(0, load.wander, wave.shape), axis=1)
    quiet = -load.festival * random.uniform(0, 1, series)[:, None] * axis.festival
    level = load.level * np.exp(random.normal(0, 0.5, series))[:, None]
    mean = np.asarray(level * np.exp(wave + drift + walk + quiet) * loads / loads.mean())
    if load.dispersion:
        mean = mean * random.gamma(1 / load.dispersion, load.dispersion, mean.shape)
    return np.asarray(random.poisson(mean), dtype=np.float64)


def split(counts: Floats, random: np.random.Generator) -> tuple[Floats, Floats]:
    """Each report goes to one of two series by the toss of a coin: what strikes one strikes both."""
    one = np.asarray(random.binomial(counts.astype(np.int64), 0.5), dtype=np.float64)
    return one, counts - one

"""What a place's count of a category usually is, and how far it usually strays.

After Farrington et al. (1996) and Noufaily et al. (2013): a quasi-Poisson season and trend,
negative binomial limits, and past outbreaks that count less. Ours differs in one way. A single cell
of a district has a few reports a year, too few for a season of its own; so the season is that of
the category in all places, and the cell brings its level, drawn a little to its category's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .arrays import Floats
from .regression import Fit, fit
from .spread import at_least, shared_dispersion
from .timeline import YEAR, Axis

# A year ago counts half: a place that has slowly changed is measured by what it has become.
HALF_LIFE_YEARS = 1.0
# Noufaily's 2.58 standard deviations, from which a past count is taken for an outbreak.
OUTBREAK = 2.58
# Priors on the season, as standard deviations on the logarithmic scale.
TREND_A_YEAR, WAVE, FESTIVAL = 0.2, 0.5, 0.5
# The prior on a cell's level weighs at most this share of the cell's own history.
MOST_SHRINKING = 0.25
# How far cells' dispersions are taken to differ, as a share of their category's.
UNLIKE = 0.5
ROUNDS = 3


@dataclass(frozen=True)
class Usual:
    """Mean and variance of the judged period's counts, by cell; whether a season was taken out."""

    mean: Floats
    variance: Floats
    seasonal: bool


def usual(counts: Floats, axis: Axis, guard: int) -> Usual:
    """What the last period's counts would usually be, from those before it but the last `guard`.

    `counts` is cells × periods of one category.
    """
    known = len(axis) - 1 - guard
    if known < 1:
        raise ValueError("a judgement needs periods before the judged one")
    history = counts[:, :known]
    season = _season(history.sum(axis=0), axis, known)
    return _cells(history, axis, season, seasonal=known >= YEAR)


@dataclass(frozen=True)
class _Season:
    """The category's expected shape over all periods, its relative variance at the last, and how
    much of its own scatter each past period explains away (leverage)."""

    shape: Floats
    doubt: float
    leverage: Floats


def _season(total: Floats, axis: Axis, known: int) -> _Season:
    """A year gives one pair of waves, two years give two and a trend; less the length alone."""
    if known < YEAR:
        return _Season(axis.length * YEAR, 0.0, np.zeros(known))
    long = known >= 2 * YEAR
    waves = axis.waves(2 if long else 1)
    columns = [waves, axis.festival[:, None], *([axis.years[:, None]] if long else [])]
    sizes = [WAVE] * waves.shape[1] + [FESTIVAL] + [TREND_A_YEAR] * long
    design = np.column_stack([np.ones(len(axis)), *columns])
    penalty = np.asarray([0.0] + [size**-2 for size in sizes])
    fitted = _without_outbreaks(total[None, :], design, np.log(axis.length), known, penalty)
    shape = design.copy()
    shape[:, 0] = 0.0
    last = shape[-1] - shape[:known].mean(axis=0)
    season = np.exp(fitted.coefficients[0] @ shape.T) * axis.length * YEAR
    return _Season(season, float(fitted.variance_at(last)[0]), fitted.leverage[0])


def _without_outbreaks(
    total: Floats, design: Floats, offset: Floats, known: int, penalty: Floats
) -> Fit:
    """Fit, let what strays beyond 2.58 standardised Anscombe residuals count less, fit again."""
    design, offset = design[:known], offset[:known]
    first = fit(total, design, offset=offset, penalty=penalty)
    mean = np.maximum(first.mean, 1e-9)
    strayed = 1.5 * (total ** (2 / 3) * mean ** (-1 / 6) - np.sqrt(mean))
    strayed /= np.sqrt(first.dispersion[:, None] * (1 - first.leverage))
    weights = np.where(strayed > OUTBREAK, (OUTBREAK / np.maximum(strayed, OUTBREAK)) ** 2, 1.0)
    return fit(total, design, offset=offset, penalty=penalty, weights=weights)


def _cells(history: Floats, axis: Axis, season: _Season, *, seasonal: bool) -> Usual:
    """Each cell's level under the shared season, its dispersion, and so its usual count."""
    known = history.shape[1]
    shape = season.shape[:known]
    recent = np.broadcast_to(0.5 ** (-axis.years[:known] / HALF_LIFE_YEARS), history.shape)
    weights, dispersion = recent, np.zeros((history.shape[0], 1))
    for _ in range(ROUNDS):
        level, kept = _levels(history, shape, weights)
        mean = level[:, None] * shape
        leverage = np.minimum(weights * mean / (weights * mean).sum(axis=1, keepdims=True), 0.9)
        leverage = np.minimum(np.maximum(leverage, season.leverage), 0.9)
        dispersion = _dispersions(history, mean, leverage, weights / recent)
        weights = recent * _outbreak_weights(history, mean, mean + dispersion * mean * mean)
    scatter = (weights**2 * (mean + dispersion * mean**2)).sum(axis=1)
    unsure = kept**2 * scatter / (weights * mean).sum(axis=1) ** 2 + season.doubt
    expected = level * season.shape[-1]
    wider = _widened(known - season.leverage.sum() - 1)
    variance = expected + expected**2 * (dispersion[:, 0] + unsure) * wider
    return Usual(expected, variance, seasonal)


def _widened(free: float) -> float:
    """How much wider limits are since the scatter is itself estimated: (t ÷ z)² at one in 1,000."""
    from scipy.special import ndtri, stdtrit

    return float((stdtrit(max(free, 3.0), 0.999) / ndtri(0.999)) ** 2)


def _levels(history: Floats, shape: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Levels a period, drawn to the cells' mean by Marshall's (1991) moments; the share kept.

    Half a case is given to the cells together, so that none is expected to stay empty for ever.
    """
    seen, weight = (weights * history).sum(axis=1), (weights * shape).sum(axis=1)
    middle = (seen.sum() + 0.5) / weight.sum()
    own = seen / weight
    between = (weight * (own - middle) ** 2).sum() / weight.sum() - middle / weight.mean()
    most = MOST_SHRINKING * weight
    prior = np.minimum(middle / between, most) if between > 0 else most
    kept = weight / (weight + prior)
    return kept * own + (1 - kept) * middle, kept


def _dispersions(history: Floats, mean: Floats, leverage: Floats, weights: Floats) -> Floats:
    """A dispersion a cell: its own moment as far as it can be trusted, else the category's."""
    periods = history.shape[1]
    shared = shared_dispersion(history, mean, leverage, weights)
    over = weights * ((history - mean) ** 2 / (1 - leverage) - mean)
    own = np.maximum(over.sum(axis=1) / np.maximum((weights * mean**2).sum(axis=1), 1e-9), 0.0)
    typical = np.maximum(mean.mean(axis=1), 1e-9)
    noise = 2 / periods * (shared + 1 / typical) ** 2
    trust = between / (between + noise) if (between := (UNLIKE * shared) ** 2) else 0.0
    return np.asarray(trust * own + (1 - trust) * shared)[:, None]


def _outbreak_weights(history: Floats, mean: Floats, variance: Floats) -> Floats:
    """Noufaily's down-weighting, with the tail probability in the place of Anscombe's residual.

    Near nought the residual misleads: at a mean of 0.1 a count of 2 would pass for an outbreak.
    """
    from scipy.special import ndtri

    tail = np.clip(at_least(history, mean, variance), 1e-12, 1.0)
    strayed = -ndtri(tail)
    return np.where(strayed > OUTBREAK, (OUTBREAK / np.maximum(strayed, OUTBREAK)) ** 2, 1.0)

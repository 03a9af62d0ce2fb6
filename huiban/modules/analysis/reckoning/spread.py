"""Counts that scatter more than the Poisson's: the negative binomial by mean and variance.

Variance = mean + dispersion × mean² (NB2). Where the variance isn't above the mean it is the
Poisson. Tails come from the regularised beta and gamma functions.
"""

from __future__ import annotations

import numpy as np

from .arrays import Floats

# From here on the negative binomial can't be told from the Poisson.
_AS_POISSON = 1e-9
_DOUBLINGS = 60


def at_least(observed: Floats, mean: Floats, variance: Floats) -> Floats:
    """How often chance gives `observed` or more: P(Y ≥ y); 1 of nothing observed."""
    from scipy.special import betainc, gammainc

    y = np.maximum(observed, 1.0)
    extra = np.maximum(variance - mean, mean * _AS_POISSON)
    size = mean * mean / extra
    negative = betainc(y, size, extra / (mean + extra))
    found = np.where(extra <= mean * 1e-6, gammainc(y, mean), negative)
    return np.asarray(np.where(observed <= 0, 1.0, found))


def upper_count(alpha: float, mean: Floats, variance: Floats) -> Floats:
    """The smallest count that is exceeded with a chance of at most `alpha`: P(Y > u) ≤ alpha."""
    low = np.full(mean.shape, -1.0)
    high = np.ceil(mean + 4 * np.sqrt(variance) + 4)
    for _ in range(_DOUBLINGS):
        short = at_least(high + 1, mean, variance) > alpha
        if not short.any():
            break
        high = np.where(short, high * 2, high)
    while (high - low > 1).any():
        middle = np.floor((low + high) / 2)
        enough = at_least(middle + 1, mean, variance) <= alpha
        high, low = np.where(enough, middle, high), np.where(enough, low, middle)
    return np.asarray(high)


def lower_count(alpha: float, mean: Floats, variance: Floats) -> Floats:
    """The largest count that is undercut with a chance of at most `alpha`: P(Y < l) ≤ alpha."""
    low = np.zeros(mean.shape)
    high = upper_count(alpha, mean, variance) + 1
    while (high - low > 1).any():
        middle = np.floor((low + high) / 2)
        rare = 1 - at_least(middle, mean, variance) <= alpha
        low, high = np.where(rare, middle, low), np.where(rare, high, middle)
    return np.asarray(low)


def shared_dispersion(counts: Floats, mean: Floats, leverage: Floats, weights: Floats) -> float:
    """One dispersion of all cells by moments: Σ((y − μ)² ÷ (1 − h) − μ) ÷ Σμ², at least 0."""
    over = (counts - mean) ** 2 / (1 - leverage) - mean
    whole = float((weights * mean * mean).sum())
    return max(0.0, float((weights * over).sum()) / whole) if whole > 0 else 0.0


def judged_at_once(p: Floats) -> Floats:
    """Benjamini and Hochberg (1995): each p as the share of false finds among finds up to it (q)."""
    if not p.size:
        return p
    order = np.argsort(p, kind="stable")
    scaled = p[order] * p.size / np.arange(1, p.size + 1)
    found = np.empty_like(p)
    found[order] = np.minimum(1.0, np.minimum.accumulate(scaled[::-1])[::-1])
    return found

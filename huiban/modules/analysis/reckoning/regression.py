"""Log-linear and logistic regression of many series at once, with penalties, by Newton's method.

The generalised linear model of Nelder and Wedderburn (1972) with the overdispersion of quasi-
likelihood (Wedderburn 1974): variance = dispersion × that of the Poisson or binomial. A penalty is
a normal prior around nought on a coefficient (ridge), so that few data give a flat answer rather
than a wild one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .arrays import Floats

ROUNDS = 40
_LARGEST_STEP = 2.0
_CLOSE_ENOUGH = 1e-8
# Keeps a matrix invertible where a series says nothing about a coefficient.
_HARDLY_ANY = 1e-6
_STEEPEST = 25.0


@dataclass(frozen=True)
class Fit:
    """Fitted series: m series, n periods, p coefficients.

    `coefficients` m×p, `covariance` m×p×p without overdispersion, `mean` m×n on the scale of the
    counts, `leverage` m×n (the hat values), `dispersion` m (Pearson, at least 1).
    """

    coefficients: Floats
    covariance: Floats
    mean: Floats
    leverage: Floats
    dispersion: Floats

    def predict(self, row: Floats) -> Floats:
        """The linear predictor at a design row (p), by series."""
        return np.asarray(self.coefficients @ row)

    def variance_at(self, row: Floats) -> Floats:
        """The variance of `predict`, overdispersion included."""
        spread = np.einsum("p,mpq,q->m", row, self.covariance, row)
        return np.asarray(spread * self.dispersion)


def fit(
    counts: Floats,
    design: Floats,
    *,
    offset: Floats | None = None,
    weights: Floats | None = None,
    penalty: Floats | None = None,
    trials: Floats | None = None,
) -> Fit:
    """Fit every row of `counts` (m×n) on one design (n×p, its first column all ones).

    With `trials` (m×n) the model is logistic, parts of those; else log-linear with `offset` added
    to the predictor. `weights` (m×n, 1 by default) say how much a period counts, `penalty` (p) is
    each coefficient's prior precision, 1 ÷ (standard deviation)².
    """
    shape = counts.shape
    weights = np.ones(shape) if weights is None else weights
    offset = np.zeros(shape) if offset is None else np.broadcast_to(offset, shape)
    ridge = np.zeros(design.shape[1]) if penalty is None else penalty
    beta = _start(counts, design, offset, weights, trials)
    for _ in range(ROUNDS):
        mean, variance = _moments(beta, design, offset, trials)
        slope = (weights * (counts - mean)) @ design - ridge * beta
        curve = _curvature(weights * variance, design, ridge)
        step = np.linalg.solve(curve, slope[..., None])[..., 0]
        largest = np.abs(step).max(axis=1, keepdims=True)
        beta = beta + step * np.minimum(1.0, _LARGEST_STEP / np.maximum(largest, _CLOSE_ENOUGH))
        if largest.max(initial=0.0) < _CLOSE_ENOUGH:
            break
    return _result(beta, counts, design, offset, weights, ridge, trials)


def _start(
    counts: Floats, design: Floats, offset: Floats, weights: Floats, trials: Floats | None
) -> Floats:
    """Flat at the series' own level; half a case where it has none, so that a logarithm exists."""
    beta = np.zeros((counts.shape[0], design.shape[1]))
    total = (weights * counts).sum(axis=1) + 0.5
    if trials is None:
        beta[:, 0] = np.log(total / (weights * np.exp(offset)).sum(axis=1))
    else:
        beta[:, 0] = np.log(total / ((weights * (trials - counts)).sum(axis=1) + 0.5))
    return beta


def _moments(
    beta: Floats, design: Floats, offset: Floats, trials: Floats | None
) -> tuple[Floats, Floats]:
    linear = np.clip(beta @ design.T + offset, -_STEEPEST, _STEEPEST)
    if trials is None:
        mean = np.exp(linear)
        return mean, mean
    share = 1 / (1 + np.exp(-linear))
    return trials * share, trials * share * (1 - share)


def _curvature(variance: Floats, design: Floats, ridge: Floats) -> Floats:
    curve = np.einsum("mn,np,nq->mpq", variance, design, design, optimize=True)
    return np.asarray(curve + np.diag(ridge + _HARDLY_ANY))


def _result(
    beta: Floats,
    counts: Floats,
    design: Floats,
    offset: Floats,
    weights: Floats,
    ridge: Floats,
    trials: Floats | None,
) -> Fit:
    mean, variance = _moments(beta, design, offset, trials)
    curve = _curvature(weights * variance, design, ridge)
    covariance = np.asarray(np.linalg.inv(curve), dtype=np.float64)
    leverage = np.einsum("np,mpq,nq->mn", design, covariance, design, optimize=True)
    leverage = np.clip(leverage * weights * variance, 0.0, 0.99)
    misfit = weights * (counts - mean) ** 2 / np.maximum(variance, 1e-9)
    free = np.maximum(weights.sum(axis=1) - leverage.sum(axis=1), 1.0)
    dispersion = np.maximum(misfit.sum(axis=1) / free, 1.0)
    return Fit(beta, covariance, mean, leverage, dispersion)

"""Log-linear and logistic regression of many series at once, with penalties, by Newton's method.

The generalised linear model of Nelder and Wedderburn (1972) with the overdispersion of quasi-
likelihood (Wedderburn 1974): variance = dispersion × that of the Poisson or binomial. A penalty is
a normal prior around nought on a coefficient (ridge), so that few data give a flat answer rather
than a wild one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .arrays import Floats

ROUNDS = 40
_LARGEST_STEP = 2.0
_CLOSE_ENOUGH = 1e-8
_FLAT_ENOUGH = 1e-6
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
    problem = _Problem(
        counts,
        design,
        np.zeros(shape) if offset is None else np.broadcast_to(offset, shape),
        np.ones(shape) if weights is None else weights,
        np.zeros(design.shape[1]) if penalty is None else penalty,
        trials,
    )
    beta, open_ = problem.start(), np.arange(shape[0])
    for _ in range(ROUNDS):
        left = problem.rows(open_)
        step, slope = left.step(beta[open_])
        largest = np.abs(step).max(axis=1)
        shortened = np.minimum(1.0, _LARGEST_STEP / np.maximum(largest, _CLOSE_ENOUGH))
        beta[open_] += step * shortened[:, None]
        # Where there are no reports at all the level falls for ever; a flat slope ends that.
        open_ = open_[(largest > _CLOSE_ENOUGH) & (np.abs(slope).max(axis=1) > _FLAT_ENOUGH)]
        if not open_.size:
            break
    return problem.result(beta)


@dataclass(frozen=True)
class _Problem:
    """What `fit` was given, m series on one design."""

    counts: Floats
    design: Floats
    offset: Floats
    weights: Floats
    ridge: Floats
    trials: Floats | None

    def rows(self, which: NDArray[np.int64]) -> _Problem:
        """Some of the series."""
        return _Problem(
            self.counts[which],
            self.design,
            self.offset[which],
            self.weights[which],
            self.ridge,
            None if self.trials is None else self.trials[which],
        )

    def start(self) -> Floats:
        """Flat at each series' own level; half a case added, so that a logarithm exists."""
        beta = np.zeros((self.counts.shape[0], self.design.shape[1]))
        total = (self.weights * self.counts).sum(axis=1) + 0.5
        if self.trials is None:
            rest = (self.weights * np.exp(self.offset)).sum(axis=1)
        else:
            rest = (self.weights * (self.trials - self.counts)).sum(axis=1) + 0.5
        beta[:, 0] = np.log(total / rest)
        return beta

    def moments(self, beta: Floats) -> tuple[Floats, Floats]:
        """Mean and variance of the counts."""
        linear = np.clip(beta @ self.design.T + self.offset, -_STEEPEST, _STEEPEST)
        if self.trials is None:
            mean = np.exp(linear)
            return mean, mean
        share = 1 / (1 + np.exp(-linear))
        return self.trials * share, self.trials * share * (1 - share)

    def curvature(self, variance: Floats) -> Floats:
        """The information about the coefficients, penalty included: m×p×p."""
        width = self.design.shape[1]
        squares = (self.design[:, :, None] * self.design[:, None, :]).reshape(-1, width * width)
        curve = ((self.weights * variance) @ squares).reshape(-1, width, width)
        return np.asarray(curve + np.diag(self.ridge + _HARDLY_ANY))

    def step(self, beta: Floats) -> tuple[Floats, Floats]:
        """Newton's step and the slope that it climbs."""
        mean, variance = self.moments(beta)
        slope = (self.weights * (self.counts - mean)) @ self.design - self.ridge * beta
        step = np.linalg.solve(self.curvature(variance), slope[..., None])[..., 0]
        return np.asarray(step), np.asarray(slope)

    def result(self, beta: Floats) -> Fit:
        """The fit at these coefficients."""
        mean, variance = self.moments(beta)
        covariance = np.asarray(np.linalg.inv(self.curvature(variance)), dtype=np.float64)
        leverage = np.einsum("mnp,np->mn", self.design @ covariance, self.design)
        leverage = np.clip(leverage * self.weights * variance, 0.0, 0.99)
        misfit = self.weights * (self.counts - mean) ** 2 / np.maximum(variance, 1e-9)
        free = np.maximum(self.weights.sum(axis=1) - leverage.sum(axis=1), 1.0)
        dispersion = np.maximum(misfit.sum(axis=1) / free, 1.0)
        return Fit(beta, covariance, mean, leverage, dispersion)

"""The regression under a before/after comparison: a step at a date, beside season and trend.

Interrupted time series by segmented quasi-likelihood regression (Bernal, Cummins and Gasparrini
2017). Errors are widened for overdispersion, and the level may wander by itself, as in a structural
time series (Harvey 1989; Brodersen et al. 2015).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .arrays import Floats
from .regression import fit
from .timeline import YEAR, Axis

# Priors, as standard deviations on the logarithmic (or log-odds) scale.
WAVE, FESTIVAL, TREND_A_YEAR = 0.5, 0.5, 0.3
# A level wanders by so much a month, whatever is done. Were it held still, three years of slow change
# would pass for the effect of anything that happened in between.
WANDER = 0.05
# How much a series and its control wander apart.
WANDER_APART = 0.03


@dataclass(frozen=True)
class Step:
    """The step on the logarithmic or log-odds scale, its standard error, the degrees of freedom.

    `without` is the linear predictor of each month after, had there been no step.
    """

    size: float
    error: float
    free: float
    without: Floats

    def ends(self, level: float) -> tuple[float, float]:
        """The interval of the step, by Student's t."""
        from scipy.special import stdtrit

        reach = float(stdtrit(self.free, (1 + level) / 2)) * self.error
        return self.size - reach, self.size + reach

    @property
    def p(self) -> float:
        """How often chance alone makes so large a step (two-sided)."""
        from scipy.special import stdtr

        return float(2 * stdtr(self.free, -abs(self.size) / self.error))


def find_step(
    counts: Floats,
    axis: Axis,
    after: Floats,
    used: Floats,
    *,
    log_exposure: Floats,
    trials: Floats | None,
    seasonal: bool,
    wander: float = WANDER,
) -> Step:
    """Fit one series. `after` marks the months after, `used` those that take part at all.

    Season and trend take part where a year lies before the step. The overdispersion is that of a
    fit whose level doesn't wander, so what wanders is rather counted twice than not at all.
    """
    design, penalty = _design(axis, after, used, seasonal=seasonal)
    taken = used > 0
    seen, exposure = counts[None, taken], log_exposure[taken]
    whole = None if trials is None else trials[None, taken]
    plain = fit(seen, design[taken], offset=exposure, penalty=penalty, trials=whole)
    # A random walk as a step a month, each drawn to nought.
    walk = np.tril(np.ones((len(axis), len(axis))), -1)[:, :-1]
    wandering = np.column_stack([design, walk])
    fitted = fit(
        seen,
        wandering[taken],
        offset=exposure,
        weights=np.full(seen.shape, 1 / plain.dispersion[0]),
        penalty=np.concatenate([penalty, np.full(len(axis) - 1, wander**-2)]),
        trials=whole,
    )
    without = wandering.copy()
    without[:, 1] = 0.0
    linear = fitted.coefficients[0] @ without.T + log_exposure
    error = float(np.sqrt(fitted.covariance[0, 1, 1]))
    free = max(1.0, float(taken.sum() - plain.leverage[0].sum()))
    return Step(float(fitted.coefficients[0, 1]), error, free, linear[(after > 0) & taken])


def _design(axis: Axis, after: Floats, used: Floats, *, seasonal: bool) -> tuple[Floats, Floats]:
    columns, sizes = [np.ones(len(axis)), after], []
    before = int(((after == 0) & (used > 0)).sum())
    if seasonal and before >= YEAR:
        columns += [*axis.waves(2 if before >= 2 * YEAR else 1).T, axis.festival]
        sizes += [WAVE] * (4 if before >= 2 * YEAR else 2) + [FESTIVAL]
    if before >= YEAR:
        columns.append(axis.years)
        sizes.append(TREND_A_YEAR)
    return np.stack(columns, axis=1), np.asarray([0.0, 0.0, *(size**-2 for size in sizes)])

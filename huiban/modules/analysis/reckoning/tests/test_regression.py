from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression, PoissonRegressor

from huiban.modules.analysis.reckoning.arrays import Floats
from huiban.modules.analysis.reckoning.regression import fit

MONTHS = np.arange(48.0)
DESIGN: Floats = np.column_stack([np.ones(48), np.sin(MONTHS * np.pi / 6), MONTHS / 48])
RANDOM = np.random.default_rng(9_500)


def test_log_linear_fits_agree_with_another_hand() -> None:
    counts = RANDOM.poisson(np.exp(DESIGN @ [2.0, 0.5, 0.4]), (3, 48)).astype(np.float64)
    found = fit(counts, DESIGN)
    for row in range(3):
        other = PoissonRegressor(alpha=0, tol=1e-10, max_iter=5_000).fit(DESIGN[:, 1:], counts[row])
        expected = [other.intercept_, *other.coef_]
        assert found.coefficients[row] == pytest.approx(expected, abs=1e-4)
    assert found.leverage.sum(axis=1) == pytest.approx([3, 3, 3], abs=1e-3)


def test_an_exposure_drops_out_of_the_rates() -> None:
    days = np.where(MONTHS % 2 == 0, 31.0, 28.0)
    counts = (10 * days)[None, :]
    found = fit(counts, np.ones((48, 1)), offset=np.log(days))
    assert np.exp(found.coefficients[0, 0]) == pytest.approx(10)
    assert found.dispersion[0] == 1


def test_logistic_fits_agree_with_another_hand() -> None:
    share = 1 / (1 + np.exp(-(DESIGN @ [0.5, 0.8, -0.6])))
    parts = RANDOM.binomial(50, share).astype(np.float64)
    found = fit(parts[None, :], DESIGN, trials=np.full((1, 48), 50.0))
    twice = np.concatenate([DESIGN[:, 1:], DESIGN[:, 1:]])
    outcome = np.repeat([1, 0], 48)
    weights = np.concatenate([parts, 50 - parts])
    other = LogisticRegression(C=1e9, tol=1e-10, max_iter=5_000).fit(twice, outcome, weights)
    expected = [other.intercept_[0], *other.coef_[0]]
    assert found.coefficients[0] == pytest.approx(expected, abs=1e-3)


def test_a_penalty_draws_to_nought_and_nothing_stays_finite() -> None:
    counts = RANDOM.poisson(np.exp(DESIGN @ [1.0, 0.9, 0.0]), (1, 48)).astype(np.float64)
    free, held = (fit(counts, DESIGN, penalty=np.asarray([0, size, 0.0])) for size in (0.0, 50.0))
    assert 0 < held.coefficients[0, 1] < free.coefficients[0, 1]
    nothing = fit(np.zeros((1, 48)), DESIGN)
    assert np.isfinite(nothing.coefficients).all()
    assert nothing.mean.max() < 0.1


def test_scatter_beyond_the_poissons_is_measured() -> None:
    counts = RANDOM.poisson(20 * RANDOM.gamma(5, 0.2, (200, 48))).astype(np.float64)
    found = fit(counts, np.ones((48, 1)))
    assert found.dispersion.mean() == pytest.approx(1 + 20 / 5, rel=0.1)
    assert found.variance_at(np.ones(1)).mean() == pytest.approx(5 / 20 / 48, rel=0.15)

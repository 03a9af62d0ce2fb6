"""Learning the weights from answers that people judged. Needed for the figures in `weights`."""

from __future__ import annotations

from collections.abc import Sequence

from .features import NAMES

# Few answers and many figures: the weights are held small.
_HOLD = 0.01


def fit(rows: Sequence[dict[str, float]], is_doubtful: Sequence[bool]) -> dict[str, float]:
    """A weight a figure, in logits, and `bias`: even odds where both kinds were as frequent."""
    # Learning alone needs them, and they take seconds and memory to load.
    import numpy as np
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    table = np.array([[row[name] for name in NAMES] for row in rows])
    scale = StandardScaler().fit(table)
    model = LogisticRegression(C=_HOLD, class_weight="balanced", max_iter=2_000)
    model.fit(scale.transform(table), np.array(is_doubtful, dtype=int))
    weights = model.coef_[0] / scale.scale_
    bias = model.intercept_[0] - float(weights @ scale.mean_)
    return {"bias": float(bias), **dict(zip(NAMES, map(float, weights), strict=True))}

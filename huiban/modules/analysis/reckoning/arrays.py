"""The one kind of array that the reckoning works on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def table_of(rows: Sequence[Sequence[int]]) -> Floats:
    """Equally long rows of counts as a matrix. ValueError if they differ or hold what isn't one."""
    if len({len(row) for row in rows}) > 1:
        raise ValueError("rows of counts must be equally long")
    table = np.asarray(rows, dtype=np.float64).reshape(len(rows), -1)
    if not np.isfinite(table).all() or (table < 0).any():
        raise ValueError("counts are never negative")
    return table

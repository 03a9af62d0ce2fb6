"""Early signs: where a place has more of a category than its own past and the season explain.

Each cell is tested against its usual count (`signs_model`); of all cells together only those are
signs that Benjamini and Hochberg's step leaves, so that a page of thousands of cells isn't full of
chance.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from .arrays import Floats, table_of
from .signs_model import usual
from .spread import at_least, judged_at_once, upper_count
from .timeline import Axis
from .words import chance, rounded

Strength = Literal["sign", "watch", "usual", "unknown"]


@dataclass(frozen=True)
class CellSeries:
    """A place's counts of a category, the oldest first; the last is the one to be judged."""

    place: str
    category: str
    counts: tuple[int, ...]


@dataclass(frozen=True)
class SignRules:
    """When a cell is pointed at.

    `discovery`: at most this share of the signs are false; `alpha`: a single cell's chance to pass
    its upper bound; `least`: fewer reports are never a sign; `guard`: so many periods before the
    judged one aren't learnt from, as a rise may have begun in them; `fewest`: so many periods of
    history at least.
    """

    discovery: float = 0.10
    alpha: float = 0.01
    least: int = 3
    guard: int = 1
    fewest: int = 6

    def __post_init__(self) -> None:
        if not (0 < self.discovery < 1 and 0 < self.alpha < 1):
            raise ValueError("chances are between 0 and 1")
        if min(self.least, self.fewest) < 1 or self.guard < 0:
            raise ValueError("counts of periods and reports begin at 1")


MONTHLY = SignRules()


@dataclass(frozen=True)
class Sign:
    """How a cell's last count stands to what is usual.

    `expected` and `upper` (not exceeded but with a chance of `alpha`) are counts of the judged
    period, `p` the chance of so many or more, `q` the same with all cells in mind; None where the
    history is too short (`unknown`). `watch`: beyond its upper bound, but not beyond what chance
    does somewhere among so many cells. `seasonal`: whether the season was taken out.
    """

    place: str
    category: str
    observed: int
    expected: float | None
    upper: int | None
    p: float | None
    q: float | None
    strength: Strength
    seasonal: bool
    words: str


def early_signs(
    cells: Sequence[CellSeries], axis: Axis, rules: SignRules = MONTHLY
) -> tuple[Sign, ...]:
    """Judge the last period of every cell, in the order given.

    Cells of one category lend each other their season. All must be as long as the axis.
    """
    if any(len(cell.counts) != len(axis) for cell in cells):
        raise ValueError("every series must be as long as the axis")
    if len(axis) - 1 - rules.guard < rules.fewest:
        return tuple(_unknown(cell, rules) for cell in cells)
    mean, variance, seasonal = _usual_of_all(cells, axis, rules)
    observed = np.asarray([cell.counts[-1] for cell in cells], dtype=np.float64)
    p = at_least(observed, mean, variance)
    q, upper = judged_at_once(p), upper_count(rules.alpha, mean, variance)
    return tuple(
        _sign(cell, float(mean[at]), int(upper[at]), float(p[at]), float(q[at]), rules, seasonal)
        for at, cell in enumerate(cells)
    )


def over_places(cells: Sequence[CellSeries]) -> tuple[CellSeries, ...]:
    """The categories' totals over all places (place empty): a rise everywhere is one sign."""
    sums: defaultdict[str, list[tuple[int, ...]]] = defaultdict(list)
    for cell in cells:
        sums[cell.category].append(cell.counts)
    return tuple(
        CellSeries("", category, tuple(sum(column) for column in zip(*rows, strict=True)))
        for category, rows in sums.items()
    )


def _usual_of_all(
    cells: Sequence[CellSeries], axis: Axis, rules: SignRules
) -> tuple[Floats, Floats, bool]:
    mean, variance, seasonal = np.zeros(len(cells)), np.zeros(len(cells)), False
    rows: defaultdict[str, list[int]] = defaultdict(list)
    for at, cell in enumerate(cells):
        rows[cell.category].append(at)
    for group in rows.values():
        found = usual(table_of([cells[at].counts for at in group]), axis, rules.guard)
        mean[group], variance[group], seasonal = found.mean, found.variance, found.seasonal
    return mean, variance, seasonal


def _sign(
    cell: CellSeries,
    mean: float,
    upper: int,
    p: float,
    q: float,
    rules: SignRules,
    seasonal: bool,
) -> Sign:
    strength: Strength = "usual"
    if cell.counts[-1] >= rules.least and p <= rules.alpha:
        strength = "sign" if q <= rules.discovery else "watch"
    words = _words(cell.counts[-1], mean, upper, p, strength, seasonal)
    return Sign(
        cell.place, cell.category, cell.counts[-1], mean, upper, p, q, strength, seasonal, words
    )


def _unknown(cell: CellSeries, rules: SignRules) -> Sign:
    words = f"本月{cell.counts[-1]}件。历史不足{rules.fewest + rules.guard}个月，还看不出是不是偏多"
    return Sign(
        cell.place, cell.category, cell.counts[-1], None, None, None, None, "unknown", False, words
    )


def _words(
    observed: int,
    mean: float,
    upper: int,
    p: float,
    strength: Strength,
    seasonal: bool,
) -> str:
    by = "按自身历史和季节" if seasonal else "按自身历史（不足一年，没有扣除季节）"
    told = f"本月{observed}件，{by}推算约{rounded(mean)}件，通常不超过{upper}件"
    if strength == "sign":
        return f"{told}。明显偏多，偶然出现这么多的机会{chance(p)}"
    if strength == "watch":
        return f"{told}。超过了通常的上限，但在这么多处中也可能是碰巧，先留意"
    return f"{told}。在通常范围内" if observed <= upper else f"{told}。件数太少，不作判断"

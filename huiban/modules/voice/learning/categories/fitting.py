"""How each voter is fitted to examples. Only training imports this, and with it scikit-learn."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.exceptions import ConvergenceWarning
from sklearn.preprocessing import normalize
from sklearn.svm import LinearSVC

from .features import Vector
from .voters import Linear, Neighbours, Ratios, Voter

Labels = NDArray[np.int32]
Matrices = Mapping[str, csr_matrix]
# Features that every tenth example has tell nothing of likeness, and cost the most.
COMMON_SHARE = 0.1
LEAST_COMMON = 50


@dataclass(frozen=True)
class Recipe:
    """A voter's name and how it is fitted: views by name, labels, and how many categories."""

    name: str
    fit: Callable[[Matrices, Labels, int], Voter]


def matrix_of(vectors: Sequence[Vector], width: int) -> csr_matrix:
    """Vectors as the rows of a sparse matrix."""
    starts = np.concatenate([[0], np.cumsum([len(vector.places) for vector in vectors])])
    places = np.concatenate([vector.places for vector in vectors])
    weights = np.concatenate([vector.weights for vector in vectors])
    return csr_matrix((weights, places, starts), shape=(len(vectors), width))


def linear(shares: Mapping[str, float], strength: float, balanced: bool) -> Callable[..., Voter]:
    """Fits support vectors over these views, each with its share."""
    length = float(np.sqrt(sum(share**2 for share in shares.values())))
    scaled = {view: share / length for view, share in shares.items()}

    def fit(views: Matrices, labels: Labels, categories: int) -> Voter:
        joined = hstack([views[view] * share for view, share in scaled.items()]).tocsr()
        weights, bias = _support(joined, labels, categories, strength, balanced)
        edges = np.cumsum([views[view].shape[1] for view in scaled])[:-1]
        parts = tuple(part.astype(np.float16) for part in np.split(weights, edges))
        return Linear(tuple(scaled), tuple(scaled.values()), parts, bias)

    return fit


def _support(
    rows: csr_matrix, labels: Labels, categories: int, strength: float, balanced: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Weights (features by categories) and bias; a category without an example gets a low one."""
    machine = LinearSVC(C=strength, class_weight="balanced" if balanced else None)
    with warnings.catch_warnings():
        # A fit that stops a little early is as good as one that goes on.
        warnings.simplefilter("ignore", ConvergenceWarning)
        machine.fit(rows, labels)
    coefficients, intercepts = machine.coef_, machine.intercept_
    if len(machine.classes_) == 2:
        coefficients = np.vstack([-coefficients, coefficients])
        intercepts = np.concatenate([-intercepts, intercepts])
    weights, bias = np.zeros((rows.shape[1], categories)), np.full(categories, -1.0)
    weights[:, machine.classes_] = coefficients.T
    bias[machine.classes_] = intercepts
    return weights, bias


def ratios(view: str, strength: float) -> Callable[..., Voter]:
    """Fits support vectors over one view, its features weighed anew for each category."""

    def fit(views: Matrices, labels: Labels, categories: int) -> Voter:
        rows = views[view]
        weighted = np.zeros((rows.shape[1], categories), np.float16)
        squares = np.zeros_like(weighted)
        bias = np.full(categories, -1.0)
        for category in np.unique(labels):
            inside = labels == category
            ratio = _log_ratio(rows[inside]) - _log_ratio(rows[~inside])
            scaled = normalize(rows.multiply(ratio).tocsr())
            weights, both = _support(scaled, inside.astype(np.int32), 2, strength, False)
            weighted[:, category] = weights[:, 1] * ratio
            squares[:, category] = ratio**2
            bias[category] = both[1]
        return Ratios(view, weighted, squares, bias)

    return fit


def _log_ratio(rows: csr_matrix) -> NDArray[np.float32]:
    total = np.asarray(rows.sum(axis=0)).ravel() + 0.5
    ratio: NDArray[np.float32] = np.log(total / total.sum()).astype(np.float32)
    return ratio


def neighbours(view: str) -> Callable[..., Voter]:
    """Keeps the examples themselves, found by the features that not too many share."""

    def fit(views: Matrices, labels: Labels, categories: int) -> Voter:
        columns = views[view].tocsc()
        lengths = np.diff(columns.indptr)
        common = lengths > max(LEAST_COMMON, COMMON_SHARE * len(labels))
        kept = ~np.repeat(common, lengths)
        starts = np.concatenate([[0], np.cumsum(np.where(common, 0, lengths))])
        return Neighbours(
            view,
            starts.astype(np.int64),
            columns.indices[kept].astype(np.int32),
            columns.data[kept].astype(np.float16),
            labels,
            categories,
        )

    return fit


RECIPES = (
    Recipe("mix", linear({"whole": 1, "lead": 0.7, "words": 1}, 1.5, balanced=False)),
    Recipe("words", linear({"words": 1}, 1.5, balanced=True)),
    Recipe("lead", linear({"lead": 1}, 1.5, balanced=True)),
    Recipe("head", linear({"head": 1}, 1.0, balanced=True)),
    Recipe("ratios", ratios("whole", 1.0)),
    Recipe("neighbours", neighbours("whole")),
)

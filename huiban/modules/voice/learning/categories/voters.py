"""Three ways to score a text for each category, as they are applied: plain arrays, no library.

Together they do better than any alone, for they err on different texts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from .features import Vector

Vectors = Mapping[str, Vector]
Scores = NDArray[np.float64]
# Half the memory of single precision, and what it rounds away is far below any difference that counts.
Halves = NDArray[np.float16]

NEIGHBOURS = 30


class Voter(Protocol):
    """Scores a text for each category; a higher score speaks for it."""

    def scores(self, vectors: Vectors) -> Scores:
        """One score a category, in the model's order."""


@dataclass(frozen=True)
class Linear:
    """A weight for each feature and category, over one or more views."""

    views: tuple[str, ...]
    shares: tuple[float, ...]
    weights: tuple[Halves, ...]
    bias: Scores

    def scores(self, vectors: Vectors) -> Scores:
        """The weights of the text's features, added up."""
        total = self.bias.copy()
        for view, share, weights in zip(self.views, self.shares, self.weights, strict=True):
            vector = vectors[view]
            total += share * (vector.weights @ weights[vector.places].astype(np.float32))
        return total


@dataclass(frozen=True)
class Ratios:
    """A linear model over features that count by how unevenly they fall on the categories.

    For each category a feature is multiplied by the logarithm of its share inside over its share
    outside (Wang and Manning, 2012).
    """

    view: str
    weighted: Halves
    squares: Halves
    bias: Scores

    def scores(self, vectors: Vectors) -> Scores:
        """The weighted features, scaled for each category to length 1."""
        vector = vectors[self.view]
        sums = vector.weights @ self.weighted[vector.places].astype(np.float32)
        squares = vector.weights**2 @ self.squares[vector.places].astype(np.float32)
        return sums / np.sqrt(np.maximum(squares, 1e-12)) + self.bias


@dataclass(frozen=True)
class Neighbours:
    """The examples most like the text, each voting for its own category.

    `starts[f]` to `starts[f + 1]` is where feature f's examples stand in `examples` and `weights`.
    """

    view: str
    starts: NDArray[np.int64]
    examples: NDArray[np.int32]
    weights: Halves
    labels: NDArray[np.int32]
    categories: int

    def scores(self, vectors: Vectors) -> Scores:
        """The squared likeness of the nearest examples, by category, adding up to one."""
        vector = vectors[self.view]
        begins = self.starts[vector.places]
        lengths = self.starts[vector.places + 1] - begins
        ends = np.cumsum(lengths)
        total = int(ends[-1]) if len(ends) else 0
        at = np.arange(total) + np.repeat(begins - (ends - lengths), lengths)
        shares = self.weights[at] * np.repeat(vector.weights, lengths)
        likeness = np.bincount(self.examples[at], shares, minlength=len(self.labels))
        nearest = np.argpartition(-likeness, min(NEIGHBOURS, len(likeness) - 1))[:NEIGHBOURS]
        votes = np.bincount(self.labels[nearest], likeness[nearest] ** 2, minlength=self.categories)
        shared: Scores = votes / (votes.sum() + 1e-9)
        return shared

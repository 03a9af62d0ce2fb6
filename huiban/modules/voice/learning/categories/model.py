"""A learnt model: its voters, and how their scores become confidences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .features import Text, Vocabulary, keys_of
from .voters import Scores, Vectors, Voter

# From here on the first choice is offered as likely; below, the platform says that it isn't sure.
SURE = 0.6


@dataclass(frozen=True)
class Choice:
    """A category that a text may belong to, and how likely it does, from 0 to 1."""

    category: str
    confidence: float


@dataclass(frozen=True)
class Judge:
    """Turns all voters' scores into one confidence a category (a stacked logistic regression)."""

    means: Scores
    spreads: Scores
    weights: NDArray[np.float64]
    bias: Scores

    def confidences(self, scores: Scores) -> Scores:
        """Confidences that add up to one."""
        evidence = ((scores - self.means) / self.spreads) @ self.weights + self.bias
        grown = np.exp(evidence - evidence.max())
        shared: Scores = grown / grown.sum()
        return shared


@dataclass(frozen=True)
class Model:
    """Suggests categories. `version` names it; `facts` say what it was learnt from, and when."""

    version: str
    categories: tuple[str, ...]
    vocabularies: Mapping[str, Vocabulary]
    voters: Mapping[str, Voter]
    judge: Judge
    facts: Mapping[str, Any] = field(default_factory=dict)

    def vectors(self, text: Text) -> Vectors:
        """The text as each voter's view of it."""
        return {
            view: vocabulary.vector(keys_of(view, text))
            for view, vocabulary in self.vocabularies.items()
        }

    def confidences(self, vectors: Vectors) -> Scores:
        """How likely each category is, in the model's order."""
        return self.judge.confidences(
            np.concatenate([voter.scores(vectors) for voter in self.voters.values()])
        )

    def suggest(self, text: Text, most: int = 3) -> list[Choice]:
        """The likeliest categories, the likeliest first; none for an empty text."""
        if not (text.title or text.body):
            return []
        vectors = self.vectors(text)
        likely = self.confidences(vectors)
        best = np.argsort(-likely, kind="stable")[:most]
        return [Choice(self.categories[place], float(likely[place])) for place in best]

    def suggest_all(self, texts: Sequence[Text], most: int = 3) -> list[list[Choice]]:
        """The same for many texts, in their order."""
        return [self.suggest(text, most) for text in texts]

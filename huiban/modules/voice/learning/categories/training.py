"""Learning a model from examples: what is refused, and the steps. Takes minutes, not hours."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold

from .examples import Example, learnable
from .features import VIEWS, Vector, Vocabulary, build_vocabulary, keys_of
from .fitting import RECIPES, Labels, matrix_of
from .model import Judge, Model
from .voters import Scores, Vectors, Voter

FOLDS = 5
# Chosen among 0.002 to 0.3 by cross-validation: loose enough to learn which voter to trust for
# which category, tight enough not to learn the examples by heart.
JUDGE_STRENGTH = 0.03
SEED = 20260101

Progress = Callable[[str], None]


def silent(words: str) -> None:
    """For whoever wants no progress told."""


@dataclass(frozen=True)
class _Corpus:
    """Examples as arrays: each view's matrix, the labels and the groups of nearly equal texts."""

    categories: tuple[str, ...]
    vocabularies: Mapping[str, Vocabulary]
    vectors: Sequence[Vectors]
    labels: Labels
    groups: list[str]

    def views(self, rows: Sequence[int]) -> dict[str, csr_matrix]:
        return {
            view: matrix_of([self.vectors[row][view] for row in rows], len(vocabulary.keys))
            for view, vocabulary in self.vocabularies.items()
        }


def train(
    examples: Sequence[Example],
    version: str,
    facts: Mapping[str, Any] | None = None,
    progress: Progress = silent,
) -> Model:
    """Learn a model. Raises Refusal for examples that nothing can be learnt from.

    Each voter first scores every example while it hasn't seen it or one nearly equal, and the
    judge learns from those scores how far to trust whom; then all voters learn from all examples.
    """
    kept, few = learnable(examples)
    progress(f"读{len(kept)}条样本")
    corpus = _corpus(kept)
    scored = _scores_unseen(corpus, progress)
    judge = _judge(scored, corpus.labels)
    progress("用全部样本再学一遍")
    views = corpus.views(range(len(kept)))
    voters = {
        recipe.name: recipe.fit(views, corpus.labels, len(corpus.categories)) for recipe in RECIPES
    }
    known = {"examples": len(kept), "left_out": few, **(facts or {})}
    return Model(version, corpus.categories, corpus.vocabularies, voters, judge, known)


def _corpus(examples: Sequence[Example]) -> _Corpus:
    categories = tuple(sorted({example.category for example in examples}))
    number = {category: place for place, category in enumerate(categories)}
    vectors: list[dict[str, Vector]] = [{} for _ in examples]
    vocabularies = {}
    for view in VIEWS:
        keys = [keys_of(view, example.text) for example in examples]
        vocabularies[view] = build_vocabulary(keys)
        for row, found in zip(vectors, keys, strict=True):
            row[view] = vocabularies[view].vector(found)
    labels = np.array([number[example.category] for example in examples], np.int32)
    return _Corpus(
        categories, vocabularies, vectors, labels, [example.text.key for example in examples]
    )


def _scores_unseen(corpus: _Corpus, progress: Progress) -> Scores:
    """Every voter's scores for every example, by a voter that was fitted without it."""
    number = len(corpus.categories)
    scored = np.zeros((len(corpus.labels), number * len(RECIPES)))
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=SEED)
    parts = folds.split(corpus.labels, corpus.labels, corpus.groups)
    for turn, (seen, unseen) in enumerate(parts, 1):
        progress(f"第{turn}/{FOLDS}份：学其余的，试这一份")
        views, labels = corpus.views(seen), corpus.labels[seen]
        voters = [recipe.fit(views, labels, number) for recipe in RECIPES]
        for row in unseen:
            scored[row] = all_scores(voters, corpus.vectors[row])
    return scored


def all_scores(voters: Sequence[Voter], vectors: Vectors) -> Scores:
    """The scores of all voters, one after the other."""
    return np.concatenate([voter.scores(vectors) for voter in voters])


def _judge(scored: Scores, labels: Labels) -> Judge:
    means, spreads = scored.mean(axis=0), np.maximum(scored.std(axis=0), 1e-6)
    regression = LogisticRegression(C=JUDGE_STRENGTH, max_iter=2000)
    regression.fit((scored - means) / spreads, labels)
    weights, bias = regression.coef_.T, regression.intercept_
    if weights.shape[1] == 1:
        weights, bias = np.hstack([-weights, weights]) / 2, np.array([-bias[0], bias[0]]) / 2
    return Judge(means, spreads, weights, bias)

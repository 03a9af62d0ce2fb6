"""Which words of a text spoke for a category: what a person is shown when asking why."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .features import Keys, Text, run_keys, words_of
from .model import Model
from .voters import Linear

MOST_WORDS = 4
# Words as short as this say little out of their sentence.
SHORTEST = 2


def words_for(model: Model, text: Text, category: str) -> list[str]:
    """The text's own words that spoke loudest for the category, the loudest first; at most four.

    Each run of characters gives its part of the linear vote, in how far it prefers this category
    to the others, to the characters that it covers; a word has what its characters have.
    """
    voter = next((v for v in model.voters.values() if isinstance(v, Linear)), None)
    if voter is None or category not in model.categories or "whole" not in voter.views:
        return []
    runs = run_keys(text.whole)
    vocabulary = model.vocabularies["whole"]
    vector = vocabulary.vector(runs)
    weights = voter.weights[voter.views.index("whole")][vector.places].astype(np.float32)
    preferred = weights[:, model.categories.index(category)] - weights.mean(axis=1)
    votes = _look_up(runs, vocabulary.keys[vector.places], vector.weights * preferred)
    return _loudest(text.whole, _by_character(len(text.whole), votes))


def _by_character(length: int, by_run: NDArray[np.float64]) -> NDArray[np.float64]:
    """What each character gets of the votes of the runs that cover it."""
    sums = np.zeros(length)
    first = 0
    for size in (1, 2, 3):
        number = max(length - size + 1, 0)
        for shift in range(size):
            sums[shift : shift + number] += by_run[first : first + number] / size
        first += number
    return sums


def _look_up(runs: Keys, known: Keys, votes: NDArray[np.float32]) -> NDArray[np.float64]:
    found = np.zeros(len(runs))
    if len(known):
        at = np.minimum(np.searchsorted(known, runs), len(known) - 1)
        same = known[at] == runs
        found[same] = votes[at[same]]
    return found


def _loudest(text: str, sums: NDArray[np.float64]) -> list[str]:
    loud: dict[str, float] = {}
    at = 0
    for word in words_of(text):
        at = text.find(word, at)
        end = at + len(word)
        if len(word) >= SHORTEST and not word.isnumeric():
            loud[word] = loud.get(word, 0.0) + float(sums[at:end].sum())
        at = end
    ranked = sorted((word for word, vote in loud.items() if vote > 0), key=lambda w: -loud[w])
    return ranked[:MOST_WORDS]

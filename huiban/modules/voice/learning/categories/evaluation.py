"""How good a model is on texts that it has never seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .examples import Example, learnable
from .model import Model
from .training import SEED, Progress, silent, train
from .voters import Scores

BINS = 10
# The share of the surest that the platform would decide by itself, were it let.
SUREST = 0.8


@dataclass(frozen=True)
class OfCategory:
    """One category: how many examples have it, and how often the model meets it rightly."""

    name: str
    examples: int
    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass(frozen=True)
class Quality:
    """Figures over judged examples, each from 0 to 1; `calibration_error` is best at 0.

    The calibration error is the expected one of the first choice, over ten equal bins. `surest` is
    the macro-F1 over the four fifths with the highest confidence.
    """

    examples: int
    macro_f1: float
    spread: float
    accuracy: float
    among_two: float
    calibration_error: float
    surest: float
    categories: tuple[OfCategory, ...]


def judged(model: Model, examples: Sequence[Example]) -> Quality:
    """The model's quality on these examples; a category that it doesn't know counts as missed."""
    names = tuple(sorted({example.category for example in examples} | set(model.categories)))
    confidences = _confidences(model, examples, names)
    truth = np.array([names.index(example.category) for example in examples])
    return _quality(names, truth, confidences, [macro_f1(truth, confidences, len(names))])


def cross_validated(
    examples: Sequence[Example], folds: int, progress: Progress = silent
) -> Quality:
    """The quality of models that each learn from all but one part and are tried on that part.

    Texts that are nearly equal stay in one part. Raises Refusal as `train` does.
    """
    from sklearn.model_selection import StratifiedGroupKFold

    kept, _ = learnable(examples)
    names = tuple(sorted({example.category for example in kept}))
    truth = np.array([names.index(example.category) for example in kept])
    confidences = np.zeros((len(kept), len(names)))
    parts = StratifiedGroupKFold(folds, shuffle=True, random_state=SEED + 1)
    each = []
    groups = [example.text.key for example in kept]
    for turn, (seen, unseen) in enumerate(parts.split(truth, truth, groups), 1):
        progress(f"第{turn}/{folds}折：用{len(seen)}条学，用{len(unseen)}条试")
        model = train([kept[row] for row in seen], f"fold-{turn}")
        confidences[unseen] = _confidences(model, [kept[row] for row in unseen], names)
        each.append(macro_f1(truth[unseen], confidences[unseen], len(names)))
    return _quality(names, truth, confidences, each)


def _confidences(model: Model, examples: Sequence[Example], names: Sequence[str]) -> Scores:
    columns = [names.index(category) for category in model.categories]
    confidences = np.zeros((len(examples), len(names)))
    for row, example in enumerate(examples):
        confidences[row, columns] = model.confidences(model.vectors(example.text))
    return confidences


def macro_f1(truth: NDArray[np.int64], confidences: Scores, categories: int) -> float:
    """The mean over the categories that occur, in truth or as a choice, of each one's F1."""
    chosen = confidences.argmax(axis=1)
    right = np.bincount(truth[truth == chosen], minlength=categories)
    both = np.bincount(truth, minlength=categories) + np.bincount(chosen, minlength=categories)
    seen = both > 0
    return float(np.mean(2 * right[seen] / both[seen])) if seen.any() else 0.0


def calibration_error(right: NDArray[np.bool_], confidence: Scores, bins: int = BINS) -> float:
    """The expected calibration error over equal bins of confidence (Naeini et al., 2015)."""
    places = np.minimum((confidence * bins).astype(int), bins - 1)
    error = 0.0
    for place in range(bins):
        inside = places == place
        if inside.any():
            error += float(inside.mean() * abs(right[inside].mean() - confidence[inside].mean()))
    return error


def _quality(
    names: Sequence[str], truth: NDArray[np.int64], confidences: Scores, each: Sequence[float]
) -> Quality:
    ranked = np.argsort(-confidences, axis=1, kind="stable")
    confidence, right = confidences.max(axis=1), ranked[:, 0] == truth
    surest = np.argsort(-confidence, kind="stable")[: max(1, round(SUREST * len(truth)))]
    return Quality(
        examples=len(truth),
        macro_f1=float(np.mean(each)),
        spread=float(np.std(each)),
        accuracy=float(right.mean()),
        among_two=float((ranked[:, :2] == truth[:, None]).any(axis=1).mean()),
        calibration_error=calibration_error(right, confidence),
        surest=macro_f1(truth[surest], confidences[surest], len(names)),
        categories=tuple(_of_category(names, truth, ranked[:, 0])),
    )


def _of_category(
    names: Sequence[str], truth: NDArray[np.int64], chosen: NDArray[np.int64]
) -> list[OfCategory]:
    found = []
    for place, name in enumerate(names):
        meant, said = truth == place, chosen == place
        both = int((meant & said).sum())
        precision = both / int(said.sum()) if said.any() else 0.0
        recall = both / int(meant.sum()) if meant.any() else 0.0
        found.append(OfCategory(name, int(meant.sum()), precision, recall))
    return found


def learning_curve(
    examples: Sequence[Example],
    sizes: Sequence[int],
    unseen: Sequence[Example],
    progress: Progress = silent,
    learn: Callable[[Sequence[Example], str], Model] = train,
) -> list[tuple[int, Quality]]:
    """What more examples give: the quality on `unseen` after learning from the first so many."""
    curve = []
    for size in sizes:
        progress(f"用{size}条学")
        curve.append((size, judged(learn(examples[:size], f"first-{size}"), unseen)))
    return curve

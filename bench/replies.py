"""Answers that don't answer: how well the score tells those that a person called perfunctory.

Reads judged answers from the folder that HUIBAN_REAL_DATA names. The weights are learned anew in
each fold, and answers that resemble each other stay in one fold: by the same letters, or, which is
harder, wherever half of the shorter one's wording stands in the other.
"""

from __future__ import annotations

import os
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.place import Place
from bench.results import Result
from huiban.cli.outcomes import say
from huiban.kernel.base.tables import Row, read_table
from huiban.modules.voice.learning.replies import Crowd, doubt_of, fingerprint
from huiban.modules.voice.learning.replies.acts import read
from huiban.modules.voice.learning.replies.alike import letters
from huiban.modules.voice.learning.replies.features import features
from huiban.modules.voice.learning.replies.fitting import fit
from huiban.modules.voice.learning.replies.reasons import Read, reasons_in
from huiban.modules.voice.learning.replies.scoring import score_of
from huiban.modules.voice.learning.replies.weights import WEIGHTS

FOLDS, SEEDS = 5, 5
TICKETS = Path("tickets-12345") / "tickets.csv"
MESSAGES = Path("messages") / "f4_replies.csv"
GRAM, HALF = 4, 0.5


@dataclass(frozen=True)
class Judged:
    """An answer as the score sees it, with a person's judgement."""

    reply: str
    figures: dict[str, float]
    reasons: tuple[str, ...]
    score: float
    is_doubtful: bool


def run(place: Place, quick: bool) -> Result:
    """Cross-validate the weights and judge those in use."""
    result = Result(
        title="敷衍的答复：和人工判断相比",
        columns=("量法", "答复", "AUC", "标准差"),
    )
    folder = os.environ.get("HUIBAN_REAL_DATA", "")
    if not folder:
        result.notes.append("not run: HUIBAN_REAL_DATA names no folder")
        return result
    began = time.perf_counter()
    tickets = _judged(Path(folder) / TICKETS, _is_perfunctory)
    result.notes.append(f"{len(tickets) / (time.perf_counter() - began):,.0f} rows a second")
    seeds = 1 if quick else SEEDS
    for name, groups in (("same letters", _by_letters), ("half the wording", _by_wording)):
        say(f"bench: {name}")
        found = [_cross_validated(tickets, groups(tickets), seed) for seed in range(seeds)]
        spread = f"{statistics.stdev(found):.3f}" if len(found) > 1 else None
        mean = f"{statistics.mean(found):.3f}"
        result.rows.append((f"重新学习，{name}", len(tickets), mean, spread))
    _add_in_use(result, tickets, _judged(Path(folder) / MESSAGES, _explains_nothing))
    learned = fit([one.figures for one in tickets], [one.is_doubtful for one in tickets])
    away = max(abs(learned[name] - WEIGHTS[name]) for name in WEIGHTS)
    result.notes.append(f"weights in use differ from those learned now by at most {away:.4f}")
    result.details["weights"] = {name: round(value, 3) for name, value in learned.items()}
    return result


def _add_in_use(result: Result, tickets: list[Judged], messages: list[Judged]) -> None:
    from scipy.stats import spearmanr

    for name, rows in (("tickets", tickets), ("messages", messages)):
        scores = [one.score for one in rows]
        lengths = [float(len(one.reply)) for one in rows]
        shortness = [-length for length in lengths]
        for way, values in (("在用的权重", scores), ("只看长短", shortness)):
            result.rows.append((f"{way}，{name}", len(rows), f"{_auc(rows, values):.3f}", None))
        related = float(spearmanr(scores, lengths).statistic)
        result.notes.append(f"{name}: rank correlation of score and length {related:.2f}")


def _is_perfunctory(row: Row) -> bool:
    return bool(row.values["days_to_first_perfunctory_reply"].strip())


def _explains_nothing(row: Row) -> bool:
    return row.values["hand_explains_1"].strip() == "0"


def _judged(path: Path, is_doubtful: Callable[[Row], bool]) -> list[Judged]:
    rows = list(read_table(path))
    crowd = Crowd()
    for row in rows:
        crowd.add(row.values["reply"])
    judged = []
    for at, row in enumerate(rows):
        reply = row.values["reply"]
        said = crowd.said(at, reply)
        seen = Read.of(read(row.values["body"]), read(reply), said)
        judged.append(
            Judged(
                reply=seen.reply,
                figures=features(seen.reply, seen.acts, said),
                reasons=reasons_in(seen),
                score=doubt_of(row.values["body"], reply, said).score,
                is_doubtful=is_doubtful(row),
            )
        )
    return judged


def _cross_validated(rows: Sequence[Judged], groups: list[int], seed: int) -> float:
    """The AUC over all rows, each scored with weights that never saw its group."""
    from sklearn.model_selection import StratifiedGroupKFold

    marks = [one.is_doubtful for one in rows]
    scores = [0.0] * len(rows)
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed)
    for known, unknown in folds.split(marks, marks, groups):
        weights = fit([rows[at].figures for at in known], [marks[at] for at in known])
        for at in unknown:
            scores[at] = score_of(rows[at].figures, rows[at].reasons, weights)
    return _auc(rows, scores)


def _auc(rows: Sequence[Judged], scores: Sequence[float]) -> float:
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score([one.is_doubtful for one in rows], scores))


def _by_letters(rows: Sequence[Judged]) -> list[int]:
    numbers: dict[str, int] = {}
    return [numbers.setdefault(fingerprint(one.reply), len(numbers)) for one in rows]


def _by_wording(rows: Sequence[Judged]) -> list[int]:
    """Groups in which each answer holds half of the wording of another, or the reverse."""
    leader = list(range(len(rows)))
    holders: dict[str, list[int]] = defaultdict(list)
    sizes = []
    for at, one in enumerate(rows):
        kept = letters(one.reply)
        grams = {kept[i : i + GRAM] for i in range(max(1, len(kept) - GRAM + 1))}
        sizes.append(len(grams))
        shared = Counter(other for gram in grams for other in holders[gram])
        for other, count in shared.items():
            if count >= HALF * min(sizes[at], sizes[other]):
                leader[_first(leader, at)] = _first(leader, other)
        for gram in grams:
            holders[gram].append(at)
    return [_first(leader, at) for at in range(len(rows))]


def _first(leader: list[int], at: int) -> int:
    while leader[at] != at:
        at = leader[at]
    return at

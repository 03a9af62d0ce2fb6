"""How likely two reports tell of the same thing, and which rows of a file belong together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from difflib import SequenceMatcher
from math import exp, sqrt

import numpy as np

from .grams import Grams, grams_of, plain, tokens_of, uniform, weight_of, weights_of

VERY_LIKE, SOMEWHAT_LIKE = 0.6, 0.35
WORDS = ((VERY_LIKE, "很像"), (SOMEWHAT_LIKE, "有点像"))
# Of words in common a person reads a few; they are looked for in the beginnings.
MOST_PHRASES, LONGEST_COMPARED = 3, 600
LEAST_TELLING = 1.5


@dataclass(frozen=True)
class Told:
    """A report as likeness sees it. Keys of places are empty where they aren't known."""

    text: str
    building: str = ""
    estate: str = ""
    community: str = ""
    category: str = ""
    at: datetime | None = None
    grams: Grams = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "grams", grams_of(uniform(self.text)))


@dataclass(frozen=True)
class Evidence:
    """What speaks for or against beside the words; None where it isn't known.

    `days` lie between the two.
    """

    same_place: bool | None = None
    near: bool | None = None
    same_category: bool | None = None
    days: float | None = None


def likeness(one: Told, other: Told) -> float:
    """0 (nothing in common) to 1 (the same words, with nothing that speaks against)."""
    shared = shared_mass(one.grams, other.grams)
    words = words_alike(one.grams, other.grams)
    if plain(uniform(one.text)) == plain(uniform(other.text)) != "":
        words = 1.0
    return weighed(words, shared, evidence_of(one, other))


def in_words(score: float) -> str:
    """The score as people say it: 很像, 有点像, or "" where it says too little."""
    return next((word for least, word in WORDS if score >= least), "")


def evidence_of(one: Told, other: Told) -> Evidence:
    """What their places, categories and moments say."""
    days = None
    if one.at is not None and other.at is not None:
        days = abs((one.at - other.at).total_seconds()) / 86_400
    near = _same(one.estate, other.estate)
    return Evidence(
        same_place=_same(one.building, other.building),
        near=near if near is not None else _same(one.community, other.community),
        same_category=_same(one.category, other.category),
        days=days,
    )


def _same(one: str, other: str) -> bool | None:
    return one == other if one and other else None


def shared_mass(one: Grams, other: Grams) -> float:
    """How much the two tell in common."""
    return _mass(np.intersect1d(one, other, assume_unique=True))


def words_alike(one: Grams, other: Grams) -> float:
    """How alike the words are, 0 to 1: by what both tell, or by a short one within a long one."""
    shared = shared_mass(one, other)
    if not shared:
        return 0.0
    cosine = shared / sqrt(_mass(one) * _mass(other))
    within = shared / min(_mass(one), _mass(other))
    # A few words are found in any long text: containment counts as far as there is much of it.
    alike = sqrt(max(cosine, 0.6 * within * (1 - exp(-shared / 12))))
    # And two short texts that share one word share little.
    return alike * (1 - exp(-shared / 1.5))


def _mass(grams: Grams) -> float:
    return float(weights_of(grams).sum())


def weighed(words: float, shared: float, evidence: Evidence) -> float:
    """The likeness of words, with place, category and time weighed in.

    Words that tell little prove little by themselves where the places differ: "电梯坏了" in two
    buildings is two matters. A long text told twice is one, wherever it was sent from.
    """
    doubt = exp(-shared / 20)
    against = 1.0
    if evidence.same_place is False and evidence.near:
        # What lies between two buildings is told of from both.
        against *= 1 - 0.75 * exp(-shared / 8)
    elif evidence.same_place is False:
        against *= 1 - 0.8 * doubt
    elif evidence.near is False:
        against *= 1 - 0.7 * doubt
    if evidence.same_category is False:
        against *= 1 - 0.4 * doubt
    old = min(1.0, max(0.0, ((evidence.days or 0.0) - 30) / 335))
    score = words * against * (1 - 0.15 * old)
    return 1 - (1 - score) * (1 - _beside_words(evidence))


def _beside_words(evidence: Evidence) -> float:
    """What place and category make likely before a word is read; it fades within two months."""
    if not evidence.same_place:
        return 0.0
    base = {True: 0.45, None: 0.15, False: 0.0}[evidence.same_category]
    return base * max(0.0, 1 - (evidence.days or 0.0) / 60)


def words_in_common(one: str, other: str) -> list[str]:
    """Up to three phrases that both texts hold, the most telling first."""
    mine, theirs = (tokens_of(uniform(text))[:LONGEST_COMPARED] for text in (one, other))
    blocks = SequenceMatcher(None, mine, theirs, autojunk=False).get_matching_blocks()
    runs = {tuple(mine[block.a : block.a + block.size]) for block in blocks if block.size > 1}
    telling = sorted(runs, key=lambda run: (-_telling(run), run))
    return ["".join(run)[:20] for run in telling[:MOST_PHRASES] if _telling(run) >= LEAST_TELLING]


def _telling(run: Sequence[str]) -> float:
    return sum(map(weight_of, run))

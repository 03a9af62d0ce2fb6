"""Which rows of a file tell of the same thing: found through an index of marks, not by comparing all.

Rows with the same words are one to begin with. Each distinct text then meets those that share two
marks with it, a bounded number for each mark, so that the work grows with the rows and not with
their square. Pairs that are alike enough become groups; a group is held together by its pairs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from .grams import Grams, grams_of, marks_of, plain, uniform, weights_of
from .likeness import Evidence, weighed, words_alike

THRESHOLD = 0.5
"""Above this, rows are put together; pairs below it share a place or a manner of speaking."""
# Beside how many of the rows before it a row is put under each mark, and the rows of a mark that is
# no mark any more.
NEIGHBOURS, COMMONPLACE = 12, 2_000
MARKS_SHARED = 2
# A text of few marks can't share many.
FEW_MARKS = 4
PAIRS_AT_ONCE = 20_000
# How much of the threshold the first rows of two groups must reach for the groups to be one.
CHAIN = 0.6
# A word that a small file has in every row isn't a common word for that.
LEAST_ROWS = 2_000

Numbers = NDArray[np.int64]
Scores = NDArray[np.float64]


@dataclass(frozen=True)
class Line:
    """A row of a file: its own words, and what else it says. Empty is unknown."""

    body: str
    title: str = ""
    place: str = ""
    category: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class Grouped:
    """A row's group (from 1, in the order of first rows; 0 for none) and its likeness to it."""

    group: int
    score: float


def group_lines(lines: Sequence[Line], threshold: float = THRESHOLD) -> list[Grouped]:
    """A group for each row, in the rows' order. Equal bodies are always in one group."""
    told = [(uniform(line.title), uniform(line.body)) for line in lines]
    heads = _first_of_equals(told)
    kept = np.unique(heads[heads >= 0])
    grams = [grams_of(" ".join(told[row])) for row in kept]
    near, far = _neighbours([marks_of(one) for one in grams])
    scores = _weighed(lines, kept, grams, near, far, threshold)
    alike = np.flatnonzero(scores >= threshold)
    near, far, scores = near[alike], far[alike], scores[alike]
    roots = _united(grams, near, far, scores, threshold)
    together = roots[near] == roots[far]
    best = np.zeros(len(kept))
    for end in (near[together], far[together]):
        np.maximum.at(best, end, scores[together])
    return _numbered(heads, kept, roots, best)


def _first_of_equals(told: Sequence[tuple[str, str]]) -> Numbers:
    """For each row the first with the same body; -1 for a row without words."""
    first: dict[str, int] = {}
    heads = np.empty(len(told), np.int64)
    for row, (title, body) in enumerate(told):
        whole = plain(body) or plain(title)
        heads[row] = first.setdefault(whole, row) if whole else -1
    return heads


def _neighbours(marks: Sequence[Sequence[int]]) -> tuple[Numbers, Numbers]:
    """The pairs of rows that are worth comparing, each once, the later row first."""
    rows = np.repeat(np.arange(len(marks)), [len(one) for one in marks])
    flat = np.fromiter((mark for one in marks for mark in one), np.int64, len(rows))
    order = np.lexsort((rows, flat))
    flat, rows = flat[order], rows[order]
    starts = np.flatnonzero(np.r_[True, flat[1:] != flat[:-1]]) if len(flat) else flat
    sizes = np.diff(np.r_[starts, len(flat)])
    usual = np.repeat(sizes <= COMMONPLACE, sizes)
    flat, rows = flat[usual], rows[usual]
    codes = [
        rows[step:][same] * len(marks) + rows[:-step][same]
        for step in range(1, NEIGHBOURS + 1)
        if (same := flat[step:] == flat[:-step]).any()
    ]
    if not codes:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    pairs, shared = np.unique(np.concatenate(codes), return_counts=True)
    near, far = np.divmod(pairs, len(marks))
    few = np.array([len(one) <= FEW_MARKS for one in marks])
    enough = (shared >= MARKS_SHARED) | few[near] | few[far]
    return near[enough], far[enough]


def _weighed(
    lines: Sequence[Line],
    kept: Numbers,
    grams: Sequence[Grams],
    near: Numbers,
    far: Numbers,
    threshold: float,
) -> Scores:
    """The likeness of each pair, with what the other columns say."""
    words, shared = _words_alike(grams, near, far)
    scores = words.copy()
    # The columns can't raise what is far below, so that only likely pairs are looked at one by one.
    for at in np.flatnonzero(words >= threshold / 2):
        one, other = lines[kept[near[at]]], lines[kept[far[at]]]
        scores[at] = weighed(float(words[at]), float(shared[at]), _evidence(one, other))
    return scores


def _evidence(one: Line, other: Line) -> Evidence:
    days = None
    if one.at is not None and other.at is not None:
        days = abs((one.at - other.at).total_seconds()) / 86_400
    return Evidence(
        same_place=one.place == other.place if one.place and other.place else None,
        same_category=one.category == other.category if one.category and other.category else None,
        days=days,
    )


def _words_alike(grams: Sequence[Grams], near: Numbers, far: Numbers) -> tuple[Scores, Scores]:
    """For each pair the likeness of words, rare ones of this file counting most, and what is shared."""
    from scipy import sparse

    if not len(near):
        return np.empty(0), np.empty(0)
    flat = np.concatenate(grams)
    _, columns, rows_with = np.unique(flat, return_inverse=True, return_counts=True)
    rarity = np.log1p(max(len(grams), LEAST_ROWS) / rows_with)[columns]
    told = np.sqrt(weights_of(flat))
    starts = np.r_[0, np.cumsum([len(one) for one in grams])]
    shape = (len(grams), len(rows_with))
    table = sparse.csr_matrix((told * rarity, columns, starts), shape)
    plainly = sparse.csr_matrix((told, columns, starts), shape)
    length = np.sqrt(np.asarray(table.multiply(table).sum(axis=1)).ravel())
    words, shared = np.empty(len(near)), np.empty(len(near))
    for start in range(0, len(near), PAIRS_AT_ONCE):
        part = slice(start, start + PAIRS_AT_ONCE)
        one, other = near[part], far[part]
        dot = np.asarray(table[one].multiply(table[other]).sum(axis=1)).ravel()
        words[part] = np.sqrt(np.minimum(dot / (length[one] * length[other]), 1.0))
        shared[part] = np.asarray(plainly[one].multiply(plainly[other]).sum(axis=1)).ravel()
    return words, shared


def _united(
    grams: Sequence[Grams], near: Numbers, far: Numbers, scores: Scores, threshold: float
) -> Numbers:
    """For each row the first row of its group (union-find), the likeliest pairs first.

    Two groups become one only where their first rows are somewhat alike too: else chains of
    chance pairs would tie together what has nothing in common.
    """
    above = list(range(len(grams)))

    def root_of(row: int) -> int:
        while above[row] != row:
            above[row] = above[above[row]]
            row = above[row]
        return row

    least = CHAIN * threshold
    for at in np.argsort(-scores, kind="stable").tolist():
        ends = int(near[at]), int(far[at])
        first, second = sorted(map(root_of, ends))
        if first == second:
            continue
        direct = {first, second} == set(ends)
        if direct or words_alike(grams[first], grams[second]) >= least:
            above[second] = first
    return np.array([root_of(row) for row in range(len(grams))], np.int64)


def _numbered(heads: Numbers, kept: Numbers, roots: Numbers, best: Scores) -> list[Grouped]:
    """Groups of two rows or more, numbered by their first rows."""
    place = np.searchsorted(kept, heads)
    root_of = (
        np.where(heads >= 0, roots[np.minimum(place, len(roots) - 1)], -1) if len(kept) else heads
    )
    members, equals = np.bincount(root_of[root_of >= 0]), np.bincount(heads[heads >= 0])
    numbers: dict[int, int] = {}
    grouped = []
    for row, root in enumerate(root_of.tolist()):
        if root < 0 or members[root] < 2:
            grouped.append(Grouped(0, 0.0))
            continue
        said_again = equals[heads[row]] > 1
        score = 1.0 if said_again else float(best[place[row]])
        grouped.append(Grouped(numbers.setdefault(root, len(numbers) + 1), score))
    return grouped

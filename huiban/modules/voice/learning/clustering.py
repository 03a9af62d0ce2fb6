"""Which reports are about the same matter at the same place: near neighbours, then groups.

A report is a unit vector of its words, weighed by how rare they are among the reports at hand; a
centre is the mean of its members, so that a report is compared with a group as with a report.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .clustering_space import SAME_PLACE, Rows, Vector, dot

# Two reports are neighbours, a report belongs to a group, two groups are one matter: from here on.
NEIGHBOURS = 0.30
BELONGS = 0.30
ONE_MATTER = 0.42
# What is left of a likeness where both name places and share hardly any (all of it where they share
# most), where one of them names none, and where nearly all that they share is a name.
ELSEWHERE, OTHER_PLACE = 0.30, 0.20
NOWHERE = 0.92
SOMETHING_ELSE, SHARED_MATTER = 0.30, 0.10
# A word in more reports than this finds no neighbours: it would find too many.
FEWEST_TO_SEEK, SHARE_TO_SEEK = 300, 0.02
ROWS_AT_ONCE = 1_000
PAIRS_AT_ONCE = 100_000
ROUNDS = 3


def likeness(one: Vector, other: Vector) -> float:
    """How far two are the same matter at the same place, 0 to 1."""
    like = dot(one.words, other.words)
    if not one.places or not other.places:
        like *= NOWHERE
    else:
        like *= float(_nearby(np.asarray(dot(one.places, other.places))))
    return like * SOMETHING_ELSE if dot(one.matter, other.matter) < SHARED_MATTER else like


def group(rows: Rows, least: int) -> list[list[int]]:
    """Groups of at least so many rows, by their numbers, the largest first.

    The same rows always give the same groups. Sixty thousand take a minute or two.
    """
    edges = _neighbours(rows)
    groups: list[list[int]] = []
    for _ in range(ROUNDS):
        groups += _seeded(edges, _left(groups, len(rows)))
        groups = _merged(groups, rows)
        groups = _proper(_gathered(groups, rows))
    for _ in range(ROUNDS):
        groups = _proper(_pruned(groups, rows))
    kept = [sorted(members) for members in groups if len(members) >= least]
    return sorted(kept, key=lambda members: (-len(members), members))


def nearest(rows: Rows, centres: Rows, least: float = BELONGS) -> list[tuple[int, float] | None]:
    """For each row the centre that it is most like, and how like; None where it is less like any."""
    found: list[tuple[int, float] | None] = []
    for start in range(0, len(rows), ROWS_AT_ONCE):
        like = _between(rows.span(start, start + ROWS_AT_ONCE), centres, least)
        found += [_best(like, row) for row in range(like.shape[0])]
    return found


def scores(members: Rows, centre: Rows) -> list[float]:
    """How like each member is to its centre."""
    numbers = np.arange(len(members))
    return [float(x) for x in _likeness(members, numbers, centre, np.zeros_like(numbers))]


def _best(like: Any, row: int) -> tuple[int, float] | None:
    span = slice(like.indptr[row], like.indptr[row + 1])
    if span.start == span.stop:
        return None
    at = np.lexsort((like.indices[span], -like.data[span]))[0]
    return int(like.indices[span][at]), float(like.data[span][at])


def _proper(groups: list[list[int]]) -> list[list[int]]:
    return [members for members in groups if len(members) > 1]


def _pruned(groups: list[list[int]], rows: Rows) -> list[list[int]]:
    """The groups without the members that their centres, as they are now, wouldn't take."""
    if not groups:
        return groups
    flat = np.concatenate([np.asarray(members, dtype=np.int64) for members in groups])
    which = np.repeat(np.arange(len(groups)), [len(members) for members in groups])
    kept = _likeness(rows, flat, rows.centres(groups), which) >= BELONGS
    return [flat[kept & (which == number)].tolist() for number in range(len(groups))]


def _left(groups: list[list[int]], count: int) -> Any:
    """Which rows are in no group."""
    free = np.ones(count, dtype=bool)
    for members in groups:
        free[members] = False
    return free


def _seeded(edges: Any, free: Any) -> list[list[int]]:
    """Every free report with most and nearest free neighbours takes those that are still free."""
    pull = np.asarray(edges @ free.astype(float)).ravel()
    groups = []
    for seed in np.lexsort((np.arange(len(free)), -pull)):
        if not free[seed] or pull[seed] <= 0:
            continue
        near = edges.indices[edges.indptr[seed] : edges.indptr[seed + 1]]
        members = [int(seed), *(int(other) for other in near if free[other] and other != seed)]
        if len(members) > 1:
            free[members] = False
            groups.append(members)
    return groups


def _merged(groups: list[list[int]], rows: Rows) -> list[list[int]]:
    """Groups whose centres are one matter become one, the nearest first."""
    if not groups:
        return groups
    centres = rows.centres(groups)
    edges = _between(centres, centres, ONE_MATTER).tocoo()
    found = edges.row < edges.col
    order = np.lexsort((edges.col[found], edges.row[found], -edges.data[found]))
    taken: set[int] = set()
    for one, other in zip(edges.row[found][order], edges.col[found][order], strict=True):
        if one not in taken and other not in taken:
            taken |= {int(one), int(other)}
            groups[one], groups[other] = groups[one] + groups[other], []
    return [members for members in groups if members]


def _gathered(groups: list[list[int]], rows: Rows) -> list[list[int]]:
    """Every report goes to the group that it is most like, if it belongs to any."""
    if not groups:
        return groups
    gathered: list[list[int]] = [[] for _ in groups]
    for row, best in enumerate(nearest(rows, rows.centres(groups))):
        if best is not None:
            gathered[best[0]].append(row)
    return gathered


def _neighbours(rows: Rows) -> Any:
    """Who is like whom, as a sparse square. Candidates share words that not too many use."""
    from scipy import sparse

    count, words = len(rows), rows.words
    most = max(FEWEST_TO_SEEK, SHARE_TO_SEEK * count)
    used = np.bincount(words.indices, minlength=words.shape[1])
    rare = words[:, np.flatnonzero((used <= most) & (used > 1))]
    turned = rare.T.tocsr()
    parts = [sparse.csr_matrix((0, count))]
    for start in range(0, count, ROWS_AT_ONCE):
        candidates = (rare[start : start + ROWS_AT_ONCE] @ turned).tocoo()
        near = candidates.data >= NEIGHBOURS / 2
        one, other = candidates.row[near], candidates.col[near]
        like = _likeness(rows, one + start, rows, other)
        near = (like >= NEIGHBOURS) & (one + start != other)
        shape = candidates.shape
        parts.append(sparse.csr_matrix((like[near], (one[near], other[near])), shape=shape))
    return sparse.vstack(parts).tocsr()


def _between(some: Rows, others: Rows, least: float) -> Any:
    """How like rows of two kinds are, where it is at least so much."""
    from scipy import sparse

    products = (some.words @ others.words.T).tocoo()
    near = products.data >= least
    one, other = products.row[near], products.col[near]
    like = _likeness(some, one, others, other)
    near = like >= least
    shape = (len(some), len(others))
    return sparse.csr_matrix((like[near], (one[near], other[near])), shape=shape)


def _likeness(some: Rows, one: Any, others: Rows, other: Any) -> Any:
    """The likeness of pairs of rows, as `likeness` has it."""
    like = _products(some.words, one, others.words, other)
    here, there = some.placed()[one], others.placed()[other]
    like[~here | ~there] *= NOWHERE
    both = np.flatnonzero(here & there)
    places = _products(some.places, one[both], others.places, other[both])
    like[both] *= _nearby(places)
    matter = _products(some.matter, one, others.matter, other)
    like[matter < SHARED_MATTER] *= SOMETHING_ELSE
    return like


def _nearby(places: Any) -> Any:
    """What is left of a likeness, by how far the places are the same."""
    share = (places - OTHER_PLACE) / (SAME_PLACE - OTHER_PLACE)
    return ELSEWHERE + (1 - ELSEWHERE) * np.clip(share, 0.0, 1.0)


def _products(one: Any, rows: Any, other: Any, columns: Any) -> Any:
    """The product of each pair of rows, a bounded number at a time."""
    parts = [np.zeros(0)]
    for start in range(0, len(rows), PAIRS_AT_ONCE):
        span = slice(start, start + PAIRS_AT_ONCE)
        product = one[rows[span]].multiply(other[columns[span]]).sum(axis=1)
        parts.append(np.asarray(product).ravel())
    return np.concatenate(parts)

"""Reports as sparse vectors, each of length one: what they are about, and where."""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import log, sqrt
from typing import Any

import numpy as np

from .themes_words import Marks

MOST_WORDS = 60
CENTRE_WORDS = 48
CENTRE_PLACES = 16
# A group is somewhere when this share of its members name a place.
PLACED_SHARE = 0.5
# Two share most of their place from here on.
SAME_PLACE = 0.45
# A word in more reports than this share tells nothing; among few reports nothing is that common.
TOO_COMMON = 0.40
NEVER_TOO_COMMON = 40
# A word that stands within a name in this share of its reports is a name's.
A_NAMES = 0.5

Weights = dict[str, float]


@dataclass(frozen=True)
class Vector:
    """A report or a centre: its words, those of them that aren't names', its places."""

    words: Weights = field(default_factory=dict)
    matter: Weights = field(default_factory=dict)
    places: Weights = field(default_factory=dict)

    def plain(self) -> dict[str, Weights]:
        """As it is kept."""
        return {name: _rounded(getattr(self, name)) for name in ("words", "matter", "places")}

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Vector:
        """From what was kept; what isn't there is empty."""
        return cls(**{name: dict(kept.get(name) or {}) for name in ("words", "matter", "places")})


def blended(centre: Vector, size: int, more: Sequence[Vector]) -> Vector:
    """The centre of a group of that size after some more have joined it."""
    return Vector(
        _drawn(centre.words, size, [vector.words for vector in more], CENTRE_WORDS),
        _drawn(centre.matter, size, [vector.matter for vector in more], CENTRE_WORDS),
        _drawn(centre.places, size, [vector.places for vector in more], CENTRE_PLACES)
        if centre.places
        else {},
    )


def _drawn(centre: Weights, size: int, more: Sequence[Weights], most: int) -> Weights:
    total: defaultdict[str, float] = defaultdict(float)
    for weights, times in ((centre, size), *((weights, 1) for weights in more)):
        for word, weight in weights.items():
            total[word] += times * weight
    return _unit(total, most)


def _rounded(weights: Weights) -> Weights:
    return {word: round(weight, 4) for word, weight in weights.items()}


def dot(one: Weights, other: Weights) -> float:
    """The product of two sparse vectors."""
    less, more = (one, other) if len(one) < len(other) else (other, one)
    return sum(weight * more[word] for word, weight in less.items() if word in more)


@dataclass(frozen=True)
class Rows:
    """Words, matter and places of some vectors as rows of three sparse matrices."""

    words: Any
    matter: Any
    places: Any

    def __len__(self) -> int:
        return int(self.words.shape[0])

    def span(self, start: int, end: int) -> Rows:
        """Some of the rows."""
        return Rows(self.words[start:end], self.matter[start:end], self.places[start:end])

    def picked(self, rows: Any) -> Rows:
        """The rows of these numbers."""
        return Rows(self.words[rows], self.matter[rows], self.places[rows])

    def placed(self) -> Any:
        """Which rows name a place."""
        return np.diff(self.places.indptr) > 0

    def centres(self, groups: Sequence[Sequence[int]]) -> Rows:
        """The middle of each group, by its strongest words and places."""
        chosen = _choice(groups, len(self))
        return Rows(
            strongest(chosen @ self.words, CENTRE_WORDS),
            strongest(chosen @ self.matter, CENTRE_WORDS),
            self._places(chosen),
        )

    def _places(self, chosen: Any) -> Any:
        """Where each group is: the mean of those of its members that are where most of them are.

        Were it the mean of all, members at many places would hold together; nowhere if few say.
        """
        from scipy import sparse

        sizes = np.asarray(chosen.sum(axis=1)).ravel()
        somewhere = (chosen @ self.placed().astype(float)) >= PLACED_SHARE * sizes
        middle = strongest(chosen @ self.places, CENTRE_PLACES)
        # How near each member is to its group's middle, as a matrix like `chosen`.
        near = chosen.multiply(middle @ self.places.T).tocsr()
        most = np.asarray(near.max(axis=1).todense()).ravel()
        heights = np.repeat(most, np.diff(near.indptr))
        near.data = (near.data >= 0.999 * heights).astype(float)
        medoid = strongest(near @ self.places, CENTRE_PLACES)
        there = chosen.multiply(medoid @ self.places.T).tocsr()
        there.data = (there.data >= SAME_PLACE).astype(float)
        places = sparse.diags(somewhere.astype(float)) @ (there @ self.places)
        places.eliminate_zeros()
        return strongest(places, CENTRE_PLACES)


class Corpus:
    """Many reports, weighed by how rare their words are among them: `rows` in the order given."""

    def __init__(self, reports: Iterable[Marks]) -> None:
        self._words, self._places = _Table(), _Table()
        self._named: Counter[int] = Counter()
        self.names: list[tuple[str, ...]] = []
        for marks in reports:
            self._words.add(marks.words)
            self._places.add(marks.places)
            self._named.update(self._words.columns[word] for word in marks.named)
            self.names.append(marks.names)
        words = strongest(self._words.weighed(), MOST_WORDS)
        self._own = self._matter_columns()
        matter = strongest(_only(words, self._own), MOST_WORDS)
        self.rows = Rows(words, matter, strongest(self._places.weighed(), MOST_WORDS))

    def __len__(self) -> int:
        return len(self.rows)

    def _matter_columns(self) -> Any:
        """Which words aren't those of names."""
        named = np.zeros(self._words.width)
        for column, number in self._named.items():
            named[column] = number
        return named < A_NAMES * np.maximum(self._words.common(), 1)

    def vector(self, marks: Marks) -> Vector:
        """Another text as a vector by the same weights; words that nobody here uses count as rare."""
        words = _unit(self._words.weigh(marks.words))
        own = {w: v for w, v in words.items() if w not in self._words.columns or self._is_own(w)}
        return Vector(words, _unit(own), _unit(self._places.weigh(marks.places)))

    def _is_own(self, word: str) -> bool:
        return bool(self._own[self._words.columns[word]])

    def kept(self, rows: Rows) -> list[Vector]:
        """These rows with their words spelt out."""
        words, places = self._words.spelt(), self._places.spelt()
        return [
            Vector(
                _spelt(rows.words, at, words),
                _spelt(rows.matter, at, words),
                _spelt(rows.places, at, places),
            )
            for at in range(len(rows))
        ]

    def read(self, kept: Sequence[Vector]) -> Rows:
        """Vectors that were kept, as rows; words that nobody here uses match nothing anyhow."""
        return Rows(
            self._words.read([vector.words for vector in kept]),
            self._words.read([vector.matter for vector in kept]),
            self._places.read([vector.places for vector in kept]),
        )


class _Table:
    """Counts of words a report, kept compactly: tens of thousands of reports are at hand at once."""

    def __init__(self) -> None:
        self.columns: dict[str, int] = {}
        self._indices, self._starts = array("i"), array("q", [0])
        self._counts = array("f")

    @property
    def width(self) -> int:
        return max(1, len(self.columns))

    @property
    def height(self) -> int:
        return len(self._starts) - 1

    def add(self, counts: Mapping[str, float]) -> None:
        """The next report."""
        columns = self.columns
        self._indices.extend(columns.setdefault(word, len(columns)) for word in counts)
        self._counts.extend(counts.values())
        self._starts.append(len(self._indices))

    def common(self) -> Any:
        """In how many reports each word is."""
        return np.bincount(np.asarray(self._indices, dtype=np.int64), minlength=self.width)

    def weighed(self) -> Any:
        """A row a report: the rarer a word, the more it weighs."""
        from scipy import sparse

        counts = np.asarray(self._counts, dtype=np.float32)
        indices = np.asarray(self._indices, dtype=np.int32)
        data = np.where(counts > 1, 1 + np.log(np.maximum(counts, 1)), counts)
        data = data * self._rarity()[indices]
        shape = (self.height, self.width)
        matrix = sparse.csr_matrix((data, indices, np.asarray(self._starts)), shape=shape)
        matrix.eliminate_zeros()
        return matrix

    def _rarity(self) -> Any:
        common = np.maximum(self.common(), 1)
        rarity = np.log(1 + self.height / common)
        rarity[common > self._most()] = 0.0
        return rarity

    def _most(self) -> float:
        return max(NEVER_TOO_COMMON, TOO_COMMON * self.height)

    def weigh(self, counts: Mapping[str, float]) -> Weights:
        """The same of one report more."""
        if not hasattr(self, "_known"):
            self._known = self._rarity()
        rare = log(1 + self.height)
        weighed = {
            word: (1 + log(number) if number > 1 else number)
            * (float(self._known[self.columns[word]]) if word in self.columns else rare)
            for word, number in counts.items()
        }
        return {word: weight for word, weight in weighed.items() if weight}

    def spelt(self) -> list[str]:
        """The word of each column."""
        return list(self.columns)

    def read(self, kept: Sequence[Weights]) -> Any:
        """Rows of these weights, as they are."""
        from scipy import sparse

        found = [
            (row, self.columns[word], weight)
            for row, weights in enumerate(kept)
            for word, weight in weights.items()
            if word in self.columns
        ]
        rows, columns, data = zip(*found, strict=True) if found else ((), (), ())
        shape = (len(kept), self.width)
        return sparse.csr_matrix((np.asarray(data, dtype=float), (rows, columns)), shape=shape)


def _spelt(matrix: Any, row: int, words: list[str]) -> Weights:
    span = slice(matrix.indptr[row], matrix.indptr[row + 1])
    found = zip(matrix.indices[span], matrix.data[span], strict=True)
    return {words[column]: float(weight) for column, weight in found}


def _unit(weights: Mapping[str, float], most: int = MOST_WORDS) -> Weights:
    strongest_first = sorted(weights.items(), key=lambda item: (-item[1], item[0]))[:most]
    length = sqrt(sum(weight * weight for _, weight in strongest_first))
    return {word: weight / length for word, weight in strongest_first} if length else {}


def _only(matrix: Any, columns: Any) -> Any:
    """The matrix without the entries of other columns."""
    from scipy import sparse

    data = matrix.data * columns[matrix.indices]
    left = sparse.csr_matrix((data, matrix.indices.copy(), matrix.indptr.copy()), matrix.shape)
    left.eliminate_zeros()
    return left


def _choice(groups: Sequence[Sequence[int]], count: int) -> Any:
    """A row a group, with a one for each of its members."""
    from scipy import sparse

    rows = np.repeat(np.arange(len(groups)), [len(members) for members in groups])
    columns = np.concatenate([np.asarray(members, dtype=np.int64) for members in groups])
    return sparse.csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(groups), count))


def strongest(matrix: Any, most: int) -> Any:
    """Each row by its strongest entries, of length one."""
    from scipy import sparse

    matrix = matrix.tocsr()
    data, indices, starts = [np.zeros(0)], [np.zeros(0, dtype=np.int32)], [0]
    for row in range(matrix.shape[0]):
        span = slice(matrix.indptr[row], matrix.indptr[row + 1])
        values, columns = matrix.data[span], matrix.indices[span]
        kept = np.lexsort((columns, -values))[:most]
        length = float(np.sqrt((values[kept] ** 2).sum())) or 1.0
        data.append(values[kept] / length)
        indices.append(columns[kept])
        starts.append(starts[-1] + len(kept))
    flat = (np.concatenate(data), np.concatenate(indices), starts)
    return sparse.csr_matrix(flat, shape=matrix.shape)

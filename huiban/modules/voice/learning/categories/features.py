"""A text as numbered features: runs of one to three characters, and words and pairs of words.

A run of characters is its own number: three code points of 21 bits each. A word is the checksums
of its bytes. So a vocabulary is one sorted array, without a string in it.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import rjieba
from numpy.typing import NDArray

Keys = NDArray[np.uint64]
Numbers = NDArray[np.float32]

# What is said at the beginning and at the end of a long message says what it is about.
LEAD_HEAD, LEAD_TAIL, HEAD = 100, 40, 60
# Further on, long letters repeat themselves; this bounds the time that one text can take.
LONGEST = 6000
BITS = np.uint64(21)
VIEWS = ("whole", "lead", "head", "words")

_SPACES = re.compile(r"\s+")


@dataclass(frozen=True)
class Text:
    """A message as it is learnt from: title and body in one form, of bounded length."""

    title: str
    body: str

    @property
    def whole(self) -> str:
        """Title and body."""
        return f"{self.title} {self.body}"

    @property
    def key(self) -> str:
        """The same for texts that are nearly identical: how their letters begin."""
        letters = "".join(filter(str.isalnum, self.body)) or self.title
        return letters[:60]


def read_text(title: str, body: str) -> Text:
    """Title and body made uniform: full width, capitals and spaces make no difference."""
    return Text(_uniform(title)[:200], _uniform(body))


def _uniform(text: str) -> str:
    # Half of a character, as a broken file may hold it, is nothing that can be cut into words.
    whole = text[: 2 * LONGEST].encode("utf-8", "replace").decode()
    spaced = _SPACES.sub(" ", whole)
    return unicodedata.normalize("NFKC", spaced).lower().strip()[:LONGEST]


def _lead(text: Text) -> str:
    title, body = text.title, text.body
    return f"{title} {title} {body[:LEAD_HEAD]} {body[-LEAD_TAIL:]}"


def keys_of(view: str, text: Text) -> Keys:
    """The features of one view of a text, each as often as it occurs.

    `whole` and `lead` and `head` are runs of characters of the text, of its title twice with its
    beginning and end, and of its title with its first words; `words` are words and pairs of them.
    """
    if view == "words":
        return word_keys(words_of(text.whole))
    seen = {"whole": text.whole, "lead": _lead(text), "head": f"{text.title} {text.body[:HEAD]}"}
    return run_keys(seen[view])


def run_keys(text: str) -> Keys:
    """Every run of one, two and three characters."""
    points = np.frombuffer(text.encode("utf-32-le"), np.uint32).astype(np.uint64)
    pairs = (points[:-1] << BITS) | points[1:]
    triples = (pairs[:-1] << BITS) | points[2:]
    return np.concatenate([points, pairs, triples])


def words_of(text: str) -> list[str]:
    """The text cut into words, spaces left out."""
    return [word for word in rjieba.cut(text) if not word.isspace()]


def word_keys(words: Sequence[str]) -> Keys:
    """Every word, and every two that stand side by side."""
    sums = np.array([_sum_of(word) for word in words], np.uint64)
    pairs = sums[:-1] * np.uint64(0x9E3779B97F4A7C15) ^ sums[1:]
    return np.concatenate([sums, pairs])


def _sum_of(word: str) -> int:
    encoded = word.encode()
    return zlib.crc32(encoded) << 32 | zlib.adler32(encoded)


@dataclass(frozen=True)
class Vector:
    """A text in a view: places in the vocabulary, in order, and the weight of each; length 1."""

    places: NDArray[np.int64]
    weights: Numbers


@dataclass(frozen=True)
class Vocabulary:
    """The features of a view that are worth weighing: sorted keys, and how rare each is."""

    keys: Keys
    rarity: Numbers

    def vector(self, keys: Keys) -> Vector:
        """Each known feature's weight: how often (by its logarithm) times how rare, scaled to 1."""
        found, counts = np.unique(keys, return_counts=True)
        places = np.searchsorted(self.keys, found)
        known = places < len(self.keys)
        known[known] = self.keys[places[known]] == found[known]
        places, counts = places[known], counts[known]
        weights = ((1 + np.log(counts)) * self.rarity[places]).astype(np.float32)
        length = float(np.sqrt(weights @ weights))
        return Vector(places, weights / length if length else weights)


def build_vocabulary(texts: Iterable[Keys], least: int = 2) -> Vocabulary:
    """The vocabulary of a corpus: features that occur in at least so many texts."""
    distinct = [np.unique(keys) for keys in texts]
    keys, counts = np.unique(np.concatenate(distinct), return_counts=True)
    kept = counts >= least
    rarity = np.log((1 + len(distinct)) / (1 + counts[kept])) + 1
    return Vocabulary(keys[kept], rarity.astype(np.float32))

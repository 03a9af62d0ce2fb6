"""Whether an answer was given before: the same words, nearly the same, or words that all use."""

from __future__ import annotations

import hashlib
import re
import zlib
from array import array
from collections import Counter
from dataclasses import dataclass

from .acts import read

# Numbers, days and signs change from one use of a stock answer to the next, so they don't count.
_LETTERS = re.compile(r"[^\W\d_]+")
_MARK, _MARK_SHARE = 5, 4
_SKETCH_MARK, _SKETCH = 6, 8
_NEARLY = 0.6
_SLOTS = 1 << 24


@dataclass(frozen=True)
class Said:
    """What is known of an answer beside its words.

    `alike` is how many others say nearly the same; `common` and `widespread` which share of its
    wording stands in one other, or in two others, at the least. `earlier` says that one of them
    came before it.
    """

    alike: int = 0
    common: float = 0.0
    widespread: float = 0.0
    earlier: bool = False

    @classmethod
    def before(cls, times: int) -> Said:
        """That the same words were given so many times before."""
        if not times:
            return cls()
        return cls(alike=times, common=1.0, widespread=float(times > 1), earlier=True)


def letters(text: str) -> str:
    """The letters of a text that was `read`, without numbers, signs and spaces."""
    return "".join(_LETTERS.findall(text.casefold()))


def fingerprint(reply: str) -> str:
    """32 characters that are the same for the same letters; empty for a text without letters."""
    kept = letters(read(reply))
    return hashlib.blake2b(kept.encode(), digest_size=16).hexdigest() if kept else ""


def _grams(kept: str, length: int) -> set[int]:
    last = max(1, len(kept) - length + 1)
    return {zlib.crc32(kept[at : at + length].encode()) for at in range(last)}


class Crowd:
    """The answers of one file, so that each can be told from what the others say.

    First `add` every answer in the file's order, then ask what is `said` of each.
    Takes 16 MB and about 100 bytes an answer, however long the answers are.
    """

    def __init__(self) -> None:
        # A slot may serve two marks; then wording seems a little more common than it is.
        self._holders = bytearray(_SLOTS)
        self._group_of_mark: dict[int, int] = {}
        self._groups = array("L")
        self._sizes = array("L")
        self._is_later = bytearray()

    def add(self, reply: str) -> None:
        """Take one more answer of the file into account."""
        kept = letters(read(reply))
        for mark in _marks(kept):
            self._holders[mark] = min(255, self._holders[mark] + 1)
        self._join(kept)

    def _join(self, kept: str) -> None:
        """Put the answer with those that say nearly the same, or into a group of its own."""
        sketch = sorted(_grams(kept, _SKETCH_MARK))[:_SKETCH] if kept else []
        seen = Counter(
            self._group_of_mark[mark] for mark in sketch if mark in self._group_of_mark
        ).most_common(1)
        is_later = bool(seen) and seen[0][1] >= _NEARLY * len(sketch)
        group = seen[0][0] if is_later else len(self._sizes)
        if not is_later:
            self._sizes.append(0)
        self._sizes[group] += 1
        self._groups.append(group)
        self._is_later.append(is_later)
        for mark in sketch:
            self._group_of_mark[mark] = group

    def said(self, place: int, reply: str) -> Said:
        """What the others say, of the answer that was added as number `place` (from 0)."""
        held = [self._holders[mark] for mark in _marks(letters(read(reply)))]
        return Said(
            alike=self._sizes[self._groups[place]] - 1,
            common=_share(held, 1),
            widespread=_share(held, 2),
            earlier=bool(self._is_later[place]),
        )


def _marks(kept: str) -> set[int]:
    """The slots of a quarter of the text's grams: always the same quarter."""
    if not kept:
        return set()
    return {gram // _MARK_SHARE % _SLOTS for gram in _grams(kept, _MARK) if gram % _MARK_SHARE == 0}


def _share(held: list[int], more_than: int) -> float:
    return sum(count > more_than for count in held) / len(held) if held else 0.0

"""Categories by the words that people use for them, in a hierarchy that a district makes itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from hashlib import sha256

from huiban.kernel.base import clock
from huiban.kernel.base.errors import Refusal
from huiban.kernel.vocab.queries import Word, remember, words

from .actions.steps import CATEGORIES

BETWEEN = "/"
LONGEST_CODE = 50
_HASH_DIGITS = 10


def code_for(path: Sequence[str]) -> str:
    """The code of a category that was given none, from its names from the top down.

    The same names in the same order always give the same code, and the same name below another
    parent gives another. It reads like the path itself; where that is too long, or holds signs that
    no code may hold, a hash of the path stands at its end.
    """
    plain = BETWEEN.join("".join(filter(str.isalnum, name)) for name in path)
    if plain == BETWEEN.join(path) and len(plain) <= LONGEST_CODE:
        return plain
    mark = sha256("\x1f".join(path).encode()).hexdigest()[:_HASH_DIGITS]
    return f"{plain[: LONGEST_CODE - _HASH_DIGITS - 1]}:{mark}"


def path_of(code: str, known: Mapping[str, Word]) -> tuple[str, ...]:
    """The names from the top down to a category; a parent that isn't known ends the way."""
    names: list[str] = []
    seen: set[str] = set()
    while code in known and code not in seen:
        seen.add(code)
        names.insert(0, known[code].name)
        code = known[code].parent_code
    return tuple(names)


def category_code(told: str) -> str:
    """The code of the category in force that is meant by a code, a name or a path of names.

    Raises Refusal, saying what to write, where there is none or the name stands below several.
    """
    found = _meanings().get(told, [])
    if len(found) > 1:
        known = words(CATEGORIES)
        paths = "、".join(f"“{BETWEEN.join(path_of(code, known))}”" for code in found[:3])
        raise Refusal(
            f"有{len(found)}个分类叫“{told}”。请写全上级，如{paths}，或写编码。", "category"
        )
    if not found:
        raise Refusal(f"没有“{told}”这个分类。请用分类表里的名称或编码。", "category")
    return found[0]


def category_codes() -> dict[str, str]:
    """Each code, name and path of names in force that means one category alone → its code."""
    return {told: codes[0] for told, codes in _meanings().items() if len(codes) == 1}


def _meanings() -> dict[str, list[str]]:
    day = clock.local(clock.now()).date()
    return remember(f"voice.category_words.{day}", lambda: _read(words(CATEGORIES, day)))


def _read(known: Mapping[str, Word]) -> dict[str, list[str]]:
    meant: dict[str, list[str]] = defaultdict(list)
    for code, word in known.items():
        for told in {word.name, BETWEEN.join(path_of(code, known))} - known.keys():
            meant[told].append(code)
    return dict(meant) | {code: [code] for code in known}

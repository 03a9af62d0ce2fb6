"""Text as people write it: made uniform, masked, shortened, searched for words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from huiban.kernel.base.masking import mask

__all__ = ["excerpt", "has_any", "mask", "normalise"]

# What NFKC would turn into ASCII although a reader of Chinese wants it as it is: full-width
# punctuation, the ellipsis, and numbered marks (① would become a bare 1).
_KEPT = "，。：；！？（）【】《》〈〉「」『』〔〕、…—～·①-⒛⓪-⓿㈠-㈩"
_CHANGED = re.compile(f"[^{_KEPT}]+")
_LINE_ENDS = re.compile(r"\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_DROPPED_CATEGORIES = frozenset({"Cc", "Cf", "Cs"})  # control, invisible, half of a character
_SPACES = re.compile(r"[^\S\n]+")
_EMPTY_LINES = re.compile(r"\n{3,}")
_JOINED_ON = frozenset({"Mn", "Mc", "Me"})


def normalise(text: str) -> str:
    """Text in one form: NFKC with Chinese punctuation left as it is, no control characters.

    Nothing invisible stays; runs of spaces and tabs become one space, lines lose theirs at both
    ends, at most one empty line stands between two lines. Doing it twice changes nothing.
    """
    lines = _LINE_ENDS.sub("\n", text)
    # Most lines hold nothing invisible, and asking that of a whole line is quick.
    shown = "\n".join(line if line.isprintable() else _shown(line) for line in lines.split("\n"))
    uniform = _CHANGED.sub(lambda run: unicodedata.normalize("NFKC", run[0]), shown)
    spaced = _SPACES.sub(" ", uniform)
    stripped = "\n".join(line.strip() for line in spaced.split("\n"))
    return _EMPTY_LINES.sub("\n\n", stripped).strip()


def _shown(line: str) -> str:
    return "".join(character for character in line if _is_shown(character))


def _is_shown(character: str) -> bool:
    return character == "\t" or unicodedata.category(character) not in _DROPPED_CATEGORIES


def excerpt(text: str, length: int) -> str:
    """At most `length` characters of the text on one line, ending in … where it was cut.

    An accent or a joined sign is never torn from the character it belongs to.
    """
    if length < 1:
        raise ValueError("an excerpt has at least one character")
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    end = length - 1
    while end and _belongs_to_previous(line, end):
        end -= 1
    return line[:end].rstrip() + "…"


def _belongs_to_previous(line: str, place: int) -> bool:
    return (
        unicodedata.category(line[place]) in _JOINED_ON
        or "\u200d" in line[place - 1 : place + 1]
        or "\U0001f3fb" <= line[place] <= "\U0001f3ff"  # the colour of a hand or face
    )


def has_any(text: str, words: Iterable[str]) -> list[str]:
    """Those of `words`, as they are given and each once, that occur in the text.

    Both are compared normalised and without regard to upper and lower case.
    """
    searched = normalise(text).casefold()
    return [
        word
        for word in dict.fromkeys(words)
        if (looked_for := normalise(word).casefold()) and looked_for in searched
    ]

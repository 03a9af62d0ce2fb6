"""How wide text is, reckoned without a font, in the width of a Chinese character (1 em)."""

from __future__ import annotations

import re
import unicodedata

_FULL = frozenset("WFA")
_BROAD = frozenset("mwMWQO@%—…")
# Marks that no line begins with.
_CLOSING = frozenset("，。、；：？！）〕】》」』”’%,.;:?!)]}…")
_SLIM = frozenset("iljtfrI.,:;'|!()[] -")


def width(text: str) -> float:
    """The width of the text in ems: a little more than it takes in the fonts that papers use."""
    return sum(map(_character, text))


def halves(text: str) -> float:
    """The width of the text in ems where every narrow character takes half of one."""
    return sum(1.0 if unicodedata.east_asian_width(c) in _FULL else 0.5 for c in text)


def _character(character: str) -> float:
    if unicodedata.east_asian_width(character) in _FULL:
        return 1.0
    if character in _BROAD:
        return 0.95
    if character in _SLIM:
        return 0.36
    return 0.72 if character.isupper() else 0.62


def wrapped(text: str, ems: float, most: int = 3) -> list[str]:
    """The text in up to `most` lines of that width, the last ending in … where not all fits.

    Breaks after spaces and punctuation where that leaves no line half empty, else anywhere.
    """
    lines: list[str] = []
    rest = text.strip()
    while rest and len(lines) < most:
        line = _fitting(rest, ems)
        rest = rest[len(line) :].lstrip()
        lines.append(line.rstrip())
    if rest:
        lines[-1] = _fitting(lines[-1], ems - 1) + "…"
    return lines


def _fitting(text: str, ems: float) -> str:
    """As much of the text's beginning as fits, at least one character."""
    taken, end = 0.0, 0
    for character in text:
        taken += _character(character)
        if taken > ems and end:
            break
        end += 1
    if end == len(text):
        return text
    while end > 1 and text[end] in _CLOSING:
        end -= 1
    good = [match.end() for match in re.finditer(r"[\s，。、；：）)·/-]", text[:end])]
    fair = good and good[-1] > end / 2 and text[good[-1]] not in _CLOSING
    return text[: good[-1]] if fair else text[:end]

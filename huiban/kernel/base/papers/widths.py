"""How wide text is, reckoned without a font, in the width of a Chinese character (1 em)."""

from __future__ import annotations

import re
import unicodedata

from .model import Table

# Columns keep between these widths where their contents decide, so that none starves another.
_NARROWEST, _WIDEST = 3.0, 15.0
_FULL = frozenset("WFA")
_BROAD = frozenset("mwMWQO@%—…")
_SLIM = frozenset("iljtfrI.,:;'|!()[] -")


def width(text: str) -> float:
    """The width of the text in ems: a little more than it takes in the fonts that papers use."""
    return sum(map(_character, text))


def _character(character: str) -> float:
    if unicodedata.east_asian_width(character) in _FULL:
        return 1.0
    if character in _BROAD:
        return 0.95
    return (
        0.36
        if character in _SLIM
        else 0.62
        if character.islower() or not character.isalpha()
        else 0.72
    )


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
    good = [match.end() for match in re.finditer(r"[\s，。、；：）)·/-]", text[:end])]
    return text[: good[-1]] if good and good[-1] > end / 2 else text[:end]


def shares(table: Table) -> list[float]:
    """Each column's part of the table's width, summing to 1."""
    parts = [
        column.share or _wanted([column.name, *(row[place] for row in table.rows)])
        for place, column in enumerate(table.columns)
    ]
    return [round(part / sum(parts), 4) for part in parts]


def _wanted(cells: list[str]) -> float:
    longest = max(width(line) for cell in cells for line in cell.split("\n") or [""])
    return min(max(longest + 1, _NARROWEST), _WIDEST)

"""The levels of letters and the ladder between them, as they read today."""

from __future__ import annotations

from datetime import date

from huiban.kernel.base.errors import Refusal
from huiban.kernel.base.papers import letter_number
from huiban.kernel.vocab.queries import word_name, words

from ..reference_letters import LADDER, LEVELS
from ..rules_letters import Level, Rung, level_of, rung_of


def levels(day: date | None = None) -> dict[str, Level]:
    """The levels in force, the mildest first."""
    return {code: level_of(code, word.name, word.data) for code, word in words(LEVELS, day).items()}


def level_named(code: str) -> Level:
    """The level with that code. Raises Refusal for one that isn't in force."""
    found = levels().get(code)
    if found is None:
        raise Refusal("请选一种文书：提示单、预警函或督办单等。", "level")
    return found


def level_name(code: str) -> str:
    """What a level is called, in force or not any more."""
    return word_name(LEVELS, code)


def rungs() -> list[Rung]:
    """The ladder's rungs in force."""
    return [rung_of(word.name, word.data) for word in words(LADDER).values()]


def number_of(level: str, year: int | None, number: int | None) -> str:
    """A letter's number in words; nothing for a draft."""
    known = levels().get(level)
    if year is None or number is None:
        return ""
    return letter_number(known.word if known else level, year, number)

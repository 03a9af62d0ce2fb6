"""Decisions about the groups of people whom a case concerns (涉及人群): pure.

A case keeps its groups as codes in alphabetical order joined by a plus sign; "" is 未说明, which is
a value like any other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from huiban.kernel.base.errors import Refusal

from .lookout import fold
from .rules import Vocabularied

BETWEEN = "+"
# What asks for the cases of which nobody said a group.
NOT_STATED = "none"
NOT_STATED_NAME = "未说明"
BY_WORDS, BY_WORKER = "words", "worker"
# As long as a code may be in the event log.
LONGEST = 80


def groups_in(text: str, terms: Iterable[Vocabularied]) -> dict[str, tuple[str, ...]]:
    """The groups that a text tells of, each with the words that told, in the vocabulary's order."""
    folded = fold(text)
    found = {term.code: tuple(dict.fromkeys(term.looker.finds(folded))) for term in terms}
    return {code: words for code, words in found.items() if words}


def joined(codes: Iterable[str]) -> str:
    """The codes as a case keeps them."""
    return BETWEEN.join(sorted(set(codes)))


def parted(kept: str) -> list[str]:
    """The codes that a case keeps."""
    return kept.split(BETWEEN) if kept else []


def as_many_as_fit(codes: Iterable[str]) -> str:
    """The codes as a case keeps them, without the last ones where they would be too long."""
    fitting = list(codes)
    while len(joined(fitting)) > LONGEST:
        fitting.pop()
    return joined(fitting)


def checked(codes: Collection[str], known: Collection[str]) -> str:
    """The codes as a case keeps them. Raises Refusal for an unknown one, or too many."""
    if not set(codes) <= set(known):
        raise Refusal("没有这类人群。请从列出的人群里点选；说不清的，可以是“未说明”。", "groups")
    kept = joined(codes)
    if len(kept) > LONGEST:
        raise Refusal("涉及人群选得太多。请只留下最主要的几类。", "groups")
    return kept

"""The starter knows every category, says enough of each, and says nothing twice."""

from __future__ import annotations

from collections import Counter

from huiban.modules.voice.learning.starter import starter_examples
from huiban.modules.voice.reference import CATEGORY_ROWS

CODES = {code for code, *_ in CATEGORY_ROWS}


def test_every_category_has_at_least_forty_examples_and_nothing_else_has_any() -> None:
    told = Counter(code for _, code in starter_examples())
    assert set(told) == CODES
    assert min(told.values()) >= 40


def test_nothing_is_said_twice_and_nothing_is_empty() -> None:
    texts = [text for text, _ in starter_examples()]
    assert [text for text, often in Counter(texts).items() if often > 1] == []
    assert all(text == text.strip() and len(text) >= 3 for text in texts)


def test_the_tellings_are_of_all_lengths() -> None:
    lengths = sorted(len(text) for text, _ in starter_examples())
    assert lengths[0] <= 8
    assert lengths[-1] >= 55

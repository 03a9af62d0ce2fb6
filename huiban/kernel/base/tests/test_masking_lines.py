"""Masking against lines that were marked by hand; the held-out ones weren't used in making it."""

from __future__ import annotations

import pytest

from bench.masking import PARTS, marked_lines, scored
from huiban.kernel.base.masking import Kind, found_in, mask

LEAST_PRECISION, LEAST_RECALL = 0.97, 0.95
LEAST_OF_A_KIND = 0.9


@pytest.mark.parametrize("part", PARTS)
def test_what_is_found_is_what_was_marked(part: str) -> None:
    scores = scored(part)
    assert scores.whole.precision >= LEAST_PRECISION
    assert scores.whole.recall >= LEAST_RECALL
    for kind, score in scores.of.items():
        assert score.precision >= LEAST_OF_A_KIND, kind
        assert score.recall >= LEAST_OF_A_KIND, kind


def test_the_lines_are_enough_and_many_have_nothing_to_mask() -> None:
    held_out, development = scored("held-out"), scored("development")
    lines = held_out.lines + development.lines
    assert lines >= 560
    assert held_out.lines >= 200
    assert held_out.without + development.without >= 0.45 * lines
    assert all(held_out.of[kind].right >= 4 for kind in Kind)


@pytest.mark.parametrize("part", PARTS)
def test_masking_a_line_twice_changes_nothing_and_hides_what_was_found(part: str) -> None:
    for text, _ in marked_lines(part):
        masked = mask(text)
        assert mask(masked) == masked
        assert (masked == text) == (not found_in(text))

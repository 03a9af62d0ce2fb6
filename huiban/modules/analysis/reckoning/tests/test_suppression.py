"""What is hidden stays hidden from someone who can add and subtract, and knows the rules."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from huiban.modules.analysis.reckoning.suppression import (
    PLAY,
    SMALLEST,
    is_small,
    suppress_list,
)

counts = st.one_of(st.just(0), st.integers(0, 4), st.integers(0, 40))


def play(line: list[int | None], number: int) -> float:
    """How far a hidden number could lie from its true value, for someone who solves the sum.

    `line` is what is published, the total last. Hidden numbers are known to be 1 or more.
    """
    signs = [1] * (len(line) - 1) + [-1]
    hidden = [at for at, value in enumerate(line) if value is None]
    known = sum(s * value for s, value in zip(signs, line, strict=True) if value is not None)
    aim = np.asarray([float(at == number) for at in hidden])
    matrix = np.asarray([[signs[at] for at in hidden]])
    ends = [
        linprog(way * aim, A_eq=matrix, b_eq=[-known], bounds=[(1, 10_000)] * len(hidden)).fun
        for way in (1, -1)
    ]
    return float(-ends[1] - ends[0])


@settings(max_examples=40)
@given(st.lists(counts, min_size=1, max_size=12))
def test_no_small_number_of_a_list_can_be_reckoned(values: list[int]) -> None:
    shown = suppress_list(values)
    line = [*shown.cells, shown.total]
    for at, value in enumerate([*values, sum(values)]):
        assert line[at] in (None, value)
        if is_small(value):
            assert line[at] is None
            assert play(line, at) >= PLAY - 1e-6


def test_one_small_count_takes_the_next_smallest_along() -> None:
    shown = suppress_list([3, 40, 12, 0])
    assert shown.cells == (None, 40, None, 0)
    assert shown.total == 55


def test_what_is_large_is_shown_whole() -> None:
    shown = suppress_list([5, 9, 0, 7])
    assert (shown.cells, shown.total) == ((5, 9, 0, 7), 21)


def test_two_of_the_smallest_dont_keep_each_other() -> None:
    """Neither can be two less, so neither can be two more."""
    assert suppress_list([1, 2, 40, 12]).cells == (None, None, 40, None)
    assert suppress_list([1, 3, 40, 12]).cells == (None, None, 40, 12)


def test_a_lone_count_takes_its_total_along() -> None:
    shown = suppress_list([3, 0])
    assert (shown.cells, shown.total) == ((None, 0), None)


def test_cells_can_be_hidden_for_another_reason() -> None:
    shown = suppress_list([30, 40, 12], also=[0])
    assert shown.cells[0] is None
    assert shown.cells[2] is None
    assert suppress_list([0, 40, 12], also=[0]).cells == (0, 40, 12)


def test_the_smallest_can_be_set() -> None:
    assert suppress_list([9, 40, 12], smallest=10).cells == (None, 40, None)
    assert suppress_list([1, 2, 3], smallest=1).cells == (1, 2, 3)
    assert SMALLEST == 5


def test_what_is_no_count_is_refused() -> None:
    with pytest.raises(ValueError, match="never negative"):
        suppress_list([-1, 4])


def test_a_list_of_nothing_adds_up_to_nought() -> None:
    assert suppress_list([]).total == 0

"""What is hidden stays hidden from someone who can add and subtract, and knows the rules."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from huiban.modules.analysis.reckoning.arrays import Floats
from huiban.modules.analysis.reckoning.suppression import (
    PLAY,
    SMALLEST,
    ShownTable,
    is_small,
    suppress_groups,
    suppress_list,
    suppress_table,
)

counts = st.one_of(st.just(0), st.integers(0, 4), st.integers(0, 40))
tables = st.integers(1, 6).flatmap(
    lambda width: st.lists(st.lists(counts, min_size=width, max_size=width), min_size=1, max_size=5)
)


def play(sums: list[list[tuple[int, int | None]]], sign: list[list[int]], number: int) -> float:
    """How far a hidden number could lie from its true value, for someone who solves all sums.

    `sums` are rows of (variable, published value); `sign` their signs, adding up to nought. Hidden
    numbers are known to be 1 or more.
    """
    hidden = sorted({v for row in sums for v, value in row if value is None})
    matrix: Floats = np.zeros((len(sums), len(hidden)))
    right = np.zeros(len(sums))
    for at, (row, signs) in enumerate(zip(sums, sign, strict=True)):
        for (variable, value), s in zip(row, signs, strict=True):
            if value is None:
                matrix[at, hidden.index(variable)] += s
            else:
                right[at] -= s * value
    aim = np.zeros(len(hidden))
    aim[hidden.index(number)] = 1
    ends = [
        linprog(way * aim, A_eq=matrix, b_eq=right, bounds=[(1, 10_000)] * len(hidden)).fun
        for way in (1, -1)
    ]
    return float(-ends[1] - ends[0])


def table_sums(
    shown: ShownTable,
) -> tuple[list[list[tuple[int, int | None]]], list[list[int]]]:
    width = len(shown.column_totals)
    rows = [[*cells, total] for cells, total in zip(shown.cells, shown.row_totals, strict=True)] + [
        [*shown.column_totals, shown.total]
    ]
    named = [
        [(r * (width + 1) + c, value) for c, value in enumerate(row)] for r, row in enumerate(rows)
    ]
    columns = [[row[c] for row in named] for c in range(width + 1)]
    return named + columns, [[1] * (len(line) - 1) + [-1] for line in named + columns]


@settings(max_examples=40)
@given(tables)
def test_no_small_number_of_a_table_can_be_reckoned(rows: list[list[int]]) -> None:
    shown = suppress_table(rows)
    sums, signs = table_sums(shown)
    width = len(rows[0])
    full = [[*row, sum(row)] for row in rows]
    full.append([sum(row[c] for row in full) for c in range(width + 1)])
    for r, row in enumerate(full):
        for c, value in enumerate(row):
            published = sums[r][c][1]
            assert published in (None, value)
            if is_small(value):
                assert published is None
                assert play(sums, signs, r * (width + 1) + c) >= PLAY - 1e-6


@settings(max_examples=40)
@given(st.lists(counts, min_size=1, max_size=12))
def test_nor_any_of_a_list(values: list[int]) -> None:
    shown = suppress_list(values)
    line = [*enumerate(shown.cells), (len(values), shown.total)]
    for at, value in enumerate([*values, sum(values)]):
        assert line[at][1] in (None, value)
        if is_small(value):
            assert play([line], [[1] * len(values) + [-1]], at) >= PLAY - 1e-6


@settings(max_examples=40)
@given(st.lists(st.lists(counts, min_size=1, max_size=5), min_size=1, max_size=5))
def test_nor_any_of_groups_with_their_sums(values: list[list[int]]) -> None:
    groups = {f"g{at}": group for at, group in enumerate(values)}
    shown, total = suppress_groups(groups)
    sums, truth, number = [], {}, 0
    upper: list[tuple[int, int | None]] = []
    for name, group in groups.items():
        row: list[tuple[int, int | None]] = []
        both = zip([*group, sum(group)], [*shown[name].cells, shown[name].total], strict=True)
        for value, published in both:
            truth[number] = value
            row.append((number, published))
            number += 1
        sums.append(row)
        upper.append(row[-1])
    truth[number] = sum(map(sum, values))
    sums.append([*upper, (number, total)])
    signs = [[1] * (len(row) - 1) + [-1] for row in sums]
    for variable, published in {pair for row in sums for pair in row}:
        assert published in (None, truth[variable])
        if is_small(truth[variable]):
            assert play(sums, signs, variable) >= PLAY - 1e-6


def test_one_small_count_takes_the_next_smallest_along() -> None:
    shown = suppress_list([3, 40, 12, 0])
    assert shown.cells == (None, 40, None, 0)
    assert shown.total == 55


def test_what_is_large_is_shown_whole() -> None:
    shown = suppress_table([[5, 9], [0, 7]])
    assert shown == ShownTable(((5, 9), (0, 7)), (14, 7), (5, 16), 21)


def test_totals_stay_where_cells_can_be_hidden_instead() -> None:
    shown = suppress_table([[3, 20, 30], [25, 30, 40], [50, 60, 70]])
    assert shown.row_totals == (53, 95, 180)
    assert shown.column_totals == (78, 110, 140)
    assert sum(cell is None for row in shown.cells for cell in row) == 4
    assert shown.cells[0][0] is None


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


def test_what_is_no_table_is_refused() -> None:
    with pytest.raises(ValueError, match="equally long"):
        suppress_table([[1, 2], [3]])
    with pytest.raises(ValueError, match="never negative"):
        suppress_list([-1, 4])
    assert suppress_table([]).total == 0

"""The figures of hand-overs, beside a model that counts them with nothing but lists."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from huiban.modules.supervision.logs.handovers import case_figures, pair_figures, stays_of
from huiban.modules.supervision.logs.reading import Log
from huiban.modules.supervision.logs.times import MICROSECONDS_A_DAY

Event = tuple[int, int, int]  # case, hours since the epoch, unit
HOUR = MICROSECONDS_A_DAY // 24
EVENTS = st.lists(st.tuples(st.integers(0, 4), st.integers(-3, 12), st.integers(0, 3)), max_size=60)


def log_of(events: list[Event]) -> Log:
    cases = [f"案{number}" for number in range(5)]
    units = [f"单位{number}" for number in range(4)]
    case, at, unit = (np.array(column, dtype=np.int64) for column in columns(events))
    return Log(cases, units, case.astype(np.int32), unit.astype(np.int32), at * HOUR)


def columns(events: list[Event]) -> list[list[int]]:
    return [[event[place] for event in events] for place in range(3)]


def stays_in(events: list[Event], case: int) -> list[tuple[int, int]]:
    """What a case went through: a unit and the hour at which its stay began."""
    stays: list[tuple[int, int]] = []
    for _, hour, unit in sorted((e for e in events if e[0] == case), key=lambda e: e[1]):
        if not stays or stays[-1][0] != unit:
            stays.append((unit, hour))
    return stays


@given(EVENTS)
def test_each_case_has_the_figures_that_counting_by_hand_gives(events: list[Event]) -> None:
    figures = case_figures(stays_of(log_of(events)))
    expected = []
    for case in sorted({event[0] for event in events}):
        folded = [unit for unit, _ in stays_in(events, case)]
        hours = [event[1] for event in events if event[0] == case]
        expected.append(
            (
                case,
                sum(one != two for one, two in pairwise(folded)),
                sum(folded[i] == folded[i - 2] for i in range(2, len(folded))),
                sum(folded[i] in folded[:i] for i in range(1, len(folded))),
                len(set(folded)),
                (max(hours) - min(hours)) / 24,
            )
        )
    found = zip(
        figures.case.tolist(),
        figures.handovers.tolist(),
        figures.returns.tolist(),
        figures.loops.tolist(),
        figures.units.tolist(),
        figures.days.tolist(),
        strict=True,
    )
    assert list(found) == expected


@given(EVENTS)
def test_each_pair_has_the_figures_that_counting_by_hand_gives(events: list[Event]) -> None:
    handovers: dict[tuple[int, int], int] = defaultdict(int)
    cases: dict[tuple[int, int], set[int]] = defaultdict(set)
    returned: dict[tuple[int, int], int] = defaultdict(int)
    hours: dict[tuple[int, int], int] = defaultdict(int)
    for case in range(5):
        stays = stays_in(events, case)
        for at, ((sender, _), (receiver, since)) in enumerate(pairwise(stays)):
            pair = sender, receiver
            handovers[pair] += 1
            cases[pair].add(case)
            if at + 2 < len(stays) and stays[at + 2][0] == sender:
                returned[pair] += 1
                hours[pair] += stays[at + 2][1] - since
    figures = pair_figures(stays_of(log_of(events)))
    pairs = list(zip(figures.sender.tolist(), figures.receiver.tolist(), strict=True))
    assert sorted(pairs) == sorted(handovers)
    assert figures.handovers.tolist() == [handovers[pair] for pair in pairs]
    assert figures.cases.tolist() == [len(cases[pair]) for pair in pairs]
    assert figures.returned.tolist() == [returned[pair] for pair in pairs]
    assert np.allclose(figures.days, [hours[pair] / 24 for pair in pairs])
    busy = list(zip(figures.handovers.tolist(), figures.returned.tolist(), strict=True))
    assert busy == sorted(busy, reverse=True)


@given(EVENTS)
def test_figures_of_pairs_and_of_cases_add_up_to_the_same(events: list[Event]) -> None:
    stays = stays_of(log_of(events))
    cases, pairs = case_figures(stays), pair_figures(stays)
    assert cases.handovers.sum() == pairs.handovers.sum()
    assert cases.returns.sum() == pairs.returned.sum()
    assert (cases.returns <= cases.loops).all()
    assert (cases.loops == cases.handovers + 1 - cases.units).all()

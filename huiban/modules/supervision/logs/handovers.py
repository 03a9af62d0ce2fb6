"""How cases went from unit to unit: each one's figures, and the traffic between pairs of units.

Repeats of one unit in a row count once: a case that A, A, B, A worked on was with A, B, A. That is
two hand-overs. One of them is a direct return (A→B→A); and a loop is every hand-over to a unit
that had the case before, directly or not, so that A, B, C, A has one loop and no return.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .reading import Log, Moments, Numbers
from .times import MICROSECONDS_A_DAY

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Stays:
    """Each time that a unit had a case, case by case (in the log's order) and in time.

    `case` and `unit` are numbers of `cases` and `units`; `since` is when the stay began, `ended`
    for each case that has events when its last event was.
    """

    cases: list[str]
    units: list[str]
    case: Numbers
    unit: Numbers
    since: Moments
    ended: Moments


@dataclass(frozen=True)
class CaseFigures:
    """A row a case that has events, in the order in which the log first names them."""

    case: Numbers
    handovers: Counts
    returns: Counts
    loops: Counts
    units: Counts
    days: npt.NDArray[np.float64]


@dataclass(frozen=True)
class PairFigures:
    """A row a pair of units between which cases went, the busiest first.

    `returned` are the hand-overs that came straight back; `days` how long those were away in all.
    """

    sender: Counts
    receiver: Counts
    handovers: Counts
    cases: Counts
    returned: Counts
    days: npt.NDArray[np.float64]


def stays_of(log: Log) -> Stays:
    """Put the events of each case in time, equal times in the file's order, and fold repeats."""
    order = np.lexsort((log.at, log.case))
    case, unit = log.case[order], log.unit[order]
    at = log.at[order]
    del order
    first = _begins(case)
    ended = at[np.append(np.flatnonzero(first)[1:], len(case))[: first.sum()] - 1]
    kept = first
    kept[1:] |= unit[1:] != unit[:-1]
    return Stays(log.cases, log.units, case[kept], unit[kept], at[kept], ended)


def case_figures(stays: Stays) -> CaseFigures:
    """The figures of each case."""
    first = _begins(stays.case)
    starts = np.flatnonzero(first)
    total = len(starts)
    rank = np.cumsum(first) - 1
    lengths = np.diff(np.append(starts, len(first)))
    units = np.bincount(_each_member_once(rank, stays.unit), minlength=total)
    return CaseFigures(
        case=stays.case[starts],
        handovers=lengths - 1,
        returns=np.bincount(rank[2:][_comes_back(stays)], minlength=total),
        # Of a case's stays each is either a unit's first or a loop.
        loops=lengths - units,
        units=units,
        days=(stays.ended - stays.since[starts]) / MICROSECONDS_A_DAY,
    )


def pair_figures(stays: Stays) -> PairFigures:
    """The traffic between pairs of units."""
    case, unit = stays.case, stays.unit
    sent = np.flatnonzero(case[1:] == case[:-1])
    breadth = len(stays.units)
    pair = unit[sent].astype(np.int64) * breadth + unit[sent + 1]
    order = np.argsort(pair, kind="stable")  # so that the hand-overs of a case stay together
    pair, case = pair[order], case[sent[order]]
    starts = np.flatnonzero(_begins(pair))
    pairs = pair[starts]
    back = np.flatnonzero(_comes_back(stays))
    returned = np.searchsorted(pairs, unit[back].astype(np.int64) * breadth + unit[back + 1])
    away = stays.since[back + 2] - stays.since[back + 1]
    return _busiest_first(
        PairFigures(
            sender=pairs // breadth,
            receiver=pairs % breadth,
            handovers=np.diff(np.append(starts, len(pair))),
            cases=_counts(_begins(pair) | _begins(case), starts),
            returned=np.bincount(returned, minlength=len(pairs)),
            days=np.bincount(returned, away, minlength=len(pairs)) / MICROSECONDS_A_DAY,
        )
    )


def _busiest_first(figures: PairFigures) -> PairFigures:
    """By hand-overs, equals by returns, then in the order in which the log names the units."""
    order = np.lexsort((figures.receiver, figures.sender, -figures.returned, -figures.handovers))
    return PairFigures(
        figures.sender[order],
        figures.receiver[order],
        figures.handovers[order],
        figures.cases[order],
        figures.returned[order],
        figures.days[order],
    )


def _begins(values: npt.NDArray[np.integer[Any]]) -> npt.NDArray[np.bool_]:
    """Where a value differs from the one before it."""
    begins = np.ones(len(values), dtype=bool)
    begins[1:] = values[1:] != values[:-1]
    return begins


def _comes_back(stays: Stays) -> npt.NDArray[np.bool_]:
    """For each stay but the last two: whether the next but one is the same unit with that case."""
    case, unit = stays.case, stays.unit
    back: npt.NDArray[np.bool_] = (case[2:] == case[:-2]) & (unit[2:] == unit[:-2])
    return back


def _each_member_once(group: Counts, member: Numbers) -> Counts:
    """The group of each different pair of a group and a member."""
    breadth = int(member.max(initial=0)) + 1
    keys = group * breadth + member
    keys.sort()
    return keys[_begins(keys)] // breadth


def _counts(values: npt.NDArray[np.bool_], starts: Counts) -> Counts:
    """How many hold in each stretch that begins at one of the places."""
    if not len(starts):
        return np.zeros(0, dtype=np.int64)
    return np.add.reduceat(values, starts, dtype=np.int64)

"""Hiding small counts so that subtraction doesn't bring them back.

Counts from 1 to `smallest` − 1 are hidden (primary), and as many others as it takes (complementary)
that each hidden small count could also be at least PLAY more or less, whatever a reader adds up and
subtracts, and though they know the rules. Noughts are shown, totals hidden only where nothing else
helps.

A table's cells and totals are flows in a network: a node for each sum that adds up, an edge for each
number, in the two sums that it belongs to. A number can be other than it is if a cycle of hidden
numbers runs through it, on which every one that goes down stays at least 1. Cells are hidden along
the cheapest such cycle. Source: Cox (1995) J. Am. Stat. Assoc. 90:1453; Gusfield (1988) SIAM J.
Comput. 17:552.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from math import log

SMALLEST = 5
# Every hidden small count could be at least this much more or less.
PLAY = 2
# What hiding costs: a cell by its size, a total far more, the total of all more still.
_TOTAL, _GRAND_TOTAL = 1e3, 1e6

_Node = tuple[str, int]
_GROUND: _Node = ("ground", 0)
_ALL: _Node = ("all", 0)


@dataclass(frozen=True)
class ShownList:
    """Counts and their total; None where hidden."""

    cells: tuple[int | None, ...]
    total: int | None


@dataclass(frozen=True)
class ShownTable:
    """Rows of counts, their totals, the columns' totals and the total of all; None where hidden."""

    cells: tuple[tuple[int | None, ...], ...]
    row_totals: tuple[int | None, ...]
    column_totals: tuple[int | None, ...]
    total: int | None


@dataclass
class _Number:
    """A published number: it goes up along the flow from `tail` to `head`."""

    tail: _Node
    head: _Node
    value: int
    cost: float
    sensitive: bool
    hidden: bool = False


class _Links(defaultdict[_Node, list[_Number]]):
    """Numbers by either of the sums that they belong to."""

    def __init__(self) -> None:
        super().__init__(list)


def suppress_list(
    counts: Sequence[int], smallest: int = SMALLEST, also: Collection[int] = ()
) -> ShownList:
    """Hide the small of some counts that are published with their total.

    `also` numbers further cells that must be hidden, whatever their count (unless it is 0).
    """
    numbers = [
        _cell(_GROUND, _ALL, count, smallest, also=at in also) for at, count in enumerate(counts)
    ]
    total = _total(_ALL, _GROUND, sum(counts), smallest, _GRAND_TOTAL)
    _protect([*numbers, total])
    return ShownList(tuple(_shown(number) for number in numbers), _shown(total))


def suppress_groups(
    groups: Mapping[str, Sequence[int]], smallest: int = SMALLEST
) -> tuple[dict[str, ShownList], int | None]:
    """Hide the small of counts in groups (communities of streets): published with each group's
    total and the total of all, which comes second."""
    numbers: list[_Number] = []
    found: dict[str, tuple[list[_Number], _Number]] = {}
    for at, (name, counts) in enumerate(groups.items()):
        node = ("group", at)
        cells = [_cell(_GROUND, node, count, smallest) for count in counts]
        total = _total(node, _ALL, sum(counts), smallest, _TOTAL)
        found[name] = cells, total
        numbers += [*cells, total]
    whole = sum(sum(counts) for counts in groups.values())
    grand = _total(_ALL, _GROUND, whole, smallest, _GRAND_TOTAL)
    _protect([*numbers, grand])
    shown = {
        name: ShownList(tuple(_shown(cell) for cell in cells), _shown(total))
        for name, (cells, total) in found.items()
    }
    return shown, _shown(grand)


def suppress_table(rows: Sequence[Sequence[int]], smallest: int = SMALLEST) -> ShownTable:
    """Hide the small of a table's counts, published with the totals of rows and of columns."""
    if len({len(row) for row in rows}) > 1:
        raise ValueError("the rows of a table are equally long")
    width = len(rows[0]) if rows else 0
    right, bottom = ("column", width), ("row", len(rows))
    cells = [
        [_cell(("row", r), ("column", c), x, smallest) for c, x in enumerate(row)]
        for r, row in enumerate(rows)
    ]
    sums = [_total(right, ("row", r), sum(row), smallest, _TOTAL) for r, row in enumerate(rows)]
    feet = [
        _total(("column", c), bottom, sum(row[c] for row in rows), smallest, _TOTAL)
        for c in range(width)
    ]
    grand = _total(bottom, right, sum(map(sum, rows)), smallest, _GRAND_TOTAL)
    _protect([*(cell for row in cells for cell in row), *sums, *feet, grand])
    return ShownTable(
        tuple(tuple(_shown(cell) for cell in row) for row in cells),
        tuple(map(_shown, sums)),
        tuple(map(_shown, feet)),
        _shown(grand),
    )


def is_small(count: int, smallest: int = SMALLEST) -> bool:
    """Whether a count alone would have to be hidden: 1 to smallest − 1."""
    if count < 0:
        raise ValueError("counts are never negative")
    return 0 < count < smallest


def _cell(tail: _Node, head: _Node, count: int, smallest: int, *, also: bool = False) -> _Number:
    sensitive = is_small(count, smallest) or (also and count > 0)
    return _Number(tail, head, count, 1 + log(1 + count), sensitive)


def _total(tail: _Node, head: _Node, count: int, smallest: int, dear: float) -> _Number:
    return _Number(tail, head, count, dear * (1 + log(1 + count)), is_small(count, smallest))


def _shown(number: _Number) -> int | None:
    return None if number.hidden else number.value


def _protect(numbers: list[_Number]) -> None:
    """Hide what is sensitive, then for each the cheapest cycle that keeps it from being known."""
    sensitive = [number for number in numbers if number.sensitive]
    # Noughts are shown, so they never move.
    moving, hidden = _Links(), _Links()
    for number in numbers:
        if number.value:
            _link(number, moving)
    for number in sensitive:
        _hide(number, hidden)
    for number in sensitive:
        if not any(_ways(number, hidden)):
            ways = _ways(number, moving)
            for other in min(ways, key=lambda way: sum(o.cost for o in way if not o.hidden)):
                if not other.hidden:
                    _hide(other, hidden)


def _link(number: _Number, links: _Links) -> None:
    links[number.tail].append(number)
    links[number.head].append(number)


def _hide(number: _Number, hidden: _Links) -> None:
    number.hidden = True
    _link(number, hidden)


def _ways(number: _Number, links: _Links) -> Iterator[list[_Number]]:
    """The cheapest cycles, without the number itself, on which it goes up or down."""
    rise = _cheapest(links, number.head, number.tail, number)
    if rise is not None:
        yield rise
    fall = _cheapest(links, number.tail, number.head, number) if _can_fall(number) else None
    if fall is not None:
        yield fall


def _can_fall(number: _Number) -> bool:
    return number.value >= 1 + PLAY


def _cheapest(links: _Links, start: _Node, end: _Node, without: _Number) -> list[_Number] | None:
    """The numbers on the cheapest way from one sum to another, hidden ones being free (Dijkstra).

    None if there is no way. Upwards there always is: a number's totals can go up with it.
    """
    queue: list[tuple[float, int, _Node]] = [(0.0, 0, start)]
    costs: dict[_Node, float] = {start: 0.0}
    came: dict[_Node, tuple[_Node, _Number]] = {}
    pushed = 0
    # Nothing is cheaper than free.
    while queue and costs.get(end) != 0:
        cost, _, node = heappop(queue)
        if node == end:
            break
        if cost > costs[node]:
            continue
        for number in links[node]:
            rises = number.tail == node
            if number is without or not (rises or _can_fall(number)):
                continue
            reached = number.head if rises else number.tail
            total = cost + (0.0 if number.hidden else number.cost)
            if total < costs.get(reached, float("inf")):
                costs[reached], came[reached] = total, (node, number)
                pushed += 1
                heappush(queue, (total, pushed, reached))
    if end not in costs:
        return None
    way = []
    while end != start:
        end, number = came[end]
        way.append(number)
    return way

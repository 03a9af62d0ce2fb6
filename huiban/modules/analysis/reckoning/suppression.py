"""Hiding small counts so that subtraction doesn't bring them back.

Counts from 1 to `smallest` − 1 are hidden (primary), and one more where it takes one (complementary)
so that each hidden small count could also be at least PLAY more or less, whatever a reader adds up
and subtracts, and though they know the rules. Noughts are shown, the total hidden only where it is
small itself or nothing else helps.

Two hidden numbers keep each other from being known: a count and the total since both could be more,
two counts since one could be more and the other less, if one of them stays at least 1 by that.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

SMALLEST = 5
# Every hidden small count could be at least this much more or less.
PLAY = 2


@dataclass(frozen=True)
class ShownList:
    """Counts and their total; None where hidden."""

    cells: tuple[int | None, ...]
    total: int | None


@dataclass
class _Number:
    """A published number: a count, or the total of all."""

    value: int
    sensitive: bool
    is_total: bool = False
    hidden: bool = False


def suppress_list(
    counts: Sequence[int], smallest: int = SMALLEST, also: Collection[int] = ()
) -> ShownList:
    """Hide the small of some counts that are published with their total.

    `also` numbers further cells that must be hidden, whatever their count (unless it is 0).
    """
    cells = [
        _Number(count, is_small(count, smallest) or (at in also and count > 0))
        for at, count in enumerate(counts)
    ]
    whole = sum(counts)
    total = _Number(whole, is_small(whole, smallest), is_total=True)
    _protect([*cells, total])
    return ShownList(tuple(_shown(cell) for cell in cells), _shown(total))


def is_small(count: int, smallest: int = SMALLEST) -> bool:
    """Whether a count alone would have to be hidden: 1 to smallest − 1."""
    if count < 0:
        raise ValueError("counts are never negative")
    return 0 < count < smallest


def _shown(number: _Number) -> int | None:
    return None if number.hidden else number.value


def _protect(numbers: Sequence[_Number]) -> None:
    """Hide what is sensitive, then the least that keeps each of it from being known."""
    # Noughts are shown, so they keep nothing.
    moving = sorted((n for n in numbers if n.value), key=lambda n: (n.is_total, n.value))
    hidden = [number for number in moving if number.sensitive]
    for number in hidden:
        number.hidden = True
    for number in tuple(hidden):
        if not any(_keeps(other, number) for other in hidden):
            other = next(other for other in moving if _keeps(other, number))
            other.hidden = True
            hidden.append(other)


def _keeps(one: _Number, other: _Number) -> bool:
    """Whether one number, hidden, keeps another hidden one from being known."""
    if one is other:
        return False
    return one.is_total or other.is_total or max(one.value, other.value) >= 1 + PLAY

"""What may be counted: measures and ratios as modules declare them, and tallies that count them.

A tally follows the events of one kind of record. It keeps a state a record, and says of a state
what it adds to which counts; so a count is corrected by taking back what the state before added.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

# The ways in which counts are kept apart. Without a code: of a unit, whatever it concerns.
ALL, CATEGORY, GROUP, HANDLER, HOURS, RULE, TIER = (
    "all",
    "category",
    "group",
    "handler",
    "hours",
    "rule",
    "tier",
)
AXES = (ALL, CATEGORY, GROUP, HANDLER, HOURS, RULE, TIER)
# The day under which a count stands that is of now and not of a day.
NOW = 0

# axis, measure, unit, code, day as the number YYYYMMDD in China, amount
Mark = tuple[str, str, str, str, int, int]


@dataclass(frozen=True)
class Measure:
    """Something that is counted. `by_day` says which day a count stands under, in words."""

    code: str
    label: str
    definition: str
    by_day: str
    unit: str = "件"
    version: int = 1
    axes: frozenset[str] = frozenset({ALL, CATEGORY})
    smallest_cell: int = 5


@dataclass(frozen=True)
class Ratio:
    """A rate of two measures of the same days; `beside` are counts that are always shown with it."""

    code: str
    label: str
    part: tuple[str, ...]
    whole: str
    definition: str
    beside: tuple[str, ...] = ()
    version: int = 1


@dataclass(frozen=True)
class Tally:
    """How the events of one kind of record are counted.

    `apply` changes a state by an event (kind, moment, payload); `marks` says what a state counts
    for; `dump` and `load` turn a state into what JSON can hold and back. A new `version` says that
    all has to be counted anew.
    """

    subject_type: str
    version: int
    blank: Callable[[], Any]
    apply: Callable[[Any, str, datetime, dict[str, Any]], None]
    marks: Callable[[Any], Iterable[Mark]]
    dump: Callable[[Any], list[Any]]
    load: Callable[[list[Any]], Any]


MEASURES: dict[str, Measure] = {}
RATIOS: dict[str, Ratio] = {}
TALLIES: dict[str, Tally] = {}


def declare_measure(measure: Measure) -> str:
    """Declare a measure and give its code. Raises ValueError for one declared twice."""
    if measure.code in MEASURES:
        raise ValueError(f"the measure {measure.code} is declared twice")
    MEASURES[measure.code] = measure
    return measure.code


def declare_ratio(ratio: Ratio) -> str:
    """Declare a ratio of declared measures and give its code. Raises ValueError, KeyError."""
    if ratio.code in RATIOS:
        raise ValueError(f"the ratio {ratio.code} is declared twice")
    for code in (*ratio.part, ratio.whole, *ratio.beside):
        MEASURES[code]
    RATIOS[ratio.code] = ratio
    return ratio.code


def declare_tally(tally: Tally) -> None:
    """Let the records of that type be counted. Raises ValueError for a type that already is."""
    if tally.subject_type in TALLIES:
        raise ValueError(f"{tally.subject_type} is tallied twice")
    TALLIES[tally.subject_type] = tally


def percent(part: int, whole: int) -> Decimal | None:
    """A rate in per cent with two decimals, half rounded up; None over nothing."""
    if not whole:
        return None
    return (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.01"), ROUND_HALF_UP)

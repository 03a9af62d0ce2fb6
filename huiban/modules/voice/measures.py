"""What may be counted of cases, and how each rate is defined: pure, over counts.

Definitions follow the practice of 接诉即办: closed and on-time rates over what fell due; solved
and satisfied rates over the residents who were reached, always with their coverage.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal


@dataclass(frozen=True)
class Rate:
    """A rate with its counts. `percent` has two decimals, half rounded up; None over nothing.

    `part` and `whole` name the measures whose cases the numerator and the denominator count.
    """

    code: str
    label: str
    numerator: int
    denominator: int
    part: str
    whole: str
    definition: str

    @property
    def percent(self) -> Decimal | None:
        """The rate in per cent."""
        if not self.denominator:
            return None
        exact = Decimal(self.numerator) * 100 / Decimal(self.denominator)
        return exact.quantize(Decimal("0.01"), ROUND_HALF_UP)


@dataclass(frozen=True)
class Tally:
    """The counts that the rates are made of, for one period and scope."""

    due: int = 0
    closed: int = 0
    closed_on_time: int = 0
    ended: int = 0
    rated: int = 0
    solved: int = 0
    partly: int = 0
    satisfied: int = 0
    basically: int = 0
    not_reached: int = 0


def rates(tally: Tally, *, partly_counts: bool) -> list[Rate]:
    """The rates of a tally, in the order in which they are shown."""
    solved = tally.solved + (tally.partly if partly_counts else 0)
    content = tally.satisfied + tally.basically
    solved_part = "solved_or_partly" if partly_counts else "solved"
    return [
        Rate(
            "closed", "办结率", tally.closed, tally.due, "due_closed", "due", "到期事项中已办结的"
        ),
        Rate(
            "on_time",
            "按期办结率",
            tally.closed_on_time,
            tally.due,
            "due_on_time",
            "due",
            "到期事项中每一步都没有超时的",
        ),
        Rate(
            "solved",
            "解决率",
            solved,
            tally.rated,
            solved_part,
            "rated",
            "已评价的居民中认为解决了的",
        ),
        Rate(
            "satisfied",
            "满意率",
            content,
            tally.rated,
            "content",
            "rated",
            "已评价的居民中满意和基本满意的",
        ),
        Rate(
            "coverage",
            "评价覆盖率",
            tally.rated,
            tally.ended,
            "rated",
            "ended",
            "已答复并办结的事项中有居民评价的",
        ),
    ]


@dataclass(frozen=True)
class Handling:
    """Handling times in hours, from receipt to the last close, reopening included (B39)."""

    cases: int
    mean: float
    median: float
    p90: float


def handling(hours: Sequence[float]) -> Handling | None:
    """Mean, median and 90th percentile (nearest rank); None of nothing."""
    if not hours:
        return None
    ranked = sorted(hours)
    middle = len(ranked) // 2
    median = ranked[middle] if len(ranked) % 2 else (ranked[middle - 1] + ranked[middle]) / 2
    p90 = ranked[-(-len(ranked) * 9 // 10) - 1]
    return Handling(len(ranked), sum(ranked) / len(ranked), median, p90)

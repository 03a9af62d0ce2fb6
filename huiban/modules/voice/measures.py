"""What may be counted of cases, and how each rate is defined: pure, over counts.

Definitions follow the practice of 接诉即办: closed and on-time rates over what fell due; solved
and satisfied rates over the residents who were reached, always with their coverage.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from huiban.kernel.base.measures import (
    ALL,
    CATEGORY,
    GROUP,
    HANDLER,
    HOURS,
    TIER,
    Measure,
    Ratio,
    declare_measure,
    declare_ratio,
    declare_tally,
    percent,
)

from .counting import TALLY


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
        return percent(self.numerator, self.denominator)


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


PLACE = frozenset({ALL, CATEGORY})
RECEIVED, CLOSED, DUE, ENDED, TODAY = (
    "收到的日子",
    "办结的日子",
    "办理期限的日子",
    "办结的日子",
    "现在",
)
for _measure in (
    Measure(
        "voice.received",
        "收到",
        "收到的反映，一件事算一件；并入同一件事的也算收到",
        RECEIVED,
        axes=PLACE | {GROUP},
    ),
    Measure("voice.danger", "涉及安全", "收到时文字涉及人身安全的", RECEIVED),
    Measure("voice.reopened", "重办过", "收到的事里后来重新办理过的", RECEIVED),
    Measure("voice.triage_due", "应受理", "受理期限到期的，按第一次受理的期限算", "受理期限的日子"),
    Measure("voice.triage_on_time", "及时受理", "在受理期限内受理、派单或答复的", "受理期限的日子"),
    Measure(
        "voice.due",
        "到期",
        "最后一次办理的期限到期的；居民撤回的、并入别的事的不算",
        DUE,
        axes=PLACE | {HANDLER},
    ),
    Measure(
        "voice.due_closed",
        "到期已办结",
        "到期的事里，最后一次办理已经结束的",
        DUE,
        axes=PLACE | {HANDLER},
    ),
    Measure(
        "voice.due_on_time",
        "到期按期办结",
        "到期的事里，最后一次办理在期限内结束、此前受理和办理也都没有超时的",
        DUE,
        axes=PLACE | {HANDLER},
    ),
    Measure(
        "voice.closed",
        "办结",
        "办结的事，重办的按最后一次办结算",
        CLOSED,
        axes=PLACE | {GROUP, HOURS},
    ),
    Measure(
        "voice.closed_minutes",
        "办理时长合计",
        "办结的事从收到到最后一次办结的分钟数之和",
        CLOSED,
        unit="分钟",
    ),
    Measure(
        "voice.ended",
        "答复并办结",
        "有答复并办结的",
        ENDED,
        axes=PLACE | {GROUP, HANDLER},
    ),
    Measure(
        "voice.rated",
        "已评价",
        "答复并办结的事里居民评价过的，按最后一次评价",
        ENDED,
        axes=PLACE | {GROUP, HANDLER},
    ),
    Measure("voice.unrated", "未评价", "居民没有评价的", ENDED, axes=PLACE | {HANDLER}),
    Measure(
        "voice.not_reached", "没有联系上", "回访没有联系上居民的", ENDED, axes=PLACE | {HANDLER}
    ),
    Measure(
        "voice.solved",
        "解决了",
        "居民说解决了的",
        ENDED,
        axes=PLACE | {GROUP, HANDLER},
    ),
    Measure("voice.partly", "部分解决", "居民说部分解决的", ENDED, axes=PLACE | {HANDLER}),
    Measure("voice.satisfied", "满意", "居民说满意的", ENDED, axes=PLACE | {HANDLER}),
    Measure("voice.basically", "基本满意", "居民说基本满意的", ENDED, axes=PLACE | {HANDLER}),
    Measure("voice.diverted", "告知其他途径", "告知居民走其他途径的", "告知的日子"),
    Measure("voice.danger_open", "在办的涉及安全", "涉及人身安全、现在没有办结的", TODAY),
    Measure("voice.open", "正在办", "现在没有办结的", TODAY, axes=PLACE | {HANDLER}),
    Measure(
        "voice.late",
        "已超时",
        "现在主办的一步超过期限的；等居民答复的不算",
        TODAY,
        axes=PLACE | {HANDLER, TIER},
    ),
):
    declare_measure(_measure)

for _ratio in (
    Ratio(
        "voice.triage_rate",
        "及时受理率",
        ("voice.triage_on_time",),
        "voice.triage_due",
        "受理期限到期的事项中按时受理的",
    ),
    Ratio(
        "voice.closed_rate",
        "办结率",
        ("voice.due_closed",),
        "voice.due",
        "到期事项中已办结的",
    ),
    Ratio(
        "voice.on_time_rate",
        "按期办结率",
        ("voice.due_on_time",),
        "voice.due",
        "到期事项中每一步都没有超时的",
    ),
    Ratio(
        "voice.solved_rate",
        "解决率",
        ("voice.solved",),
        "voice.rated",
        "已评价的居民中认为解决了的",
        beside=("voice.unrated", "voice.not_reached", "voice.ended"),
    ),
    Ratio(
        "voice.satisfied_rate",
        "满意率",
        ("voice.satisfied", "voice.basically"),
        "voice.rated",
        "已评价的居民中满意和基本满意的",
        beside=("voice.unrated", "voice.not_reached", "voice.ended"),
    ),
    Ratio(
        "voice.coverage",
        "评价覆盖率",
        ("voice.rated",),
        "voice.ended",
        "已答复并办结的事项中有居民评价的",
    ),
):
    declare_ratio(_ratio)
declare_tally(TALLY)

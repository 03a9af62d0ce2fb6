"""What changed after a rule came into force or a wrong was put right, and how sure that is.

A step in the monthly series beside its season and trend; with control series (places or matters
that the rule didn't reach) the change beyond theirs: difference-in-differences. Never a proof: the
words say what else it could be.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np

from huiban.kernel.base.calendar import WorkCalendar

from .arrays import Floats, table_of
from .effects_model import WANDER_APART, Step, find_step
from .load_days import REST_DAY_SHARE, load_days
from .months import Month
from .proportions import Interval
from .timeline import YEAR, Axis
from .words import about, about_fall, half_up

Verdict = Literal["fall", "rise", "unclear", "too_early"]

# Whole months needed before (without and with a control) and after the date.
LEAST_BEFORE, LEAST_BEFORE_WITH_CONTROL, LEAST_AFTER = 12, 6, 3
# A series needs so many reports in all before anything can be said of it.
LEAST_REPORTS = 20
LEVEL = 0.95


@dataclass(frozen=True)
class MonthlySeries:
    """A measure's months from `first` on: counts, or with `wholes` rates, counts out of those."""

    first: Month
    counts: tuple[int, ...]
    wholes: tuple[int, ...] | None = None

    def __post_init__(self) -> None:
        if self.wholes is None:
            return
        if len(self.wholes) != len(self.counts) or any(
            count > whole for count, whole in zip(self.counts, self.wholes, strict=True)
        ):
            raise ValueError("each month's count is a part of its whole")


@dataclass(frozen=True)
class Effect:
    """The change after a date, against what season, trend and control explain.

    Of counts `change` and its 95 % `interval` are shares of what would have been (−0.3: three
    tenths less), of rates percentage points. None where it is too early; `p` as a test of no
    change. `before` and `after` are whole months; the month of the date counts for neither unless
    it begins with it.
    """

    before: int
    after: int
    change: float | None
    interval: Interval | None
    p: float | None
    controlled: bool
    verdict: Verdict
    words: str


def before_and_after(
    series: MonthlySeries,
    in_force: date,
    control: MonthlySeries | None = None,
    calendar: WorkCalendar | None = None,
) -> Effect:
    """Compare the months after `in_force` with those before.

    Counts: quasi-Poisson step, change = e^b − 1; with a control the logit of the share
    series ÷ (series + control), whose odds ratio is the ratio of both ratios. Rates: logistic step,
    change in points at the months after; with a control the difference of both steps.
    """
    if control is not None and not _alike(series, control):
        raise ValueError("a control has the same months and is of the same kind")
    axis = Axis.of_months(series.first, len(series.counts))
    after, used = _sides(axis, in_force)
    before = int(((after == 0) & (used > 0)).sum()), int(after.sum())
    lacking = _lacking(series, control, in_force, *before)
    if lacking:
        return Effect(*before, None, None, None, control is not None, "too_early", lacking)
    if series.wholes is None:
        step = _count_step(series, control, axis, after, used, calendar)
        change, interval = _as_share(step)
    else:
        step = _rate_step(series, control, axis, after, used)
        change, interval = _as_points(step, series, after)
    verdict: Verdict = "unclear"
    if interval.low > 0 or interval.high < 0:
        verdict = "fall" if change < 0 else "rise"
    words = _words(series, change, interval, verdict, *before, controlled=control is not None)
    return Effect(*before, change, interval, step.p, control is not None, verdict, words)


def _alike(series: MonthlySeries, control: MonthlySeries) -> bool:
    return (
        series.first == control.first
        and len(series.counts) == len(control.counts)
        and (series.wholes is None) == (control.wholes is None)
    )


def _sides(axis: Axis, in_force: date) -> tuple[Floats, Floats]:
    """Which months lie after the date, and which lie wholly on one side of it."""
    after = np.asarray([first >= in_force for first in axis.firsts], dtype=np.float64)
    split = [Month.of(first) == Month.of(in_force) for first in axis.firsts]
    used = np.where((after == 0) & np.asarray(split), 0.0, 1.0)
    return after, used


def _lacking(
    series: MonthlySeries,
    control: MonthlySeries | None,
    in_force: date,
    before: int,
    after: int,
) -> str:
    """Why nothing can be told yet; empty if something can."""
    least = LEAST_BEFORE if control is None else LEAST_BEFORE_WITH_CONTROL
    since = f"{in_force.year}年{in_force.month}月{in_force.day}日"
    if after < LEAST_AFTER:
        return f"{since}以后只有{after}个完整的月份，还看不出效果；满{LEAST_AFTER}个月后再比"
    if before < least:
        return f"{since}以前只有{before}个完整的月份，不足{least}个月，没有可比的基础"
    counted = sum(series.counts if series.wholes is None else series.wholes)
    others = LEAST_REPORTS if control is None else sum(control.wholes or control.counts)
    if min(counted, others) < LEAST_REPORTS:
        return f"前后合计不足{LEAST_REPORTS}件，件数太少，看不出变化"
    return ""


def _count_step(
    series: MonthlySeries,
    control: MonthlySeries | None,
    axis: Axis,
    after: Floats,
    used: Floats,
    calendar: WorkCalendar | None,
) -> Step:
    counts = table_of([series.counts])[0]
    if control is not None:
        # The share of both: what strikes series and control alike drops out of it.
        trials = counts + table_of([control.counts])[0]
        flat = np.zeros(len(axis))
        return find_step(
            counts,
            axis,
            after,
            used,
            log_exposure=flat,
            trials=trials,
            seasonal=False,
            wander=WANDER_APART,
        )
    months = [series.first.later(step) for step in range(len(axis))]
    load = np.asarray([load_days(month, calendar, REST_DAY_SHARE) for month in months])
    return find_step(
        counts, axis, after, used, log_exposure=np.log(load), trials=None, seasonal=True
    )


def _rate_step(
    series: MonthlySeries,
    control: MonthlySeries | None,
    axis: Axis,
    after: Floats,
    used: Floats,
) -> Step:
    step = _logistic(series, axis, after, used)
    if control is None:
        return step
    other = _logistic(control, axis, after, used)
    error = float(np.hypot(step.error, other.error))
    # The months after as they would have been with the control's step alone.
    return Step(
        step.size - other.size, error, min(step.free, other.free), step.without + other.size
    )


def _logistic(series: MonthlySeries, axis: Axis, after: Floats, used: Floats) -> Step:
    counts = table_of([series.counts])[0]
    trials = table_of([series.wholes or ()])[0]
    flat = np.zeros(len(axis))
    return find_step(counts, axis, after, used, log_exposure=flat, trials=trials, seasonal=True)


def _as_share(step: Step) -> tuple[float, Interval]:
    low, high = step.ends(LEVEL)
    return float(np.expm1(step.size)), Interval(float(np.expm1(low)), float(np.expm1(high)))


def _as_points(step: Step, series: MonthlySeries, after: Floats) -> tuple[float, Interval]:
    wholes = np.asarray(series.wholes, dtype=np.float64)[after > 0]

    def points(size: float) -> float:
        moved = 1 / (1 + np.exp(-(step.without + size))) - 1 / (1 + np.exp(-step.without))
        return float((wholes * moved).sum() / wholes.sum() * 100)

    low, high = step.ends(LEVEL)
    return points(step.size), Interval(points(low), points(high))


def _words(
    series: MonthlySeries,
    change: float,
    interval: Interval,
    verdict: Verdict,
    before: int,
    after: int,
    *,
    controlled: bool,
) -> str:
    rates = series.wholes is not None
    against = "与对照相比" if controlled else "按此前的水平推算"
    told = f"前{before}个月、后{after}个月，{against}，{_moved(change, rates)}"
    told += f"（95%的可能在{_end(interval.low, rates)}到{_end(interval.high, rates)}之间）"
    season = "季节变化或" if before < 2 * YEAR and not controlled else ""
    if verdict == "unclear":
        return f"{told}。区间包含没有变化，看不出确有变化，也可能只是{season}偶然波动"
    if controlled:
        return f"{told}。超出偶然波动，但不能排除同一时期还有别的原因"
    return f"{told}。超出偶然波动，但没有对照，也可能只是{season}同一时期别的原因"


def _moved(change: float, rates: bool) -> str:
    if rates:
        points = half_up(change)
        return (
            "没有变化" if not points else f"{'提高' if points > 0 else '降低'}{abs(points)}个百分点"
        )
    if abs(change) < 0.005:
        return "没有变化"
    return f"增加{about(change)}" if change > 0 else f"下降{about_fall(-change)}"


def _end(number: float, rates: bool) -> str:
    """An end of the interval: `下降43%`, `提高1.20个百分点`."""
    if rates:
        return _moved(number, rates)
    percent = int(abs(number) * 100 + 0.5)
    if not percent:
        return "没有变化"
    return f"{'增加' if number > 0 else '下降'}{percent}%"

"""Rates against each other, with their denominators and with what chance may do.

Sources: Wilson (1927) J. Am. Stat. Assoc. 22:209 for the interval of a rate; Newcombe (1998) Stat.
Med. 17:873, method 10, for that of a difference; Campbell (2007) Stat. Med. 26:3661 for the test.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from math import sqrt
from typing import Literal

from .comparing import Named
from .months import Period
from .words import half_up, percent_of

Verdict = Literal["up", "down", "chance", "too_few", "none"]

Z95 = 1.959963984540054
SIGNIFICANT = 0.05
# Where either denominator is smaller and nothing shows, it is the sample that is at fault.
LEAST_SAMPLE = 30


@dataclass(frozen=True)
class Interval:
    """Lower and upper end."""

    low: float
    high: float

    def __contains__(self, number: float) -> bool:
        return self.low <= number <= self.high


@dataclass(frozen=True)
class Proportion:
    """A rate with its counts: `percent` has two decimals and is None of nothing."""

    part: int
    whole: int

    def __post_init__(self) -> None:
        if not 0 <= self.part <= self.whole:
            raise ValueError("a part is none to all of its whole")

    @property
    def percent(self) -> Decimal | None:
        """The rate in per cent."""
        return percent_of(self.part, self.whole)

    @property
    def interval(self) -> Interval | None:
        """Wilson's 95 % interval, in per cent; None of nothing."""
        if not self.whole:
            return None
        found = wilson(self.part, self.whole)
        return Interval(found.low * 100, found.high * 100)


@dataclass(frozen=True)
class RateComparison:
    """A rate against its base, in percentage points.

    `points` are two decimals; `interval` is the difference's 95 % interval in points; `p` says how
    often chance alone makes so large a difference. All three are None where a rate is of nothing.
    """

    measure: Named
    period: Period
    base_period: Period
    value: Proportion
    base: Proportion
    points: Decimal | None
    interval: Interval | None
    p: float | None
    verdict: Verdict
    words: str
    sentence: str


def wilson(part: int, whole: int, z: float = Z95) -> Interval:
    """Wilson's score interval of a proportion (0 to 1): where the score test wouldn't refuse it."""
    if not 0 <= part <= whole or not whole:
        raise ValueError("a proportion needs a whole and at most all of it")
    p, z2 = part / whole, z * z
    middle = (p + z2 / (2 * whole)) / (1 + z2 / whole)
    reach = z * sqrt(p * (1 - p) / whole + z2 / (4 * whole * whole)) / (1 + z2 / whole)
    low = 0.0 if part == 0 else max(0.0, middle - reach)
    return Interval(low, 1.0 if part == whole else min(1.0, middle + reach))


def difference_interval(value: Proportion, base: Proportion, z: float = Z95) -> Interval:
    """Newcombe's interval of value − base (−1 to 1), from both Wilson intervals."""
    one, other = wilson(value.part, value.whole, z), wilson(base.part, base.whole, z)
    p, q = value.part / value.whole, base.part / base.whole
    low = p - q - sqrt((p - one.low) ** 2 + (other.high - q) ** 2)
    high = p - q + sqrt((one.high - p) ** 2 + (q - other.low) ** 2)
    return Interval(low, high)


def equal_rates_p(value: Proportion, base: Proportion) -> float:
    """How often chance alone makes two equal rates differ so much (two-sided).

    Campbell: the "N − 1" chi-squared where every expected count is at least 1, else Fisher–Irwin.
    """
    from scipy.special import erfc

    total, parts = value.whole + base.whole, value.part + base.part
    rest = total - parts
    if not parts or not rest:
        return 1.0
    if min(parts, rest) * min(value.whole, base.whole) < total:
        return _fisher(value, base)
    cross = value.part * (base.whole - base.part) - base.part * (value.whole - value.part)
    squared = (total - 1) * cross * cross / (parts * rest * value.whole * base.whole)
    return float(erfc(sqrt(squared / 2)))


def _fisher(value: Proportion, base: Proportion) -> float:
    from scipy.stats import fisher_exact

    table = [
        [value.part, value.whole - value.part],
        [base.part, base.whole - base.part],
    ]
    return float(fisher_exact(table).pvalue)


def compare_rates(
    measure: Named,
    period: Period,
    value: Proportion,
    base_period: Period,
    base: Proportion,
    base_name: str = "上月",
) -> RateComparison:
    """A rate against its base: points = value − base in per cent, and whether chance explains it."""
    if not value.whole or not base.whole:
        words = f"{'本期' if not value.whole else base_name}没有可算的事项，无法比较"
        return _result(measure, period, value, base_period, base, base_name, None, None, words)
    p = equal_rates_p(value, base)
    reach = difference_interval(value, base)
    interval = Interval(reach.low * 100, reach.high * 100)
    words = _words(_points(value, base), base_name, _verdict(value, base, p))
    return _result(measure, period, value, base_period, base, base_name, interval, p, words)


def _result(
    measure: Named,
    period: Period,
    value: Proportion,
    base_period: Period,
    base: Proportion,
    base_name: str,
    interval: Interval | None,
    p: float | None,
    words: str,
) -> RateComparison:
    sentence = (
        f"{period.label}{measure.label}{_told(value)}，"
        f"{base_name}（{base_period.label}）{_told(base)}，{words}。"
    )
    known = p is not None
    return RateComparison(
        measure=measure,
        period=period,
        base_period=base_period,
        value=value,
        base=base,
        points=_points(value, base) if known else None,
        interval=interval,
        p=p,
        verdict=_verdict(value, base, p) if p is not None else "none",
        words=words,
        sentence=sentence,
    )


def _points(value: Proportion, base: Proportion) -> Decimal:
    """The difference of the exact rates, not of the rounded ones."""
    exact = Decimal(value.part) / value.whole - Decimal(base.part) / base.whole
    return half_up(exact * 100)


def _verdict(value: Proportion, base: Proportion, p: float) -> Verdict:
    if p < SIGNIFICANT:
        return "up" if value.part * base.whole > base.part * value.whole else "down"
    return "too_few" if min(value.whole, base.whole) < LEAST_SAMPLE else "chance"


def _told(rate: Proportion) -> str:
    return f"{rate.percent}%（{rate.part}/{rate.whole}）" if rate.whole else "没有可算的事项"


def _words(points: Decimal, base_name: str, verdict: Verdict) -> str:
    moved = f"比{base_name}{'提高' if points > 0 else '降低'}{abs(points)}个百分点"
    if not points:
        moved = f"与{base_name}持平"
    if verdict == "too_few":
        return f"{moved}，样本少，看不出变化"
    if verdict == "chance":
        return f"{moved}，在偶然波动的范围内"
    return f"{moved}，超出偶然波动"

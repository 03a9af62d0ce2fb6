"""本月数字 and 办得怎么样: counts, rates, times and what is late, each beside what it is held against."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from huiban.kernel.base.measures import HOURS, MEASURES, RATIOS, TIER
from huiban.kernel.vocab.queries import setting
from huiban.modules.voice import kinds
from huiban.modules.voice.wording import TIERS

from ..reckoning.comparing import (
    CountComparison,
    Named,
    compare_counts,
    compare_festivals,
    compare_month,
    moved_festival,
)
from ..reckoning.months import Month, Period, around_festival, january_and_february
from ..reckoning.proportions import Proportion, compare_rates
from .canonical import Section
from .reading import Source

OF_PLACES = (
    "voice.received",
    "voice.danger",
    "voice.reopened",
    "voice.diverted",
    "voice.closed",
    "voice.ended",
    "voice.due",
)
OF_HANDLERS = ("voice.due", "voice.due_closed", "voice.due_on_time", "voice.ended")
RATES = (
    "voice.triage_rate",
    "voice.closed_rate",
    "voice.on_time_rate",
    "voice.solved_rate",
    "voice.satisfied_rate",
    "voice.coverage",
)
# Nobody who handles is asked how soon a community accepted.
RATES_OF_HANDLERS = RATES[1:]
PARTLY = "voice.partly"
MONTHS_COMPARED = 24


def numbers(source: Source) -> Section:
    """The month's counts, each with its comparisons, and what is under way at the cut-off."""
    measures = OF_HANDLERS if source.figures.handles else OF_PLACES
    lines = _of_month(source, measures) if source.span.is_over else _so_far(source, measures)
    return {
        "lines": lines,
        "now": under_way(source),
        "january_february": january_february(source),
        "festival": festival(source),
    }


def _of_month(source: Source, measures: Sequence[str]) -> list[Section]:
    """A whole month against whole months: 环比, 同比, January with February, the rolling year."""
    month = source.span.month
    first = month.later(-MONTHS_COMPARED)
    tallies = source.figures.by_month(measures, first, month)
    lines = []
    for code in measures:
        known = {
            one: tally[code]
            for one, tally in tallies.items()
            if source.span.knows(one) or one == month
        }
        found = compare_month(named(code), known, month)
        compared = (
            found.month_on_month,
            found.year_on_year,
            found.january_february,
            found.rolling_year,
        )
        lines.append(_line(code, known[month], compared, found.missing))
    return lines


def _so_far(source: Source, measures: Sequence[str]) -> list[Section]:
    """A month that isn't over against the same days of the month before and of last year."""
    span = source.span
    now = source.figures.total(measures, span.period)
    lines = []
    bases = {
        "month_on_month": (span.previous, span.month.previous, ""),
        "year_on_year": (span.last_year, span.month.same_last_year, moved_festival(span.month)),
    }
    tallies = {kind: source.figures.total(measures, base[0]) for kind, base in bases.items()}
    for code in measures:
        compared = [
            compare_counts(
                named(code),
                "month_on_month" if kind == "month_on_month" else "year_on_year",
                span.period,
                now[code],
                base,
                tallies[kind][code],
                caution,
            )
            for kind, (base, month, caution) in bases.items()
            if span.knows(month)
        ]
        missing = [
            f"没有{month.label}的完整数据，不能比较"
            for _, month, _ in bases.values()
            if not span.knows(month)
        ]
        lines.append(_line(code, now[code], compared, missing))
    return lines


def named(code: str) -> Named:
    """A measure as comparisons name it."""
    return Named(code, MEASURES[code].label, MEASURES[code].unit)


def _line(
    code: str,
    value: int,
    compared: Sequence[CountComparison | None],
    missing: Sequence[str],
) -> Section:
    measure = MEASURES[code]
    return {
        "measure": code,
        "label": measure.label,
        "unit": measure.unit,
        "value": value,
        "compared": [told(one) for one in compared if one is not None],
        "missing": list(missing),
    }


def told(comparison: CountComparison) -> Section:
    """A comparison with everything that it takes to reckon it again."""
    return {
        "kind": comparison.kind,
        "label": comparison.measure.label,
        "unit": comparison.measure.unit,
        "period": comparison.period.label,
        "base_period": comparison.base_period.label,
        "base_first": comparison.base_period.first.isoformat(),
        "base_last": comparison.base_period.last.isoformat(),
        "value": comparison.value,
        "base": comparison.base,
        "difference": comparison.difference,
        "percent": _text(comparison.percent),
        "daily_percent": _text(comparison.daily_percent),
        "words": comparison.words,
        "sentence": comparison.sentence,
        "caution": comparison.caution,
    }


def _text(number: Decimal | None) -> str:
    return "" if number is None else str(number)


def under_way(source: Source) -> Section:
    """What isn't finished at the cut-off, what of it is late, and at which tier."""
    found = source.figures.now(["voice.open", "voice.late"])
    sums: Counter[str] = Counter()
    for tally in found.values():
        sums.update(tally)
    tiers: list[Section] = []
    if not source.figures.handles:
        late = source.figures.now(["voice.late"], TIER)
        tiers = [
            {"tier": tier, "label": label, "late": late.get(str(tier), Counter())["voice.late"]}
            for tier, label in TIERS.items()
        ]
    return {"open": sums["voice.open"], "late": sums["voice.late"], "tiers": tiers}


def rates(source: Source) -> list[Section]:
    """The month's rates with their counts, what stands beside them, and their comparisons."""
    codes = RATES_OF_HANDLERS if source.figures.handles else RATES
    span = source.span
    tallies = [
        source.figures.total(_measures_of(codes), period)
        for period in (span.period, span.previous, span.last_year)
    ]
    bases = (
        ("上月", span.previous, span.month.previous, tallies[1]),
        ("去年同月", span.last_year, span.month.same_last_year, tallies[2]),
    )
    return [_rate(source, code, tallies[0], bases) for code in codes]


def _measures_of(codes: Sequence[str]) -> list[str]:
    found = {PARTLY}
    for code in codes:
        ratio = RATIOS[code]
        found |= {*ratio.part, ratio.whole, *ratio.beside}
    return sorted(found)


def _rate(
    source: Source,
    code: str,
    tally: Counter[str],
    bases: Sequence[tuple[str, Period, Month, Counter[str]]],
) -> Section:
    ratio = RATIOS[code]
    value = proportion(code, tally)
    compared = []
    for name, period, month, base in bases:
        if source.span.knows(month):
            found = compare_rates(
                Named(code, ratio.label, "%"),
                source.span.period,
                value,
                period,
                proportion(code, base),
                name,
            )
            compared.append(
                {
                    "name": name,
                    "base_period": period.label,
                    "part": found.base.part,
                    "whole": found.base.whole,
                    "percent": _text(found.base.percent),
                    "points": _text(found.points),
                    "verdict": found.verdict,
                    "words": found.words,
                    "sentence": found.sentence,
                }
            )
    return {
        "rate": code,
        "label": ratio.label,
        "part": value.part,
        "whole": value.whole,
        "percent": _text(value.percent),
        "beside": [
            {"measure": one, "label": MEASURES[one].label, "value": tally[one]}
            for one in ratio.beside
        ],
        "compared": compared,
    }


def proportion(code: str, tally: Counter[str]) -> Proportion:
    """A rate's counts; 部分解决 counts as solved where the district has set that."""
    ratio = RATIOS[code]
    part = sum(tally[one] for one in ratio.part)
    if code == "voice.solved_rate" and setting(kinds.PARTLY_COUNTS):
        part += tally[PARTLY]
    return Proportion(part, tally[ratio.whole])


def handling(source: Source) -> list[Section]:
    """How long what was closed took: mean and median, this month, the last and last year's."""
    if source.figures.handles:
        return []
    span = source.span
    periods = (
        ("本月", span.period, span.month),
        ("上月", span.previous, span.month.previous),
        ("去年同月", span.last_year, span.month.same_last_year),
    )
    return [
        {"name": name, "period": period.label, **_times(source, period)}
        for name, period, month in periods
        if month == span.month or span.knows(month)
    ]


def _times(source: Source, period: Period) -> Section:
    tally = source.figures.total(["voice.closed", "voice.closed_minutes"], period)
    hours = source.figures.by_code(["voice.closed"], period, HOURS)
    spread = sorted((int(code), found["voice.closed"]) for code, found in hours.items())
    return {
        "cases": tally["voice.closed"],
        "minutes": tally["voice.closed_minutes"],
        "half_within_hours": within(spread, 50),
        "most_within_hours": within(spread, 90),
    }


def within(spread: Sequence[tuple[int, int]], percent: int) -> int | None:
    """The hours in which so many per cent were closed, to the stretch; None of nothing.

    `spread` is how many took up to so many hours, in order; the nearest rank is taken.
    """
    total = sum(number for _, number in spread)
    rank = -(-total * percent // 100)
    seen = 0
    for hours, number in spread:
        seen += number
        if number and seen >= rank:
            return hours
    return None


def festival(source: Source) -> list[Section]:
    """The days around 春节 against last year's, day by day, in the month in which they end."""
    month = source.span.month
    window = around_festival(month.year)
    before = around_festival(month.year - 1)
    if not source.span.is_over or Month.of(window.last) != month:
        return []
    if not source.span.knows(Month.of(before.first)):
        return []
    code = source.intake
    counts: Counter[date] = Counter()
    for period in (window, before):
        for day, tally in source.figures.by_day([code], period).items():
            counts[day] = tally[code]
    return [told(compare_festivals(named(code), counts.__getitem__, month.year))]


def january_february(source: Source) -> list[Section]:
    """January with February where the month is February and isn't over, so that it is still said."""
    span = source.span
    if span.month.number != 2 or span.is_over:
        return []
    last = january_and_february(span.month.year - 1)
    if not span.knows(Month.of(last.first)):
        return []
    since = Period(span.month.previous.first, span.period.last, f"{span.month.year}年1月至今")
    base = Period(last.first, span.last_year.last, f"{span.month.year - 1}年1月至同日")
    code = source.intake
    value, before = (source.figures.total([code], one)[code] for one in (since, base))
    return [told(compare_counts(named(code), "january_february", since, value, base, before))]

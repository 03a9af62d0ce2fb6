"""苗头和预测: what rises beyond its past, and what the next month is expected to bring."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from huiban.kernel.territory.models import Level, Unit
from huiban.kernel.vocab.queries import calendar

from ..queries.figures import counts_by_month
from ..reckoning.forecasting import History, backtest, forecast
from ..reckoning.months import Month
from ..reckoning.signs import MONTHLY, CellSeries, Sign, early_signs, over_places
from ..reckoning.suppression import SMALLEST
from ..reckoning.timeline import Axis
from .canonical import Section
from .gather_places import has_few_homes
from .reading import Source, standing, units_below

SIGN_MONTHS, FORECAST_MONTHS = 36, 60
SIGNS_SHOWN, CATEGORIES_FORECAST = 8, 10
BURN_IN = 24
ALL = ""
# Fewer reports of a matter in one estate aren't told of by themselves.
IN_ESTATES = replace(MONTHLY, least=SMALLEST)


def signs(source: Source) -> Section:
    """Signs of the month by place and category; said to be unknown for a month that isn't over."""
    month = source.span.month
    first = source.first_month(SIGN_MONTHS)
    length = month.since(first) + 1
    if not source.span.is_over or source.span.known_from is None or length < 2:
        return {"judged": 0, "months": length, "enough": False, "lines": []}
    units = _places(source)
    cells = _cells(source, units, first, month)
    axis = Axis.of_months(first, length)
    rules = IN_ESTATES if source.unit.level == Level.COMMUNITY else MONTHLY
    found = list(early_signs(over_places(cells), axis, rules))
    if units:
        found += early_signs(cells, axis, rules)
    few = {unit.code for unit in units if has_few_homes(unit)}
    told = [one for one in found if one.strength in ("sign", "watch") and one.place not in few]
    told.sort(key=lambda one: (one.strength != "sign", one.p or 0.0, one.place, one.category))
    names = {unit.code: unit.name for unit in units}
    return {
        "judged": len(found),
        "months": length,
        "enough": any(one.strength != "unknown" for one in found),
        "alpha": MONTHLY.alpha,
        "discovery": MONTHLY.discovery,
        "lines": [_sign(source, one, names) for one in told[:SIGNS_SHOWN]],
        "left_out": max(0, len(told) - SIGNS_SHOWN),
    }


def _places(source: Source) -> list[Unit]:
    """Communities of a district or street, estates of a community; a department has no places."""
    if source.figures.handles:
        return []
    level = Level.ESTATE if source.unit.level == Level.COMMUNITY else Level.COMMUNITY
    return standing(units_below(source.unit, level))


def _cells(source: Source, units: Sequence[Unit], first: Month, last: Month) -> list[CellSeries]:
    months = [first.later(step) for step in range(last.since(first) + 1)]
    if source.figures.handles:
        found = source.figures.by_code_and_month(source.intake, first, last, "category")
        return [
            CellSeries("", code, tuple(counts.get(month, 0) for month in months))
            for code, counts in sorted(found.items())
        ]
    level = Level.ESTATE if source.unit.level == Level.COMMUNITY else Level.COMMUNITY
    keys = [unit.id for unit in units_below(source.unit, level)]
    series = counts_by_month(keys, source.intake, first, last)
    codes = sorted({code for _, code in series})
    return [
        CellSeries(unit.code, code, _counts(series, unit.id, code, months))
        for code in codes
        for unit in units
    ]


def _counts(
    series: dict[tuple[UUID, str], dict[Month, int]],
    unit_id: UUID,
    code: str,
    months: Sequence[Month],
) -> tuple[int, ...]:
    counts = series.get((unit_id, code), {})
    return tuple(counts.get(month, 0) for month in months)


def _sign(source: Source, sign: Sign, names: dict[str, str]) -> Section:
    return {
        "place": names.get(sign.place, ""),
        "category": source.category_name(sign.category),
        "observed": sign.observed,
        "expected": "" if sign.expected is None else f"{sign.expected:.2f}",
        "upper": sign.upper,
        "p": "" if sign.p is None else f"{sign.p:.2g}",
        "strength": sign.strength,
        "words": sign.words,
    }


def outlook(source: Source) -> Section:
    """The month after the last whole one: of all and of the most frequent categories."""
    last = source.span.month if source.span.is_over else source.span.month.previous
    first = source.first_month(FORECAST_MONTHS)
    if last < first or not source.span.knows(first):
        return {"month": "", "lines": [], "months": 0, "backtest": None}
    found = source.figures.by_code_and_month(source.intake, first, last, "category")
    histories = _histories(found, first, last)
    total = tuple(map(sum, zip(*(one.counts for one in histories), strict=True)))
    asked = [History(ALL, total), *histories[:CATEGORIES_FORECAST]] if histories else []
    told = forecast(asked, first, calendar()) if asked else ()
    tried = backtest(asked[:1], first, calendar(), burn_in=BURN_IN) if asked else ()
    return {
        "month": last.later(1).label,
        "months": last.since(first) + 1,
        "lines": [
            {
                "name": source.category_name(one.category) if one.category != ALL else "合计",
                "now": history.counts[-1],
                "expected": "" if one.expected is None else f"{one.expected:.1f}",
                "low": one.low,
                "high": one.high,
                "level": str(one.level),
                "words": one.words,
            }
            for one, history in zip(told, asked, strict=True)
        ],
        "backtest": _tried(tried[0].points, tried[0].coverage, tried[0].mape) if tried else None,
    }


def _tried(points: int, coverage: float | None, mape: float | None) -> Section | None:
    """How forecasts of past months held; None where none could be tried."""
    if not points or coverage is None:
        return None
    return {
        "months": points,
        "within": round(coverage * points),
        "missed_percent": "" if mape is None else f"{mape:.1f}",
    }


def _histories(found: dict[str, dict[Month, int]], first: Month, last: Month) -> list[History]:
    """The categories' histories, the largest of the last year first; 未分类 isn't forecast alone."""
    months = [first.later(step) for step in range(last.since(first) + 1)]
    rows = {code: tuple(one.get(month, 0) for month in months) for code, one in found.items()}
    ranked = sorted(rows, key=lambda code: (not code, -sum(rows[code][-12:]), code))
    return [History(code, rows[code]) for code in ranked]

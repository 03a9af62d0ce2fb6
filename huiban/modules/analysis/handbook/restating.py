"""更正: what earlier handbooks printed and is counted otherwise now. The old file stays as it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from huiban.kernel.base.measures import MEASURES, RATIOS, percent

from ..queries.figures import Figures
from ..reckoning.months import Month
from .canonical import Section
from .gather_numbers import OF_HANDLERS, OF_PLACES, RATES, RATES_OF_HANDLERS, proportion
from .gather_supervision import OF_FINDINGS

MONTHS_BACK = 12


@dataclass(frozen=True)
class Printed:
    """What a published handbook printed: its month and its snapshot."""

    month: Month
    figures: Section


def printed_values(figures: Section) -> dict[str, str]:
    """The figures of a snapshot that are followed up, by their code, as they were printed. Pure."""
    told = {line["measure"]: str(line["value"]) for line in figures["numbers"]["lines"]}
    told |= {one["measure"]: str(one["value"]) for one in figures["supervision"]["totals"]}
    return told | {one["rate"]: rate_words(one["part"], one["whole"]) for one in figures["rates"]}


def rate_words(part: int, whole: int) -> str:
    """`96.16%（23974/24932）`: a rate as it is corrected, counts and all."""
    return f"{percent(part, whole)}%（{part}/{whole}）" if whole else "没有可算的事项"


def values_now(figures: Figures, month: Month) -> dict[str, str]:
    """The same figures as they are counted now: one statement."""
    measures = OF_HANDLERS if figures.handles else OF_PLACES
    rates = RATES_OF_HANDLERS if figures.handles else RATES
    asked = {*measures, *OF_FINDINGS, "voice.partly"}
    for code in rates:
        asked |= {*RATIOS[code].part, RATIOS[code].whole}
    tally: Counter[str] = figures.total(sorted(asked), month.period)
    told = {code: str(tally[code]) for code in (*measures, *OF_FINDINGS)}
    for code in rates:
        found = proportion(code, tally)
        told[code] = rate_words(found.part, found.whole)
    return told


def last_said(printed: Printed, later: Iterable[Printed]) -> dict[str, str]:
    """What was last printed of a month: its own handbook, corrected by those after it. Pure."""
    said = printed_values(printed.figures)
    for handbook in sorted(later, key=lambda one: one.month):
        for line in handbook.figures["restatements"]:
            if line["month"] == str(printed.month) and handbook.month > printed.month:
                said[line["code"]] = line["after"]
    return said


def restated(month: Month, said: Mapping[str, str], now: Mapping[str, str]) -> list[Section]:
    """Each figure that reads otherwise now, with what it read and what it reads. Pure."""
    return [
        {
            "month": str(month),
            "month_label": month.label,
            "code": code,
            "label": label_of(code),
            "before": before,
            "after": now[code],
        }
        for code, before in said.items()
        if code in now and now[code] != before
    ]


def label_of(code: str) -> str:
    """A measure's or a rate's official name, with its measure word where it has one."""
    if code in RATIOS:
        return RATIOS[code].label
    return f"{MEASURES[code].label}（{MEASURES[code].unit}）"


def restatements(figures: Figures, month: Month, printed: Sequence[Printed]) -> list[Section]:
    """What a handbook of that month corrects in the handbooks of the year before it."""
    earlier = [one for one in printed if month.later(-MONTHS_BACK) <= one.month < month]
    return [
        line
        for one in sorted(earlier, key=lambda one: one.month)
        for line in restated(one.month, last_said(one, earlier), values_now(figures, one.month))
    ]

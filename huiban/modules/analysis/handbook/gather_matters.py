"""反映什么 and 涉及谁: fields of concern, matters, the trend, and the groups of people concerned."""

from __future__ import annotations

from collections import Counter, defaultdict

from huiban.kernel.base.measures import CATEGORY, GROUP, MEASURES
from huiban.kernel.vocab.queries import word_name
from huiban.modules.voice.actions.steps import GROUPS
from huiban.modules.voice.rules_groups import NOT_STATED_NAME

from ..reckoning.suppression import suppress_list
from .canonical import Section
from .reading import Source

TREND_MONTHS = 24
BESIDE_INTAKE = {"voice.received": "voice.closed", "voice.due": "voice.due_on_time"}


def matters(source: Source) -> Section:
    """The fields of concern and the matters of the month, the most frequent first."""
    measure, span = source.intake, source.span
    now, before, year = (
        {
            code: tally[measure]
            for code, tally in source.figures.by_code([measure], period, CATEGORY).items()
        }
        for period in (span.period, span.previous, span.last_year)
    )
    fields: Counter[str] = Counter()
    for code, number in now.items():
        fields[source.field_of(code)] += number
    has_levels = any(source.field_of(code) != code for code in now)
    codes = sorted({*now, *before}, key=lambda code: (-now.get(code, 0), code))
    return {
        "measure": measure,
        "has_levels": has_levels,
        "fields": [
            {"name": source.category_name(code), "value": number}
            for code, number in sorted(fields.items(), key=lambda pair: (-pair[1], pair[0]))
            if number
        ],
        "matters": [
            {
                "code": code,
                "name": source.category_name(code),
                "field": source.category_name(source.field_of(code)) if has_levels else "",
                "value": now.get(code, 0),
                "previous": before.get(code, 0) if span.knows(span.month.previous) else None,
                "last_year": year.get(code, 0) if span.knows(span.month.same_last_year) else None,
            }
            for code in codes
        ],
    }


def trend(source: Source) -> Section:
    """The months up to this one, at most two years and one month, whole months only."""
    measures = (source.intake, BESIDE_INTAKE[source.intake])
    first = source.first_month(TREND_MONTHS)
    months = source.figures.by_month(measures, first, source.span.month)
    return {
        "months": [str(month) for month in months],
        "lines": [
            {
                "measure": code,
                "label": MEASURES[code].label,
                "values": [tally[code] for tally in months.values()],
            }
            for code in measures
        ],
        "is_partial": not source.span.is_over,
    }


def groups(source: Source) -> Section | None:
    """Whom the matters concern. Small counts are hidden; 未说明 is always there, and never hidden alone.

    A matter may concern several groups, so the groups don't add up to the month's count.
    """
    if source.figures.handles:
        return None
    found: dict[str, int] = defaultdict(int)
    for code, tally in source.figures.by_code(
        ["voice.received"], source.span.period, GROUP
    ).items():
        found[code] += tally["voice.received"]
    stated = sorted((code for code in found if code), key=lambda code: (-found[code], code))
    total = source.figures.total(["voice.received"], source.span.period)["voice.received"]
    counts = [found[code] for code in stated] + [found.get("", 0)]
    smallest = MEASURES["voice.received"].smallest_cell
    shown = suppress_list(counts, smallest)
    return {
        "total": total,
        "smallest": smallest,
        "lines": [
            {"name": word_name(GROUPS, code), "value": shown.cells[at]}
            for at, code in enumerate(stated)
        ],
        "not_stated": {"name": NOT_STATED_NAME, "value": shown.cells[-1]},
    }

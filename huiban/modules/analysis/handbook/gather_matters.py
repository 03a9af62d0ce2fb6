"""反映什么 and 涉及谁: fields of concern, matters, the trend, and the groups of people concerned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping

from huiban.kernel.base.measures import CATEGORY, GROUP, MEASURES
from huiban.kernel.vocab.queries import word_name, words
from huiban.modules.voice.actions.steps import GROUPS
from huiban.modules.voice.rules_groups import NOT_STATED_NAME

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
    """Whom the matters concern: the groups with enough matters by name, 未说明 in any case.

    The other groups stand together without their names, so that whoever subtracts what is shown
    from the total learns how many there are, but not whom they concern. A matter may concern
    several groups, so the groups don't add up to the month's count.
    """
    if source.figures.handles:
        return None
    period = source.span.period
    counts: Counter[str] = Counter()
    for code, tally in source.figures.by_code(["voice.received"], period, GROUP).items():
        counts[code] += tally["voice.received"]
    smallest = MEASURES["voice.received"].smallest_cell
    not_stated = counts.pop("", 0)
    shown = named_groups(counts, set(words(GROUPS, period.last)), smallest)
    return {
        "total": source.figures.total(["voice.received"], period)["voice.received"],
        "smallest": smallest,
        "lines": [{"name": word_name(GROUPS, code), "value": counts[code]} for code in shown],
        "has_others": any(number for code, number in counts.items() if code not in shown),
        "not_stated": {"name": NOT_STATED_NAME, "value": not_stated},
    }


def named_groups(counts: Mapping[str, int], known: Collection[str], smallest: int) -> list[str]:
    """The groups that may be named with their counts, the largest first; pure.

    Of those left unnamed with matters there must be two that it could be, else one more stays
    unnamed: a single one would have its name given away by its absence.
    """
    ranked = sorted(counts, key=lambda code: (-counts[code], code))
    shown = [code for code in ranked if counts[code] >= smallest]
    hidden = [code for code in ranked if 0 < counts[code] < smallest]
    if hidden and shown and len({*known, *counts} - set(shown)) < 2:
        shown.pop()
    return shown

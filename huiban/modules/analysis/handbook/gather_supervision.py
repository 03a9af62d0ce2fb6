"""监督与整改: what the rules found, what people made of it, and the letters that followed."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from huiban.kernel.base.clock import local
from huiban.kernel.base.measures import MEASURES, RULE
from huiban.kernel.territory.models import Level, Unit
from huiban.kernel.territory.queries import current_unit, with_predecessors
from huiban.modules.supervision import stages
from huiban.modules.supervision.models import Letter
from huiban.modules.supervision.queries.grounds import rule_name
from huiban.modules.supervision.queries.levels import level_name, number_of

from .canonical import Section
from .reading import Source

OF_FINDINGS = (
    "supervision.found",
    "supervision.confirmed",
    "supervision.dismissed",
    "supervision.void",
)
LETTERS_SHOWN = 12


def supervision(source: Source) -> Section:
    """Findings of the month by rule, never by anybody; letters issued, closed or still open.

    A finding that an upheld objection made void is in none of the other counts.
    """
    totals = source.figures.total(OF_FINDINGS, source.span.period)
    rules = []
    if not source.figures.handles:
        by_rule = source.figures.by_code(OF_FINDINGS, source.span.period, RULE)
        rules = [
            {"rule": code, "name": rule_name(code), **{one: tally[one] for one in OF_FINDINGS}}
            for code, tally in sorted(
                by_rule.items(), key=lambda pair: (-pair[1]["supervision.found"], pair[0])
            )
        ]
    return {
        "totals": [
            {"measure": one, "label": MEASURES[one].label, "value": totals[one]}
            for one in OF_FINDINGS
        ],
        "rules": rules,
        **_letters(source),
    }


def _letters(source: Source) -> Section:
    """Letters to the unit and below that were under way in the month: the last ones, and how many."""
    ends = source.span.period.ends
    rows = Letter.objects.everywhere(
        "a unit's handbook tells of the letters to it and below"
    ).filter(_addressed(source.unit), issued_at__lt=ends)
    under_way = Q(ended_at__isnull=True) | Q(ended_at__gte=source.span.period.begins)
    letters = rows.filter(under_way).exclude(stage=stages.RECALLED)
    last = letters.order_by("-issued_at", "-pk")[:LETTERS_SHOWN]
    return {
        "letters_count": letters.count(),
        "letters": [_letter(letter) for letter in list(last)[::-1]],
    }


def _letter(letter: Letter) -> Section:
    return {
        "name": level_name(letter.level),
        "number": number_of(letter.level, letter.year, letter.number),
        "addressee": current_unit(letter.addressee_id).name,
        "issued": _day(letter.issued_at),
        "due": _day(letter.due_at),
        "state": letter.stage_label,
        "closed": _day(letter.ended_at),
    }


def _addressed(unit: Unit) -> Q:
    keys = with_predecessors([unit.id])
    column = {
        Level.DISTRICT: "district_id",
        Level.STREET: "street_id",
        Level.COMMUNITY: "community_id",
    }.get(Level(unit.level), "addressee_id")
    return Q(**{f"{column}__in": keys})


def _day(moment: datetime | None) -> str:
    return "" if moment is None else local(moment).date().isoformat()

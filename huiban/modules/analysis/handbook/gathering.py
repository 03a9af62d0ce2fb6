"""Gathers a unit's month into a snapshot: every figure once, all of one moment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.conf import settings

from huiban.kernel.base import clock
from huiban.kernel.base.errors import Refusal
from huiban.kernel.base.measures import MEASURES, RATIOS
from huiban.kernel.events.models import Event
from huiban.kernel.territory.models import Level, Unit
from huiban.kernel.territory.queries import all_units
from huiban.kernel.vocab.queries import setting
from huiban.modules.voice import kinds

from ..moment import one_moment
from ..position import position
from ..queries.figures import figures_for
from ..queries.heat import households_of
from ..reckoning.months import Month
from .canonical import FORMAT, Section
from .gather_matters import groups, matters, trend
from .gather_numbers import OF_HANDLERS, OF_PLACES, handling, numbers, rates
from .gather_outlook import outlook, signs
from .gather_places import departments, places
from .gather_supervision import OF_FINDINGS, supervision
from .gather_themes import themes
from .links import policies
from .reading import LEVELS, Source, first_day_of
from .restating import Printed, restatements
from .span import span_of

# Beside those whose counts are printed as such.
OF_RATES = ("voice.rated", "voice.unrated", "voice.not_reached", "voice.solved", "voice.partly")
OF_NOW = ("voice.open", "voice.late")


def gather(unit: Unit, month: Month, printed: Sequence[Printed] = ()) -> Section:
    """The snapshot of a unit's month as it is counted now; `printed` are its earlier handbooks.

    Raises Refusal for a month that hasn't begun, and for a unit that has no handbook.
    """
    if unit.level not in LEVELS:
        raise Refusal(
            f"“{unit.name}”没有单独的手册。手册可以按区、街道、社区或部门做，请换一个单位。", "unit"
        )
    today = clock.local(clock.now()).date()
    with one_moment():
        span = span_of(month, today, first_day_of(unit))
        return _snapshot(Source(figures_for(unit), span), printed, today)


def _snapshot(source: Source, printed: Sequence[Printed], today: date) -> Section:
    counted = numbers(source)
    return {
        "format": FORMAT,
        "demonstration": bool(settings.DEMONSTRATION),
        "unit": _unit(source.unit),
        "month": str(source.span.month),
        "month_label": source.span.month.label,
        "period": {
            "label": source.span.period.label,
            "first": source.span.period.first.isoformat(),
            "last": source.span.period.last.isoformat(),
        },
        "is_over": source.span.is_over,
        "is_handler": source.figures.handles,
        "intake": source.intake,
        "cut_off": _cut_off(source),
        "is_empty": not any(line["value"] for line in counted["lines"]),
        "numbers": counted,
        "rates": rates(source),
        "handling": handling(source),
        "places": places(source),
        "departments": departments(source),
        "matters": matters(source),
        "trend": trend(source),
        "groups": groups(source),
        **themes(source),
        "signs": signs(source),
        "outlook": outlook(source),
        "supervision": supervision(source),
        "policies": policies(source.unit, source.span.period),
        "restatements": restatements(source.figures, source.span.month, printed),
        "definitions": _definitions(source),
        "partly_counts": bool(setting(kinds.PARTLY_COUNTS)),
    }


def _unit(unit: Unit) -> Section:
    district = all_units()[unit.district_id] if unit.district_id else unit
    return {
        "code": unit.code,
        "name": unit.name,
        "level": str(unit.level),
        "level_label": Level(unit.level).label,
        "district": district.name,
        "households": None if unit.level == Level.DEPARTMENT else households_of(unit) or None,
    }


def _cut_off(source: Source) -> Section:
    """How far the log was counted: the last event's position and its moment.

    Not the moment of the asking, so that the same log gives the same snapshot.
    """
    counted = position()
    event = Event.objects.filter(position=counted).values_list("at", flat=True).first()
    known = source.span.known_from
    return {
        "position": counted,
        "moment": "" if event is None else clock.local(event).isoformat(timespec="minutes"),
        "known_from": "" if known is None else known.label,
    }


def _definitions(source: Source) -> list[Section]:
    """Every measure and rate that is printed, as it is declared, with its version."""
    codes = [*(OF_HANDLERS if source.figures.handles else OF_PLACES), *OF_RATES, *OF_NOW]
    codes += OF_FINDINGS
    measures = [
        {
            "label": MEASURES[code].label,
            "definition": MEASURES[code].definition,
            "by_day": MEASURES[code].by_day,
            "version": MEASURES[code].version,
        }
        for code in dict.fromkeys(codes)
    ]
    ratios = [
        {
            "label": RATIOS[one["rate"]].label,
            "definition": RATIOS[one["rate"]].definition,
            "by_day": MEASURES[RATIOS[one["rate"]].whole].by_day,
            "version": RATIOS[one["rate"]].version,
        }
        for one in rates(source)
    ]
    return measures + ratios

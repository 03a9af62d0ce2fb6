"""在哪里: the units below against their households, and what is hot where."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from huiban.kernel.base.measures import RATIOS
from huiban.kernel.territory.models import Level, Unit
from huiban.kernel.territory.queries import departments_of

from ..queries.figures import BELOW, counts_by_month
from ..queries.heat import households_of
from ..queries.outlines import outlines_of
from ..reckoning.hotspots import HeatMap, HeatRules, HotPlace, PlaceCount, heat_map
from ..reckoning.months import Period
from ..reckoning.suppression import SMALLEST
from .canonical import Section
from .gather_numbers import proportion
from .outline import simplified
from .reading import (
    Source,
    counts_of_units,
    handled_of_units,
    standing,
    units_below,
)
from .sentences import WHOLE

# A place with fewer homes isn't shown by itself: a few families would be recognised.
FEWEST_HOUSEHOLDS = 30
WIDE_RULES = HeatRules(smallest_count=1, smallest_households=FEWEST_HOUSEHOLDS)
# An estate's few reports would be recognised as well.
ESTATE_RULES = HeatRules(smallest_count=SMALLEST, smallest_households=FEWEST_HOUSEHOLDS)
FIELDS_DRAWN, HOT_CELLS = 8, 8
OF_UNITS = (
    "voice.received",
    "voice.due",
    "voice.due_on_time",
    "voice.rated",
    "voice.solved",
    "voice.partly",
    "voice.ended",
)
OF_DEPARTMENTS = (
    "voice.due",
    "voice.due_closed",
    "voice.due_on_time",
    "voice.ended",
    "voice.rated",
    "voice.solved",
    "voice.partly",
)
UNIT_RATES = ("voice.on_time_rate", "voice.solved_rate", "voice.coverage")


def has_few_homes(unit: Unit) -> bool:
    """Whether a unit is so small that it isn't told of by itself."""
    return 0 < households_of(unit) < FEWEST_HOUSEHOLDS


def places(source: Source) -> Section:
    """The units below, the matters that are hot in one of them; nothing for a department."""
    if source.figures.handles:
        return {
            "level": "",
            "units": [],
            "elsewhere": None,
            "outlines": {},
            "grid": None,
            "hot": [],
        }
    level = Level(BELOW[Level(source.unit.level)])
    units = standing(source.figures.below)
    now, before, year = (
        counts_of_units(_keys(source), OF_UNITS, period)
        for period in (source.span.period, source.span.previous, source.span.last_year)
    )
    received = {unit: now[unit.id]["voice.received"] for unit in units}
    heat = judged(received, ESTATE_RULES if level == Level.ESTATE else WIDE_RULES)
    lines = [
        _line(source, unit, heat, [tallies[unit.id] for tallies in (now, before, year)])
        for unit in units
    ]
    hidden = {line["code"] for line in lines if line["hidden"]}
    return {
        "level": level.label,
        "units": lines,
        "elsewhere": _elsewhere(source, lines),
        "outlines": _outlines(units),
        "grid": None if level == Level.ESTATE else _grid(source, units, hidden),
        "hot": _hot(source, level, hidden),
    }


def _keys(source: Source) -> list[UUID]:
    return [unit.id for unit in source.figures.below]


def judged(counts: Mapping[Unit, int], rules: HeatRules) -> dict[str, HotPlace]:
    """Each unit's heat by its code, of those whose households are known."""
    known = [unit for unit in counts if households_of(unit)]
    told = [PlaceCount(unit.code, counts[unit], households_of(unit)) for unit in known]
    found: HeatMap = heat_map(told, rules)
    return {place.place: place for place in found.places}


def _line(
    source: Source, unit: Unit, heat: Mapping[str, HotPlace], tallies: Sequence[Counter[str]]
) -> Section:
    """A unit: its count and its rates with theirs, unless it is too small for them to be shown."""
    now, before, year = tallies
    place = heat.get(unit.code)
    hidden = place is not None and place.heat == "hidden"
    span = source.span
    line: Section = {
        "code": unit.code,
        "name": unit.name,
        "households": households_of(unit) or None,
        "hidden": hidden,
        "received": None if hidden else now["voice.received"],
        "previous": _shown(before, hidden or not span.knows(span.month.previous)),
        "last_year": _shown(year, hidden or not span.knows(span.month.same_last_year)),
        "per_thousand": "" if place is None or place.rate is None else str(place.rate),
        "heat": "" if place is None else place.heat,
        "words": "" if place is None else _own(source, place.words),
        "rates": [],
    }
    if unit.level != Level.ESTATE:
        line["rates"] = [_hidden_rate(code) if hidden else _rate(code, now) for code in UNIT_RATES]
    return line


def _shown(tally: Counter[str], hidden: bool) -> int | None:
    return None if hidden else tally["voice.received"]


def _rate(code: str, tally: Counter[str]) -> Section:
    found = proportion(code, tally)
    return {
        "rate": code,
        "label": RATIOS[code].label,
        "part": found.part,
        "whole": found.whole,
        "percent": "" if found.percent is None else str(found.percent),
    }


def _hidden_rate(code: str) -> Section:
    label = RATIOS[code].label
    return {"rate": code, "label": label, "part": None, "whole": None, "percent": ""}


def _own(source: Source, words: str) -> str:
    """A place is held against its own unit, which isn't always the district."""
    return words.replace("全区", WHOLE[source.unit.level])


def _elsewhere(source: Source, lines: Sequence[Section]) -> int | None:
    """What came in without anybody saying in which of the units; None where it can't be told."""
    if any(line["hidden"] for line in lines):
        return None
    total = source.figures.total(["voice.received"], source.span.period)["voice.received"]
    return int(total - sum(line["received"] for line in lines))


def _outlines(units: Sequence[Unit]) -> Section:
    """Each unit's outline for the map, by its code."""
    found = outlines_of(units)
    return {
        unit.code: simplified(found[unit.id].rings)
        for unit in units
        if unit.id in found and found[unit.id].rings
    }


def _grid(source: Source, units: Sequence[Unit], hidden: Collection[str]) -> Section | None:
    """Units against fields of concern: counts, and how many a thousand homes; None where hidden."""
    shown = [unit for unit in units if unit.code not in hidden]
    counts = _by_field(source, shown, source.span.period)
    sums: Counter[str] = Counter()
    for fields in counts.values():
        sums.update(fields)
    if not sums:
        return None
    drawn = [code for code, _ in sorted(sums.items(), key=lambda pair: (-pair[1], pair[0]))]
    drawn = drawn[:FIELDS_DRAWN]
    return {
        "fields": [source.category_name(code) for code in drawn],
        "rows": [
            _row(unit, drawn, None if unit.code in hidden else counts[unit.code]) for unit in units
        ],
    }


def _row(unit: Unit, drawn: Sequence[str], counts: Mapping[str, int] | None) -> Section:
    told = [None if counts is None else counts[code] for code in drawn]
    homes = households_of(unit)
    rates = ["" if count is None else per_thousand(count, homes) for count in told]
    return {"name": unit.name, "counts": told, "per_thousand": rates}


def per_thousand(count: int, households: int) -> str:
    """So many a thousand homes, with two decimals; empty without homes."""
    if not households:
        return ""
    return str((Decimal(count) * 1000 / households).quantize(Decimal("0.01")))


def _by_field(
    source: Source, units: Sequence[Unit], period: Period
) -> dict[str, defaultdict[str, int]]:
    codes = {unit.id: unit.code for unit in units}
    found: dict[str, defaultdict[str, int]] = {code: defaultdict(int) for code in codes.values()}
    for unit, fields in source.figures.by_unit_and_code(
        "voice.received", period, "category"
    ).items():
        if unit.id in codes:
            for code, number in fields.items():
                found[codes[unit.id]][source.field_of(code)] += number
    return found


def _hot(source: Source, level: Level, hidden: Collection[str]) -> list[Section]:
    """Where a community has far more of a matter than its homes explain, the farthest first."""
    if level == Level.ESTATE:
        return []
    units = standing(units_below(source.unit, Level.COMMUNITY))
    month = source.span.month
    keys = [unit.id for unit in units_below(source.unit, Level.COMMUNITY)]
    series = counts_by_month(keys, "voice.received", month, month)
    by_code: dict[str, dict[Unit, int]] = defaultdict(dict)
    for unit in units:
        for code in {code for _, code in series}:
            by_code[code][unit] = series.get((unit.id, code), {}).get(month, 0)
    found = [
        (place.ratio or 0.0, unit, code, place)
        for code, counts in by_code.items()
        if code
        for heat in [judged(counts, WIDE_RULES)]
        for unit in units
        if unit.code not in hidden
        if (place := heat.get(unit.code)) is not None and place.heat == "hot"
    ]
    found.sort(key=lambda one: (-one[0], one[1].code, one[2]))
    return [
        {
            "place": unit.name,
            "category": source.category_name(code),
            "count": place.count,
            "households": place.households,
            "ratio": f"{ratio:.1f}",
            "words": _own(source, place.words),
        }
        for ratio, unit, code, place in found[:HOT_CELLS]
    ]


def departments(source: Source) -> list[Section]:
    """What the district's departments had to handle in the month; those without anything left out."""
    if source.unit.level != Level.DISTRICT:
        return []
    units = departments_of(source.unit.id)
    keys = [unit.id for unit in units]
    month = handled_of_units(keys, OF_DEPARTMENTS, source.span.period)
    now = handled_of_units(keys, ("voice.open", "voice.late"), None)
    return [
        {
            "code": unit.code,
            "name": unit.name,
            "due": month[unit.id]["voice.due"],
            "open": now[unit.id]["voice.open"],
            "late": now[unit.id]["voice.late"],
            "rates": [_rate(code, month[unit.id]) for code in UNIT_RATES],
        }
        for unit in units
        if month[unit.id]["voice.due"]
        or now[unit.id]["voice.open"]
        or month[unit.id]["voice.ended"]
    ]

"""What was counted before and after a rule came into force, at the moment of the asking.

Reports of the policy's category (and those below it) in its area, month by month up to the last
month that is over; as control the same category in the rest of the district, without the places
where another rule about the same category holds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from huiban.kernel.base import clock
from huiban.kernel.base.papers.charts.chart import Chart
from huiban.kernel.base.papers.charts.trend import Line, trend
from huiban.kernel.territory.models import Level, Unit
from huiban.kernel.territory.queries import all_units, current_unit
from huiban.kernel.vocab.queries import calendar, word_name, words
from huiban.modules.voice.queries.owners import CATEGORIES

from ..handbook.reading import figures_for, first_day_of
from ..handbook.span import FIRST_DAYS
from ..models import Policy
from ..reckoning.effects import Effect, MonthlySeries, before_and_after
from ..reckoning.months import Month

RECEIVED = "voice.received"
# Season and trend are told apart over some years; older months say nothing of today.
MOST_MONTHS = 60
SHOWN_MONTHS = 36
LONGEST_WAY = 6


@dataclass(frozen=True)
class PolicyEffect:
    """The effect with its chart, what was counted, and what it was held against, in words."""

    effect: Effect
    counted: str
    against: str
    chart: Chart


def effect_of(policy: Policy, until: Month | None = None) -> PolicyEffect | None:
    """The effect as counted now, up to `until` or the last month that is over; None before any rule."""
    if policy.in_force_from is None:
        return None
    area = current_unit(policy.area_id)
    last = _last(policy, until)
    known = _known_from(area)
    # Before anything was counted there is one month of nothing, of which nothing can be said.
    first = last if known is None else min(max(known, last.later(1 - MOST_MONTHS)), last)
    months = [first.later(step) for step in range(last.since(first) + 1)]
    own = _counts(area, policy.category, months)
    control, against = _control(policy, area, months, own)
    effect = before_and_after(
        MonthlySeries(first, own),
        policy.in_force_from,
        None if control is None else MonthlySeries(first, control),
        calendar(),
    )
    return PolicyEffect(
        effect=effect,
        counted=f"{area.name}每月收到的“{word_name(CATEGORIES, policy.category)}”类诉求",
        against=against,
        chart=_chart(policy.in_force_from, months, own, control),
    )


def _last(policy: Policy, until: Month | None) -> Month:
    """The last month that is over, and in which the rule held throughout."""
    over = Month.of(clock.local(clock.now()).date()).previous
    if policy.ended_on is not None:
        over = min(over, Month.of(policy.ended_on).previous)
    return over if until is None else min(over, until)


def _known_from(area: Unit) -> Month | None:
    """The first month whose figures are whole; None where nothing was ever counted."""
    known = first_day_of(area)
    if known is None:
        return None
    return Month.of(known) if known.day <= FIRST_DAYS else Month.of(known).later(1)


def _counts(area: Unit, category: str, months: list[Month]) -> tuple[int, ...]:
    found = figures_for(area).by_code_and_month(RECEIVED, months[0], months[-1], "category")
    codes = categories_below(category, found)
    return tuple(sum(found[code].get(month, 0) for code in codes) for month in months)


def categories_below(category: str, codes: Iterable[str]) -> list[str]:
    """Which of these codes are the category or lie below it."""
    known = words(CATEGORIES)

    def lies_below(code: str) -> bool:
        for _ in range(LONGEST_WAY):
            if code == category:
                return True
            word = known.get(code)
            if word is None or not word.parent_code:
                return False
            code = word.parent_code
        return False

    return [code for code in codes if lies_below(code)]


def _control(
    policy: Policy, area: Unit, months: list[Month], own: tuple[int, ...]
) -> tuple[tuple[int, ...] | None, str]:
    """The rest of the district, and what to say of it; none for a rule that holds in all of it."""
    if area.level == Level.DISTRICT:
        return None, "办法在全区施行，没有别的地方可以对照，只与施行前的走势和季节比。"
    units = all_units()
    district = current_unit(policy.district_id)
    reached = _reached_too(policy, area)
    rest = Counter(dict(enumerate(_counts(district, policy.category, months))))
    for counts in (own, *(_counts(units[key], policy.category, months) for key in reached)):
        rest.subtract(dict(enumerate(counts)))
    left_out = "、".join(units[key].name for key in reached)
    said = f"对照：{district.name}其余地方同期的同类诉求"
    said += f"（不含也施行了同类办法的{left_out}）。" if left_out else "。"
    # A count corrected between both readings may leave one less than none.
    return tuple(max(0, rest[at]) for at in range(len(months))), said


def _reached_too(policy: Policy, area: Unit) -> list[UUID]:
    """Other places where a rule about the same category holds: none lies in another of them."""
    others = Policy.objects.everywhere("control leaves out where another rule holds").filter(
        district=policy.district_id, category=policy.category, in_force_from__isnull=False
    )
    units = all_units()
    keys = {current_unit(key).id for key in others.values_list("area_id", flat=True)}
    apart = [key for key in keys if not _within(units[key], area) and not _within(area, units[key])]
    roots = [key for key in apart if not any(_inside(units[key], units[one]) for one in apart)]
    return sorted(roots, key=lambda key: units[key].code)


def _within(unit: Unit, other: Unit) -> bool:
    return other.id in (unit.id, unit.district_id, unit.street_id, unit.community_id)


def _inside(unit: Unit, other: Unit) -> bool:
    return unit.id != other.id and _within(unit, other)


def _chart(
    since: date, months: list[Month], own: tuple[int, ...], control: tuple[int, ...] | None
) -> Chart:
    """The months before, of and after that day as lines of their own; the control at their scale."""
    shown = range(max(0, len(months) - SHOWN_MONTHS), len(months))

    def part(name: str, belongs: Iterable[bool]) -> Line:
        kept = list(belongs)
        return Line(name, tuple(float(own[at]) if kept[at] else None for at in shown))

    split = [month.first < since <= month.last for month in months]
    after = [month.first >= since for month in months]
    before = [not (cut or late) for cut, late in zip(split, after, strict=True)]
    lines = [part("施行前", before), part("施行当月", split), part("施行后", after)]
    lines = [line for line in lines if any(value is not None for value in line.values)]
    if control is not None and (scaled := _scaled(own, control, before)):
        lines.append(Line("对照（折算）", tuple(scaled[at] for at in shown)))
    moments = [f"{months[at].year % 100}年{months[at].number}月" for at in shown]
    return trend(moments, lines, measure="每月收到的诉求")


def _scaled(
    own: tuple[int, ...], control: tuple[int, ...], before: list[bool]
) -> list[float] | None:
    """The control as if it had had as many as the area before the rule; None where it had none."""
    mine = sum(count for count, early in zip(own, before, strict=True) if early)
    theirs = sum(count for count, early in zip(control, before, strict=True) if early)
    if not mine or not theirs:
        return None
    return [round(count * mine / theirs, 1) for count in control]

"""What was counted before and after a rule came into force, at the moment of the asking.

Reports of the policy's category (and those below it) in its area, month by month up to the last
month that is over; as control the same category in the rest of the district, without the places
where another rule about the same category holds. Where one holds in the whole district there is none.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from huiban.kernel.base import clock
from huiban.kernel.base.papers.charts.chart import Chart
from huiban.kernel.base.papers.charts.trend import Line, trend
from huiban.kernel.territory.models import Level, Unit
from huiban.kernel.territory.queries import all_units, current_unit, with_predecessors
from huiban.kernel.vocab.queries import calendar, word_name, words
from huiban.modules.voice.queries.owners import CATEGORIES

from ..handbook.reading import first_whole_month
from ..models import Policy
from ..reckoning.effects import Effect, MonthlySeries, before_and_after
from ..reckoning.months import Month
from .figures import counts_by_month

RECEIVED = "voice.received"
# Season and trend are told apart over some years; older months say nothing of today.
MOST_MONTHS = 60
SHOWN_MONTHS = 36
LONGEST_WAY = 6
NO_CONTROL = "没有别的地方可以对照，只与施行前的走势和季节比。"


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
    known = first_whole_month(area)
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


def _counts(area: Unit, category: str, months: list[Month]) -> tuple[int, ...]:
    keys = with_predecessors([area.id])
    codes = _categories_below(category)
    found = counts_by_month(keys, RECEIVED, months[0], months[-1], codes=codes)
    return tuple(sum(by_month.get(month, 0) for by_month in found.values()) for month in months)


def _categories_below(category: str) -> set[str]:
    """The category and those that lie below it."""
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

    return {category, *filter(lies_below, known)}


def _control(
    policy: Policy, area: Unit, months: list[Month], own: tuple[int, ...]
) -> tuple[tuple[int, ...] | None, str]:
    """The rest of the district, and what to say of it; none where such rules hold in all of it."""
    if area.level == Level.DISTRICT:
        return None, f"办法在全区施行，{NO_CONTROL}"
    reached = _reached(policy, area)
    if any(unit.level == Level.DISTRICT for unit in reached):
        return None, f"全区另有同类的办法施行，{NO_CONTROL}"
    district = current_unit(policy.district_id)
    whole = _counts(district, policy.category, months)
    parts = [own if one == area else _counts(one, policy.category, months) for one in reached]
    # A count corrected between both readings may leave one less than none.
    rest = tuple(max(0, all_ - sum(some)) for all_, *some in zip(whole, *parts, strict=True))
    left_out = "、".join(one.name for one in reached if one != area)
    said = f"对照：{district.name}其余地方同期的同类诉求"
    return rest, said + (f"（不含也施行了同类办法的{left_out}）。" if left_out else "。")


def _reached(policy: Policy, area: Unit) -> list[Unit]:
    """The area and other places where a rule about the category holds: none lies in another of them."""
    others = Policy.objects.everywhere("control leaves out where another rule holds").filter(
        district=policy.district_id, category=policy.category, in_force_from__isnull=False
    )
    keys = {area.id, *(current_unit(key).id for key in others.values_list("area_id", flat=True))}
    units = [all_units()[key] for key in keys]
    roots = [unit for unit in units if not any(_inside(unit, one) for one in units)]
    return sorted(roots, key=lambda unit: unit.code)


def _inside(unit: Unit, other: Unit) -> bool:
    above = (unit.district_id, unit.street_id, unit.community_id)
    return unit.id != other.id and other.id in above


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

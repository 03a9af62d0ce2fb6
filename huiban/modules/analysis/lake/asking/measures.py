"""Measures over the lake, each as one expression for whichever engine carries it out.

Only what every engine computes exactly is used: counts, sums of whole numbers, different values
counted one by one, and order by text and number. So two engines that read the same lake give the
same table, to the digit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import ibis
from ibis import _

CLOSED = "closed"
CASE = "voice.case"
# Duties of whoever has the case in hand, as supervision's rules read the log.
LEADS = ("triage", "handle", "take_up", "guide")
UNCOUNTED_OUTCOMES = ("withdrawn", "merged")
# Up to so many hours a stretch is so many hours long; `voice.counting` says why.
STRETCHES = ((48, 1), (240, 4))
LONGEST_STRETCH, MOST_HOURS = 24, 8760


@dataclass(frozen=True)
class Lake:
    """The tables of a lake, as expressions."""

    events: Any
    cases: Any
    units: Any


@dataclass(frozen=True)
class Months:
    """From which month to which, both included, as YYYY-MM; "" for no end."""

    first: str = ""
    last: str = ""

    def hold(self, month: Any) -> Any:
        """The condition that a month lies among them."""
        holds = ibis.literal(True)
        if self.first:
            holds = holds & (month >= self.first)
        if self.last:
            holds = holds & (month <= self.last)
        return holds


@dataclass(frozen=True)
class LakeMeasure:
    """A table that can be asked for: its keys tell its rows apart, and order them."""

    name: str
    label: str
    definition: str
    keys: tuple[str, ...]
    over: Callable[[Lake, Months], Any]

    def expression(self, lake: Lake, months: Months) -> Any:
        """The expression: its keys first, its rows in their order."""
        rows = self.over(lake, months)
        counts = [name for name in rows.columns if name not in self.keys]
        return rows.select(*self.keys, *counts).order_by(list(self.keys))


PLACE = ("district", "street", "community")


def _cases(lake: Lake, months: Months) -> Any:
    cases = lake.cases
    fell_due = cases.filter(_.handling_due.notnull() & ~_.handling_outcome.isin(UNCOUNTED_OUTCOMES))
    in_time = (_.handling_closed <= _.handling_due) & ~_.handling_was_late
    ended = _.answered.notnull()
    rated = ended & ~_.verdict.isin(["", "not_reached"])
    parts = [
        _monthly(cases, "received_day", received=True, danger=_.danger, reopened=_.reopened > 0),
        _monthly(
            fell_due,
            "handling_day",
            due=True,
            due_closed=_.handling_closed.notnull(),
            due_on_time=in_time,
        ),
        _monthly(
            _closed(cases),
            "closed_day",
            closed=True,
            closed_minutes=_.minutes,
            ended=ended,
            rated=rated,
            solved=rated & (_.verdict == "solved"),
            satisfied=rated & (_.satisfaction == "satisfied"),
            basically=rated & (_.satisfaction == "basically"),
        ),
    ]
    return _with_months(_added(parts, (*PLACE, "category")), months)


def _hours(lake: Lake, months: Months) -> Any:
    hours = ibis.greatest(_whole(_.minutes + 59, 60), 1)
    closed = _closed(lake.cases).mutate(hours=hours)
    reached = [(closed.hours <= most, _ends(closed.hours, step)) for most, step in STRETCHES]
    longest = ibis.least(_ends(closed.hours, LONGEST_STRETCH), MOST_HOURS)
    stretched = closed.mutate(hours=ibis.cases(*reached, else_=longest))
    counted = _monthly(stretched, "closed_day", by=(*PLACE, "hours"), closed=True)
    return _with_months(counted, months)


def _handovers(lake: Lake, months: Months) -> Any:
    """Repeats of one unit count once, so a stay begins where the unit is another than before."""
    held = lake.events.filter(
        (_.subject_type == CASE) & _.owes.isin(LEADS) & (_.owner != "")
    ).select("subject", "sequence", "moment", "month", "owner")
    course = ibis.window(group_by="subject", order_by="sequence")
    stays = held.mutate(before=_.owner.lag().over(course)).filter(
        _.before.isnull() | (_.before != _.owner)
    )
    handed = stays.mutate(
        after=_.owner.lead().over(course), until=_.moment.lead().over(course)
    ).filter(_.before.notnull() & months.hold(_.month))
    came_back = (_.after == _.before).fill_null(False)
    away = ibis.ifelse(came_back, _.until.epoch_seconds() - _.moment.epoch_seconds(), 0)
    return (
        handed.mutate(returned=came_back, away=away)
        .group_by(from_unit=_.before, to_unit=_.owner)
        .aggregate(
            handovers=_.count(),
            cases=_.subject.nunique(),
            returned=_number(_.returned).sum(),
            away_seconds=_.away.sum(),
        )
    )


def _steps(lake: Lake, months: Months) -> Any:
    told = lake.events.filter(months.hold(_.month))
    by = {"district": _.district, "month": _.month, "unit": _.unit.fill_null(""), "kind": _.kind}
    return told.group_by(**by).aggregate(steps=_.count())


def _reach(lake: Lake, months: Months) -> Any:
    told = lake.events.filter(
        (_.subject_type == CASE) & _.unit.notnull() & (_.unit != "") & months.hold(_.month)
    )
    return told.group_by("district", "month", "unit").aggregate(
        cases=_.subject.nunique(), steps=_.count()
    )


MEASURES = {
    measure.name: measure
    for measure in (
        LakeMeasure(
            "cases",
            "各社区各月各分类的办件",
            "收到、到期、按期办结、办结、评价等件数，各记在自己那一天所在的月；定义同公布的指标",
            (*PLACE, "month", "category"),
            _cases,
        ),
        LakeMeasure(
            "hours",
            "办结用时",
            "各社区各月办结的事按用时分段的件数；hours 是一段的上端，单位小时",
            (*PLACE, "month", "hours"),
            _hours,
        ),
        LakeMeasure(
            "handovers",
            "单位之间的转手",
            "办理责任从一个单位到另一个单位的次数、涉及几件、其中直接退回的次数和在外面的秒数",
            ("from_unit", "to_unit"),
            _handovers,
        ),
        LakeMeasure(
            "steps",
            "各单位各月的办理步骤",
            "事件按区、月、单位、种类的条数；unit 空的是没有写明单位的",
            ("district", "month", "unit", "kind"),
            _steps,
        ),
        LakeMeasure(
            "reach",
            "各单位各月经手的事",
            "当月有过步骤的不同的事有几件、一共几步",
            ("district", "month", "unit"),
            _reach,
        ),
    )
}


def _closed(cases: Any) -> Any:
    return cases.filter((_.stage == CLOSED) & _.closed.notnull())


def _monthly(rows: Any, day: str, by: tuple[str, ...] = (*PLACE, "category"), **counts: Any) -> Any:
    """Sums by place and month; `month` is a number, a flag counts one, True counts each row."""
    sums = {
        name: _.count() if count is True else _number(count).sum() for name, count in counts.items()
    }
    keys = {name: _[name] for name in by}
    return rows.group_by(month=_whole(_[day], 100), **keys).aggregate(**sums)


def _added(parts: list[Any], by: tuple[str, ...]) -> Any:
    """The parts' counts beside each other, those of the same keys added up."""
    keys = ["month", *by]
    names = [name for part in parts for name in part.columns if name not in keys]
    wide = [
        part.select(
            *keys,
            **{
                name: part[name] if name in part.columns else ibis.literal(0, "int64")
                for name in names
            },
        )
        for part in parts
    ]
    return (
        ibis.union(*wide, distinct=False)
        .group_by(keys)
        .aggregate(**{name: _[name].sum() for name in names})
    )


def _with_months(counted: Any, months: Months) -> Any:
    """The month as YYYY-MM, and only those that were asked for."""
    written = (
        _whole(_.month, 100).cast("string") + "-" + (_.month % 100).cast("string").lpad(2, "0")
    )
    return counted.mutate(month=written).filter(months.hold(_.month))


def _number(value: Any) -> Any:
    """A flag or a number as a whole number; what is unknown counts nothing."""
    return value.cast("int64").fill_null(0)


def _ends(hours: Any, step: int) -> Any:
    return _whole(hours + (step - 1), step) * step


def _whole(value: Any, by: int) -> Any:
    """The whole part of a division of what isn't negative, without a detour over fractions."""
    return ((value - value % by) / by).cast("int64")

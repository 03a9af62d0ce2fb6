"""一屏统览: what the screen of a unit shows.

Out of counts, whatever the history behind them. Each figure names its card by a key (see `cards`),
and the list of cases that it counts where the asker may open it.

Small cells (facts of places and shares of a few) are hidden where the screen hangs on a wall, and
from those who may not open the cases: there somebody could be recognised who wasn't asked. From
the staff who may open each of these cases anyway a dash would hide nothing and cost trust.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property, partial

from huiban.kernel.access.actor import Actor
from huiban.kernel.base import clock
from huiban.kernel.base.errors import Refusal
from huiban.kernel.base.measures import CATEGORY, HOURS, MEASURES, RATIOS, TIER, percent
from huiban.kernel.territory.models import Level, Unit
from huiban.kernel.territory.queries import scope_of
from huiban.kernel.vocab.queries import setting, word_name
from huiban.modules.supervision import permits as supervision
from huiban.modules.supervision.models import Finding
from huiban.modules.voice import kinds
from huiban.modules.voice import permits as voice
from huiban.modules.voice.models import VisitCount
from huiban.modules.voice.queries import ListFilter
from huiban.modules.voice.queries.owners import CATEGORIES
from huiban.modules.voice.wording import TIERS

from ..reckoning.months import Period
from ..reckoning.suppression import is_small, suppress_list
from .figures import Figures, Tally, covers, figures_of
from .heat import DAYS, Judged, households_of, judged
from .screen_parts import (
    PERIODS,
    Area,
    Day,
    Number,
    Screen,
    Share,
    Times,
    mean_of,
    median_of,
    period_of,
    year_before,
)
from .standing import Standing, standing
from .themes import Repeated, repeated, with_rules

COURSE_DAYS = VISIT_DAYS = 30
CATEGORIES_SHOWN = 8
RATES = ("closed_rate", "on_time_rate", "solved_rate", "satisfied_rate", "coverage")
OF_RATES = sorted(
    {
        measure
        for code in RATES
        for ratio in [RATIOS[f"voice.{code}"]]
        for measure in (*ratio.part, ratio.whole, *ratio.beside, "voice.partly")
    }
)
OF_TIMES = ["voice.closed", "voice.closed_minutes"]


def screen_of(
    actor: Actor,
    code: str = "",
    period: str = "",
    *,
    public: bool = False,
    known: Standing | None = None,
) -> Screen:
    """The screen of a unit, by its code, else of the asker's own. `known` is how far counts are.

    Raises NotPermitted, Unseen for a unit outside the scope, Refusal for an unknown period.
    """
    figures = figures_of(actor, code)
    if figures.unit.level == Level.ESTATE:
        raise Refusal("小区件数少，没有单独的一屏。请看它所在社区的一屏。", "unit")
    today = clock.local(clock.now()).date()
    return _Reading(actor, figures, period or "month", today, public, known or standing()).screen()


@dataclass(frozen=True)
class _Reading:
    """One reading of a screen."""

    actor: Actor
    figures: Figures
    period_code: str
    today: date
    public: bool
    known: Standing

    def screen(self) -> Screen:
        period = period_of(self.period_code, self.today)
        before = year_before(period)
        measures = OF_RATES if self.figures.handles else [*OF_RATES, *OF_TIMES, "voice.received"]
        now, then = self.figures.totals(measures, period, before)
        made = partial(
            Screen,
            figures=self.figures,
            period=period,
            period_code=self.period_code,
            is_public=self.public,
            standing=self.known,
            rates=[self._share(code, now, period) for code in RATES],
            themes=self._themes(),
            findings=self._findings(),
        )
        return (
            self._handled(made, now, period)
            if self.figures.handles
            else self._territory(made, (now, then), (period, before))
        )

    def _handled(self, made: Callable[..., Screen], tally: Tally, period: Period) -> Screen:
        """Of a department or a branch: what it handles, wherever that is."""
        by_category = self.figures.now(["voice.open", "voice.late"], CATEGORY)
        now: Tally = sum(by_category.values(), Counter())
        return made(
            counters=[
                self._of_now("open", "open", now),
                self._of_now("late", "late", now),
                self._of_days("due", "voice.due", tally, period),
                self._of_days("due_closed", "voice.due_closed", tally, period),
            ],
            late_by_tier=[],
            areas=[],
            by_category=self._by_category(by_category),
            course=[],
            received=None,
            total=None,
            since=None,
            visits=None,
            times=None,
        )

    def _by_category(self, found: dict[str, Tally]) -> list[Number]:
        ranked = sorted(
            ((code, one) for code, one in found.items() if one["voice.open"]),
            key=lambda item: (-item[1]["voice.open"], item[0]),
        )
        shown = self._shown([one["voice.open"] for _, one in ranked])
        return [
            replace(
                self._of_now("by_category", "open", one, label, category=code or "none"),
                value=value,
            )
            for (code, one), value in zip(ranked, shown, strict=True)
            for label in [word_name(CATEGORIES, code) or "未分类"]
        ][:CATEGORIES_SHOWN]

    def _territory(
        self,
        made: Callable[..., Screen],
        tallies: tuple[Tally, Tally],
        periods: tuple[Period, Period],
    ) -> Screen:
        now = self.figures.now(["voice.open", "voice.late", "voice.danger_open"]).get("", Counter())
        course = self._course()
        total, since = self.figures.of_all_time("voice.received")
        return made(
            counters=self._counters(now, course[-1]),
            late_by_tier=self._late_by_tier(),
            areas=self._areas(),
            by_category=[],
            course=course,
            received=self._of_days("received", "voice.received", tallies[0], periods[0]),
            total=Number("total", "累计受理", total, self._list()),
            since=since,
            visits=self._visits(),
            times=self._times(tallies, periods),
        )

    def _counters(self, now: Tally, today: Day) -> list[Number]:
        this_day = Period(self.today, self.today, "今天")
        came = self._of_days("received_today", "voice.received", Counter(), this_day)
        went = self._of_days("closed_today", "voice.closed", Counter(), this_day)
        return [
            replace(came, label="今天收到", value=today.received),
            replace(went, label="今天办结", value=today.closed),
            self._of_now("open", "open", now),
            self._of_now("late", "late", now),
            self._of_now("danger_open", "danger_open", now, "在办涉险"),
        ]

    # ---- figures with their lists

    def _list(self, **more: str | date) -> ListFilter | None:
        if not self._reads_cases:
            return None
        where = "handler" if self.figures.handles else "unit"
        return ListFilter(**{where: self.figures.unit.code, **more})  # type: ignore[arg-type]

    def _of_now(self, key: str, code: str, tally: Tally, label: str = "", **more: str) -> Number:
        """A measure of now, whose list is asked for by the state of the same name."""
        told = MEASURES[f"voice.{code}"]
        lists = self._list(**{"state": code, **more})
        return Number(key, label or told.label, tally[told.code], lists, told.unit)

    def _of_days(self, key: str, measure: str, tally: Tally, period: Period) -> Number:
        """A measure of days, whose list is asked for by the measure of the same name."""
        told, code = MEASURES[measure], measure.removeprefix("voice.")
        asked = {} if code == "received" else {"measure": code}
        lists = self._list(start=period.first, end=period.last, **asked)
        return Number(key, told.label, tally[measure], lists, told.unit)

    def _share(self, code: str, tally: Tally, period: Period) -> Share:
        ratio = RATIOS[f"voice.{code}"]
        measures, listed = ratio.part, ratio.part[0].removeprefix("voice.")
        if code == "solved_rate" and setting(kinds.PARTLY_COUNTS):
            measures, listed = (*ratio.part, "voice.partly"), "solved_or_partly"
        elif code == "satisfied_rate":
            listed = "content"
        part, labels = (
            sum(tally[one] for one in measures),
            "＋".join(MEASURES[one].label for one in measures),
        )
        whole = self._of_days(code, ratio.whole, tally, period)
        days = self._list(measure=listed, start=period.first, end=period.last)
        small = self._hides and 0 < tally[ratio.whole] < MEASURES[ratio.whole].smallest_cell
        found = None if small else percent(part, tally[ratio.whole])
        return Share(
            key=code,
            label=ratio.label,
            percent="" if found is None else f"{found}",
            part=Number(code, labels, None if small else part, days),
            whole=whole,
            beside=tuple(self._of_days(code, one, tally, period) for one in ratio.beside),
            is_hidden=small,
            measures=tuple(measures),
        )

    @cached_property
    def _reads_cases(self) -> bool:
        return covers(self.actor, voice.READ, self.figures.unit)

    @property
    def _hides(self) -> bool:
        return self.public or not self._reads_cases

    def _shown(self, counts: Sequence[int]) -> Sequence[int | None]:
        """Which of some counts may be shown, that add up to one on this screen."""
        if not self._hides:
            return counts
        found = suppress_list(counts)
        return [None] * len(counts) if found.total is None else found.cells

    # ---- parts of a territory's screen

    def _late_by_tier(self) -> list[Number]:
        late = self.figures.now(["voice.late"], TIER)
        return [
            self._of_now(
                "late_by_tier", "late", late.get(str(tier), Counter()), name, tier=str(tier)
            )
            for tier, name in TIERS.items()
        ]

    def _course(self) -> list[Day]:
        days = [self.today - timedelta(days=back) for back in range(COURSE_DAYS - 1, -1, -1)]
        found = self.figures.by_day(
            ["voice.received", "voice.closed"], Period(days[0], days[-1], "")
        )
        empty: Tally = Counter()
        return [
            Day(day, one["voice.received"], one["voice.closed"])
            for day in days
            for one in [found.get(day, empty)]
        ]

    def _areas(self) -> list[Area]:
        weeks = Period(self.today - timedelta(days=DAYS - 1), self.today, f"近{DAYS}天")
        came = self.figures.by_unit(["voice.received"], weeks)
        now = self.figures.by_unit(["voice.open", "voice.late"], None)
        counts = {unit: tally["voice.received"] for unit, tally in came.items()}
        homes = {unit: households_of(unit) for unit in counts}
        found = judged(counts, homes, hides=self._hides)
        opens, lates = (
            self._shown([now.get(unit, Counter())[code] for unit in found])
            for code in ("voice.open", "voice.late")
        )
        return [
            self._area(unit, one, (is_open, late), homes[unit], weeks)
            for (unit, one), is_open, late in zip(found.items(), opens, lates, strict=True)
        ]

    def _area(
        self, unit: Unit, one: Judged, now: tuple[int | None, int | None], homes: int, weeks: Period
    ) -> Area:
        # What stands open there is hidden together with what came.
        is_open, late = (None, None) if one.count is None else now
        here = partial(self._list, unit=unit.code)
        return Area(
            unit,
            Number("heat", "收到", one.count, here(start=weeks.first, end=weeks.last)),
            Number("heat", "正在办", is_open, here(state="open")),
            Number("heat", "已超时", late, here(state="late")),
            homes,
            one,
        )

    def _times(
        self, tallies: tuple[Tally, Tally], periods: tuple[Period, Period]
    ) -> tuple[Times, Times]:
        hours = self.figures.codes("voice.closed", HOURS, *periods)
        labels = PERIODS[self.period_code], "去年同期"

        def is_hidden(tally: Tally) -> bool:
            return self._hides and is_small(tally["voice.closed"])

        now, then = (
            Times(
                label,
                tally["voice.closed"],
                None if is_hidden(tally) else mean_of(tally),
                None if is_hidden(tally) else median_of(codes),
            )
            for label, tally, codes in zip(labels, tallies, hours, strict=True)
        )
        return now, then

    def _visits(self) -> tuple[int, int]:
        """How many pages residents opened on the last days before today, and on how many days."""
        first = self.today - timedelta(days=VISIT_DAYS)
        counted = VisitCount.objects.filter(day__gte=first, day__lt=self.today)
        by_day: Counter[date] = Counter()
        for day, number in counted.values_list("day", "count"):
            by_day[day] += number
        return by_day.total(), len(by_day)

    def _themes(self) -> list[Repeated] | None:
        if not self._reads_cases:
            return None
        # A theme of a few tells passers-by of these few.
        least = MEASURES["voice.received"].smallest_cell if self.public else 0
        lines = repeated(self.actor, self.figures.unit, least=least)
        return with_rules(self.actor, lines, public=self.public)

    def _findings(self) -> int | None:
        if not covers(self.actor, supervision.READ, self.figures.unit):
            return None
        seen = Finding.objects.within(scope_of([self.figures.unit]))
        return seen.filter(state=Finding.State.OPEN).count()

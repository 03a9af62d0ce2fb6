"""Furnishes a demonstration in an empty database: a district, and a year that ended yesterday."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from huiban.kernel.base import clock
from huiban.kernel.base.clock import SHANGHAI, Traveller
from huiban.kernel.events.pump import give_positions
from huiban.kernel.events.seals import seal_if_due
from huiban.kernel.notices.actions import CHANNEL, mark_read
from huiban.kernel.notices.models import Notice
from huiban.kernel.territory.models import Unit
from huiban.kernel.vocab.actions import choose_setting, note_change
from huiban.kernel.vocab.queries import calendar
from huiban.modules.analysis.actions.folding import fold_all
from huiban.modules.voice.actions import fold_themes
from huiban.modules.voice.models import Case

from . import planning, staff
from .ground import outline
from .last_month import publish_last_month
from .layout import Layout
from .likeness import likeness
from .passed_around import Oversight, look_back
from .planning import Plan
from .rules_made import make_rules
from .scenes import scenes
from .stories import Neighbour, Story
from .timeline import Timeline, ring
from .visits import count_visits
from .world import World

DAYS = 365
EVENTS_AT_ONCE = 10_000
Progress = Callable[[str], None]
Hands = Callable[[Callable[[int, int], int]], int]


@dataclass
class Furnished:
    """What was made, and what a visitor needs to know of it."""

    seed: int
    scale: float
    cases: int
    open_cases: int
    first: date
    last: date
    refused: int
    sign_ins: list[staff.SignIn]
    scan: str
    likeness: str
    places: list[dict[str, str]] = field(default_factory=list)

    def told(self) -> dict[str, Any]:
        """What `demonstration.json` says."""
        return {
            "accounts": [asdict(sign_in) for sign_in in self.sign_ins],
            "scan": self.scan,
            "places": self.places,
            "seed": self.seed,
            "scale": self.scale,
            "likeness": self.likeness,
            "made_at": clock.local(clock.now()).isoformat(timespec="seconds"),
        }


def one_hand(work: Callable[[int, int], int]) -> int:
    """All the work in one part."""
    return work(0, 1)


def furnish(
    scale: float = 1.0,
    seed: int = 1,
    progress: Progress = lambda _said: None,
    hands: Hands = one_hand,
) -> Furnished:
    """Furnish the district and let a year pass in it, up to yesterday; then it is now again.

    The tables are there and empty but for the starter vocabularies and the calendar. The same seed
    on the same day makes the same cases, whether one hand does the work or several (`hands` is
    given the work of a part, out of so many, and adds up what it gives).
    """
    now = clock.now()
    last = clock.local(now).date() - timedelta(days=1)
    first = last - timedelta(days=DAYS - 1)
    count = max(1, round(planning.CASES_AT_SCALE_ONE * scale))
    with clock.travelling(_morning(first - timedelta(days=1))) as traveller, _seldom_tidied():
        world, sign_ins = _lay_out(first - timedelta(days=DAYS))
        progress(f"{len(world.units)}个单位、{len(world.communities)}个社区已就位")
        year = _Year(world, traveller, first, last, seed, count, progress)
        refused = hands(year.pass_in)
    # What has fallen due since the year ended depends on the hour.
    year_alone = likeness()
    with clock.travelling(now):
        ring()
        look_back(world, _morning(first))
        count_visits(first, last, scale, seed, calendar())
        make_rules(world)
        fold_themes(now)
        publish_last_month(world)
        _settle()
        fold_all(EVENTS_AT_ONCE)
    return Furnished(
        seed=seed,
        scale=scale,
        cases=Case.objects.everywhere("counted for the summary").count(),
        open_cases=Case.objects.everywhere("counted for the summary")
        .exclude(stage__in=Case.STAGES.finished)
        .count(),
        first=first,
        last=last,
        refused=refused,
        sign_ins=sign_ins,
        likeness=year_alone,
        scan=f"/r/{world.shown.buildings[2].token}/",
        places=_places(world),
    )


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(9), SHANGHAI).astimezone(UTC)


@contextmanager
def _seldom_tidied() -> Iterator[None]:
    """Look for garbage seldom: furnishing makes many small things and keeps nearly all of them."""
    thresholds = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
        gc.unfreeze()


def _lay_out(day: date) -> tuple[World, list[staff.SignIn]]:
    with transaction.atomic():
        world = Layout().lay_out()
        outline(world)
        staff.own(world)
        staff.set_times()
        sign_ins = staff.seat_everyone(world, day)
        note_change()
    return world, sign_ins


@dataclass
class _Year:
    """The year that passes. Parts of it that share no place may pass beside one another."""

    world: World
    clock: Traveller
    first: date
    last: date
    seed: int
    count: int
    progress: Progress

    def pass_in(self, part: int, parts: int) -> int:
        """Let one part pass; how many steps were refused. All parts together are the year."""
        line = Timeline(self.clock, self.first, self.last)
        stage, scripts = scenes(self.world, line, self.seed, self.count)
        plans = planning.plan_year(
            self.world,
            self.seed,
            self.count - len(scripts),
            self.first,
            self.last,
            calendar().is_workday,
        )
        mine = _part_of(self.world.streets, plans, part, parts)
        for script in scripts:
            if script.plan.community.street.id in mine:
                script.begin()
        if self.world.shown.street.id in mine:
            Oversight(stage).begin()
        self._begin(line, [plan for plan in plans if plan.community.street.id in mine])
        line.at(datetime.combine(self.last, time(8, 30), SHANGHAI), self._read_notices)
        line.run(self._note if part == 0 else lambda _day: None)
        return line.refused

    def _begin(self, line: Timeline, plans: list[Plan]) -> None:
        """Put the tellings on the timeline; who is joined is known before who joins."""
        stories: dict[int, Story] = {}
        for plan in sorted(plans, key=lambda plan: bool(plan.joins)):
            if plan.joins:
                story: Story = Neighbour(
                    self.world, line, plan, self.seed, first=stories[plan.joins]
                )
            else:
                story = Story(self.world, line, plan, self.seed)
            stories[plan.number] = story
            line.at(plan.moment, story.tell)

    def _read_notices(self) -> None:
        """Every desk has read what it was told up to yesterday morning."""
        unread = Notice.objects.filter(read_at=None).values_list("unit_id", flat=True).distinct()
        for unit_id in unread:
            mark_read(self.world.actor(unit_id))

    def _note(self, day: date) -> None:
        if (day + timedelta(days=1)).day == 1:
            self.progress(f"{day.year}年{day.month}月过完了")


def _part_of(streets: list[Unit], plans: list[Plan], part: int, parts: int) -> set[UUID]:
    """The streets whose stories are that part: each goes to the part that has least so far."""
    loads = Counter(plan.community.street.id for plan in plans)
    shares: list[tuple[int, set[UUID]]] = [(0, set()) for _ in range(parts)]
    for street in sorted(streets, key=lambda street: (-loads[street.id], street.code)):
        least = min(range(parts), key=lambda number: shares[number][0])
        shares[least] = (shares[least][0] + loads[street.id], shares[least][1] | {street.id})
    return shares[part][1]


def _settle() -> None:
    """Give every event its place, seal the year, and let notices go out from now on."""
    while give_positions():
        pass
    seal_if_due()
    choose_setting(CHANNEL, "file", clock.local(clock.now()).date())


def _places(world: World) -> list[dict[str, str]]:
    estates = world.shown.estates
    spots = [estates[0].buildings[2], estates[0].gate, estates[1].buildings[0]]
    spots += [estates[2].buildings[3], world.communities[1].buildings[0]]
    return [{"name": spot.place.full_name, "path": f"/r/{spot.token}/"} for spot in spots]

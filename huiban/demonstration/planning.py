"""What each resident of the demonstration will tell, where and when: drawn before anything runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random

from . import seasons
from .recurring import with_recurring
from .texts import Matter, texts
from .world import Community, Spot, World

CASES_AT_SCALE_ONE = 2_000
SHARE_OF_SHOWN = 0.08
SHARE_OF_SHOWN_STREET = 0.22
DANGER = 0.012
BURSTS = 0.008
UNTAGGED = 0.10
WITH_PHOTOS = 0.05
DIVERTED = 0.03
# From this height on a house has a lift.
FLOORS_WITH_LIFT = 9
# What happens out of doors is told at the gate as often as not.
OUT_OF_DOORS = frozenset({"road", "parking", "garbage", "stall", "traffic", "greening", "courier"})
BURST_CATEGORIES = ("elevator", "water_supply", "power_supply", "heating", "noise", "garbage")


@dataclass(frozen=True)
class Plan:
    """One report: who tells what, where, when and how. `joins` is the number of the case that a
    neighbour's report is tied to, or 0."""

    number: int
    moment: datetime
    matter: Matter
    community: Community
    spot: Spot
    channel: str = "scan"
    photos: int = 0
    diversion: str = ""
    joins: int = 0


def plan_year(
    world: World,
    seed: int,
    count: int,
    first: date,
    last: date,
    is_workday: Callable[[date], bool],
) -> list[Plan]:
    """So many plans from the first day to the last, by number and time."""
    rng = Random(f"the year {seed}")
    drawer = _Drawer(world, rng)
    moments = seasons.moments(rng, first, last, count, is_workday)
    plans = [drawer.plan(number, moment) for number, moment in enumerate(moments, start=1)]
    told = with_recurring(_with_bursts(plans, rng), world, rng)
    return sorted(told, key=lambda plan: (plan.moment, plan.number))


class _Drawer:
    """Draws plans one by one."""

    def __init__(self, world: World, rng: Random) -> None:
        self._rng = rng
        self._communities = world.communities
        self._weights = _weights(world, rng)

    def plan(self, number: int, moment: datetime) -> Plan:
        """The plan of a report at that moment."""
        rng = self._rng
        community = rng.choices(self._communities, self._weights)[0]
        matter = self._matter(moment.month)
        spot = _spot(community, matter.category, rng)
        if spot is None:
            matter = rng.choice(texts().ordinary("lighting"))
            spot = rng.choice(community.buildings)
        diversion = ""
        if rng.random() < DIVERTED and not matter.danger:
            diversion = rng.choice(sorted(texts().diversions))
            matter = replace(matter, says=rng.choice(texts().diversions[diversion]))
        return Plan(
            number=number,
            moment=moment,
            matter=matter,
            community=community,
            spot=spot,
            channel=self._channel(matter),
            photos=self._photos(diversion),
            diversion=diversion,
        )

    def _matter(self, month: int) -> Matter:
        if self._rng.random() < DANGER:
            return self._rng.choice(texts().dangerous())
        category = seasons.category_in(self._rng, month)
        return self._rng.choice(texts().ordinary(category))

    def _channel(self, matter: Matter) -> str:
        if self._rng.random() < UNTAGGED and not matter.danger:
            return self._rng.choice(("web", "hotline"))
        return "desk" if self._rng.random() < 0.07 else "scan"

    def _photos(self, diversion: str) -> int:
        if diversion or self._rng.random() >= WITH_PHOTOS:
            return 0
        return self._rng.choice((1, 1, 1, 2))


def _weights(world: World, rng: Random) -> list[float]:
    """How much each community is heard of: by households, some more than others."""
    weights = [(place.unit.households or 1) * rng.uniform(0.6, 1.5) for place in world.communities]
    street = world.shown.street
    others = sum(
        weight
        for place, weight in zip(world.communities, weights, strict=True)
        if place.street is not street
    )
    in_street = sum(weights[1:]) - others
    rest = 1 - SHARE_OF_SHOWN_STREET
    scaled = [
        weight * rest / others
        if place.street is not street
        else weight * (SHARE_OF_SHOWN_STREET - SHARE_OF_SHOWN) / in_street
        for place, weight in zip(world.communities, weights, strict=True)
    ]
    return [SHARE_OF_SHOWN, *scaled[1:]]


def _spot(community: Community, category: str, rng: Random) -> Spot | None:
    """Where in the community that happens; None where there is no such place."""
    buildings = community.buildings
    if category == "elevator":
        buildings = [spot for spot in buildings if spot.floors >= FLOORS_WITH_LIFT]
    if category in OUT_OF_DOORS and rng.random() < 0.5:
        return rng.choice(community.estates).gate
    return rng.choice(buildings) if buildings else None


def _with_bursts(plans: list[Plan], rng: Random) -> list[Plan]:
    """Let neighbours tell the same soon after one another, now and then."""
    plans = list(plans)
    leaders = [
        place
        for place, plan in enumerate(plans)
        if plan.matter.category in BURST_CATEGORIES
        and plan.channel == "scan"
        and not (plan.diversion or plan.matter.danger)
        # So that the neighbours' reports are of the same day.
        and plan.moment.hour < 20
    ]
    wanted = max(1, round(len(plans) * BURSTS))
    for place in sorted(rng.sample(leaders, min(wanted, len(leaders)))):
        leader = plans[place]
        followers = [
            other
            for other in rng.sample(range(len(plans)), min(len(plans), 6))
            if other != place and other not in leaders and not plans[other].joins
        ]
        for other in followers[: rng.randint(2, 5)]:
            plans[other] = replace(
                plans[other],
                moment=leader.moment + timedelta(minutes=rng.randint(4, 150)),
                matter=rng.choice(_of_same_kind(leader.matter)),
                community=leader.community,
                spot=leader.spot,
                channel="scan",
                diversion="",
                joins=leader.number,
            )
    return plans


def _of_same_kind(matter: Matter) -> list[Matter]:
    """What neighbours say of the same matter: reports that one answer would fit."""
    return [
        other
        for other in texts().ordinary(matter.category)
        if set(other.answers) & set(matter.answers)
    ]

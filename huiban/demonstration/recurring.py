"""Matters that come back to one place for weeks, so that there is something for 热点 to find."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from random import Random
from typing import TYPE_CHECKING

from .texts import FOLDER, Matter

if TYPE_CHECKING:
    from .planning import Plan
    from .world import Community, Spot, World

# How long each goes on, and what share of the year's reports tells of it.
WEEKS = 5
SHARE = 0.004
FEWEST = 5


@dataclass(frozen=True)
class Recurring:
    """A matter as different people tell it."""

    category: str
    outdoors: bool
    tellings: tuple[Matter, ...]


@cache
def recurring() -> tuple[Recurring, ...]:
    """The matters, read once."""
    told = tomllib.loads((FOLDER / "recurring.toml").read_text(encoding="utf-8"))
    return tuple(
        Recurring(
            matter["category"],
            matter.get("outdoors", False),
            tuple(
                Matter(matter["category"], says, tuple(matter["answers"]))
                for says in matter["says"]
            ),
        )
        for matter in told["matters"]
    )


def with_recurring(plans: Sequence[Plan], world: World, rng: Random) -> list[Plan]:
    """The plans, a few of the last weeks' replaced by tellings of the same matters at one place."""
    changed = list(plans)
    since = max(plan.moment for plan in plans) - timedelta(weeks=WEEKS)
    free = [
        place
        for place, plan in enumerate(plans)
        if plan.moment >= since and not (plan.joins or plan.diversion or plan.matter.danger)
    ]
    led = {plan.joins for plan in plans}
    free = [place for place in free if plans[place].number not in led]
    each = max(FEWEST, round(SHARE * len(plans)))
    rng.shuffle(free)
    for turn, matter in enumerate(recurring()):
        # The first of all comes back where whoever looks at the demonstration works.
        community, spot = _spot([world.shown] if turn == 0 else world.communities, matter, rng)
        mine, free = free[:each], free[each:]
        # Everyone tells it in own words; who tells it after all have is one who tells it again.
        tellings = rng.sample(matter.tellings, len(matter.tellings))
        for number, place in enumerate(sorted(mine)):
            changed[place] = replace(
                plans[place],
                matter=tellings[number % len(tellings)],
                community=community,
                spot=spot,
                channel="scan",
                photos=0,
            )
    return changed


def _spot(
    communities: Sequence[Community], matter: Recurring, rng: Random
) -> tuple[Community, Spot]:
    """One of them, and the gate of one of its estates or one of its highest buildings."""
    high = max(building.floors for place in communities for building in place.buildings)
    community = rng.choice(
        [place for place in communities if any(b.floors == high for b in place.buildings)]
    )
    if matter.outdoors:
        return community, rng.choice(community.estates).gate
    return community, rng.choice([b for b in community.buildings if b.floors == high])

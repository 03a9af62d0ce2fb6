"""What will be told: so many reports as were asked for, each where such a thing can happen."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from huiban.demonstration.planning import FLOORS_WITH_LIFT, Plan, plan_year
from huiban.demonstration.recurring import FEWEST, WEEKS, recurring
from huiban.demonstration.world import Community, Estate, Spot, World
from huiban.kernel.places.models import Kind, Place
from huiban.kernel.territory.models import Level, Unit

FIRST, LAST = date(2025, 5, 8), date(2026, 5, 7)


def unit(name: str, level: str) -> Unit:
    return Unit(name=name, level=level, households=300)


def spot(name: str, kind: str, floors: int) -> Spot:
    return Spot(Place(name=name, full_name=name, kind=kind), floors)


@pytest.fixture
def world() -> World:
    """Three streets of two communities, each with an estate of low and one of high houses."""
    found = World(unit("区", Level.DISTRICT), unit("组", Level.LEADING_GROUP))
    for street in range(3):
        found.streets.append(unit(f"街道{street}", Level.STREET))
        for number in range(2):
            community = Community(unit(f"社区{street}{number}", Level.COMMUNITY), found.streets[-1])
            for floors in (6, 18):
                buildings = [spot(f"{n}号楼", Kind.BUILDING, floors) for n in range(4)]
                estate = unit("小区", Level.ESTATE)
                whole, gate = Place(kind=Kind.ESTATE), spot("北门", Kind.SPOT, 6)
                community.estates.append(Estate(estate, whole, gate, buildings))
            found.communities.append(community)
    return found


def planned(world: World, seed: int = 1, count: int = 3_000) -> list[Plan]:
    return plan_year(world, seed, count, FIRST, LAST, lambda day: day.weekday() < 5)


@pytest.mark.parametrize("count", [1, 7, 200, 3_000])
def test_there_are_as_many_as_were_asked_for_all_within_the_year(world: World, count: int) -> None:
    plans = planned(world, count=count)
    assert sorted(plan.number for plan in plans) == list(range(1, count + 1))
    assert all(FIRST <= plan.moment.date() <= LAST for plan in plans)
    assert [plan.moment for plan in plans] == sorted(plan.moment for plan in plans)


def test_a_seed_makes_its_own_year_and_always_the_same(world: World) -> None:
    assert planned(world, 1) == planned(world, 1)
    assert planned(world, 1) != planned(world, 2)


def test_things_happen_where_they_can(world: World) -> None:
    plans = planned(world)
    for plan in plans:
        assert plan.spot in [
            *plan.community.buildings,
            *(estate.gate for estate in plan.community.estates),
        ]
        if plan.matter.category == "elevator" and not plan.matter.danger and not plan.diversion:
            assert plan.spot.floors >= FLOORS_WITH_LIFT


def test_neighbours_tell_the_same_soon_after(world: World) -> None:
    plans = planned(world)
    by_number = {plan.number: plan for plan in plans}
    joining = [plan for plan in plans if plan.joins]
    assert len(joining) > 20
    for plan in joining:
        first = by_number[plan.joins]
        assert not first.joins
        assert (plan.spot, plan.community) == (first.spot, first.community)
        assert first.moment < plan.moment
        assert plan.moment.date() == first.moment.date()
        assert set(plan.matter.answers) & set(first.matter.answers)


def test_shares_are_as_meant(world: World) -> None:
    plans = planned(world)

    def share(count: int) -> float:
        return count / len(plans)

    assert 0.06 < share(sum(plan.community is world.shown for plan in plans)) < 0.11
    assert 0.07 < share(sum(plan.channel in ("web", "hotline") for plan in plans)) < 0.13
    assert 0.03 < share(sum(bool(plan.photos) for plan in plans)) < 0.07
    assert 0.005 < share(sum(plan.matter.danger for plan in plans)) < 0.03
    assert 0.015 < share(sum(bool(plan.diversion) for plan in plans)) < 0.045


def test_some_matters_come_back_to_one_place_for_weeks(world: World) -> None:
    plans = planned(world)
    for matter in recurring():
        told = [plan for plan in plans if plan.matter in matter.tellings]
        assert len(told) >= FEWEST
        assert len({id(plan.spot) for plan in told}) == 1
        assert len({plan.matter.says for plan in told}) > 2
        assert plans[-1].moment - told[0].moment <= timedelta(weeks=WEEKS)

"""Lays the district out: its units with their front desks, its places with their tags."""

from __future__ import annotations

from huiban.kernel.places.actions import NewPlace, add_place, issue_tags
from huiban.kernel.places.models import Kind, Place
from huiban.kernel.places.naming import name_place
from huiban.kernel.territory.actions import NewUnit, add_unit, guide_estates
from huiban.kernel.territory.models import Level, Unit
from huiban.kernel.vocab.actions import BEGINNING

from . import district
from .district import BuildingPlan, CommunityPlan, EstatePlan
from .names import names_of
from .world import Community, Estate, Spot, World

ACTOR = "system"


class Layout:
    """Adds units and places one after the other, in the caller's transaction."""

    def __init__(self) -> None:
        self._units: dict[str, Unit] = {}
        self._phone = 5_500_000

    def lay_out(self) -> World:
        """The district with everything that stands in it."""
        root = self._add(district.DISTRICT_CODE, district.DISTRICT, Level.DISTRICT, None)
        group = self._add(f"{root.code}L", district.GROUP, Level.LEADING_GROUP, root)
        world = World(root, group)
        for number, (short, (name, _owned)) in enumerate(district.DEPARTMENTS.items(), start=1):
            department = self._add(f"{root.code}B{number:02d}", name, Level.DEPARTMENT, root)
            world.departments[short] = department
        for number, (name, plans) in enumerate(district.communities().items(), start=1):
            street = self._add(f"{root.code}{number:03d}", name, Level.STREET, root)
            world.streets.append(street)
            for place, plan in enumerate(plans, start=1):
                world.communities.append(self._community(street, place, plan))
        world.units = {unit.id: unit for unit in self._units.values()}
        self._name_estates(world)
        self._issue_tags(world)
        return world

    def _add(
        self, code: str, name: str, level: str, parent: Unit | None, homes: int | None = None
    ) -> Unit:
        phone = ""
        if level != Level.ESTATE:
            self._phone += 11
            phone = district.PHONE.format(self._phone)
        unit = add_unit(ACTOR, NewUnit(code, name, level, parent, phone, homes))
        self._units[code] = unit
        return unit

    def _community(self, street: Unit, number: int, plan: CommunityPlan) -> Community:
        homes = sum(b.households for estate in plan.estates for b in estate.buildings)
        code = f"{street.code}{number:03d}"
        unit = self._add(code, plan.name, Level.COMMUNITY, street, homes)
        community = Community(unit, street)
        for place, estate in enumerate(plan.estates, start=1):
            community.estates.append(self._estate(unit, place, estate))
        self._branches(community, plan)
        return community

    def _branches(self, community: Community, plan: CommunityPlan) -> None:
        numbers = sorted({estate.branch for estate in plan.estates} - {0})
        for number in numbers:
            guided = [
                estate
                for estate, told in zip(community.estates, plan.estates, strict=True)
                if told.branch == number
            ]
            name = f"{guided[0].unit.name}党支部"
            if len(guided) > 1:
                name = f"{guided[0].unit.name}联合党支部"
            branch = self._add(
                f"{community.unit.code}D{number}", name, Level.BRANCH, community.unit
            )
            guide_estates(ACTOR, branch, [estate.unit for estate in guided], BEGINNING)
            for estate in guided:
                estate.branch = branch

    def _estate(self, community: Unit, number: int, plan: EstatePlan) -> Estate:
        homes = sum(building.households for building in plan.buildings)
        code = f"{community.code}{number:02d}"
        unit = self._add(code, plan.name, Level.ESTATE, community, homes)
        whole = add_place(
            ACTOR,
            NewPlace(f"P{code}", Kind.ESTATE, plan.name, unit=unit, households=homes),
        )
        gate = add_place(ACTOR, NewPlace(f"P{code}-G", Kind.SPOT, "北门", parent=whole))
        buildings = [self._building(whole, building) for building in plan.buildings]
        return Estate(unit, whole, Spot(gate), buildings)

    def _building(self, whole: Place, plan: BuildingPlan) -> Spot:
        code = f"{whole.code}-{plan.number:02d}"
        place = add_place(
            ACTOR,
            NewPlace(
                code,
                Kind.BUILDING,
                f"{plan.number}号楼",
                parent=whole,
                households=plan.households,
            ),
        )
        for number in range(1, plan.entrances + 1):
            add_place(
                ACTOR,
                NewPlace(
                    f"{code}-{number}",
                    Kind.ENTRANCE,
                    f"{number}单元",
                    parent=place,
                    households=plan.households // plan.entrances,
                ),
            )
        return Spot(place, plan.floors, plan.entrances)

    @staticmethod
    def _name_estates(world: World) -> None:
        """What people also call the estates, so that reports without a tag find their place."""
        plans = [
            (street, plan)
            for street, plans in enumerate(district.communities().values())
            for plan in plans
        ]
        for number, (community, (street, plan)) in enumerate(
            zip(world.communities, plans, strict=True)
        ):
            for place, estate in enumerate(community.estates):
                for name, kind in names_of(street, number, plan, place):
                    name_place(ACTOR, estate.place, name, kind)

    @staticmethod
    def _issue_tags(world: World) -> None:
        """A tag for every building and every gate."""
        estates = [estate for community in world.communities for estate in community.estates]
        spots = [spot for estate in estates for spot in (*estate.buildings, estate.gate)]
        for spot, tag in zip(spots, issue_tags([spot.place for spot in spots]), strict=True):
            spot.token = tag.token

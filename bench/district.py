"""A district in the shape of the real one: 6 streets, 53 communities, and whoever works there."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.contrib.sessions.backends.db import SessionStore

from huiban.cli.operations.starters import load_starters
from huiban.kernel.access.actions import add_account
from huiban.kernel.access.actor import Actor
from huiban.kernel.access.models import Account
from huiban.kernel.access.queries import actor_of
from huiban.kernel.base import clock
from huiban.kernel.places.models import Kind, Place, PlaceCoverage, Tag
from huiban.kernel.territory.models import Level, Post, Unit
from huiban.kernel.territory.rules import FRONT_DESKS
from huiban.kernel.vocab.actions import choose_setting, load_calendar_year, note_change
from huiban.kernel.vocab.queries import words
from huiban.modules.voice import actions as voice
from huiban.modules.voice import kinds

STREETS, COMMUNITIES = 6, 53
ESTATES_EACH, BUILDINGS_EACH = 2, 4
DEPARTMENTS = (
    *("住建", "城管", "水务", "供电", "燃气", "民政", "公安", "交通"),
    *("市场监管", "卫健", "教育", "人社"),
)
LONG_AGO = date(2020, 1, 1)
PASSWORD = "a password of the benchmark"
# Far above what any load here sends from one device or one address.
NO_FLOOD = 1_000_000_000


@dataclass
class District:
    """The units by level, the buildings with their tags, and a worker at some of the desks."""

    units: dict[str, list[Unit]] = field(default_factory=dict)
    buildings: list[tuple[Place, Unit]] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    accounts: dict[str, Account] = field(default_factory=dict)

    def actor(self, name: str) -> Actor:
        """The worker of that name as of today."""
        return actor_of(self.accounts[name])


def furnish() -> District:
    """Make the district, its vocabularies and its workers, and let any flood pass."""
    load_starters(LONG_AGO)
    for year in (clock.now().year - 1, clock.now().year, clock.now().year + 1):
        load_calendar_year(year, {date(year, 10, 1): (False, "国庆节")}, "benchmark")
    choose_setting(kinds.FLOOD_DEVICE, NO_FLOOD)
    choose_setting(kinds.FLOOD_ADDRESS, NO_FLOOD)
    made = District()
    _make_units(made)
    _make_places(made)
    _give_owners(made)
    for name, level in (
        ("community", Level.COMMUNITY),
        ("street", Level.STREET),
        ("district", Level.DISTRICT),
        ("department", Level.DEPARTMENT),
    ):
        post = Post.objects.get(unit=made.units[level][0])
        made.accounts[name] = add_account(name, PASSWORD, name, post, valid_from=LONG_AGO)
    note_change()
    return made


def _make_units(made: District) -> None:
    district = _unit("BENCH", "安和区", Level.DISTRICT, None)
    streets = [_unit(f"S{n}", f"第{n + 1}街道", Level.STREET, district) for n in range(STREETS)]
    communities = [
        _unit(f"C{n}", f"第{n + 1}社区", Level.COMMUNITY, streets[n % STREETS])
        for n in range(COMMUNITIES)
    ]
    estates = [
        _unit(f"E{n}", f"第{n + 1}小区", Level.ESTATE, communities[n % COMMUNITIES])
        for n in range(COMMUNITIES * ESTATES_EACH)
    ]
    departments = [
        _unit(f"D{n}", f"区{name}局", Level.DEPARTMENT, district)
        for n, name in enumerate(DEPARTMENTS)
    ]
    for units in ([district], streets, communities, estates, departments):
        Unit.objects.bulk_create(units)
        made.units[units[0].level] = units
    Post.objects.bulk_create(
        Post(
            unit=unit,
            name=f"{unit.name}{FRONT_DESKS[level].suffix}",
            role=FRONT_DESKS[level].role,
            is_front_desk=True,
        )
        for level, units in made.units.items()
        if level in FRONT_DESKS
        for unit in units
    )


def _unit(code: str, name: str, level: str, parent: Unit | None) -> Unit:
    path = parent.path if parent else None
    return Unit(
        code=code,
        name=name,
        level=level,
        parent=parent,
        district_id=path.district_id if path else None,
        street_id=path.street_id if path else None,
        community_id=path.community_id if path else None,
        duty_phone="0564-1234567",
        valid_from=LONG_AGO,
    )


def _make_places(made: District) -> None:
    places: list[Place] = []
    coverages: list[PlaceCoverage] = []
    buildings: list[Place] = []
    for unit in made.units[Level.ESTATE]:
        estate = Place(code=f"P{unit.code}", kind=Kind.ESTATE, name=unit.name, full_name=unit.name)
        coverages.append(PlaceCoverage(place=estate, unit=unit, valid_from=LONG_AGO))
        places.append(estate)
        for number in range(1, BUILDINGS_EACH + 1):
            building = Place(
                code=f"P{unit.code}-{number}",
                kind=Kind.BUILDING,
                name=f"{number}号楼",
                full_name=f"{unit.name}{number}号楼",
                parent=estate,
            )
            buildings.append(building)
            made.buildings.append((building, unit))
    Place.objects.bulk_create(places)
    Place.objects.bulk_create(buildings)
    PlaceCoverage.objects.bulk_create(coverages)
    issued = clock.now() - timedelta(days=900)
    made.tags = [f"BENCH{number:05d}" for number in range(len(buildings))]
    Tag.objects.bulk_create(
        Tag(token=token, place=building, number=number, issued_at=issued)
        for number, (token, building) in enumerate(zip(made.tags, buildings, strict=True), 1)
    )


def _give_owners(made: District) -> None:
    """Most categories belong to a department; communities may lead on some and assist on others."""
    district = made.units[Level.DISTRICT][0]
    departments = made.units[Level.DEPARTMENT]
    for number, category in enumerate(words("voice.category")):
        if number % 4:
            owner = departments[number % len(departments)]
            voice.set_owner(category, district.id, owner.id, LONG_AGO)
        else:
            voice.set_duty_list(category, True, LONG_AGO, None)


def session_cookie(account: Account) -> str:
    """The cookie of a fresh sign-in of that account, as a browser would send it."""
    from django.conf import settings
    from django.http import HttpRequest

    from huiban.web.desk.session import open_session

    request = HttpRequest()
    request.session = SessionStore()
    open_session(request, account)
    request.session.save()
    return f"{settings.SESSION_COOKIE_NAME}={request.session.session_key}"

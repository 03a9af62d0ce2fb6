"""The cast of every test: one small district, its posts, and the people who hold them.

Two streets; Happiness Street has two communities; Lucky Community has an estate with a branch and
two tagged buildings. The cast is the same in every test, so that a name tells the story.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import pytest

from huiban.cli.operations.starters import load_starters
from huiban.kernel.access.actions import add_account
from huiban.kernel.access.actor import Actor
from huiban.kernel.access.models import Account
from huiban.kernel.access.queries import actor_of
from huiban.kernel.base.clock import SHANGHAI
from huiban.kernel.places.models import Kind, Place, PlaceCoverage, Tag
from huiban.kernel.territory.models import BranchCoverage, Level, Post, Unit
from huiban.kernel.vocab.actions import load_calendar_year
from huiban.kernel.vocab.queries import forget_copy
from huiban.modules.voice import actions as voice
from huiban.modules.voice import queries
from huiban.modules.voice.contracts import Reported, Told

LONG_AGO = date(2020, 1, 1)
PASSWORD = "a long enough password"


@dataclass
class Cast:
    """The district and everyone in it."""

    units: dict[str, Unit] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Actor:
        """The worker of that name, as an actor."""
        return self.actors[name]


def _unit(cast: Cast, name: str, title: str, level: str, parent: str | None) -> Unit:
    above = cast.units[parent] if parent else None
    made = Unit(
        code=f"T{len(cast.units):03d}",
        name=title,
        level=level,
        parent=above,
        duty_phone="0564-1234567",
        valid_from=LONG_AGO,
    )
    if above is not None:
        path = above.path
        made.district_id, made.street_id = path.district_id, path.street_id
        made.community_id = path.community_id
    made.save()
    cast.units[name] = made
    return made


UNITS = (
    ("district", "安和区", Level.DISTRICT, None),
    ("street", "幸福街道", Level.STREET, "district"),
    ("other_street", "平安街道", Level.STREET, "district"),
    ("community", "幸福里社区", Level.COMMUNITY, "street"),
    ("neighbour", "和睦社区", Level.COMMUNITY, "street"),
    ("estate", "幸福里小区", Level.ESTATE, "community"),
    ("bare_estate", "老街坊小区", Level.ESTATE, "neighbour"),
    ("branch", "幸福里小区党支部", Level.BRANCH, "community"),
    ("leading_group", "区党建引领基层治理领导小组", Level.LEADING_GROUP, "district"),
    ("housing", "区住建局", Level.DEPARTMENT, "district"),
    ("city_management", "区城管局", Level.DEPARTMENT, "district"),
)
WORKERS = (
    ("worker", "community", "幸福里社区前台", "community_desk"),
    ("neighbour_worker", "neighbour", "和睦社区前台", "community_desk"),
    ("secretary", "branch", "幸福里小区党支部书记", "branch_secretary"),
    ("street_officer", "street", "幸福街道前台", "street_desk"),
    ("group_officer", "leading_group", "区领导小组办公室", "leading_group_desk"),
    ("district_officer", "district", "区级前台", "district_desk"),
    ("housing_officer", "housing", "区住建局经办", "department_desk"),
    ("city_officer", "city_management", "区城管局经办", "department_desk"),
    ("administrator", "district", "系统管理员", "administrator"),
)


def make_cast() -> Cast:
    """Furnish the database with the cast and the starter vocabularies."""
    forget_copy()
    load_starters()
    load_calendar_year(2026, _may_holiday(), "国务院办公厅 2026 年通知（测试）")
    cast = Cast()
    for name, title, level, parent in UNITS:
        _unit(cast, name, title, level, parent)
    BranchCoverage.objects.create(
        branch=cast.units["branch"], estate=cast.units["estate"], valid_from=LONG_AGO
    )
    for name, unit, post, role in WORKERS:
        _worker(cast, name, unit, post, role)
    for number, (name, estate) in enumerate(
        (("building_3", "estate"), ("building_5", "estate"), ("old_house", "bare_estate"))
    ):
        _place(cast, name, estate, number)
    voice.set_owner("elevator", cast.units["district"].id, cast.units["housing"].id, LONG_AGO)
    voice.set_owner("garbage", cast.units["street"].id, cast.units["neighbour"].id, LONG_AGO)
    voice.set_duty_list("garbage", True, LONG_AGO, None)
    voice.set_duty_list("noise", False, LONG_AGO, None)
    forget_copy()
    return cast


def _may_holiday() -> dict[date, tuple[bool, str]]:
    first = date(2026, 5, 1)
    days = {first + timedelta(days=offset): (False, "劳动节") for offset in range(5)}
    return days | {date(2026, 5, 9): (True, "劳动节")}


def _worker(cast: Cast, name: str, unit: str, post_name: str, role: str) -> None:
    post = Post.objects.create(
        unit=cast.units[unit], name=post_name, role=role, is_front_desk=role != "administrator"
    )
    account = add_account(name, PASSWORD, post_name, post, valid_from=LONG_AGO)
    cast.accounts[name] = account
    cast.actors[name] = actor_of(account)


def _place(cast: Cast, name: str, estate: str, number: int) -> None:
    unit = cast.units[estate]
    whole, _ = Place.objects.get_or_create(
        code=f"P-{estate}",
        defaults={"kind": Kind.ESTATE, "name": unit.name, "full_name": unit.name},
    )
    PlaceCoverage.objects.get_or_create(
        place=whole, valid_to=None, defaults={"unit": unit, "valid_from": LONG_AGO}
    )
    place = Place.objects.create(
        code=f"P-{name}",
        kind=Kind.BUILDING,
        name=f"{number + 3}号楼",
        full_name=f"{unit.name}{number + 3}号楼",
        parent=whole,
        households=60,
    )
    cast.places[name] = place
    token = f"TESTTAG{number:03d}"
    issued = datetime(2026, 1, 1, 12, tzinfo=SHANGHAI)
    Tag.objects.create(token=token, place=place, number=number + 1, issued_at=issued)
    cast.tags[name] = token


@pytest.fixture
def cast(db: None, clock: object) -> Cast:
    """The cast, on the test's hand-set clock."""
    return make_cast()


class Tell:
    """Sends reports as a resident who scanned a tag would."""

    def __init__(self, cast: Cast) -> None:
        self._cast = cast
        self._sent = 0
        self._prefix = "a-key-of-the-test"

    def begin_with(self, prefix: str) -> None:
        """Let the keys begin with other words, where several stories share a database."""
        self._prefix = f"a-key-of-{prefix}"

    def __call__(
        self,
        text: str = "楼道里的灯坏了三天",
        place: str = "building_3",
        *,
        key: str = "",
        device: str = "",
        contact: str = "",
    ) -> Reported:
        """Send a report from a tagged place (building 3); a new key each time unless one is given."""
        self._sent += 1
        scanned = queries.where_of_tag(self._cast.tags[place])
        assert scanned is not None
        told = Told(key=key or f"{self._prefix}-{self._sent}", text=text, contact=contact)
        return voice.report(told, scanned.where, device=device)


@pytest.fixture
def tell(cast: Cast) -> Tell:
    """Send a report, as a resident would."""
    return Tell(cast)

"""Who owns what in the district, and who sits at its desks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random

from django.contrib.auth.hashers import make_password

from huiban.kernel.access.actions import add_account
from huiban.kernel.access.models import Account
from huiban.kernel.people.actions import add_person, give_post
from huiban.kernel.territory.models import Post, Unit
from huiban.kernel.vocab.actions import BEGINNING, load_terms
from huiban.modules.voice import actions as voice

from . import district
from .world import World

# Told on the welcome page and in the lobby: it opens nothing but a demonstration.
PASSWORD = "huiban-demo"
OVERSEERS_SHOWN = {
    "supervisor": "监督评价专班",
    "verifier": "监督核查岗",
    "observer": "减负观察员",
}
# Here a report is accepted within eight working hours; districts choose this for themselves.
TRIAGE_MINUTES = 8 * 60

_FAMILY = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = (
    *("秀兰", "建国", "桂英", "志强", "丽华", "国庆", "海燕", "文斌", "晓梅", "永胜", "玉珍"),
    *("春生", "淑芬", "卫东", "雪梅", "立新", "凤霞", "家明", "美玲", "长林"),
)


@dataclass(frozen=True)
class SignIn:
    """A sign-in of the demonstration: who it is, in which post, and how to come in."""

    role: str
    name: str
    post: str
    login_name: str
    password: str = PASSWORD


def own(world: World) -> None:
    """Say who owns each category where, and what communities may be given."""
    for short, (_name, owned) in district.DEPARTMENTS.items():
        for category in owned:
            _own(category, world.district, world.departments[short])
    for category in district.COMMUNITY_LEADS:
        voice.set_duty_list(category, True, BEGINNING, None)
        for community in world.communities:
            _own(category, community.unit, community.unit)
    for category in district.COMMUNITY_ASSISTS:
        voice.set_duty_list(category, False, BEGINNING, None)
    for community in world.communities:
        for estate in community.estates:
            if estate.branch is not None:
                for category in district.BRANCH_GUIDES:
                    _own(category, estate.unit, estate.branch)


def _own(category: str, area: Unit, owner: Unit) -> None:
    voice.set_owner(category, area.id, owner.id, BEGINNING)


def set_times() -> None:
    """Put the district's own times in force."""
    data = {"kind": "triage", "unit": "working_minutes", "amount": TRIAGE_MINUTES}
    load_terms("voice.deadline", [{"code": "triage", "name": "triage", "data": data}], BEGINNING)


def seat_everyone(world: World, day: date) -> list[SignIn]:
    """Seat somebody at every front desk; the sign-ins of those whom the demonstration shows.

    All others have an account that nobody can sign in with.
    """
    rng = Random("the people of the district")
    shown = _shown(world)
    desks = Post.objects.filter(is_front_desk=True).select_related("unit").order_by("unit__code")
    sign_ins = {}
    for post in desks:
        name = rng.choice(_FAMILY) + rng.choice(_GIVEN)
        if post.unit_id in shown:
            role, login_name = shown[post.unit_id]
            account = add_account(login_name, PASSWORD, name, post, valid_from=day)
            sign_ins[login_name] = SignIn(role, name, post.name, login_name)
        else:
            account = _silent_account(post, name, day)
        world.accounts[post.unit_id] = account
    first = [sign_ins[login_name] for _, login_name in shown.values()]
    return [*first, *_overseers(world, day), _administrator(world, day)]


def _shown(world: World) -> dict[object, tuple[str, str]]:
    """The units whose desks are shown, in the order of a case's way, with role and sign-in."""
    community = world.shown
    branch = community.estates[0].branch
    assert branch is not None, "the shown estate has a branch"
    return {
        community.unit.id: ("社区前台", "community"),
        branch.id: ("小区党支部书记", "secretary"),
        community.street.id: ("街道前台", "street"),
        world.departments["city"].id: ("部门经办", "department"),
        world.group.id: ("区领导小组办公室", "group"),
        world.district.id: ("区级前台", "district"),
    }


def _silent_account(post: Post, name: str, day: date, login_name: str = "") -> Account:
    person = add_person(name)
    give_post(person, post, day)
    return Account.objects.create(
        login_name=login_name or f"desk-{post.unit.code}",
        person=person,
        password=make_password(None),
    )


def _overseers(world: World, day: date) -> list[SignIn]:
    """Whoever supervises, whoever verifies beside them, and the observers, one in each street."""
    overseers = [
        (world.group, "监督评价专班", "supervisor", "supervisor", "吴卫东"),
        (world.group, "监督评价专班核查岗", "supervisor", "verifier", "郭丽华"),
    ]
    firsts = {community.street.id: community for community in reversed(world.communities)}
    for number, community in enumerate(reversed(firsts.values())):
        login_name = "observer" if community is world.shown else f"observer-{number + 1}"
        name = _FAMILY[number] + _GIVEN[number]
        overseers.append((community.unit, "社区党委书记", "burden_observer", login_name, name))
    sign_ins = []
    for unit, title, role, login_name, name in overseers:
        post = Post.objects.create(unit=unit, name=title, role=role)
        if login_name in OVERSEERS_SHOWN:
            world.named[login_name] = add_account(login_name, PASSWORD, name, post, valid_from=day)
            sign_ins.append(SignIn(OVERSEERS_SHOWN[login_name], name, title, login_name))
        else:
            world.named[login_name] = _silent_account(post, name, day, login_name)
    return sign_ins


def _administrator(world: World, day: date) -> SignIn:
    post = Post.objects.create(unit=world.district, name="系统管理员", role="administrator")
    add_account("administrator", PASSWORD, "高长林", post, valid_from=day)
    return SignIn("系统管理员", "高长林", post.name, "administrator")

"""The fictional district on paper: what its units and places are called. Nothing is random here
but the shape of an estate, and that is the same every time."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

DISTRICT = "安和区"
DISTRICT_CODE = "990101"
GROUP = "安和区党建引领基层治理领导小组"
PHONE = "0999-{:07d}"

# Street → its communities.
STREETS: dict[str, tuple[str, ...]] = {
    "青石街道": (*("桂花里", "双井", "石桥", "砖塔", "茶亭", "古井", "青砖巷", "南牌坊", "井台"),),
    "柳岸街道": (*("柳岸", "长桥", "前湾", "后湾", "左岸", "听雨", "荷塘", "芦荻", "渡口"),),
    "晨光街道": (*("晨光", "朝晖", "晚霞", "星河", "映月", "望云", "春晓", "秋实", "冬青"),),
    "月牙街道": (*("月牙湖", "观澜", "临波", "菱角", "藕花", "新塘", "南塘", "北园", "西畔"),),
    "稻香街道": (*("稻香", "麦浪", "桑田", "枣林", "梨园", "榆钱", "槐荫", "竹园", "松涛"),),
    "鹊桥街道": (*("鹊桥", "东篱", "杏坛", "桃溪", "银杏", "莲池", "永宁里", "长乐里"),),
}

# Short word → (name, categories that it owns in the whole district).
DEPARTMENTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "housing": ("区住房和建设局", ("property", "maintenance_fund")),
    "city": ("区城市管理局", ("garbage", "stall", "illegal_building", "road", "lighting")),
    "market": ("区市场监督管理局", ("elevator", "consumer")),
    "water": ("区水务服务中心", ("water_supply", "drainage")),
    "power": ("区供电服务中心", ("power_supply",)),
    "gas": ("区燃气服务中心", ("gas",)),
    "heat": ("区供热服务中心", ("heating",)),
    "fire": ("区消防救援大队", ("fire_safety",)),
    "police": ("区公安分局", ("animal",)),
    "traffic": ("区交警大队", ("parking", "traffic")),
    "civil": ("区民政局", ("elder_care", "child_care")),
    "labour": ("区人力资源和社会保障局", ("social_security",)),
    "green": ("区园林绿化中心", ("greening",)),
    "disabled": ("区残疾人联合会", ("accessibility",)),
}

# What a community leads itself, what it may be asked to help with, what a branch guides.
COMMUNITY_LEADS = (
    *("cleanliness", "noise", "e_bike", "neighbour", "courier", "elder_care", "child_care"),
)
COMMUNITY_ASSISTS = (
    *("garbage", "parking", "property", "fire_safety", "animal", "greening", "lighting"),
    *("drainage", "accessibility", "social_security", "maintenance_fund"),
)
BRANCH_GUIDES = ("noise", "neighbour", "e_bike", "courier")

_ESTATES = (*("家园", "东苑", "西苑", "南里", "北里", "花园", "新村", "公寓", "佳园", "雅居"),)


@dataclass(frozen=True)
class BuildingPlan:
    """A building: its number, floors, entrances and households."""

    number: int
    floors: int
    entrances: int
    households: int


@dataclass(frozen=True)
class EstatePlan:
    """An estate with its buildings; `branch` is the number of the branch that guides it, or 0."""

    name: str
    branch: int
    buildings: tuple[BuildingPlan, ...]


@dataclass(frozen=True)
class CommunityPlan:
    """A community with its estates."""

    name: str
    estates: tuple[EstatePlan, ...]


def communities() -> dict[str, list[CommunityPlan]]:
    """Street → its communities, always the same. The first of all is the one that is shown."""
    rng = Random("a district that nobody lives in")
    return {street: [_community(name, rng) for name in names] for street, names in STREETS.items()}


def _community(name: str, rng: Random) -> CommunityPlan:
    number = rng.choice((2, 3, 3, 4)) if name != "桂花里" else 3
    suffixes = rng.sample(_ESTATES, number - 1)
    names = [f"{name}小区", *(f"{name}{suffix}" for suffix in suffixes)]
    branches = _branches(number, rng) if name != "桂花里" else [1, 2, 0]
    return CommunityPlan(
        f"{name}社区",
        tuple(
            EstatePlan(estate, branch, _buildings(rng))
            for estate, branch in zip(names, branches, strict=True)
        ),
    )


def _branches(number: int, rng: Random) -> list[int]:
    """Which branch guides each estate: most have their own, some share one, some have none."""
    found: list[int] = []
    for _ in range(number):
        last = max(found, default=0)
        drawn = rng.random()
        if drawn < 0.2:
            found.append(0)
        elif drawn < 0.4 and last:
            found.append(last)
        else:
            found.append(last + 1)
    return found


def _buildings(rng: Random) -> tuple[BuildingPlan, ...]:
    floors = rng.choice((6, 6, 6, 11, 18))
    plans = []
    for number in range(1, rng.randint(4, 8) + 1):
        entrances = rng.choice((2, 3)) if floors < 12 else rng.choice((1, 2))
        plans.append(BuildingPlan(number, floors, entrances, floors * entrances * 2))
    return tuple(plans)

"""How units stand to one another, and what their front desks are called. No database."""

from __future__ import annotations

from dataclasses import dataclass

from .models import Level

# From the highest down: who comes later may stand under who comes earlier, never the reverse.
ORDER = (
    Level.DISTRICT,
    Level.STREET,
    Level.COMMUNITY,
    Level.ESTATE,
    Level.LEADING_GROUP,
    Level.DEPARTMENT,
    Level.BRANCH,
)

PARENTS: dict[str, tuple[Level, ...]] = {
    Level.DISTRICT: (),
    Level.STREET: (Level.DISTRICT,),
    Level.COMMUNITY: (Level.STREET,),
    Level.ESTATE: (Level.COMMUNITY,),
    Level.LEADING_GROUP: (Level.DISTRICT,),
    Level.DEPARTMENT: (Level.DISTRICT, Level.STREET),
    Level.BRANCH: (Level.COMMUNITY, Level.STREET),
}

ONE_BELOW: dict[str, Level] = {
    Level.DISTRICT: Level.STREET,
    Level.STREET: Level.COMMUNITY,
    Level.COMMUNITY: Level.ESTATE,
}

# How people write a level, beside its code and its term.
_SYNONYMS: dict[str, Level] = {
    "县": Level.DISTRICT,
    "区县": Level.DISTRICT,
    "市辖区": Level.DISTRICT,
    "乡": Level.STREET,
    "镇": Level.STREET,
    "乡镇": Level.STREET,
    "街乡": Level.STREET,
    "镇街": Level.STREET,
    "街镇": Level.STREET,
    "村": Level.COMMUNITY,
    "村居": Level.COMMUNITY,
    "居委会": Level.COMMUNITY,
    "网格": Level.ESTATE,
    "党支部": Level.BRANCH,
    "领导小组": Level.LEADING_GROUP,
    "区直部门": Level.DEPARTMENT,
    "区级部门": Level.DEPARTMENT,
}


@dataclass(frozen=True)
class FrontDesk:
    """What a level's front desk is called after its unit's name, and which role it carries."""

    suffix: str
    role: str


# An estate has no desk: its community's, or its branch's, is meant.
FRONT_DESKS: dict[str, FrontDesk] = {
    Level.DISTRICT: FrontDesk("前台", "district_desk"),
    Level.STREET: FrontDesk("前台", "street_desk"),
    Level.COMMUNITY: FrontDesk("前台", "community_desk"),
    Level.BRANCH: FrontDesk("书记", "branch_secretary"),
    Level.LEADING_GROUP: FrontDesk("办公室", "leading_group_desk"),
    Level.DEPARTMENT: FrontDesk("受理岗", "department_desk"),
}
LONGEST_NAME = 60


def read_level(text: str) -> Level | None:
    """The level a person named: its code, its Chinese term or a common synonym; else None."""
    plain = text.strip().casefold().replace(" ", "_")
    for level in Level:
        if plain in (level.value, level.label):
            return level
    return _SYNONYMS.get(plain)


def default_desk_name(level: str, unit_name: str) -> str:
    """What a unit's front desk is called until somebody names it: 幸福里社区前台."""
    suffix = FRONT_DESKS[level].suffix
    return unit_name[: LONGEST_NAME - len(suffix)] + suffix


def parents_in_words(level: str) -> str:
    """The levels that may stand above, for a sentence: 社区或街道."""
    return "或".join(parent.label for parent in PARENTS[level])

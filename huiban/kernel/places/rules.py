"""How places stand in one another, and what they are called in full. No database."""

from __future__ import annotations

from .models import Kind

# From the largest down: a place stands in one that comes earlier.
ORDER = (Kind.ESTATE, Kind.BUILDING, Kind.ENTRANCE, Kind.SPOT)
LONGEST_FULL_NAME = 120

_SYNONYMS: dict[str, Kind] = {
    "楼": Kind.BUILDING,
    "楼宇": Kind.BUILDING,
    "楼幢": Kind.BUILDING,
    "栋": Kind.BUILDING,
    "单元门": Kind.ENTRANCE,
    "点": Kind.SPOT,
    "公共点位": Kind.SPOT,
    "出入口": Kind.SPOT,
}


def read_kind(text: str) -> Kind | None:
    """The kind a person named: its code, its Chinese term or a common synonym; else None."""
    plain = text.strip().casefold()
    for kind in Kind:
        if plain in (kind.value, kind.label):
            return kind
    return _SYNONYMS.get(plain)


def may_stand_in(kind: str, whole: str) -> bool:
    """Whether a place of that kind may be a part of one of the other kind."""
    return ORDER.index(Kind(whole)) < ORDER.index(Kind(kind))


def full_name(name: str, within: str) -> str:
    """What a place is called where nothing around it says where it is: 幸福里小区3号楼.

    `within` is the full name of what it stands in; a name that begins with it isn't doubled.
    """
    return name if name.startswith(within) else within + name

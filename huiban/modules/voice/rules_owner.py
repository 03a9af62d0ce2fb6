"""Whom a case would best go to: the owner that is laid down, and what came of similar cases.

Pure, over what it is given. A rule goes first; only a record that clearly speaks against it, or the
lack of any rule, lets what units did before decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from . import kinds
from .rules import Owner, is_good

# Fewer cases than this say nothing about a unit.
EVIDENCE = 3
# What part of an area's solved cases a unit must have solved to be suggested without a rule.
SHARE = 0.6
MOST_OTHERS = 2

# What the record of a case's owner is read from, in the order of its chain.
TELLING = (kinds.REPORTED, kinds.CATEGORISED, kinds.ANSWERED, kinds.RATED, kinds.REOPENED)


@dataclass(frozen=True)
class Link:
    """An event of a case's chain, as far as it matters here."""

    kind: str
    payload: dict[str, Any]


@dataclass(frozen=True)
class Effect:
    """What an event changes in a unit's record of a category."""

    unit_id: UUID
    category: str
    solved: int = 0
    returned: int = 0


def effect_of(event: Link, before: Sequence[Link]) -> Effect | None:
    """What an event changes in the record, given what went before it in its chain; None: nothing.

    A return counts against whoever gave the case back. The first good verdict on an answer counts
    for whoever answered, however many neighbours say the same; a case reopened later takes it back.
    """
    category = _category(before)
    if not category:
        return None
    if event.kind == kinds.RETURNED:
        return Effect(UUID(event.payload["by_unit"]), category, returned=1)
    answered = [place for place, link in enumerate(before) if link.kind == kinds.ANSWERED]
    if not answered:
        return None
    counted = any(_says_solved(link) for link in before[answered[-1] :])
    unit_id = UUID(before[answered[-1]].payload["unit"])
    if _says_solved(event) and not counted:
        return Effect(unit_id, category, solved=1)
    if event.kind == kinds.REOPENED and counted:
        return Effect(unit_id, category, solved=-1)
    return None


def _category(links: Iterable[Link]) -> str:
    """The category that the case had last."""
    named = (kinds.REPORTED, kinds.CATEGORISED)
    found = [str(link.payload["category"]) for link in links if link.kind in named]
    return found[-1] if found else ""


def _says_solved(link: Link) -> bool:
    told = link.payload
    return link.kind == kinds.RATED and is_good(told["verdict"], told["satisfaction"])


@dataclass(frozen=True)
class Record:
    """What a unit did with an area's cases of a category; `available` if it may be given one now."""

    unit_id: UUID
    solved: int
    returned: int
    available: bool = True

    @property
    def speaks_against(self) -> bool:
        """Whether the unit gave back more of these cases than it solved."""
        return self.returned >= EVIDENCE and self.returned > self.solved


@dataclass(frozen=True)
class AreaRecords:
    """The records of all units in an area."""

    area_id: UUID
    records: tuple[Record, ...]

    def of(self, unit_id: UUID) -> Record | None:
        """The record of that unit here, if it has one."""
        return next((kept for kept in self.records if kept.unit_id == unit_id), None)


class Because(StrEnum):
    """Why a unit is named."""

    RULE = "rule"  # it owns the category here
    INSTEAD = "instead"  # the owner gave back most, this one solved most
    SHARE = "share"  # nobody owns it, this one solved most
    OTHER = "other"  # it solved some


@dataclass(frozen=True)
class Pick:
    """A unit that a case could go to; `area_id` is where its record was made, None without any."""

    unit_id: UUID
    because: Because
    area_id: UUID | None = None
    solved: int = 0
    returned: int = 0


def advise(owner: Owner | None, areas: Sequence[AreaRecords]) -> list[Pick]:
    """Whom to suggest, then up to two others; empty where nobody can be named.

    `areas` go from the smallest to the largest.
    """
    first = _first(owner, areas)
    if first is None:
        return []
    others = [kept.unit_id for area in areas for kept in _by_solved(area) if kept.solved]
    if owner is not None:
        others.insert(0, owner.owner_id)
    wanted = [unit_id for unit_id in dict.fromkeys(others) if unit_id != first.unit_id]
    return [first, *(_pick(unit_id, Because.OTHER, areas) for unit_id in wanted[:MOST_OTHERS])]


def _first(owner: Owner | None, areas: Sequence[AreaRecords]) -> Pick | None:
    if owner is not None:
        by_rule = _pick(owner.owner_id, Because.RULE, areas)
        if not Record(owner.owner_id, by_rule.solved, by_rule.returned).speaks_against:
            return by_rule
        better = _most_solved(areas, without=owner.owner_id)
        return _picked(better, Because.INSTEAD) if better else by_rule
    found = _most_solved(areas)
    if found is None:
        return None
    area, best = found
    whole = sum(kept.solved for kept in area.records)
    return _picked(found, Because.SHARE) if best.solved >= SHARE * whole else None


def _most_solved(
    areas: Sequence[AreaRecords], without: UUID | None = None
) -> tuple[AreaRecords, Record] | None:
    """Who solved most in the smallest area where anyone solved enough to tell."""
    for area in areas:
        for kept in _by_solved(area):
            if kept.unit_id != without and not kept.speaks_against:
                if kept.solved >= EVIDENCE:
                    return area, kept
                break
    return None


def _by_solved(area: AreaRecords) -> list[Record]:
    """Those that may be given a case, who solved most first."""
    able = [kept for kept in area.records if kept.available]
    return sorted(able, key=lambda kept: (-kept.solved, kept.returned, kept.unit_id))


def _picked(found: tuple[AreaRecords, Record], because: Because) -> Pick:
    area, kept = found
    return Pick(kept.unit_id, because, area.area_id, kept.solved, kept.returned)


def _pick(unit_id: UUID, because: Because, areas: Sequence[AreaRecords]) -> Pick:
    """The unit with its record of the smallest area that tells enough, or of the largest."""
    last: Pick | None = None
    for area in areas:
        kept = area.of(unit_id)
        if kept is not None:
            last = _picked((area, kept), because)
            if kept.solved + kept.returned >= EVIDENCE:
                break
    return last or Pick(unit_id, because)

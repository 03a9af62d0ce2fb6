"""Reads of the territory: units, who guides an estate, scopes, front desks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import Q

from huiban.kernel.base import clock
from huiban.kernel.vocab.queries import remember

from .models import BranchCoverage, Level, Post, Unit
from .scope import Scope


def in_force(day: date | None = None) -> Q:
    """The condition that a dated row holds on that day (today)."""
    day = day or clock.local(clock.now()).date()
    return Q(valid_from__lte=day) & (Q(valid_to__isnull=True) | Q(valid_to__gt=day))


def districts() -> list[Unit]:
    """The districts in force; one installation has one, or a few that share it."""
    return list(Unit.objects.filter(in_force(), level=Level.DISTRICT).order_by("code"))


def unit_by_code(code: str) -> Unit | None:
    """The unit with that code, in force or not."""
    return Unit.objects.filter(code=code).first()


def units_of_level(level: str) -> list[Unit]:
    """The units of a level in force, by code."""
    return list(Unit.objects.filter(in_force(), level=level).order_by("code"))


def units_in_force(level: str | None = None) -> list[Unit]:
    """All units in force (of that level) with their parents, without their boundaries."""
    units = Unit.objects.filter(in_force()).select_related("parent")
    chosen = units.filter(level=level) if level else units
    return list(chosen.defer("boundary", "parent__boundary").order_by("code"))


def units_within(unit: Unit) -> list[Unit]:
    """The unit and all units of the territory below it, in force."""
    below = Q(pk=unit.pk) | Q(district=unit) | Q(street=unit) | Q(community=unit)
    return list(Unit.objects.filter(in_force(), below).defer("boundary").order_by("code"))


def leading_group_of(district_id: UUID) -> Unit | None:
    """The district's leading group, if it has one."""
    return Unit.objects.filter(
        in_force(), level=Level.LEADING_GROUP, district_id=district_id
    ).first()


def departments_of(district_id: UUID) -> list[Unit]:
    """The district's departments in force, by code."""
    return list(
        Unit.objects.filter(in_force(), level=Level.DEPARTMENT, district_id=district_id).order_by(
            "code"
        )
    )


def branch_of(estate_id: UUID | None) -> Unit | None:
    """The branch that guides the estate today, if one does."""
    if estate_id is None:
        return None
    coverage = (
        BranchCoverage.objects.filter(in_force(), estate_id=estate_id)
        .select_related("branch")
        .first()
    )
    return coverage.branch if coverage else None


def front_desk_names(unit_ids: Iterable[UUID]) -> dict[UUID, str]:
    """What each unit's front desk is called; a unit without one goes by its own name."""
    ids = set(unit_ids)
    names = dict(Unit.objects.filter(pk__in=ids).values_list("pk", "name"))
    posts = Post.objects.filter(unit_id__in=ids, is_front_desk=True)
    return names | dict(posts.values_list("unit_id", "name"))


def with_predecessors(unit_ids: Iterable[UUID]) -> set[UUID]:
    """Those units and all that were merged into them, however long ago."""
    merged = remember("territory.merged", _merged)
    found: set[UUID] = set()
    waiting = list(unit_ids)
    while waiting:
        unit_id = waiting.pop()
        if unit_id not in found:
            found.add(unit_id)
            waiting += merged.get(unit_id, [])
    return found


def _merged() -> dict[UUID, list[UUID]]:
    merged: dict[UUID, list[UUID]] = defaultdict(list)
    pairs = Unit.objects.filter(successor__isnull=False).values_list("successor_id", "pk")
    for successor_id, pk in pairs:
        if successor_id is not None:
            merged[successor_id].append(pk)
    return dict(merged)


def all_units() -> dict[UUID, Unit]:
    """All units by key, without their boundaries, as this process remembers them."""
    return remember("territory.units", _all_units)


def _all_units() -> dict[UUID, Unit]:
    return {unit.id: unit for unit in Unit.objects.defer("boundary")}


def current_unit(unit_id: UUID) -> Unit:
    """This unit, or where it was merged the one that stands for it now, as remembered."""
    units = all_units()
    unit = units[unit_id]
    while unit.successor_id is not None:
        unit = units[unit.successor_id]
    return unit


def current_units(unit_ids: Iterable[UUID]) -> dict[UUID, Unit]:
    """Each of these units, or where it was merged the unit that stands for it now."""
    asked = set(unit_ids)
    units = {unit.id: unit for unit in Unit.objects.filter(pk__in=asked)}
    found = dict(units)
    while merged := {key: unit.successor_id for key, unit in found.items() if unit.successor_id}:
        missing = set(merged.values()) - units.keys()
        units |= {unit.id: unit for unit in Unit.objects.filter(pk__in=missing)}
        found |= {key: units[successor] for key, successor in merged.items()}
    return found


def scope_of(units: Iterable[Unit]) -> Scope:
    """What posts in these units see together: their territories through mergers, their duties.

    A leading group sees its whole district, a branch the estates it guides, a department only
    what it has or had a duty about.
    """
    by_level: dict[str, set[UUID]] = {level: set() for level in Level.values}
    for unit in units:
        by_level[unit.level] |= with_predecessors([unit.id])
        if unit.level == Level.LEADING_GROUP and unit.district_id:
            by_level[Level.DISTRICT].add(unit.district_id)
    guided = _guided_by(by_level[Level.BRANCH])
    return Scope(
        districts=frozenset(by_level[Level.DISTRICT]),
        streets=frozenset(by_level[Level.STREET]),
        communities=frozenset(by_level[Level.COMMUNITY]),
        estates=frozenset(by_level[Level.ESTATE] | guided),
        duty_units=frozenset().union(*by_level.values()),
    )


def _guided_by(branch_ids: set[UUID]) -> set[UUID]:
    if not branch_ids:
        return set()
    guided = BranchCoverage.objects.filter(in_force(), branch_id__in=branch_ids)
    return set(guided.values_list("estate_id", flat=True))

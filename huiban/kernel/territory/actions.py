"""Writes of the territory: add, change and merge units, name their desks, say who guides whom.

Each is one transaction and takes, as `actor`, the code of whoever acts, as the event log keeps it.
Whoever calls has made sure of the permit: these stand below the accounts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from huiban.kernel.base import clock
from huiban.kernel.base.errors import Refusal
from huiban.kernel.events import actions as events
from huiban.kernel.events.registry import declare
from huiban.kernel.vocab.actions import BEGINNING, note_change

from .models import BranchCoverage, Level, Post, Unit
from .rules import FRONT_DESKS, LONGEST_NAME, PARENTS, default_desk_name, parents_in_words

SUBJECT = "territory.unit"
UNIT_ADDED = declare("territory.unit_added", "code level parent", "A unit came into being.")
UNIT_CHANGED = declare("territory.unit_changed", "fields", "Particulars of a unit were changed.")
UNIT_MERGED = declare("territory.unit_merged", "into day", "A unit was merged into another.")
COVERAGE_CHANGED = declare(
    "territory.coverage_changed", "estate branch day", "An estate came under another branch."
)


@dataclass(frozen=True)
class NewUnit:
    """A unit to be added. Without a day it has been in force for as long as anyone asks."""

    code: str
    name: str
    level: str
    parent: Unit | None = None
    duty_phone: str = ""
    households: int | None = None
    front_desk: str = ""
    valid_from: date = BEGINNING


def add_unit(actor: str, new: NewUnit) -> Unit:
    """Add a unit with its front desk (an estate has none).

    Raises Refusal where the parent isn't of a level that may stand above, or has ended.
    """
    check_parent(new.level, new.name, new.parent)
    with transaction.atomic():
        unit = Unit.objects.create(
            code=new.code,
            name=new.name,
            level=new.level,
            parent=new.parent,
            duty_phone=new.duty_phone,
            households=new.households,
            valid_from=new.valid_from,
            **_ancestors(new.parent),
        )
        payload = {
            "code": unit.code,
            "level": str(unit.level),
            "parent": new.parent.code if new.parent else "",
        }
        _note(UNIT_ADDED, actor, unit, payload, birth=True)
        if unit.level in FRONT_DESKS:
            name_front_desk(unit, new.front_desk)
    return unit


def check_parent(level: str, name: str, parent: Unit | None) -> None:
    """Raise Refusal where a unit of that level can't stand under that parent."""
    allowed = PARENTS[level]
    if not allowed:
        return
    if parent is None:
        raise Refusal(
            f"“{name}”没有写上级。请填上级单位（{parents_in_words(level)}）的编码。", "parent"
        )
    if parent.level not in allowed:
        raise Refusal(
            f"“{name}”的上级应是{parents_in_words(level)}，"
            f"“{parent.name}”却是{Level(parent.level).label}。请核对上级编码和层级。",
            "parent",
        )
    if parent.valid_to is not None:
        raise Refusal(f"“{name}”的上级“{parent.name}”已经撤并。请改填现在的上级。", "parent")


def _ancestors(parent: Unit | None) -> dict[str, Any]:
    if parent is None:
        return {"district_id": None, "street_id": None, "community_id": None}
    path = parent.path
    return {
        "district_id": path.district_id,
        "street_id": path.street_id,
        "community_id": path.community_id,
    }


def change_unit(actor: str, unit: Unit, **particulars: Any) -> list[str]:
    """Change name, parent, duty_phone, households, valid_from; the names of what really changed.

    A front desk that is called after its unit is renamed with it. What lies under a unit that
    moved follows it; what happened there keeps the path it had.
    """
    changed = [field for field, value in particulars.items() if getattr(unit, field) != value]
    if not changed:
        return []
    old_name = unit.name
    if "parent" in changed:
        check_parent(unit.level, unit.name, particulars["parent"])
        for field, value in _ancestors(particulars["parent"]).items():
            setattr(unit, field, value)
    for field in changed:
        setattr(unit, field, particulars[field])
    with transaction.atomic():
        unit.save(update_fields=[*changed, "district", "street", "community"])
        if "parent" in changed:
            _refresh_below([unit])
        if "name" in changed and unit.level in FRONT_DESKS:
            unit.posts.filter(name=default_desk_name(unit.level, old_name)).update(
                name=default_desk_name(unit.level, unit.name)
            )
        _note(UNIT_CHANGED, actor, unit, {"fields": "+".join(changed)})
    return changed


def _refresh_below(units: list[Unit]) -> None:
    """Write anew where everything below these units stands, level by level."""
    while units:
        below = list(Unit.objects.filter(parent__in=units).select_related("parent"))
        for unit in below:
            for field, value in _ancestors(unit.parent).items():
                setattr(unit, field, value)
        Unit.objects.bulk_update(below, ["district", "street", "community"], batch_size=200)
        units = below


def name_front_desk(unit: Unit, name: str = "") -> bool:
    """Give the unit its front desk, or the one it has that name; True if anything changed.

    Without a name it is called after the unit, and one that stands keeps its name.
    """
    desk = unit.posts.filter(is_front_desk=True).first()
    if desk is None:
        Post.objects.create(
            unit=unit,
            name=(name or default_desk_name(unit.level, unit.name))[:LONGEST_NAME],
            role=FRONT_DESKS[unit.level].role,
            is_front_desk=True,
        )
        return True
    if not name or desk.name == name:
        return False
    desk.name = name
    desk.save(update_fields=["name"])
    return True


def guide_estates(actor: str, branch: Unit, estates: Iterable[Unit], day: date) -> bool:
    """Let a branch guide exactly these estates from a day on; True if anything changed.

    An estate that another branch guided leaves it that day; one that isn't named is given up.
    """
    wanted = {estate.id: estate for estate in estates}
    with transaction.atomic():
        kept = BranchCoverage.objects.select_for_update(of=("self",)).filter(valid_to=None)
        mine = {row.estate_id: row for row in kept.filter(branch=branch).select_related("estate")}
        given_up = [row for estate_id, row in mine.items() if estate_id not in wanted]
        fresh = [estate for estate_id, estate in wanted.items() if estate_id not in mine]
        for row in given_up:
            _end_coverage(row, day)
            _note_guide(actor, row.estate, None, day)
        for estate in fresh:
            # The first branch that is named has guided the estate since it began.
            ever = BranchCoverage.objects.filter(estate=estate).exists()
            begins = day if ever else branch.valid_from
            for row in kept.filter(estate=estate):
                _end_coverage(row, day)
            BranchCoverage.objects.create(branch=branch, estate=estate, valid_from=begins)
            _note_guide(actor, estate, branch, begins)
    return bool(given_up or fresh)


def _end_coverage(row: BranchCoverage, day: date) -> None:
    """End it that day; one that would then have held for no day at all never was."""
    if row.valid_from >= day:
        row.delete()
        return
    row.valid_to = day
    row.save(update_fields=["valid_to"])


def _note_guide(actor: str, estate: Unit, branch: Unit | None, day: date) -> None:
    payload = {
        "estate": str(estate.id),
        "branch": str(branch.id) if branch else "",
        "day": day.isoformat(),
    }
    _note(COVERAGE_CHANGED, actor, estate, payload)


def set_boundary(actor: str, unit: Unit, geometry: dict[str, Any], datum: str) -> bool:
    """Set a unit's boundary: GeoJSON already in WGS-84, `datum` naming the system it came in.

    True if it differs from what stood.
    """
    if unit.boundary == geometry and unit.datum == datum:
        return False
    unit.boundary, unit.datum = geometry, datum
    with transaction.atomic():
        unit.save(update_fields=["boundary", "datum"])
        _note(UNIT_CHANGED, actor, unit, {"fields": "boundary"})
    return True


def merge_units(actor: str, source: Unit, into: Unit, day: date) -> None:
    """Merge a unit into another of its level: it ends that day and names its successor.

    What lay under it lies under the successor from now on; what happened keeps its path, and the
    successor's scope reaches it. Raises Refusal for a unit that has ended, for another level, for
    itself, and for a day to come.
    """
    with transaction.atomic():
        ids = [source.id, into.id]
        held = {unit.id: unit for unit in Unit.objects.select_for_update().filter(pk__in=ids)}
        source, into = held[source.id], held[into.id]
        _check_merge(source, into, day)
        source.valid_to, source.successor = day, into
        source.save(update_fields=["valid_to", "successor"])
        Unit.objects.filter(parent=source).update(parent=into)
        _refresh_below([into])
        for row in BranchCoverage.objects.filter(estate=source, valid_to=None):
            _end_coverage(row, day)
        _hand_over_estates(source, into, day)
        _note(UNIT_MERGED, actor, source, {"into": str(into.id), "day": day.isoformat()})


def _hand_over_estates(source: Unit, into: Unit, day: date) -> None:
    """The estates that a merged branch guided are its successor's from that day on."""
    for row in BranchCoverage.objects.filter(branch=source, valid_to=None):
        estate_id = row.estate_id
        _end_coverage(row, day)
        BranchCoverage.objects.create(branch=into, estate_id=estate_id, valid_from=day)


def _check_merge(source: Unit, into: Unit, day: date) -> None:
    if source.id == into.id:
        raise Refusal(f"“{source.name}”不能并入它自己。请核对两个编码。", "into")
    if source.level != into.level:
        raise Refusal(
            f"“{source.name}”是{Level(source.level).label}，“{into.name}”是"
            f"{Level(into.level).label}，同一层级的单位才能合并。请核对两个编码。",
            "into",
        )
    for unit in (source, into):
        if unit.valid_to is not None:
            raise Refusal(f"“{unit.name}”已经在{unit.valid_to}撤并。请核对编码。", "code")
    if day > clock.local(clock.now()).date():
        raise Refusal("合并的日期还没到。请到那一天再办，或改填已经生效的日期。", "day")
    if day <= source.valid_from:
        raise Refusal(f"“{source.name}”从{source.valid_from}起才有。请改填这之后的日期。", "day")


def _note(
    kind: str, actor: str, unit: Unit, payload: dict[str, Any], *, birth: bool = False
) -> None:
    # Every process keeps units and mergers at hand; this tells it to read them anew.
    note_change()
    events.append(
        kind, SUBJECT, unit.id, actor, payload, district_id=unit.path.district_id, birth=birth
    )

"""Writes of places: add, change and move them; issue and revoke the tags that hang on them.

Each is one transaction and takes, as `actor`, the code of whoever acts, as the event log keeps it.
Whoever calls has made sure of the permit: these stand below the accounts. What processes keep of
the places at hand is read anew after each.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from huiban.kernel.base import clock
from huiban.kernel.base.codes import new_tag_token
from huiban.kernel.base.errors import Refusal
from huiban.kernel.events import actions as events
from huiban.kernel.events.registry import declare
from huiban.kernel.territory.models import Level, Unit
from huiban.kernel.vocab.actions import BEGINNING, note_change

from .models import Kind, Place, PlaceCoverage, Tag
from .rules import LONGEST_FULL_NAME, full_name, may_stand_in

SUBJECT = "places.place"
PLACE_ADDED = declare("places.place_added", "code kind", "A place came into the books.")
PLACE_CHANGED = declare("places.place_changed", "fields", "Particulars of a place were changed.")
PLACE_MOVED = declare("places.place_moved", "unit day", "A place came under another unit.")
TAG_ISSUED = declare("places.tag_issued", "number", "A tag was issued for a place.")
TAG_REVOKED = declare("places.tag_revoked", "number", "A tag of a place was revoked.")
ATTEMPTS = 3
BATCH = 20


@dataclass(frozen=True)
class NewPlace:
    """A place to be added. Without a unit it belongs where its parent belongs.

    Longitude and latitude are WGS-84; `datum` names the system they came in.
    """

    code: str
    kind: str
    name: str
    parent: Place | None = None
    unit: Unit | None = None
    households: int | None = None
    longitude: float | None = None
    latitude: float | None = None
    datum: str = ""
    valid_from: date = BEGINNING


def add_place(actor: str, new: NewPlace) -> Place:
    """Add a place with its full name and its unit. Raises Refusal where it can't stand there."""
    check_standing(new.kind, new.name, new.parent, new.unit)
    with transaction.atomic():
        place = Place.objects.create(
            code=new.code,
            kind=new.kind,
            name=new.name,
            full_name=_full_name(new.kind, new.name, new.parent, new.unit),
            parent=new.parent,
            building=_building(new.parent),
            households=new.households,
            longitude=new.longitude,
            latitude=new.latitude,
            datum=new.datum,
        )
        if new.unit is not None:
            PlaceCoverage.objects.create(place=place, unit=new.unit, valid_from=new.valid_from)
        note_change()
        payload = {"code": place.code, "kind": str(place.kind)}
        events.append(PLACE_ADDED, SUBJECT, place.id, actor, payload, birth=True)
    return place


def check_standing(kind: str, name: str, parent: Place | None, unit: Unit | None) -> None:
    """Raise Refusal where a place of that kind can't stand in that place or under that unit."""
    if parent is None and unit is None:
        raise Refusal(
            f"“{name}”没有写属于哪里。请填所在地点的编码，或小区（社区）的编码。", "parent"
        )
    if parent is not None and not may_stand_in(kind, parent.kind):
        raise Refusal(
            f"“{name}”是{Kind(kind).label}，不能在{Kind(parent.kind).label}"
            f"“{parent.full_name}”里面。请核对类别和所在地点。",
            "parent",
        )
    if unit is not None and unit.level not in (Level.ESTATE, Level.COMMUNITY):
        raise Refusal(
            f"“{name}”要归到小区或社区，“{unit.name}”却是{Level(unit.level).label}。请核对编码。",
            "unit",
        )
    if unit is not None and unit.valid_to is not None:
        raise Refusal(f"“{name}”要归到的“{unit.name}”已经撤并。请改填现在的单位。", "unit")


def _full_name(kind: str, name: str, parent: Place | None, unit: Unit | None) -> str:
    if parent is not None:
        whole = full_name(name, parent.full_name)
    else:
        whole = name if kind == Kind.ESTATE or unit is None else full_name(name, unit.name)
    if len(whole) > LONGEST_FULL_NAME:
        raise Refusal(f"“{whole[:30]}……”全称超过了{LONGEST_FULL_NAME}个字。请写短一些。", "name")
    return whole


def _building(parent: Place | None) -> Place | None:
    if parent is None or parent.kind == Kind.BUILDING:
        return parent
    return parent.building


def change_place(actor: str, place: Place, **particulars: Any) -> list[str]:
    """Change name, parent, households, coordinates, datum; the names of what really changed.

    Full names of the place and of all its parts follow. Raises Refusal where it can't stand.
    """
    changed = [field for field, value in particulars.items() if getattr(place, field) != value]
    if not changed:
        return []
    for field in changed:
        setattr(place, field, particulars[field])
    unit = _unit_of(place)
    check_standing(place.kind, place.name, place.parent, unit)
    with transaction.atomic():
        place.full_name = _full_name(place.kind, place.name, place.parent, unit)
        place.building = _building(place.parent)
        place.save(update_fields=[*changed, "full_name", "building"])
        if "name" in changed or "parent" in changed:
            _refresh_parts([place])
        note_change()
        events.append(PLACE_CHANGED, SUBJECT, place.id, actor, {"fields": "+".join(changed)})
    return changed


def _unit_of(place: Place) -> Unit | None:
    covered = PlaceCoverage.objects.filter(place=place, valid_to=None).select_related("unit")
    row = covered.first()
    return row.unit if row else None


def _refresh_parts(places: list[Place]) -> None:
    """Write anew what the parts of these places are called in full, and their building."""
    while places:
        parts = list(Place.objects.filter(parent__in=places).select_related("parent"))
        for part in parts:
            part.full_name = _full_name(part.kind, part.name, part.parent, None)
            part.building = _building(part.parent)
        Place.objects.bulk_update(parts, ["full_name", "building"], batch_size=200)
        places = parts


def move_place(actor: str, place: Place, unit: Unit, day: date) -> bool:
    """Let a place belong to a unit from a day on: one coverage ends, the next begins.

    True if that changed anything. What happened there before keeps its path.
    """
    check_standing(place.kind, place.name, place.parent, unit)
    with transaction.atomic():
        open_rows = PlaceCoverage.objects.select_for_update().filter(place=place, valid_to=None)
        before = open_rows.first()
        if before is not None and before.unit_id == unit.id:
            return False
        if before is not None and before.valid_from >= day:
            # It would have held for no day at all.
            before.delete()
        elif before is not None:
            before.valid_to = day
            before.save(update_fields=["valid_to"])
        PlaceCoverage.objects.create(place=place, unit=unit, valid_from=day)
        note_change()
        payload = {"unit": str(unit.id), "day": day.isoformat()}
        district = unit.path.district_id
        events.append(PLACE_MOVED, SUBJECT, place.id, actor, payload, district_id=district)
    return True


def issue_tags(places: Iterable[Place], actor: str = "system") -> list[Tag]:
    """For each place the tag that is in use, or a new one where it has none, in their order.

    So printing a sheet again repeats what hangs there already; for a fresh token, revoke first.
    Many places are many short transactions: what was issued stays issued.
    """
    wanted = list(places)
    batches = (wanted[start : start + BATCH] for start in range(0, len(wanted), BATCH))
    return [tag for batch in batches for tag in _issue_batch(batch, actor)]


def _issue_batch(places: Sequence[Place], actor: str) -> list[Tag]:
    for _ in range(ATTEMPTS - 1):
        try:
            return _issue(places, actor)
        except IntegrityError:
            # There was no first tag to wait at yet, and somebody else made it.
            continue
    return _issue(places, actor)


def _issue(places: Sequence[Place], actor: str) -> list[Tag]:
    with transaction.atomic():
        # Whoever issues waits at the first tag's row, so that numbers are given one by one.
        Tag.objects.select_for_update().order_by("number").first()
        standing = Tag.objects.filter(place__in=places, revoked_at=None).order_by("-number")
        tags = {tag.place_id: tag for tag in standing}
        missing = {place.id: place for place in places if place.id not in tags}
        number = Tag.objects.aggregate(last=Max("number"))["last"] or 0
        for place in missing.values():
            number += 1
            tags[place.id] = Tag.objects.create(
                token=new_tag_token(), place=place, number=number, issued_at=clock.now()
            )
            events.append(TAG_ISSUED, SUBJECT, place.id, actor, {"number": number})
    for place in places:
        tags[place.id].place = place
    return [tags[place.id] for place in places]


def revoke_tag(actor: str, token: str) -> bool:
    """Revoke a tag, so that whoever scans it is told that it's no longer in use; False if none."""
    with transaction.atomic():
        tag = Tag.objects.select_for_update().filter(token=token, revoked_at=None).first()
        if tag is None:
            return False
        tag.revoked_at = clock.now()
        tag.save(update_fields=["revoked_at"])
        events.append(TAG_REVOKED, SUBJECT, tag.place_id, actor, {"number": tag.number})
    return True

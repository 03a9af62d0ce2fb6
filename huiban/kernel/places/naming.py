"""Writes of what places are also called: add a name, say what it is, end it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from huiban.kernel.base.errors import Refusal
from huiban.kernel.base.text import normalise
from huiban.kernel.events import actions as events
from huiban.kernel.events.registry import declare
from huiban.kernel.territory.outcome import Fate
from huiban.kernel.vocab.actions import BEGINNING, note_change

from .actions import SUBJECT
from .finding import says_nothing
from .models import NameKind, Place, PlaceName

NAME_ADDED = declare("places.name_added", "row kind", "A place got a further name.")
NAME_CHANGED = declare(
    "places.name_changed", "row fields", "What a name is, or until when it is said, was changed."
)
LONGEST_NAME = 60


def name_place(
    actor: str,
    place: Place,
    name: str,
    kind: NameKind,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> Fate:
    """Let a place also be called that, from one day to another; what that came to.

    A name that the place has already is changed in its kind and end only; what isn't told stays.
    A day at or after its end begins it anew. Raises Refusal for a name that says nothing of where.
    """
    name = " ".join(normalise(name).split())
    _check(place, name, valid_from or BEGINNING, valid_to)
    with transaction.atomic():
        # Whoever names the same place waits here, so that no name is added twice.
        Place.objects.select_for_update().get(pk=place.pk)
        before = PlaceName.objects.filter(place=place, name=name).order_by("valid_from").last()
        ended = before.valid_to if before is not None else None
        again = ended is not None and valid_from is not None and valid_from >= ended
        if before is None or again:
            return _add(actor, place, name, kind, valid_from or BEGINNING, valid_to)
        return _change(actor, before, kind, valid_to)


def _add(
    actor: str, place: Place, name: str, kind: NameKind, valid_from: date, valid_to: date | None
) -> Fate:
    row = PlaceName.objects.create(
        place=place, name=name, kind=kind, valid_from=valid_from, valid_to=valid_to
    )
    _note(actor, NAME_ADDED, row, {"kind": str(kind)})
    return Fate.LANDED


def _change(actor: str, row: PlaceName, kind: NameKind, valid_to: date | None) -> Fate:
    told: dict[str, Any] = {"kind": kind}
    if valid_to is not None:
        _check_days(row.name, row.valid_from, valid_to)
        told["valid_to"] = valid_to
    changed = [field for field, value in told.items() if getattr(row, field) != value]
    if not changed:
        return Fate.ALREADY_THERE
    for field in changed:
        setattr(row, field, told[field])
    row.save(update_fields=changed)
    _note(actor, NAME_CHANGED, row, {"fields": "+".join(changed)})
    return Fate.CHANGED


def _note(actor: str, kind: str, row: PlaceName, payload: dict[str, Any]) -> None:
    note_change()
    events.append(kind, SUBJECT, row.place_id, actor, {"row": str(row.pk), **payload})


def _check(place: Place, name: str, valid_from: date, valid_to: date | None) -> None:
    if not name:
        raise Refusal("没有写叫法。请补上大家平时怎么称呼这个地点。", "name")
    if len(name) > LONGEST_NAME:
        raise Refusal(f"“{name[:20]}……”超过了{LONGEST_NAME}个字。请写平时的叫法。", "name")
    if name in (place.name, place.full_name):
        raise Refusal(f"“{name}”就是这个地点本来的名称，不用再写。请删去这一行。", "name")
    if says_nothing(name):
        raise Refusal(f"“{name}”说不清是哪里，很多地方都这么叫。请写这里独有的叫法。", "name")
    _check_days(name, valid_from, valid_to)


def _check_days(name: str, valid_from: date, valid_to: date | None) -> None:
    if valid_to is not None and valid_to <= valid_from:
        raise Refusal(
            f"“{name}”的失效日期{valid_to}不在生效日期{valid_from}之后。请核对两个日期。",
            "valid_to",
        )

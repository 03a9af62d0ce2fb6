"""Who owns a category where, and what a community may be given: dated data, kept in memory."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from huiban.kernel.base import clock
from huiban.kernel.territory.models import Unit
from huiban.kernel.territory.queries import all_units, in_force
from huiban.kernel.vocab.queries import remember, word_name

from .. import rules
from ..models import Case, DutyListEntry, OwnerRule

CATEGORIES = "voice.category"


@dataclass(frozen=True)
class Suggestion:
    """The unit that a case would go to, and why; `blocked` says why it can't, if so."""

    unit_id: UUID
    unit_name: str
    why: str
    blocked: str = ""


def suggest(case: Case) -> Suggestion | None:
    """The owner of the case's category in the smallest area that has one; None if nobody is."""
    if not case.category:
        return None
    owners = remember(f"voice.owners.{_today()}", _owners).get(case.category, [])
    path = (case.estate_id, case.community_id, case.street_id, case.district_id)
    owner = rules.owner_in(path, owners)
    if owner is None:
        return None
    unit = units()[owner.owner_id]
    why = f"{word_name(CATEGORIES, case.category)} · {units()[owner.area_id].name}的责任单位"
    blocked = ""
    if unit.level == "community":
        name = word_name(CATEGORIES, case.category)
        may_lead = listed(unit.id, case.category)
        blocked = rules.why_not_to_community(case.category, name, unit.name, may_lead, True)
    return Suggestion(unit.id, unit.name, why, blocked)


def listed(unit_id: UUID, category: str) -> bool | None:
    """Whether the community may lead on the category; None if it isn't on its duty list at all.

    A community's own entry goes before the common one.
    """
    entries: dict[tuple[UUID | None, str], bool] = remember(f"voice.lists.{_today()}", _lists)
    own = entries.get((unit_id, category))
    return own if own is not None else entries.get((None, category))


def units() -> dict[UUID, Unit]:
    """All units by key, without their boundaries, as this process remembers them."""
    return all_units()


def _today() -> str:
    return clock.local(clock.now()).date().isoformat()


def _owners() -> dict[str, list[rules.Owner]]:
    owners: dict[str, list[rules.Owner]] = defaultdict(list)
    kept = OwnerRule.objects.filter(in_force()).values_list("category", "area_id", "owner_id")
    for category, area_id, owner_id in kept:
        owners[category].append(rules.Owner(area_id, owner_id))
    return dict(owners)


def _lists() -> dict[tuple[UUID | None, str], bool]:
    entries = DutyListEntry.objects.filter(in_force())
    return {(entry.unit_id, entry.category): entry.may_lead for entry in entries}

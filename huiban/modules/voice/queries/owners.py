"""Whom a case would go to, and what a community may be given: dated data, kept in memory.

What units did with similar cases, and what they have in hand, is read as it is now.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from huiban.kernel.base import clock
from huiban.kernel.territory.models import Level, Unit
from huiban.kernel.territory.queries import all_units, in_force
from huiban.kernel.vocab.queries import remember, word_name

from .. import rules
from ..models import Case, DutyListEntry, OwnerRecord, OwnerRule
from ..rules_owner import AreaRecords, Because, Pick, Record, advise
from .load import load_words

CATEGORIES = "voice.category"
# How long a list believes what was suggested, and for how many kinds of cases at the most.
TRUST_SECONDS = 30.0
MOST_KEPT = 5000

# Category and area → unit → what it solved and what it gave back.
Records = Mapping[tuple[str, UUID], Mapping[UUID, tuple[int, int]]]


@dataclass(frozen=True)
class Other:
    """Another unit that solved similar cases, with its record and what it has in hand."""

    unit_id: UUID
    unit_name: str
    record: str = ""
    load: str = ""


@dataclass(frozen=True)
class Suggestion:
    """The unit that a case would go to, and why; `blocked` says why it can't, if so.

    `record` says what the unit did with similar cases, `load` what it has in hand now; `load` is
    empty until `with_load` was asked for it.
    """

    unit_id: UUID
    unit_name: str
    why: str
    blocked: str = ""
    record: str = ""
    load: str = ""
    by_rule: bool = True
    alternatives: tuple[Other, ...] = ()

    def without(self, unit_id: UUID) -> Suggestion:
        """The same, not offering that unit as another: it has the case already."""
        others = tuple(other for other in self.alternatives if other.unit_id != unit_id)
        return replace(self, alternatives=others)


def suggest(case: Case) -> Suggestion | None:
    """Whom to send the case to, by rule and by record; None if nobody can be named."""
    return suggestions([case]).get(case.pk)


def suggestions(cases: Iterable[Case]) -> dict[UUID, Suggestion]:
    """What `suggest` says of each case that it says anything of: one statement for all of them."""
    named = [case for case in cases if case.category]
    if not named:
        return {}
    records = _records(named)
    found = {case.pk: _suggested(case, records) for case in named}
    return {pk: suggestion for pk, suggestion in found.items() if suggestion is not None}


def lately_suggested(cases: Sequence[Case]) -> dict[UUID, Suggestion]:
    """The same for a list of cases, which may be half a minute old.

    Cases of one category on one path get one suggestion, so a list costs no more than a few looks.
    """
    kept: dict[object, tuple[float, Suggestion | None]] = remember("voice.suggested", dict)
    moment = time.monotonic()
    alike = {_alike(case): case for case in cases if case.category}
    if len(kept) > MOST_KEPT:
        kept.clear()
    asked = {
        key: case
        for key, case in alike.items()
        if key not in kept or moment - kept[key][0] >= TRUST_SECONDS
    }
    found = suggestions(asked.values())
    kept.update({key: (moment, found.get(case.pk)) for key, case in asked.items()})
    told = {case.pk: kept[_alike(case)][1] for case in cases if case.category}
    return {pk: suggestion for pk, suggestion in told.items() if suggestion is not None}


def _alike(case: Case) -> tuple[str, UUID | None, UUID | None, UUID | None, UUID]:
    path = (case.estate_id, case.community_id, case.street_id, case.district_id)
    return (case.category, *path)


def with_load(found: dict[UUID, Suggestion], *, others: bool) -> dict[UUID, Suggestion]:
    """The suggestions saying what each unit has in hand: one statement at the most.

    `others` asks for the alternatives, too.
    """
    asked = {suggestion.unit_id for suggestion in found.values()}
    if others:
        asked |= {other.unit_id for told in found.values() for other in told.alternatives}
    loads = load_words(asked)
    return {
        pk: replace(
            told,
            load=loads[told.unit_id],
            alternatives=tuple(
                replace(other, load=loads.get(other.unit_id, "")) for other in told.alternatives
            ),
        )
        for pk, told in found.items()
    }


def _records(cases: Iterable[Case]) -> Records:
    asked = {(case.category, area_id) for case in cases for area_id in _areas(case)}
    kept = OwnerRecord.objects.filter(
        category__in={category for category, _ in asked},
        area_id__in={area_id for _, area_id in asked},
    ).values_list("category", "area_id", "unit_id", "solved", "returned")
    records: dict[tuple[str, UUID], dict[UUID, tuple[int, int]]] = defaultdict(dict)
    for category, area_id, unit_id, solved, returned in kept:
        records[category, area_id][unit_id] = (solved, returned)
    return records


def _areas(case: Case) -> list[UUID]:
    """Where similar cases are looked for, the smallest area first."""
    areas = (case.community_id, case.district_id)
    return [area_id for area_id in areas if area_id is not None]


def _suggested(case: Case, records: Records) -> Suggestion | None:
    owners = remember(f"voice.owners.{_today()}", _owners).get(case.category, [])
    path = (case.estate_id, case.community_id, case.street_id, case.district_id)
    owner = rules.owner_in(path, owners)
    areas = [
        AreaRecords(
            area_id,
            tuple(
                Record(unit_id, *counts, available=_may_be_given(unit_id, case))
                for unit_id, counts in records.get((case.category, area_id), {}).items()
            ),
        )
        for area_id in _areas(case)
    ]
    picks = advise(owner, areas)
    return _told(case, owner, picks[0], picks[1:]) if picks else None


def _may_be_given(unit_id: UUID, case: Case) -> bool:
    """Whether what a unit did before can speak for giving it this case, too.

    A branch guides its own estates alone, and the district's desk and leading group are asked for
    help, not given work.
    """
    unit = units()[unit_id]
    if unit.valid_to is not None or unit.path.district_id != case.district_id:
        return False
    if unit.level == Level.COMMUNITY:
        here = case.community_id in (None, unit.id)
        return here and listed(unit.id, case.category) is True
    if unit.level == Level.STREET:
        return case.street_id in (None, unit.id)
    return unit.level == Level.DEPARTMENT


def _told(case: Case, owner: rules.Owner | None, pick: Pick, others: list[Pick]) -> Suggestion:
    unit = units()[pick.unit_id]
    return Suggestion(
        unit.id,
        unit.name,
        why=_why(case, owner, pick),
        blocked=_blocked(unit, case.category),
        record=_record(pick),
        by_rule=pick.because == Because.RULE,
        alternatives=tuple(
            Other(other.unit_id, units()[other.unit_id].name, _record(other))
            for other in others
            if not _blocked(units()[other.unit_id], case.category)
        ),
    )


def _why(case: Case, owner: rules.Owner | None, pick: Pick) -> str:
    category = word_name(CATEGORIES, case.category)
    if pick.because == Because.RULE and owner is not None:
        return f"{category} · {units()[owner.area_id].name}的责任单位"
    where = units()[pick.area_id].name if pick.area_id else ""
    if owner is not None:
        named = units()[owner.owner_id].name
        return f"{where}的{category}多由它办结；责任单位{named}多次退回"
    return f"{category}没有定责任单位；{where}的多由它办结"


def _record(pick: Pick) -> str:
    """What a unit did with similar cases, in words; empty where it had none."""
    if pick.area_id is None or not (pick.solved or pick.returned):
        return ""
    returned = f"，退回{pick.returned}件" if pick.returned else ""
    return f"{units()[pick.area_id].name}同类的事办结{pick.solved}件{returned}"


def _blocked(unit: Unit, category: str) -> str:
    if unit.level != Level.COMMUNITY:
        return ""
    name = word_name(CATEGORIES, category)
    may_lead = listed(unit.id, category)
    return rules.why_not_to_community(category, name, unit.name, may_lead, True)


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

"""Running the rules: on each link as it comes, and again over history, with the same result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from huiban.kernel.access.actor import SYSTEM
from huiban.kernel.base import clock
from huiban.kernel.base.clock import local
from huiban.kernel.base.ids import new_id
from huiban.kernel.events import actions as events
from huiban.kernel.events.models import Event
from huiban.kernel.territory.models import Unit
from huiban.kernel.territory.queries import all_units
from huiban.modules.voice.models import Case

from .. import kinds
from ..models import Finding, Occurrence
from ..months import month_span
from ..reading import InForce, chain_of, chains_between, found_in, ground, rule_on
from ..rules import (
    LIFTED_OFTEN,
    RULES,
    Found,
    Ground,
    Lift,
    Thresholds,
    Turn,
    lifted_often,
    lifts,
    month_of,
)

# What a finding's evidence names at the most; a case with more links in one finding is none.
MOST_STEPS = 100
_TICK = timedelta(microseconds=1)


@dataclass(frozen=True)
class Proof:
    """A finding that isn't kept yet: the rule as it stood, and what it found in which case."""

    stood: InForce
    found: Found
    case_id: UUID
    category: str


def watch(event: Event) -> int:
    """Read the case up to this link and keep what the link completed; how many findings are new.

    In the transaction of the delivery. A link heard again finds what it found before.
    """
    codes = [code for code, rule in RULES.items() if event.kind in rule.completes]
    day = local(event.at).date()
    is_lift = LIFTED_OFTEN in codes
    codes = [code for code in codes if RULES[code].find and rule_on(code, day).is_on]
    if not codes and not is_lift:
        return 0
    turns = chain_of(event.subject_id, event.sequence)
    upon = ground()
    proofs = [
        proof
        for proof in _proofs(event.subject_id, turns, upon, codes, event.at, event.at + _TICK)
        if proof.found.link.sequence == event.sequence
    ]
    new = keep(proofs)
    if is_lift:
        risen = [one for one in _lifts(event.subject_id, turns, upon) if one.at == event.at]
        new += _keep_rows(_heard(risen))
    return new


def rerun(since: datetime, until: datetime) -> int:
    """Read all cases again and keep what was complete in that time; how many findings are new.

    It gives what watching gave, and what watching would have given where a rule, or the whole
    module, wasn't there yet: each day has the rules as they stood on it. One transaction a batch
    of cases; interrupted, it can be run again. Batches come by the cases' age, what counts over a
    month by time: so whole months are counted first, and each is judged when all of it is known.
    """
    upon = ground()
    codes = [code for code, rule in RULES.items() if rule.find]
    months_begin = local(since).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    of_months: set[tuple[str, str]] = set()
    new = 0
    for chains in chains_between(months_begin, until):
        proofs: list[Proof] = []
        risen: list[Lift] = []
        for case_id, turns in chains.items():
            proofs += _proofs(case_id, turns, upon, codes, since, until)
            risen += _lifts(case_id, turns, upon)
        risen = [one for one in risen if months_begin <= one.at < until]
        with transaction.atomic():
            new += keep(proofs)
            _count(risen)
        of_months |= {(one.unit, month_of(one.at)) for one in risen}
    return new + _judge(of_months, since, until)


def _judge(of_months: Iterable[tuple[str, str]], since: datetime, until: datetime) -> int:
    """Keep what was one too many of a unit's month in that time, a transaction a unit and month."""
    new = 0
    for unit_id, month in sorted(of_months):
        with transaction.atomic():
            often = _often(unit_id, month)
            new += _keep_rows([row for row in often if since <= row.at < until])
    return new


def _proofs(
    case_id: UUID,
    turns: Sequence[Turn],
    upon: Ground,
    codes: Iterable[str],
    since: datetime,
    until: datetime,
) -> list[Proof]:
    categories = {turn.link.sequence: turn.category for turn in turns}
    return [
        Proof(stood, found, case_id, categories[found.link.sequence])
        for code in codes
        for stood, found in found_in(code, turns, upon, since, until)
    ]


def keep(proofs: Sequence[Proof]) -> int:
    """Keep findings that aren't there yet, each with the first link of its own chain; how many.

    In the caller's transaction. Two that keep the same at once leave one row: the key decides.
    """
    cases = {proof.case_id for proof in proofs}
    named = Case.objects.everywhere("findings name their cases").filter(pk__in=cases)
    references = dict(named.values_list("pk", "reference"))
    earlier = _kept_by_link(proofs)
    rows = [(proof, _row(proof, references)) for proof in proofs if proof.case_id in references]
    return _keep_rows(
        [
            row
            for proof, row in rows
            if not any(_is_same(kept, row, proof.found.once) for kept in earlier)
        ]
    )


def _kept_by_link(proofs: Sequence[Proof]) -> list[Finding]:
    """What is kept about these cases for rules whose keys named, at first, the completing link."""
    marked = [proof for proof in proofs if proof.found.once]
    if not marked:
        return []
    everywhere = Finding.objects.everywhere("a rule finds what it finds, whoever may read it")
    kept = everywhere.filter(case_id__in={proof.case_id for proof in marked})
    return list(kept.filter(rule__in={proof.stood.rule.code for proof in marked}))


def _is_same(kept: Finding, row: Finding, once: str) -> bool:
    """Whether a finding kept under its link is about the same holding, sending or pair of units."""
    if not once or (kept.rule, kept.case_id) != (row.rule, row.case_id):
        return False
    if (kept.unit_id, kept.other_unit_id) != (row.unit_id, row.other_unit_id):
        return False
    began = once.removeprefix("@")
    return not began.isdigit() or int(began) in kept.evidence["steps"]


def _row(proof: Proof, references: Mapping[UUID, str]) -> Finding:
    found = proof.found
    assert len(found.steps) <= MOST_STEPS, found
    return Finding(
        key=f"{proof.stood.rule.code}:{proof.case_id}:{found.mark}",
        rule=proof.stood.rule.code,
        rule_version=proof.stood.version,
        **_about(found.unit),
        other_unit_id=UUID(found.other) if found.other else None,
        case_id=proof.case_id,
        case_reference=references[proof.case_id],
        category=proof.category,
        at=found.link.at,
        evidence={
            "steps": list(found.steps),
            "ways": list(found.ways),
            "numbers": dict(found.numbers),
            "thresholds": dict(proof.stood.thresholds),
        },
    )


def _about(unit_id: str) -> dict[str, Any]:
    """The unit that a finding is about, with its own path."""
    unit = all_units()[UUID(unit_id)]
    path = unit.path.fields()
    del path["estate_id"]
    return {"unit_id": unit.id, **path}


def _keep_rows(rows: Sequence[Finding]) -> int:
    now = clock.now()
    keys = [row.key for row in rows]
    everywhere = Finding.objects.everywhere("a rule finds what it finds, whoever may read it")
    known = set(everywhere.filter(key__in=keys).values_list("key", flat=True))
    fresh = [row for row in rows if row.key not in known]
    for row in fresh:
        row.id, row.found_at = new_id(), now
    Finding.objects.bulk_create(fresh, ignore_conflicts=True)
    # Whoever kept the same at the same moment was first where the row isn't ours.
    mine = {row.id for row in fresh}
    ours = set(everywhere.filter(pk__in=mine).values_list("pk", flat=True))
    for row in fresh:
        if row.id in ours:
            _say_made(row)
    return len(ours)


def _say_made(row: Finding) -> None:
    payload = {
        "rule": row.rule,
        "rule_version": row.rule_version,
        "unit": str(row.unit_id),
        "other_unit": str(row.other_unit_id or ""),
        "district": str(row.district_id),
        "street": str(row.street_id or ""),
        "community": str(row.community_id or ""),
        "case": str(row.case_id or ""),
        "category": row.category,
        "at": row.at.isoformat(),
    }
    events.append(
        kinds.FINDING_MADE,
        Finding.SUBJECT,
        row.id,
        SYSTEM.code,
        payload,
        district_id=row.district_id,
        birth=True,
    )


def _lifts(case_id: UUID, turns: Sequence[Turn], upon: Ground) -> list[Lift]:
    return [one for one in lifts(str(case_id), turns) if not upon.guides(one.unit)]


def _heard(risen: Sequence[Lift]) -> list[Finding]:
    """Count lifts as they happen, and give the findings where one was one too many in its month."""
    _count(risen)
    today = local(clock.now()).date()
    # While the rule is off nothing can be complete, however many have risen.
    watched = [one for one in risen if _often_on(local(one.at).date()) or _often_on(today)]
    of_months = sorted({(one.unit, month_of(one.at)) for one in watched})
    return [row for unit_id, month in of_months for row in _often(unit_id, month)]


def _count(risen: Sequence[Lift]) -> None:
    """Count lifts, each once."""
    Occurrence.objects.bulk_create(
        [
            Occurrence(
                rule=LIFTED_OFTEN,
                unit_id=UUID(one.unit),
                case_id=UUID(one.case),
                sequence=one.sequence,
                at=one.at,
            )
            for one in risen
        ],
        ignore_conflicts=True,
    )


def _often(unit_id: str, month: str) -> list[Finding]:
    """The finding about a unit's month, if it isn't kept and was complete by what is counted."""
    everywhere = Finding.objects.everywhere("a rule finds what it finds, whoever may read it")
    if everywhere.filter(key=_often_key(unit_id, month)).exists():
        return []
    # Two lifts of one unit that are counted at once would each miss the other.
    list(Unit.objects.select_for_update(no_key=True).filter(pk=unit_id).values_list("pk"))
    first, last = month_span(month)
    kept = Occurrence.objects.filter(
        rule=LIFTED_OFTEN, unit_id=unit_id, at__gte=first, at__lt=last
    ).order_by("at", "case_id", "sequence")
    risen = [
        Lift(unit_id, str(case_id), sequence, at)
        for case_id, sequence, at in kept.values_list("case_id", "sequence", "at")
    ]
    return [_often_row(group) for group in lifted_often(risen, _often_on)]


def _often_key(unit_id: str, month: str) -> str:
    return f"{LIFTED_OFTEN}:{unit_id}:{month}"


def _often_on(day: date) -> Thresholds | None:
    stood = rule_on(LIFTED_OFTEN, day)
    return stood.thresholds if stood.is_on else None


def _often_row(group: Sequence[Lift]) -> Finding:
    last = group[-1]
    stood = rule_on(LIFTED_OFTEN, local(last.at).date())
    return Finding(
        key=_often_key(last.unit, month_of(last.at)),
        rule=LIFTED_OFTEN,
        rule_version=stood.version,
        **_about(last.unit),
        at=last.at,
        evidence={
            "cases": [[one.case, one.sequence] for one in group[:MOST_STEPS]],
            "numbers": {"times": len(group)},
            "thresholds": dict(stood.thresholds),
        },
    )

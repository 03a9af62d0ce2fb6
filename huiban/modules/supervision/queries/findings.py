"""Findings as pages show them: lists by rule and pair of units, and one with its evidence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from huiban.kernel.access.actor import Actor
from huiban.kernel.base.errors import Unseen
from huiban.kernel.events.models import Event
from huiban.kernel.territory.models import Unit
from huiban.kernel.territory.queries import all_units, current_unit, with_predecessors
from huiban.kernel.territory.scope import Scope
from huiban.kernel.vocab.queries import word_name, words
from huiban.modules.voice import permits as voice_permits
from huiban.modules.voice.models import Case
from huiban.modules.voice.queries import timeline
from huiban.modules.voice.queries.owners import CATEGORIES

from .. import permits
from ..letter_words import sentence_of
from ..models import Finding, Objection
from ..models.findings import covers
from ..months import month_span
from ..reading import REASONS
from ..rules import NEVER_SUBJECT, RULES
from .desks import supervised_districts, supervising_scope
from .grounds import rule_name

# A list that is longer is narrowed by rule or unit instead of being turned over.
MOST_LINES = 200
# How many more there are is counted up to here.
MOST_COUNTED = 1000
OBJECTED = "objected"


@dataclass(frozen=True)
class Wanted:
    """What a list is narrowed to: a state (or what was objected to), a rule, a unit by its code."""

    state: str = Finding.State.OPEN
    rule: str = ""
    unit: str = ""
    month: str = ""


@dataclass(frozen=True)
class Line:
    """A finding in a list."""

    id: UUID
    sentence: str
    at: datetime
    reference: str
    category: str
    state: str
    state_label: str
    is_objected: bool


@dataclass(frozen=True)
class Pair:
    """The findings of a rule about a unit, in their dealings with another one where there is one."""

    unit_name: str
    other_name: str
    lines: list[Line]


@dataclass(frozen=True)
class Group:
    """The findings of a rule, the pair with the most first."""

    code: str
    name: str
    meaning: str
    pairs: list[Pair]

    @property
    def count(self) -> int:
        """How many findings are shown."""
        return sum(len(pair.lines) for pair in self.pairs)


@dataclass(frozen=True)
class FindingsPage:
    """A list of findings by rule and pair of units.

    `left_out` says how many more there are, at least so many where `is_capped`.
    """

    groups: list[Group]
    left_out: int
    is_capped: bool
    is_judge: bool
    rules: list[tuple[str, str]]
    units: list[tuple[str, str]]


def findings_page(actor: Actor, wanted: Wanted) -> FindingsPage:
    """The findings in scope, the newest first within each pair of units."""
    actor.seat_for(permits.READ)
    scope = supervising_scope(actor)
    narrowed = _narrowed(Finding.objects.within(scope), wanted)
    rows = list(narrowed.order_by("-at", "-id")[: MOST_LINES + 1])
    left_out = 0
    if len(rows) > MOST_LINES:
        left_out = narrowed[: MOST_LINES + MOST_COUNTED].count() - MOST_LINES
    return FindingsPage(
        groups=_groups(rows[:MOST_LINES]),
        left_out=left_out,
        is_capped=left_out == MOST_COUNTED,
        is_judge=bool(supervised_districts(actor)),
        rules=[(code, rule_name(code)) for code in RULES],
        units=_units_in(scope),
    )


def _objected(findings: Iterable[Finding] | None = None) -> QuerySet[Objection, UUID]:
    """The findings (of these) with an objection that waits for an answer, by their keys."""
    waiting = Objection.objects.filter(decided_at=None)
    if findings is not None:
        waiting = waiting.filter(finding__in=list(findings))
    return waiting.values_list("finding_id", flat=True)


def _narrowed(seen: QuerySet[Finding], wanted: Wanted) -> QuerySet[Finding]:
    if wanted.state == OBJECTED:
        seen = seen.filter(pk__in=_objected())
    elif wanted.state:
        seen = seen.filter(state=wanted.state)
    if wanted.rule:
        seen = seen.filter(rule=wanted.rule)
    if wanted.unit:
        named = [unit.id for unit in all_units().values() if unit.code == wanted.unit]
        seen = seen.filter(unit_id__in=with_predecessors(named))
    if wanted.month:
        first, last = month_span(wanted.month)
        seen = seen.filter(at__gte=first, at__lt=last)
    return seen


def _units_in(scope: Scope) -> list[tuple[str, str]]:
    """The units that findings in scope can be about, as they stand now, by code and name."""
    units = {
        current_unit(unit.id)
        for unit in all_units().values()
        if unit.level not in NEVER_SUBJECT and covers(scope, unit)
    }
    return [(unit.code, unit.name) for unit in sorted(units, key=lambda unit: unit.code)]


def _groups(rows: Sequence[Finding]) -> list[Group]:
    units = all_units()
    objected = set(_objected(rows))
    pairs: dict[str, dict[tuple[str, str], list[Line]]] = {}
    for row in rows:
        key = (_name(units, row.unit_id), _name(units, row.other_unit_id))
        pairs.setdefault(row.rule, {}).setdefault(key, []).append(
            _line(row, key[1], row.id in objected)
        )
    return [
        Group(
            code=code,
            name=rule_name(code),
            meaning=RULES[code].meaning,
            pairs=[
                Pair(unit, other, lines)
                for (unit, other), lines in sorted(
                    pairs[code].items(), key=lambda item: (-len(item[1]), item[0])
                )
            ],
        )
        for code in RULES
        if code in pairs
    ]


def _name(units: dict[UUID, Unit], pk: UUID | None) -> str:
    return units[pk].name if pk is not None else ""


def _line(row: Finding, other_name: str, is_objected: bool) -> Line:
    return Line(
        id=row.id,
        sentence=sentence_of(row.rule, row.evidence, other_name),
        at=row.at,
        reference=row.case_reference,
        category=word_name(CATEGORIES, row.category),
        state=row.state,
        state_label=Finding.State(row.state).label,
        is_objected=is_objected,
    )


@dataclass(frozen=True)
class EvidenceStep:
    """A link of the log that proves a finding: in which case, when, and what it was."""

    reference: str
    sequence: int
    at: datetime
    title: str


@dataclass(frozen=True)
class ReasonWord:
    """A reason that can be chosen, and whether it says that nobody is to blame."""

    code: str
    name: str
    no_fault: bool


@dataclass(frozen=True)
class FindingPage:
    """A finding with its evidence, what was said about it, and what the asker may do."""

    finding: Finding
    line: Line
    rule_name: str
    rule_meaning: str
    unit_name: str
    other_name: str
    thresholds: list[tuple[str, int]]
    steps: list[EvidenceStep]
    objections: list[Objection]
    reason: str
    seen_cases: frozenset[str]
    may_judge: bool = False
    may_object: bool = False
    open_objection: Objection | None = None
    confirming: list[ReasonWord] = field(default_factory=list)
    dismissing: list[ReasonWord] = field(default_factory=list)


def finding_page(actor: Actor, finding_id: UUID) -> FindingPage:
    """A finding in scope. Raises Unseen."""
    actor.seat_for(permits.READ)
    seen = Finding.objects.within(supervising_scope(actor))
    finding = seen.filter(pk=finding_id).first()
    if finding is None:
        raise Unseen
    units = all_units()
    other_name = _name(units, finding.other_unit_id)
    steps = _steps(finding)
    objections = list(finding.objections.order_by("at"))
    waiting = next((one for one in objections if one.decided_at is None), None)
    unit = current_unit(finding.unit_id)
    is_final = finding.state in (Finding.State.VOID, Finding.State.DISMISSED)
    return FindingPage(
        finding=finding,
        line=_line(finding, other_name, waiting is not None),
        rule_name=rule_name(finding.rule),
        rule_meaning=RULES[finding.rule].meaning,
        unit_name=units[finding.unit_id].name,
        other_name=other_name,
        thresholds=_thresholds(finding),
        steps=steps,
        objections=objections,
        reason=word_name(REASONS, finding.reason),
        seen_cases=_seen_cases(actor, {step.reference for step in steps}),
        may_judge=finding.state != Finding.State.VOID and judges(actor, finding),
        may_object=actor.may(permits.REPLY, unit.id) and not is_final and waiting is None,
        open_objection=waiting,
        confirming=reasons_for(Finding.State.CONFIRMED),
        dismissing=reasons_for(Finding.State.DISMISSED),
    )


def judges(actor: Actor, finding: Finding) -> bool:
    """Whether the actor may judge it: supervises the district, and doesn't work on that unit's cases."""
    unit = current_unit(finding.unit_id)
    works = any(actor.may(one, unit.id) for one in (voice_permits.HANDLE, voice_permits.TRIAGE))
    return finding.district_id in supervised_districts(actor) and not works


def reasons_for(outcome: str) -> list[ReasonWord]:
    """The reasons in force for an outcome, in their order."""
    return [
        ReasonWord(word.code, word.name, bool(word.data.get("no_fault")))
        for word in words(REASONS).values()
        if word.data.get("for") == outcome
    ]


def _thresholds(finding: Finding) -> list[tuple[str, int]]:
    """The thresholds under which it was found, as they are called."""
    kept = finding.evidence.get("thresholds", {})
    return [
        (one.label, kept[one.code]) for one in RULES[finding.rule].thresholds if one.code in kept
    ]


def _steps(finding: Finding) -> list[EvidenceStep]:
    if finding.case_id is not None:
        sequences = {finding.case_id: list(finding.evidence["steps"])}
    else:
        sequences = {}
        for case_id, sequence in finding.evidence["cases"]:
            sequences.setdefault(UUID(case_id), []).append(sequence)
    references = dict(
        Case.objects.everywhere("a finding in scope names its cases")
        .filter(pk__in=sequences)
        .values_list("pk", "reference")
    )
    events = Event.objects.filter(subject_id__in=sequences).order_by("at", "sequence")
    return [
        EvidenceStep(references[event.subject_id], event.sequence, event.at, timeline.title(event))
        for event in events
        if event.sequence in sequences[event.subject_id]
    ]


def _seen_cases(actor: Actor, references: Iterable[str]) -> frozenset[str]:
    """Which of these cases the asker may open."""
    if not actor.may(voice_permits.READ) and not actor.may(permits.SUPERVISE):
        return frozenset()
    seen = Case.objects.within(actor.scope).filter(reference__in=list(references))
    return frozenset(seen.values_list("reference", flat=True))

"""What the rules are given: cases' chains from the log, the ground they stand on, rules in force."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from huiban.kernel.base import clock
from huiban.kernel.events.models import ChainHead, Event
from huiban.kernel.territory.queries import all_units
from huiban.kernel.vocab.queries import calendar, remember, words
from huiban.modules.voice.models import Case, DutyListEntry

from .rules import RULES, Found, Ground, Link, Rule, Turn, all_found, thresholds_of, walk

VOCABULARY = "supervision.rules"
REASONS = "supervision.reasons"
# Chains that are read together: a few thousand events, and a transaction well under 50 ms.
BATCH = 200


@dataclass(frozen=True)
class InForce:
    """A rule as it stands on a day: whether it is on, its version and its thresholds."""

    rule: Rule
    version: int
    is_on: bool
    thresholds: Mapping[str, int]


def rule_on(code: str, day: date | None = None) -> InForce:
    """The rule on that local day (today); off, at version 0, where no term of it is in force."""
    rule = RULES[code]
    word = words(VOCABULARY, day).get(code)
    if word is None:
        return InForce(rule, 0, False, thresholds_of(rule, {}))
    data = word.data
    return InForce(rule, int(data["version"]), bool(data["on"]), thresholds_of(rule, data))


def ground() -> Ground:
    """What the rules stand on beside the log, as it is now."""
    lists = remember("supervision.duty_lists", _duty_lists)
    levels = {str(pk): unit.level for pk, unit in all_units().items()}
    return Ground(levels, calendar(), lists.may_lead)


class _DutyLists:
    """All entries of the communities' duty lists, ended ones included."""

    def __init__(self, entries: Iterable[DutyListEntry]) -> None:
        self.entries: dict[tuple[str, str], list[DutyListEntry]] = defaultdict(list)
        for entry in entries:
            self.entries[str(entry.unit_id or ""), entry.category].append(entry)

    def may_lead(self, unit: str, category: str, day: date) -> bool | None:
        """Whether a community may lead on it that day; its own entry goes before the common one."""
        for key in ((unit, category), ("", category)):
            for entry in self.entries.get(key, ()):
                if entry.valid_from <= day and (entry.valid_to is None or day < entry.valid_to):
                    return entry.may_lead
        return None


def _duty_lists() -> _DutyLists:
    return _DutyLists(DutyListEntry.objects.all())


def chain_of(case_id: UUID, up_to: int) -> list[Turn]:
    """A case's turns up to a link."""
    return _chains([case_id], up_to).get(case_id, [])


def _chains(case_ids: Sequence[UUID], up_to: int | None = None) -> dict[UUID, list[Turn]]:
    rows = Event.objects.filter(subject_id__in=case_ids).order_by("subject_id", "sequence")
    if up_to is not None:
        rows = rows.filter(sequence__lte=up_to)
    links: dict[UUID, list[Link]] = defaultdict(list)
    for subject_id, *told in rows.values_list("subject_id", "sequence", "kind", "at", "payload"):
        links[subject_id].append(Link(*told))
    return {case_id: walk(told) for case_id, told in links.items()}


def chains_between(since: datetime, until: datetime) -> Iterator[dict[UUID, list[Turn]]]:
    """The whole chains of all cases that anything may have happened to in that time, by batches.

    A case is left out where its last link is earlier, or its first, which its key tells, later.
    """
    # Keys grow with the time of their birth, to the millisecond.
    last = UUID(int=(int(until.timestamp() * 1000) + 1) << 80)
    heads = ChainHead.objects.filter(
        subject_type=Case.SUBJECT, at__gte=since, subject_id__lt=last
    ).order_by("subject_id")
    keys = heads.values_list("subject_id", flat=True)
    after: UUID | None = None
    while True:
        batch = list((keys if after is None else keys.filter(subject_id__gt=after))[:BATCH])
        if not batch:
            return
        yield _chains(batch)
        after = batch[-1]


def in_force_at(found: Found, code: str) -> InForce:
    """The rule as it stood on the local day on which a finding was complete."""
    return rule_on(code, clock.local(found.link.at).date())


def found_in(
    code: str, turns: Sequence[Turn], upon: Ground, since: datetime, until: datetime
) -> list[tuple[InForce, Found]]:
    """What a rule found in a case from a moment on and before another, as it then stood.

    Each day on which the rule could be complete has the rule as it stood on it; a case read again
    after a change shows what it showed before. What counts once in a case is found at the first
    link at which that day's version finds it, so that a change neither loses nor doubles it.
    """
    qualified = [
        (stood, one)
        for stood in _standings(code, turns, until)
        for one in all_found(stood.rule, turns, upon, stood.thresholds)
        if one.link.at < until and in_force_at(one, code) == stood
    ]
    first: dict[str, tuple[InForce, Found]] = {}
    for stood, one in sorted(qualified, key=lambda pair: pair[1].link.sequence):
        first.setdefault(one.mark, (stood, one))
    return [(stood, one) for stood, one in first.values() if since <= one.link.at]


def _standings(code: str, turns: Sequence[Turn], until: datetime) -> list[InForce]:
    """The ways in which the rule stood, and was on, on the days on which it could be complete."""
    completes = RULES[code].completes
    days = {
        clock.local(turn.link.at).date()
        for turn in turns
        if turn.link.kind in completes and turn.link.at < until
    }
    stood = {one.version: one for one in (rule_on(code, day) for day in sorted(days))}
    return [one for one in stood.values() if one.is_on]

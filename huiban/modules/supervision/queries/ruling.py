"""The rules as their page shows them: how each stands, what comes, and what last month would say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count

from huiban.kernel.access.actor import Actor
from huiban.kernel.base import clock
from huiban.kernel.base.clock import local
from huiban.kernel.territory.queries import all_units
from huiban.kernel.vocab.models import Term

from .. import permits
from ..models import Finding, Trial
from ..months import month_span
from ..reading import VOCABULARY, rule_on
from ..rules import RULES, Rule, Threshold, digest, thresholds_of
from .desks import supervised_districts, supervising_scope
from .grounds import rule_name

# A trial names so many units; the others are counted together.
MOST_UNITS = 8
# How soon a page looks again for what was asked: soon at first, as a small district is counted at
# once, and seldom where it takes long.
SECONDS_AT_FIRST, SECONDS_LATER = 2, 10
AT_FIRST = timedelta(seconds=20)


@dataclass(frozen=True)
class ThresholdLine:
    """A threshold with its value."""

    declared: Threshold
    value: int


@dataclass(frozen=True)
class Tried:
    """What a rule would have found in a month: how many, and about whom most."""

    total: int
    units: list[tuple[str, int]]
    others: int


@dataclass(frozen=True)
class Coming:
    """A version that holds from a later day on."""

    day: date
    is_on: bool
    thresholds: list[ThresholdLine]


@dataclass(frozen=True)
class RuleLine:
    """A rule as it stands: on or off, by which thresholds, since when; and what it found lately.

    `latest` is the version that a change starts from, the coming one where there is one; `asked`
    are its thresholds, or those that somebody thinks of, and `tried` is about those;
    `awaited_since` says when that was asked where it isn't counted yet.
    """

    code: str
    name: str
    meaning: str
    is_on: bool
    version: int
    since: date | None
    thresholds: list[ThresholdLine]
    coming: Coming | None
    latest: int
    will_be_on: bool
    asked: list[ThresholdLine]
    is_thought: bool
    made: int
    tried: Tried | None
    awaited_since: datetime | None


@dataclass(frozen=True)
class RulesPage:
    """The rules, and the month that was tried and counted.

    `looks_again` says after how many seconds there may be more to see; 0 where nothing is awaited.
    """

    month: str
    lines: list[RuleLine]
    is_judge: bool
    looks_again: int


Proposed = Mapping[str, int]
# What was counted; or, not counted yet, since when it is asked.
_Trial = tuple[Tried | None, datetime | None]


def rules_page(actor: Actor, month: str, proposed: tuple[str, Proposed] | None = None) -> RulesPage:
    """The rules as they stand today; one with thresholds that somebody thinks of.

    Raises NotPermitted for whoever doesn't read findings.
    """
    actor.seat_for(permits.READ)
    terms: dict[str, list[Term]] = {}
    for term in Term.objects.filter(vocabulary=VOCABULARY).order_by("valid_from"):
        terms.setdefault(term.code, []).append(term)
    districts = supervised_districts(actor)
    trials = _trials(month, districts) if districts else {}
    made = _made(actor, month)
    thought = dict([proposed]) if proposed else {}
    lines = [
        _line(
            rule,
            terms.get(rule.code, []),
            thought.get(rule.code),
            trials,
            made.get(rule.code, 0),
        )
        for rule in RULES.values()
    ]
    return RulesPage(month, lines, bool(districts), _looks_again(lines))


def _looks_again(lines: list[RuleLine]) -> int:
    asked = [line.awaited_since for line in lines if line.awaited_since is not None]
    if not asked:
        return 0
    return SECONDS_AT_FIRST if clock.now() - max(asked) < AT_FIRST else SECONDS_LATER


def _line(
    rule: Rule,
    terms: list[Term],
    thought: Proposed | None,
    trials: Mapping[tuple[str, str], _Trial],
    made: int,
) -> RuleLine:
    stood = rule_on(rule.code)
    today = local(clock.now()).date()
    begun = [term for term in terms if term.valid_from <= today]
    later = [term for term in terms if term.valid_from > today]
    latest = terms[-1].data if terms else {}
    numbers = thought or thresholds_of(rule, latest)
    tried, awaited_since = trials.get((rule.code, digest(numbers)), (None, None))
    return RuleLine(
        code=rule.code,
        name=rule_name(rule.code),
        meaning=rule.meaning,
        is_on=stood.is_on,
        version=stood.version,
        since=begun[-1].valid_from if begun and stood.version > 1 else None,
        thresholds=_thresholds(rule, stood.thresholds),
        coming=_coming(rule, later[-1]) if later else None,
        latest=int(latest.get("version", 0)),
        will_be_on=bool(latest.get("on", False)),
        asked=_thresholds(rule, numbers),
        is_thought=thought is not None,
        made=made,
        tried=tried,
        awaited_since=awaited_since,
    )


def _coming(rule: Rule, term: Term) -> Coming:
    data = term.data
    return Coming(term.valid_from, bool(data["on"]), _thresholds(rule, thresholds_of(rule, data)))


def _thresholds(rule: Rule, numbers: Mapping[str, int]) -> list[ThresholdLine]:
    return [ThresholdLine(one, numbers[one.code]) for one in rule.thresholds]


def _tried(counts: Mapping[str, int], districts: frozenset[UUID]) -> Tried:
    """What was counted about the units of these districts: others may share the installation."""
    units = [(all_units()[UUID(pk)], count) for pk, count in counts.items()]
    own = [(unit, count) for unit, count in units if unit.path.district_id in districts]
    ranked = sorted(own, key=lambda one: (-one[1], str(one[0].id)))
    named = [(unit.name, count) for unit, count in ranked[:MOST_UNITS]]
    others = sum(count for _, count in ranked[MOST_UNITS:])
    return Tried(sum(count for _, count in own), named, others)


def _trials(month: str, districts: frozenset[UUID]) -> dict[tuple[str, str], _Trial]:
    return {
        (row.rule, row.thresholds): (None, row.made_at)
        if row.counts is None
        else (_tried(row.counts, districts), None)
        for row in Trial.objects.filter(month=month)
    }


def _made(actor: Actor, month: str) -> dict[str, int]:
    """How many findings of each rule in scope were complete in the month, void ones left out."""
    begins, ends = month_span(month)
    seen = Finding.objects.within(supervising_scope(actor)).filter(at__gte=begins, at__lt=ends)
    counted = seen.exclude(state=Finding.State.VOID).order_by().values("rule")
    return {row["rule"]: row["made"] for row in counted.annotate(made=Count("pk"))}

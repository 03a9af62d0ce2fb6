"""Changing the rules: on or off, by other thresholds, from tomorrow on; trying one on a past month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import partial
from uuid import UUID, uuid5

from django.db import transaction

from huiban.kernel.access.actor import Actor
from huiban.kernel.base import clock
from huiban.kernel.base.clock import local
from huiban.kernel.base.errors import Refusal, Unseen
from huiban.kernel.events.actions import append
from huiban.kernel.vocab.actions import load_terms
from huiban.kernel.vocab.models import Term

from .. import kinds
from ..models import Trial
from ..months import month_span
from ..queries.desks import supervising_seat
from ..reading import VOCABULARY, chains_between, ground
from ..rules import (
    LIFTED_OFTEN,
    RULES,
    Rule,
    all_lifts,
    digest,
    found_by,
    lifted_often,
    thresholds_of,
)

RULE_SUBJECT = "supervision.rule"
# The chain of a rule's changes has a key of its own, the same on every machine.
_CHAINS = UUID("5e771465-0000-8000-8000-000000000001")


def change_rule(
    actor: Actor, code: str, is_on: bool, thresholds: Mapping[str, int], *, seen: int
) -> None:
    """Let a rule be on or off, and by these thresholds, from tomorrow on, as a new version.

    From tomorrow, so that each day has one version and a rerun finds what was found. `seen` is the
    version that the person saw. The same again changes nothing. Locks the rule's terms. Raises
    NotPermitted, Unseen, Refusal.
    """
    supervising_seat(actor)
    rule = _rule(code)
    numbers = checked(rule, thresholds)
    tomorrow = local(clock.now()).date() + timedelta(days=1)
    with transaction.atomic():
        terms = Term.objects.select_for_update().filter(vocabulary=VOCABULARY, code=code)
        latest = terms.filter(valid_to=None).first()
        before = dict(latest.data) if latest else {"version": 0}
        after = {"on": is_on, "version": before["version"], **numbers}
        if after == before:
            return
        if before["version"] != seen:
            raise Refusal("这条规则刚刚被别人改过。请刷新页面，看过再改。", "version")
        after["version"] += 1
        place = latest.place_in_list if latest else list(RULES).index(code)
        term = {"code": code, "name": rule.name, "data": after, "place": place}
        load_terms(VOCABULARY, [term], tomorrow)
        payload = {
            "rule": code,
            "version": after["version"],
            "is_on": is_on,
            "thresholds": numbers,
            "valid_from": tomorrow.isoformat(),
        }
        append(kinds.RULE_CHANGED, RULE_SUBJECT, uuid5(_CHAINS, code), actor.code, payload)


def checked(rule: Rule, thresholds: Mapping[str, int]) -> dict[str, int]:
    """The thresholds of a rule, if each is there and within its limits. Raises Refusal."""
    numbers = {}
    for one in rule.thresholds:
        value = thresholds.get(one.code)
        if value is None or not one.least <= value <= one.most:
            raise Refusal(f"“{one.label}”请写{one.least}到{one.most}之间的整数。", one.code)
        numbers[one.code] = value
    return numbers


def _rule(code: str) -> Rule:
    if code not in RULES:
        raise Unseen("没有这条规则。请从规则列表重新打开。")
    return RULES[code]


def trial(actor: Actor, code: str, month: str, thresholds: Mapping[str, int]) -> dict[str, int]:
    """How many findings a rule would have made in a past month with these thresholds, by unit.

    No finding is made. What was counted is kept, since the log of a past month doesn't change.
    Raises NotPermitted, Unseen, Refusal for a month that isn't over.
    """
    supervising_seat(actor)
    rule = _rule(code)
    return trials([(rule, checked(rule, thresholds))], month)[0]


def try_all(actor: Actor, month: str) -> None:
    """Try all rules on a past month, each by the thresholds that hold or come next."""
    supervising_seat(actor)
    latest = {
        term.code: term.data for term in Term.objects.filter(vocabulary=VOCABULARY, valid_to=None)
    }
    trials(
        [(rule, thresholds_of(rule, latest.get(code, {}))) for code, rule in RULES.items()], month
    )


def trials(asked: Iterable[tuple[Rule, Mapping[str, int]]], month: str) -> list[dict[str, int]]:
    """The same for several rules, reading the month's cases once for those not counted before."""
    first, last = month_span(month)
    if last > clock.now():
        raise Refusal("这个月还没有过完，不能试算。请选过去的月份。", "month")
    wanted = [(rule, numbers, digest(numbers)) for rule, numbers in asked]
    known = {
        (kept.rule, kept.thresholds): kept.counts for kept in Trial.objects.filter(month=month)
    }
    missing = [(rule, numbers) for rule, numbers, mark in wanted if (rule.code, mark) not in known]
    if missing:
        counted = _count(missing, first, last)
        rows = [
            Trial(
                rule=rule.code,
                month=month,
                thresholds=digest(numbers),
                counts=dict(counts),
                made_at=clock.now(),
            )
            for (rule, numbers), counts in zip(missing, counted, strict=True)
        ]
        Trial.objects.bulk_create(rows, ignore_conflicts=True)
        known |= {(row.rule, row.thresholds): row.counts for row in rows}
    return [known[rule.code, mark] for rule, _, mark in wanted]


def _count(
    asked: list[tuple[Rule, Mapping[str, int]]], first: datetime, last: datetime
) -> list[Counter[str]]:
    upon = ground()
    counts: list[Counter[str]] = [Counter() for _ in asked]
    risen = []
    for chains in chains_between(first, last):
        for turns in chains.values():
            for (rule, numbers), counted in zip(asked, counts, strict=True):
                found = found_by(rule, turns, upon, numbers)
                counted.update(one.unit for one in found if first <= one.link.at < last)
        risen += all_lifts(((str(pk), turns) for pk, turns in chains.items()), upon)
    of_month = [one for one in risen if first <= one.at < last]
    for (rule, numbers), counted in zip(asked, counts, strict=True):
        if rule.code == LIFTED_OFTEN:
            groups = lifted_often(of_month, partial(_always, numbers))
            counted.update(group[-1].unit for group in groups)
    return counts


def _always(numbers: Mapping[str, int], day: date) -> Mapping[str, int]:
    """The same thresholds on whatever day."""
    return numbers

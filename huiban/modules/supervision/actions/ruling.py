"""Changing the rules: on or off, by other thresholds, from tomorrow on; asking what they would find."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
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
from ..reading import VOCABULARY
from ..rules import RULES, Rule, digest, thresholds_of

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


def ask_trial(actor: Actor, code: str, month: str, thresholds: Mapping[str, int]) -> None:
    """Ask how many findings a rule would have made in a past month with these thresholds, by unit.

    The worker counts it; no finding is made. Asked again, the same is counted once. Raises
    NotPermitted, Unseen, Refusal for a month that isn't over.
    """
    supervising_seat(actor)
    rule = _rule(code)
    _ask([(rule, checked(rule, thresholds))], month)


def ask_all_trials(actor: Actor, month: str) -> None:
    """Ask it of all rules, each by the thresholds that hold or come next."""
    supervising_seat(actor)
    latest = {
        term.code: term.data for term in Term.objects.filter(vocabulary=VOCABULARY, valid_to=None)
    }
    _ask([(rule, thresholds_of(rule, latest.get(code, {}))) for code, rule in RULES.items()], month)


def _ask(asked: Iterable[tuple[Rule, Mapping[str, int]]], month: str) -> None:
    now = clock.now()
    if month_span(month)[1] > now:
        raise Refusal("这个月还没有过完，不能试算。请选过去的月份。", "month")
    rows = [
        Trial(
            rule=rule.code,
            month=month,
            thresholds=digest(numbers),
            numbers=dict(numbers),
            made_at=now,
        )
        for rule, numbers in asked
    ]
    # What was asked or counted before is there already.
    Trial.objects.bulk_create(rows, ignore_conflicts=True)

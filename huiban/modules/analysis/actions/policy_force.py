"""施行与评估: a rule is in force from a day on, and later a person concludes from the figures.

Each verb locks the policy.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction

from huiban.kernel.access.actor import Actor
from huiban.kernel.base import clock
from huiban.kernel.base.errors import ImproperMove, Refusal
from huiban.kernel.moves.actions import move
from huiban.modules.supervision.actions.words import words_of, words_or_none

from .. import kinds, stages
from ..models import Policy
from ..queries.policies import seen_policy
from ..queries.policy_effects import effect_of
from ..reckoning.effects import LEAST_AFTER
from .policies import LONGEST_NUMBER, LONGEST_REASONS, OVERTAKEN, owed, take

EARLIEST = timedelta(days=20 * 366)
FURTHEST = timedelta(days=366)


@dataclass(frozen=True)
class Enactment:
    """From which day, under which official number, and why nobody was asked here, if nobody was."""

    since: date
    number: str = ""
    no_consultation: str = ""


def put_in_force(actor: Actor, policy_id: UUID, told: Enactment, *, seen: int) -> Policy:
    """Put the version that was read (its number is `seen`) in force from a day on.

    After a consultation its outcome must have been published; without one the reason is published
    instead, and the day may be long past: so a rule is entered that stands already. Saying the same
    again changes nothing. Raises Refusal for a day that can't be, ImproperMove where another version
    was written since. Locks the policy.
    """
    number = words_or_none(told.number, "number", "文号", LONGEST_NUMBER)
    with transaction.atomic():
        policy, _ = take(actor, policy_id, "put_in_force")
        if policy.stage == stages.IN_FORCE and policy.in_force_from == told.since:
            return policy
        policy.STAGES.target(policy.stage, "put_in_force")
        if seen != policy.draft_count:
            raise ImproperMove(OVERTAKEN)
        heard = policy.stage == stages.COMMENTING
        why = "" if heard else _why_not_heard(told)
        _refuse_day(policy, told.since)
        begins = datetime.combine(told.since, time(), clock.SHANGHAI)
        now = clock.now()
        move(
            policy,
            "put_in_force",
            actor,
            kind=kinds.POLICY_IN_FORCE,
            payload={
                "draft": policy.draft_count,
                "since": told.since.isoformat(),
                "heard": heard,
            },
            closes="in_force",
            opens=owed(policy, "policy_measure", kinds.MEASURE_DAYS, max(now, begins)),
            changes={
                "in_force_from": told.since,
                "number": number,
                "no_consultation": why,
                "published_at": policy.published_at or now,
            },
        )
    return policy


def _why_not_heard(told: Enactment) -> str:
    return words_of(
        told.no_consultation,
        "no_consultation",
        "没有在这里征求意见的原因（会公布）",
        LONGEST_REASONS,
    )


def _refuse_day(policy: Policy, since: date) -> None:
    today = clock.local(clock.now()).date()
    if not today - EARLIEST <= since <= today + FURTHEST:
        raise Refusal("施行日期最早二十年前，最晚一年以后。请改选。", "since")
    if policy.stage != stages.COMMENTING:
        return
    if policy.outcome_at is None:
        raise ImproperMove("请先公布意见采纳情况，再施行。")
    if since < clock.local(policy.outcome_at).date():
        raise Refusal("施行日期不能早于公布采纳情况的那天。请改选。", "since")


def measure(actor: Actor, policy_id: UUID, conclusion: str) -> Policy:
    """Conclude from what was counted before and after; the figures' own sentence is kept beside it.

    A second tap with the same words finds it concluded. Raises Refusal before enough months have
    passed. Locks the policy.
    """
    tidy = words_of(conclusion, "conclusion", "评估结论", LONGEST_REASONS)
    found = effect_of(seen_policy(actor, policy_id))
    with transaction.atomic():
        policy, _ = take(actor, policy_id, "measure")
        if policy.stage == stages.MEASURED and policy.conclusion == tidy:
            return policy
        policy.STAGES.target(policy.stage, "measure")
        assert found is not None
        effect = found.effect
        if effect.after < LEAST_AFTER:
            raise Refusal(effect.words + "。", "conclusion")
        move(
            policy,
            "measure",
            actor,
            kind=kinds.POLICY_MEASURED,
            payload={
                "verdict": effect.verdict,
                "before": effect.before,
                "after": effect.after,
            },
            closes="measured",
            changes={
                "measured_at": clock.now(),
                "measured_words": effect.words,
                "conclusion": tidy,
            },
        )
    return policy

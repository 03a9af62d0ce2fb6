"""What anybody may read of a policy: the draft in plain words, what became of the comments, the rule."""

from __future__ import annotations

from dataclasses import dataclass

from huiban.kernel.base import clock
from huiban.kernel.territory.models import Level
from huiban.kernel.territory.queries import all_units, current_unit, units_in_force
from huiban.modules.voice.queries import where_of_tag

from .. import stages
from ..models import Policy, PolicyDraft
from ..policy_rules import state_on
from .policies import (
    closed_lately,
    comments_waiting,
    course_of,
    public_policy,
    published_now,
    shown_draft,
)
from .policy_pages import AnswerLine, answers_of


@dataclass(frozen=True)
class PublicPage:
    """A policy as its public page shows it.

    `when` says how it stands: soon, open, closed (being answered), answered, ahead (its day comes),
    in_force or ended. `answers` are there once the outcome is published.
    """

    policy: Policy
    draft: PolicyDraft
    area: str
    owner: str
    phone: str
    when: str
    told: int
    answers: list[AnswerLine]


def public_page(code: str) -> PublicPage:
    """The page under a code. Raises Unseen where nothing is published under it."""
    policy = public_policy(code)
    owner = current_unit(policy.owner_id)
    return PublicPage(
        policy=policy,
        draft=shown_draft(policy),
        area=all_units()[policy.area_id].name,
        owner=owner.name,
        phone=owner.duty_phone,
        when=_when(policy),
        told=policy.comments.count(),
        answers=answers_of(policy) if policy.outcome_at else [],
    )


def _when(policy: Policy) -> str:
    today = clock.local(clock.now()).date()
    if policy.stage == stages.DROPPED:
        return "ended"
    if policy.in_force_from is not None:
        return "in_force" if policy.in_force_from <= today else "ahead"
    if policy.outcome_at is not None:
        return "answered"
    assert policy.begins is not None
    assert policy.ends is not None
    if today < policy.begins:
        return "soon"
    return "open" if today <= policy.ends else "closed"


def asked_everywhere() -> list[Policy]:
    """What is asked about now or soon in any district here, the one that ends first before others."""
    return published_now(unit.id for unit in units_in_force(Level.DISTRICT))


@dataclass(frozen=True)
class ClosedLine:
    """A policy that comments are asked on no more, and how it stands today."""

    policy: Policy
    state: str


def closed_everywhere() -> list[ClosedLine]:
    """What was asked about within a year in any district here, the latest first."""
    today = clock.local(clock.now()).date()
    found = closed_lately(unit.id for unit in units_in_force(Level.DISTRICT))
    told = comments_waiting([policy.pk for policy in found])
    return [
        ClosedLine(policy, state_on(course_of(policy, None), today, told.get(policy.pk, (0, 0))[0]))
        for policy in found
    ]


def asked_at(token: str) -> list[Policy]:
    """Of these, what is to hold at a scanned place."""
    scanned = where_of_tag(token)
    if scanned is None:
        return []
    where = scanned.where
    areas = {where.district_id, where.street_id, where.community_id}
    found = published_now([where.district_id])
    return [policy for policy in found if policy.area_id in areas]

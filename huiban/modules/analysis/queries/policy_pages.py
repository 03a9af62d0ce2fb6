"""Policies as the desk shows them: the list, one with all that was said of it, what a form offers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count

from huiban.kernel.access.actor import Actor
from huiban.kernel.base import clock
from huiban.kernel.base.masking import mask
from huiban.kernel.duties.actions import lead_of
from huiban.kernel.duties.models import Duty
from huiban.kernel.territory.models import Level, Unit
from huiban.kernel.territory.queries import all_units, current_unit
from huiban.kernel.vocab.queries import word_name, words
from huiban.modules.supervision.queries.agendas import Offered
from huiban.modules.voice.queries.owners import CATEGORIES

from .. import permits, stages
from ..models import CommentAnswer, Policy, PolicyDraft
from ..policy_rules import state_on
from .figures import reads
from .policies import (
    MOST,
    comments_waiting,
    course_of,
    first_drafts,
    seen_policies,
    seen_policy,
    shown_draft,
)
from .policy_effects import PolicyEffect, effect_of
from .policy_owed import KINDS
from .policy_rights import (
    leads_district,
    may,
    next_verb,
    open_verbs,
    takes_comments,
    units_that_draft,
)
from .policy_sources import offered, sees_source

SHOWN_COMMENTS = 50
AREAS = (Level.DISTRICT, Level.STREET, Level.COMMUNITY)
OWNERS = (Level.LEADING_GROUP, Level.DISTRICT, Level.DEPARTMENT, Level.STREET, Level.COMMUNITY)
HEADINGS = {
    Level.DISTRICT: "全区",
    Level.LEADING_GROUP: "区级",
    Level.DEPARTMENT: "部门",
    Level.STREET: "街道",
    Level.COMMUNITY: "社区",
}
Choices = list[tuple[str, list[tuple[UUID, str]]]]


@dataclass(frozen=True)
class PolicyRow:
    """A policy in the list, with how it stands today and until when its next step is due."""

    policy: Policy
    area: str
    owner: str
    state: str
    due_at: datetime | None
    late: bool


@dataclass(frozen=True)
class PolicyList:
    """The policies that one sees: under way, in force, and what is over."""

    under_way: list[PolicyRow]
    in_force: list[PolicyRow]
    over: list[PolicyRow]
    may_open: bool


@dataclass(frozen=True)
class CommentLine:
    """A comment as a worker may read it; cleared ones have no words."""

    id: UUID
    text: str
    told_at: datetime


@dataclass(frozen=True)
class AnswerLine:
    """What was made of some comments, and of how many."""

    answer: CommentAnswer
    comments: int


@dataclass(frozen=True)
class PolicyPage:
    """A policy with all that was said of it, and what the asker may do about it now.

    `step` says what is owed next, `next` is its verb where the asker may do it, `owns` says whether
    the asker's unit owes it. `shown` is the number of the draft that residents read, 0 before any
    is published. `waiting` are the oldest comments without an answer, `waits` how many there are.
    """

    policy: Policy
    area: str
    owner: str
    category: str
    state: str
    sees_source: bool
    step: str
    next: str
    owns: bool
    due_at: datetime | None
    late: bool
    shown: int
    drafts: list[PolicyDraft]
    told: int
    waits: int
    waiting: list[CommentLine]
    answers: list[AnswerLine]
    effect: PolicyEffect | None
    may: frozenset[str]
    is_open: bool

    @property
    def draft(self) -> PolicyDraft | None:
        """The latest version."""
        return self.drafts[0] if self.drafts else None

    @property
    def may_answer(self) -> bool:
        """Whether comments can be answered now."""
        return "answer" in self.may and not self.is_settled

    @property
    def is_settled(self) -> bool:
        """Whether comments still come in, or their outcome is published."""
        return self.is_open or self.policy.outcome_at is not None


def policy_list(actor: Actor) -> PolicyList:
    """The policies that the actor sees, the latest first."""
    found = list(seen_policies(actor).order_by("-opened_at", "-id")[:MOST])
    drafted = first_drafts(found)
    told = comments_waiting([policy.pk for policy in found])
    duties = Duty.objects.filter(
        subject_id__in=[policy.pk for policy in found], role="lead", closed_at=None
    )
    due = dict(duties.values_list("subject_id", "due_at"))
    now = clock.now()
    today = clock.local(now).date()
    rows = [
        PolicyRow(
            policy=policy,
            area=all_units()[policy.area_id].name,
            owner=current_unit(policy.owner_id).name,
            state=state_on(
                course_of(policy, drafted.get(policy.pk)), today, told.get(policy.pk, (0, 0))[0]
            ),
            due_at=due.get(policy.pk),
            late=policy.pk in due and due[policy.pk] < now,
        )
        for policy in found
    ]
    ruled = (stages.IN_FORCE, stages.MEASURED)
    return PolicyList(
        under_way=[row for row in rows if row.policy.stage not in (*ruled, stages.DROPPED)],
        in_force=[row for row in rows if row.policy.stage in ruled],
        over=[row for row in rows if row.policy.stage == stages.DROPPED],
        may_open=actor.may(permits.PUBLISH),
    )


def policy_page(actor: Actor, policy_id: UUID) -> PolicyPage:
    """One policy. Raises Unseen outside the scope."""
    policy = seen_policy(actor, policy_id)
    duty = lead_of(policy.pk)
    now = clock.now()
    today = clock.local(now).date()
    told, waits = comments_waiting([policy.pk]).get(policy.pk, (0, 0))
    course = course_of(policy, first_drafts([policy]).get(policy.pk))
    shown = shown_draft(policy) if policy.published_at else None
    step = next_verb(policy, duty.kind, waits) if duty else ""
    return PolicyPage(
        policy=policy,
        area=all_units()[policy.area_id].name,
        owner=current_unit(policy.owner_id).name,
        category=word_name(CATEGORIES, policy.category),
        state=state_on(course, today, told),
        sees_source=sees_source(actor, policy),
        step=KINDS[duty.kind][0] if duty else "",
        next=step if step and may(actor, policy, step) else "",
        owns=current_unit(policy.owner_id).id in actor.unit_ids,
        due_at=duty.due_at if duty else None,
        late=duty is not None and duty.due_at < now,
        shown=shown.number if shown else 0,
        drafts=list(policy.drafts.order_by("-number")),
        told=told,
        waits=waits,
        waiting=_waiting(policy) if may(actor, policy, "answer") else [],
        answers=answers_of(policy),
        effect=effect_of(policy),
        may=open_verbs(actor, policy),
        is_open=takes_comments(policy),
    )


def _waiting(policy: Policy) -> list[CommentLine]:
    rows = policy.comments.filter(answer=None).order_by("told_at", "id")[:SHOWN_COMMENTS]
    return [CommentLine(row.pk, mask(row.text), row.told_at) for row in rows]


def answers_of(policy: Policy) -> list[AnswerLine]:
    """What was made of its comments, the largest group first."""
    counted = policy.answers.annotate(number=Count("comments"))
    return [AnswerLine(one, one.number) for one in counted.order_by("-number", "answered_at", "id")]


@dataclass(frozen=True)
class TopicForm:
    """What the form of a topic offers. `unmanned` are owners in which nobody can draft."""

    sources: list[tuple[str, list[Offered]]]
    areas: Choices
    owners: Choices
    unmanned: set[UUID]
    categories: list[tuple[str, str]]


def topic_form(actor: Actor) -> TopicForm:
    """What the actor may open a topic from, for and with. Raises NotPermitted."""
    seat = actor.seat_for(permits.PUBLISH)
    own = [unit for unit in all_units().values() if _of_district(unit, seat.district_id)]
    leads = leads_district(seat)
    return TopicForm(
        sources=offered(actor),
        areas=_named((unit for unit in own if reads(actor, unit)), AREAS),
        owners=_named((unit for unit in own if leads or reads(actor, unit)), OWNERS),
        unmanned={unit.id for unit in own} - units_that_draft(unit.id for unit in own),
        categories=[(word.code, word.name) for word in words(CATEGORIES).values()],
    )


def _of_district(unit: Unit, district_id: UUID) -> bool:
    return unit.path.district_id == district_id and unit.valid_to is None


def _named(units: Iterable[Unit], levels: Sequence[Level]) -> Choices:
    """Units under headings, by code."""
    ordered = sorted(units, key=lambda unit: unit.code)
    groups = (
        (HEADINGS[level], [(unit.id, unit.name) for unit in ordered if unit.level == level])
        for level in levels
    )
    return [(heading, choices) for heading, choices in groups if choices]

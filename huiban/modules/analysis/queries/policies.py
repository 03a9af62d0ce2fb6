"""Policies as others ask for them: by scope, by the period of a handbook, by the theme they came of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Count, Min, Q

from huiban.kernel.access.actor import Actor
from huiban.kernel.base import clock
from huiban.kernel.base.codes import read_reference
from huiban.kernel.base.errors import Unseen
from huiban.kernel.territory.models import Unit
from huiban.kernel.territory.queries import all_units, current_unit, with_predecessors

from .. import permits, stages
from ..handbook.links import PolicyLine, read_policies_with
from ..models import Policy, PolicyComment, PolicyDraft
from ..models.policies import PolicyQuerySet
from ..policy_rules import Course, concerns, state_on
from ..reckoning.months import Month, Period
from .figures import figures_of
from .policy_effects import effect_of

MOST = 200
REMEMBERED = timedelta(days=366)


@dataclass(frozen=True)
class PolicyState:
    """A policy in a line. `state` is how it stood at the end of the period, `effect` what was counted."""

    id: UUID
    title: str
    area: str
    owner: str
    stage: str
    stage_label: str
    state: str
    theme_id: UUID | None
    effect: str


def seen_policies(actor: Actor) -> PolicyQuerySet:
    """The policies of the actor's scope, and all that their districts published.

    Raises NotPermitted for whoever reads no figures.
    """
    actor.seat_for(permits.READ)
    return Policy.objects.seen(actor.scope, {seat.district_id for seat in actor.seats})


def seen_policy(actor: Actor, policy_id: UUID) -> Policy:
    """One of them. Raises Unseen."""
    policy = seen_policies(actor).filter(pk=policy_id).first()
    if policy is None:
        raise Unseen
    return policy


def public_policy(code: str) -> Policy:
    """What is published under a code, as anybody may read it. Raises Unseen."""
    known = read_reference(code)
    published = Policy.objects.everywhere("published").filter(published_at__isnull=False)
    policy = published.filter(code=known).first() if known else None
    if policy is None:
        raise Unseen("没有找到这项办法。请核对网址，或重新扫码。")
    return policy


def shown_draft(policy: Policy) -> PolicyDraft:
    """The version of a published policy that residents read.

    Until it is published what became of their comments that is the one they were asked about;
    what was revised meanwhile is the house's own.
    """
    drafts = policy.drafts.order_by("-number")
    if policy.begins is not None and policy.outcome_at is None:
        assert policy.published_at is not None
        drafts = drafts.filter(written_at__lte=policy.published_at)
    return drafts[0]


def policies_of(actor: Actor, period: Period, code: str = "") -> list[PolicyState]:
    """The policies that concerned a unit in a period, the latest first.

    The unit is the one with that code, else the actor's own. Raises as `figures_of` does.
    """
    return list(_states(figures_of(actor, code).unit, period))


@read_policies_with
def policies_in(unit: Unit, period: Period) -> Iterator[PolicyLine]:
    """The same as a handbook prints it."""
    for one in _states(unit, period):
        told = one.effect and f"{one.effect}。"
        yield PolicyLine(f"{one.title}（{one.area}，{one.owner}牵头）", one.state, told)


def _states(unit: Unit, period: Period) -> Iterator[PolicyState]:
    """Policies that hold in the unit, within it, or, once they are published, above it."""
    found = list(_concerning(unit).order_by("-opened_at", "-id")[:MOST])
    drafted = first_drafts(found)
    told = _comments_until(found, period.last)
    for policy in found:
        course = course_of(policy, drafted.get(policy.pk))
        if concerns(course, period.first, period.last):
            yield _state(policy, course, period, told.get(policy.pk, 0))


def _concerning(unit: Unit) -> PolicyQuerySet:
    keys = with_predecessors([unit.id])
    path = (Q(district__in=keys) | Q(street__in=keys) | Q(community__in=keys)) | Q(area__in=keys)
    above = {unit.district_id, unit.street_id, unit.community_id} - {None}
    published = Q(area__in=with_predecessors(above), published_at__isnull=False)  # type: ignore[arg-type]
    of_owner = Q(owner__in=keys)
    return Policy.objects.everywhere("of a unit that the asker may read").filter(
        path | published | of_owner
    )


def first_drafts(policies: Iterable[Policy]) -> dict[UUID, date]:
    """The day on which each got its first draft; those without aren't there."""
    rows = Policy.objects.everywhere("of policies found").filter(
        pk__in=[policy.pk for policy in policies]
    )
    first = rows.annotate(first=Min("drafts__written_at")).values_list("pk", "first")
    return {key: clock.local(at).date() for key, at in first if at is not None}


def _comments_until(policies: Iterable[Policy], last: date) -> dict[UUID, int]:
    ends = datetime.combine(last + timedelta(days=1), time(), clock.SHANGHAI)
    told = PolicyComment.objects.filter(
        policy_id__in=[policy.pk for policy in policies], told_at__lt=ends
    )
    counted = told.order_by().values_list("policy_id").annotate(number=Count("pk"))
    return dict(counted)


def course_of(policy: Policy, drafted: date | None) -> Course:
    """The days of a policy; `drafted` is that of its first draft."""

    def day(moment: datetime | None) -> date | None:
        return None if moment is None else clock.local(moment).date()

    opened = day(policy.opened_at)
    assert opened is not None
    return Course(
        opened=opened,
        drafted=drafted,
        begins=policy.begins,
        ends=policy.ends,
        outcome=day(policy.outcome_at),
        in_force=policy.in_force_from,
        measured=day(policy.measured_at),
        ended=policy.ended_on,
    )


def _state(policy: Policy, course: Course, period: Period, comments: int) -> PolicyState:
    units = all_units()
    since = policy.in_force_from
    held = since is not None and since <= period.last
    found = effect_of(policy, Month.of(period.last)) if held else None
    return PolicyState(
        id=policy.pk,
        title=policy.title,
        area=units[policy.area_id].name,
        owner=current_unit(policy.owner_id).name,
        stage=policy.stage,
        stage_label=policy.stage_label,
        state=state_on(course, period.last, comments),
        theme_id=policy.source_id if policy.source == Policy.Source.THEME else None,
        effect="" if found is None else found.effect.words,
    )


def policies_of_themes(actor: Actor, theme_ids: Iterable[UUID]) -> dict[UUID, Policy]:
    """For each theme the latest policy that it led to, as far as the actor sees it: one statement."""
    if not actor.may(permits.READ):
        return {}
    wanted = list(theme_ids)
    seen = seen_policies(actor).filter(source=Policy.Source.THEME, source_id__in=wanted)
    # Given up before it came to anything: the theme has led to nothing yet.
    kept = seen.exclude(stage=stages.DROPPED).order_by("opened_at", "id")
    return {policy.source_id: policy for policy in kept if policy.source_id is not None}


def published_now(district_ids: Iterable[UUID]) -> list[Policy]:
    """What these districts ask comments on now or soon, the one that ends first before others."""
    today = clock.local(clock.now()).date()
    found = Policy.objects.everywhere("published").filter(
        district__in=list(district_ids), stage=stages.COMMENTING, ends__gte=today
    )
    return list(found.order_by("ends", "id")[:MOST])


def closed_lately(district_ids: Iterable[UUID]) -> list[Policy]:
    """What these districts asked comments on within a year and ask no more, the latest first."""
    today = clock.local(clock.now()).date()
    asked = Policy.objects.everywhere("published").filter(
        district__in=list(district_ids), begins__isnull=False, ends__gte=today - REMEMBERED
    )
    over = asked.exclude(stage=stages.COMMENTING, ends__gte=today)
    return list(over.order_by("-ends", "-id")[:MOST])


def comments_waiting(policy_ids: Iterable[UUID]) -> dict[UUID, tuple[int, int]]:
    """For each policy how many comments came, and how many wait for an answer: one statement."""
    rows = PolicyComment.objects.filter(policy_id__in=list(policy_ids)).order_by()
    counted = rows.values("policy_id").annotate(
        told=Count("pk"), waiting=Count("pk", filter=Q(answer=None))
    )
    return {row["policy_id"]: (row["told"], row["waiting"]) for row in counted}

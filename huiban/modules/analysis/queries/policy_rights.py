"""Who may do what about a policy: its owner the work, whoever publishes what goes out of the house."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from huiban.kernel.access.actor import Actor, Seat
from huiban.kernel.access.models import Role
from huiban.kernel.base import clock
from huiban.kernel.base.errors import NotPermitted
from huiban.kernel.people.models import Tenure
from huiban.kernel.territory.models import Level
from huiban.kernel.territory.queries import current_unit, in_force

from .. import permits, stages
from ..models import Policy

OF_DISTRICT = (Level.LEADING_GROUP, Level.DISTRICT)
# What a unit does for a policy of its own; every other verb speaks to the public, or moves a
# deadline that was set for the unit.
OF_OWNER = frozenset({"draft", "revise", "answer", "measure"})


def leads_district(seat: Seat) -> bool:
    """Whether the post may ask any unit of its district to own a policy."""
    return seat.unit_level in OF_DISTRICT


def acting_seat(actor: Actor, policy: Policy, verb: str) -> Seat:
    """The post that carries the verb out: one that publishes, of the policy's owner or of its
    district's leading group; for the owner's own work also one of the owner that drafts.

    Raises NotPermitted.
    """
    owner = current_unit(policy.owner_id).id
    for seat in actor.seats:
        leads = leads_district(seat) and seat.district_id == policy.district_id
        if permits.PUBLISH in seat.permits and (leads or seat.unit_id == owner):
            return seat
        if verb in OF_OWNER and permits.DRAFT in seat.permits and seat.unit_id == owner:
            return seat
    if verb in OF_OWNER:
        raise NotPermitted("这项办法由牵头单位或区领导小组办理。您可以看，不能改。")
    raise NotPermitted("这一步由区领导小组或有发布权限的牵头岗位办理。您可以看，不能办。")


def may(actor: Actor, policy: Policy, verb: str) -> bool:
    """Whether the actor may carry the verb out, at the stage that allows it."""
    try:
        acting_seat(actor, policy, verb)
    except NotPermitted:
        return False
    return True


def open_verbs(actor: Actor, policy: Policy) -> frozenset[str]:
    """What the actor may do about the policy at its stage; answering comments is a verb too."""
    verbs = set(Policy.STAGES.verbs(policy.stage))
    if policy.stage == stages.COMMENTING:
        verbs.add("answer")
    return frozenset(verb for verb in verbs if may(actor, policy, verb))


def units_that_draft(units: Iterable[UUID]) -> set[UUID]:
    """Those of the units in which somebody holds a post today that drafts or publishes."""
    drafting = {permits.DRAFT, permits.PUBLISH}
    roles = [role.code for role in Role.objects.all() if drafting.intersection(role.permits)]
    held = Tenure.objects.filter(
        in_force(), post__unit_id__in=list(units), post__role__in=roles
    ).order_by()
    return set(held.values_list("post__unit_id", flat=True))


def takes_comments(policy: Policy) -> bool:
    """Whether its days for comments aren't over yet."""
    return policy.ends is not None and clock.local(clock.now()).date() <= policy.ends


def next_verb(policy: Policy, kind: str, waits: int) -> str:
    """The verb that the policy's open duty is about; `waits` are its comments without an answer."""
    if kind != "policy_answer":
        return {"policy_draft": "draft", "policy_consult": "consult"}.get(kind, "measure")
    if waits or takes_comments(policy):
        return "answer"
    return "publish_outcome" if policy.outcome_at is None else "put_in_force"

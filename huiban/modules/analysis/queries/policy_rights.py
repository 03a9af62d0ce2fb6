"""Who acts on a policy: its owner, and whoever holds the district together."""

from __future__ import annotations

from huiban.kernel.access.actor import Actor, Seat
from huiban.kernel.base.errors import NotPermitted
from huiban.kernel.territory.models import Level
from huiban.kernel.territory.queries import current_unit

from .. import permits
from ..models import Policy

OF_DISTRICT = (Level.LEADING_GROUP, Level.DISTRICT)


def leads_district(seat: Seat) -> bool:
    """Whether the post may ask any unit of its district to own a policy."""
    return seat.unit_level in OF_DISTRICT


def acting_seat(actor: Actor, policy: Policy) -> Seat:
    """The post that acts on it: one that publishes, of its owner or of its district's leading group.

    Raises NotPermitted.
    """
    owner = current_unit(policy.owner_id).id
    for seat in actor.seats:
        leads = leads_district(seat) and seat.district_id == policy.district_id
        if permits.PUBLISH in seat.permits and (leads or seat.unit_id == owner):
            return seat
    raise NotPermitted("这项办法由牵头单位或区领导小组办理。您可以看，不能改。")


def may_act(actor: Actor, policy: Policy) -> bool:
    """Whether the actor may act on it."""
    try:
        acting_seat(actor, policy)
    except NotPermitted:
        return False
    return True

"""Who supervises: the posts at district level that do, and the unit where they sit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from django.db.models import Q, QuerySet

from huiban.kernel.access.actor import Actor, Seat
from huiban.kernel.access.models import Account, Role
from huiban.kernel.base.errors import NotPermitted
from huiban.kernel.people.models import Tenure
from huiban.kernel.territory.models import Level, Post, Unit
from huiban.kernel.territory.queries import (
    current_unit,
    in_force,
    leading_group_of,
    with_predecessors,
)
from huiban.kernel.territory.scope import Scope

from .. import permits

# A street or a community supervises nobody: what it holds over others passes it by.
AT_THE_DISTRICT = (Level.LEADING_GROUP, Level.DISTRICT, Level.DEPARTMENT)
# Who may be written to. An estate and its branch guide and are never an addressee.
ADDRESSEES = (
    Level.DISTRICT,
    Level.STREET,
    Level.COMMUNITY,
    Level.LEADING_GROUP,
    Level.DEPARTMENT,
)
# Tiers as the duties count them: street and community together, then the district, then departments.
TIER_OF_LEVEL: dict[str, int] = {
    Level.COMMUNITY: 2,
    Level.STREET: 2,
    Level.LEADING_GROUP: 3,
    Level.DISTRICT: 3,
    Level.DEPARTMENT: 4,
}


def supervising_seats(actor: Actor) -> list[Seat]:
    """The actor's posts at district level that supervise."""
    return [
        seat
        for seat in actor.seats
        if permits.SUPERVISE in seat.permits and seat.unit_level in AT_THE_DISTRICT
    ]


def supervising_seat(actor: Actor, district_id: UUID | None = None) -> Seat:
    """The post with which the actor supervises (that district). Raises NotPermitted."""
    for seat in supervising_seats(actor):
        if district_id is None or seat.district_id == district_id:
            return seat
    raise NotPermitted("只有区级监督评价岗位可以办这一步。请让监督评价专班办理。")


def supervised_districts(actor: Actor) -> frozenset[UUID]:
    """The districts that the actor supervises."""
    return frozenset(seat.district_id for seat in supervising_seats(actor))


def supervising_scope(actor: Actor) -> Scope:
    """The actor's scope, with the whole of each district that the actor supervises.

    A department that holds the supervision sees by itself only what was sent to it.
    """
    districts = supervised_districts(actor)
    if districts <= actor.scope.districts:
        return actor.scope
    return replace(actor.scope, districts=actor.scope.districts | districts)


def supervising_unit(district_id: UUID) -> Unit:
    """Where the district's supervision sits: the first unit with such a post, the leading group
    before others; without one the leading group, else the district itself."""
    posts = _supervising_posts(district_id)
    # A unit that has ended may still have the rows of its posts; nobody sits there any more.
    units = Unit.objects.filter(in_force(), pk__in=posts.values("unit_id"))
    ranked = sorted(units, key=lambda unit: (AT_THE_DISTRICT.index(Level(unit.level)), unit.code))
    if ranked:
        return ranked[0]
    return leading_group_of(district_id) or Unit.objects.get(pk=district_id)


def works_in(actor: Actor, unit_id: UUID) -> bool:
    """Whether the actor holds any post in that unit as it stands now, mergers followed."""
    own = with_predecessors([current_unit(unit_id).id])
    return not own.isdisjoint(actor.unit_ids)


def somebody_else_supervises(
    district_id: UUID, accounts: Iterable[UUID], about_unit_id: UUID
) -> bool:
    """Whether another account than these supervises the district today and may verify that unit.

    Whoever also holds a post in the unit may not, so they are nobody to wait for.
    """
    today = Tenure.objects.filter(in_force())
    supervise = today.filter(post__in=_supervising_posts(district_id))
    own = with_predecessors([current_unit(about_unit_id).id])
    others = Account.objects.filter(is_active=True, person_id__in=supervise.values("person_id"))
    others = others.exclude(person_id__in=today.filter(post__unit_id__in=own).values("person_id"))
    return others.exclude(pk__in=list(accounts)).exists()


def _supervising_posts(district_id: UUID) -> QuerySet[Post]:
    """The posts at district level that supervise it."""
    here = Q(unit_id=district_id) | Q(unit__district_id=district_id)
    return Post.objects.filter(here, role__in=_supervising_roles(), unit__level__in=AT_THE_DISTRICT)


def _supervising_roles() -> list[str]:
    return [role.code for role in Role.objects.all() if permits.SUPERVISE in role.permits]

"""Reads of access: the actor that an account is today."""

from __future__ import annotations

from huiban.kernel.people.queries import tenures_today
from huiban.kernel.territory.queries import scope_of, with_predecessors
from huiban.kernel.vocab.queries import remember

from .actor import Actor, Seat
from .models import Account, Role


def actor_of(account: Account) -> Actor:
    """The account with the posts held today, what they permit and what they see."""
    tenures = tenures_today(account.person_id)
    permits = remember("access.permits", _permits)
    seats = tuple(
        Seat(
            post_id=tenure.post.id,
            post_name=tenure.post.name,
            unit_id=tenure.post.unit.id,
            unit_name=tenure.post.unit.name,
            unit_level=tenure.post.unit.level,
            district_id=tenure.post.unit.path.district_id,
            permits=permits.get(tenure.post.role, frozenset()),
            merged=frozenset(with_predecessors([tenure.post.unit_id]) - {tenure.post.unit_id}),
        )
        for tenure in tenures
    )
    return Actor(
        code=f"account:{account.id}",
        account_id=account.id,
        seats=seats,
        scope=scope_of(tenure.post.unit for tenure in tenures),
    )


def _permits() -> dict[str, frozenset[str]]:
    return {role.code: frozenset(role.permits) for role in Role.objects.all()}

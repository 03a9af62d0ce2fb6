"""Who acts: a worker with the posts held today, a resident with a receipt, or the system."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from huiban.kernel.base.errors import NotPermitted
from huiban.kernel.territory.scope import Scope


@dataclass(frozen=True)
class Seat:
    """A post held today, with the unit it is in and what its role permits.

    `merged` are units that were merged into this one: what they left undone is its own now.
    """

    post_id: UUID
    post_name: str
    unit_id: UUID
    unit_name: str
    unit_level: str
    district_id: UUID
    permits: frozenset[str]
    merged: frozenset[UUID] = frozenset()

    def stands_for(self, unit_id: UUID) -> bool:
        """Whether that is its unit, or was merged into it."""
        return unit_id == self.unit_id or unit_id in self.merged


@dataclass(frozen=True)
class Actor:
    """Whoever does something. `code` is what the event log keeps of them."""

    code: str
    account_id: UUID | None = None
    seats: tuple[Seat, ...] = ()
    scope: Scope = Scope()

    @property
    def unit_ids(self) -> frozenset[UUID]:
        """The units in which the actor holds a post, and those that were merged into them."""
        return frozenset(key for seat in self.seats for key in (seat.unit_id, *seat.merged))

    def may(self, permit: str, unit_id: UUID | None = None) -> bool:
        """Whether a post (of that unit, if one is named) permits it."""
        return any(
            permit in seat.permits and (unit_id is None or seat.stands_for(unit_id))
            for seat in self.seats
        )

    def seat_for(self, permit: str, unit_id: UUID | None = None) -> Seat:
        """The post that permits it. Raises NotPermitted."""
        for seat in self.seats:
            if permit in seat.permits and (unit_id is None or seat.stands_for(unit_id)):
                return seat
        raise NotPermitted("您现在的岗位不能办这一步。请让经办岗位处理，或请管理员调整岗位权限。")


SYSTEM = Actor(code="system")
RESIDENT = Actor(code="resident")

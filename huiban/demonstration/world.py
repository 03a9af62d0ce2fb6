"""The furnished district as the stories know it: who sits where, and where things stand."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from huiban.kernel.access.actor import Actor
from huiban.kernel.access.models import Account
from huiban.kernel.access.queries import actor_of
from huiban.kernel.places.models import Place
from huiban.kernel.territory.models import Unit
from huiban.modules.voice import queries
from huiban.modules.voice.contracts import Where


@dataclass
class Spot:
    """A place with a tag: a building with its floors and entrances, or an estate's gate."""

    place: Place
    floors: int = 6
    entrances: int = 2
    token: str = ""
    _where: Where | None = None

    @property
    def where(self) -> Where:
        """Where a report from its tag goes."""
        if self._where is None:
            scanned = queries.where_of_tag(self.token)
            assert scanned is not None, "every spot has its tag"
            self._where = scanned.where
        return self._where


@dataclass
class Estate:
    """An estate with its buildings, the branch that guides it, if any, and its gate."""

    unit: Unit
    place: Place
    gate: Spot
    buildings: list[Spot]
    branch: Unit | None = None


@dataclass
class Community:
    """A community with its estates."""

    unit: Unit
    street: Unit
    estates: list[Estate] = field(default_factory=list)

    @property
    def buildings(self) -> list[Spot]:
        """All its buildings."""
        return [building for estate in self.estates for building in estate.buildings]


@dataclass
class World:
    """The whole district. `accounts` are those of the front desks, by unit;
    `named` those of further posts, by the name they sign in with."""

    district: Unit
    group: Unit
    streets: list[Unit] = field(default_factory=list)
    communities: list[Community] = field(default_factory=list)
    departments: dict[str, Unit] = field(default_factory=dict)
    units: dict[UUID, Unit] = field(default_factory=dict)
    accounts: dict[UUID, Account] = field(default_factory=dict)
    named: dict[str, Account] = field(default_factory=dict)
    _actors: dict[UUID, Actor] = field(default_factory=dict)

    @property
    def shown(self) -> Community:
        """The community whose desk the demonstration opens."""
        return self.communities[0]

    def actor(self, unit_id: UUID) -> Actor:
        """Whoever sits at the unit's front desk."""
        if unit_id not in self._actors:
            self._actors[unit_id] = actor_of(self.accounts[unit_id])
        return self._actors[unit_id]

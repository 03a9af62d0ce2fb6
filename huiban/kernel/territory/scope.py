"""Scope: whose rows an asker may read. A query that doesn't say its scope is refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Self, TypeVar
from uuid import UUID

from django.db import models
from django.db.models import Q

M = TypeVar("M", bound=models.Model)


class UnscopedQueryError(RuntimeError):
    """A query on scoped rows that said neither `within(scope)` nor `everywhere(why)`."""


@dataclass(frozen=True)
class Scope:
    """The units whose rows are seen, through mergers: whole territories, and single duty holders.

    A row is seen when its frozen path passes through one of the territory units, or when one of
    `duty_units` has or had a duty about it (each scoped model says how that is asked).
    """

    districts: frozenset[UUID] = frozenset()
    streets: frozenset[UUID] = frozenset()
    communities: frozenset[UUID] = frozenset()
    estates: frozenset[UUID] = frozenset()
    duty_units: frozenset[UUID] = field(default=frozenset())

    def on_path(self) -> Q:
        """The condition on a row that keeps its path; never true for an empty scope."""
        condition = Q(pk__in=[])
        for column, units in (
            ("district_id", self.districts),
            ("street_id", self.streets),
            ("community_id", self.communities),
            ("estate_id", self.estates),
        ):
            if units:
                condition |= Q(**{f"{column}__in": units})
        return condition


class ScopedQuerySet(models.QuerySet[M]):
    """A query set that can't be read before it was told its scope."""

    _declared = False

    def within(self, scope: Scope) -> Self:
        """Only what that scope sees."""
        narrowed = self.filter(self.scope_condition(scope))
        narrowed._declared = True
        return narrowed

    def everywhere(self, why: str) -> Self:
        """All rows, for work that is nobody's asking: say why, for the reader."""
        assert why
        opened = self.all()
        opened._declared = True
        return opened

    def scope_condition(self, scope: Scope) -> Q:
        """What the scope sees of these rows; models with duties widen it."""
        return scope.on_path()

    def _clone(self) -> Self:
        clone: Self = super()._clone()  # type: ignore[misc]
        clone._declared = self._declared
        return clone

    def _check(self) -> None:
        if not self._declared:
            raise UnscopedQueryError(f"{self.model.__name__}: say within(scope) or everywhere(why)")

    def _fetch_all(self) -> None:
        self._check()
        super()._fetch_all()

    def iterator(self, chunk_size: int | None = None) -> Iterator[M]:
        self._check()
        return super().iterator(chunk_size)

    def count(self) -> int:
        self._check()
        return super().count()

    def exists(self) -> bool:
        self._check()
        return super().exists()

    def aggregate(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        self._check()
        return super().aggregate(*args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        self._check()
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        self._check()
        return super().delete()

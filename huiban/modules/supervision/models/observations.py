"""The table of what observers (减负观察员) told the district directly."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Self
from uuid import UUID

from django.db import models
from django.db.models import Q

from huiban.kernel.access.models import Account
from huiban.kernel.base.ids import new_id
from huiban.kernel.moves.actions import Movable
from huiban.kernel.territory.models import Unit
from huiban.kernel.territory.scope import Scope, ScopedQuerySet

from .. import stages

# What an observer's words may be about, as people read it.
ABOUT = {"burden": "基层负担", "case": "一件事的办理"}


def _unit(**options: Any) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+", **options)


class ObservationQuerySet(ScopedQuerySet["Observation"]):
    """Observations pass the street and the community by: no territory's scope sees them.

    They are read as whoever supervises a district, as the observer, or, in the words that were
    passed on, as the unit that they were passed on to.
    """

    def scope_condition(self, scope: Scope) -> Q:
        return Q(pk__in=[])

    def of_districts(self, district_ids: Iterable[UUID]) -> Self:
        """Those of the districts that the asker supervises."""
        return self.everywhere("the asker supervises").filter(district_id__in=list(district_ids))

    def of_observer(self, account_id: UUID) -> Self:
        """Those that this observer told."""
        return self.everywhere("the asker told them").filter(observer_id=account_id)

    def passed_to(self, unit_ids: Iterable[UUID]) -> Self:
        """Those that were passed on to these units."""
        return self.everywhere("passed on to the asker").filter(passed_to_id__in=list(unit_ids))


class Observation(Movable):
    """What an observer told. `text` stays with the district; a unit sees `passed_text` alone.

    `key_hash` makes a repeated sending harmless. `outcome` is what the observer is told; `seen_at`
    is when the observer has read it.
    """

    STAGES = stages.OBSERVATION
    SUBJECT = "supervision.observation"
    AWAITING: ClassVar[frozenset[str]] = frozenset()
    VERDICT_TIMER = ""
    KEPT_DUTIES: ClassVar[frozenset[str]] = frozenset()

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key_hash = models.CharField(max_length=64, unique=True)
    reference = models.CharField(max_length=8, unique=True)
    district = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    observer = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    about = models.CharField(max_length=8)
    about_unit = _unit(db_index=False)
    case_id = models.UUIDField(null=True)
    case_reference = models.CharField(max_length=8, blank=True, default="")
    text = models.TextField()
    told_at = models.DateTimeField()
    passed_to = _unit()
    passed_text = models.TextField(blank=True, default="")
    passed_at = models.DateTimeField(null=True)
    photos_passed = models.BooleanField(default=False)
    rule = models.CharField(max_length=40, blank=True, default="")
    answer = models.TextField(blank=True, default="")
    answer_signed = models.CharField(max_length=60, blank=True, default="")
    answered_at = models.DateTimeField(null=True)
    outcome = models.TextField(blank=True, default="")
    told_outcome_at = models.DateTimeField(null=True)
    measured_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)

    objects: ClassVar[ObservationQuerySet] = ObservationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(stage__in=list(stages.OBSERVATION.labels)), name="observation_stage"
            ),
            models.CheckConstraint(condition=Q(about__in=list(ABOUT)), name="observation_about"),
            models.CheckConstraint(
                condition=Q(stage__in=["received", "closed"]) | Q(passed_to__isnull=False),
                name="what_was_passed_on_has_its_unit",
            ),
            models.CheckConstraint(
                condition=~Q(stage="closed") | Q(told_outcome_at__isnull=False),
                name="a_closed_observation_was_told",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def stage_label(self) -> str:
        """The stage as people read it."""
        return self.STAGES.labels[self.stage]

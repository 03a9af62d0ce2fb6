"""Tables of what the rules found in the log, what units object to it, and what is counted for it."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.db.models import F, Q

from huiban.kernel.base.ids import new_id
from huiban.kernel.territory.models import Unit
from huiban.kernel.territory.queries import all_units
from huiban.kernel.territory.scope import Scope, ScopedQuerySet


def _unit(**options: Any) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", **options)


def covers(scope: Scope, unit: Unit) -> bool:
    """Whether a scope sees the findings about a unit, by the unit's path or as its own."""
    return unit.id in scope.duty_units or _is_below(unit, scope)


def _is_below(unit: Unit, scope: Scope) -> bool:
    path = unit.path
    is_near = path.street_id in scope.streets or path.community_id in scope.communities
    return is_near or path.district_id in scope.districts


def _beside_the_territory(scope: Scope) -> frozenset[UUID]:
    """The duty units whose findings the scope's territories don't show anyway."""
    units = all_units()
    return frozenset(
        pk for pk in scope.duty_units if pk not in units or not _is_below(units[pk], scope)
    )


class FindingQuerySet(ScopedQuerySet["Finding"]):
    """Findings about units within the asker's territory, or about the asker's own units."""

    def scope_condition(self, scope: Scope) -> Q:
        # A finding keeps no estate: whoever only guides one is never told of findings. One column
        # instead of two lets the database read the newest first from an index.
        condition = Q(pk__in=[])
        for column, units in (
            ("district_id", scope.districts),
            ("street_id", scope.streets),
            ("community_id", scope.communities),
            ("unit_id", _beside_the_territory(scope)),
        ):
            if units:
                condition |= Q(**{f"{column}__in": units})
        return condition


class Finding(models.Model):
    """What a rule found in the log about a unit: evidence for a person to judge, never a verdict.

    The path is the unit's, not the case's. `key` names the rule, the case and what it is found of
    once there (a holding, a sending, a pair of units, else the link that completed it), so that a
    rerun finds the same row again. `at` is the moment of the completing link. `evidence` holds
    sequences of links, numbers and the thresholds used, and no words. A finding about a unit over
    time has no case.
    """

    SUBJECT = "supervision.finding"

    class State(models.TextChoices):
        OPEN = "open", "待研判"
        CONFIRMED = "confirmed", "已认定"
        DISMISSED = "dismissed", "不予认定"
        VOID = "void", "申诉成立，已撤销"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(max_length=120, unique=True)
    rule = models.CharField(max_length=40)
    rule_version = models.PositiveIntegerField()
    district = _unit(db_index=False)
    street = _unit(null=True, db_index=False)
    community = _unit(null=True, db_index=False)
    unit = _unit(db_index=False)
    other_unit = _unit(null=True, db_index=False)
    case_id = models.UUIDField(null=True)
    case_reference = models.CharField(max_length=8, blank=True, default="")
    category = models.CharField(max_length=60, blank=True, default="")
    at = models.DateTimeField()
    found_at = models.DateTimeField()
    evidence = models.JSONField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    reason = models.CharField(max_length=40, blank=True, default="")
    words = models.TextField(blank=True, default="")
    signed = models.CharField(max_length=60, blank=True, default="")
    judged_at = models.DateTimeField(null=True)

    objects: ClassVar[FindingQuerySet] = FindingQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["open", "confirmed", "dismissed", "void"]),
                name="finding_state",
            ),
            models.CheckConstraint(
                condition=Q(state="open", judged_at__isnull=True, reason="")
                | Q(state__in=["confirmed", "void"], judged_at__isnull=False)
                | Q(state="dismissed", judged_at__isnull=False) & ~Q(reason=""),
                name="finding_judged_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(case_id__isnull=True, case_reference="")
                | Q(case_id__isnull=False) & ~Q(case_reference=""),
                name="finding_names_its_case",
            ),
            models.CheckConstraint(
                condition=Q(other_unit__isnull=True) | ~Q(other_unit=F("unit")),
                name="finding_between_two_units",
            ),
        ]
        indexes = [
            # Lists give what was complete last first, of one state or of all. A rerun finds what
            # was complete long ago, so the order of the keys, which grow with the time of finding,
            # isn't that of the lists.
            *(
                models.Index(fields=[column, "state", "at", "id"], name=f"finding_{column}_state")
                for column in ("district", "street", "community", "unit")
            ),
            *(
                models.Index(fields=[column, "at", "id"], name=f"finding_{column}_at")
                for column in ("district", "street", "community", "unit")
            ),
            models.Index(fields=["case_id"], name="finding_case"),
            models.Index(fields=["rule", "at"], name="finding_rule"),
        ]

    def __str__(self) -> str:
        return self.key


class Objection(models.Model):
    """A unit says why a finding isn't right; the supervisor decides with words.

    One at a time is open. An upheld one makes the finding void, and every figure leaves it out.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="objections")
    unit = _unit(db_index=False)
    words = models.TextField()
    signed = models.CharField(max_length=60)
    at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    upheld = models.BooleanField(null=True)
    reason = models.CharField(max_length=40, blank=True, default="")
    decision = models.TextField(blank=True, default="")
    decided_signed = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["finding"],
                condition=Q(decided_at__isnull=True),
                name="one_open_objection",
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, upheld__isnull=True, decision="")
                | Q(decided_at__isnull=False, upheld__isnull=False) & ~Q(decision=""),
                name="objection_decided_in_words",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.finding_id} {self.upheld}"


class Occurrence(models.Model):
    """Something that only counts when it happens to a unit again and again: once a link."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    rule = models.CharField(max_length=40)
    unit = _unit(db_index=False)
    case_id = models.UUIDField()
    sequence = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case_id", "sequence", "rule"], name="an_occurrence_once_a_link"
            )
        ]
        indexes = [models.Index(fields=["rule", "unit", "at"], name="occurrence_of_unit")]

    def __str__(self) -> str:
        return f"{self.rule} {self.unit_id} {self.at}"


class Trial(models.Model):
    """How many findings a rule would have made in a past month with certain thresholds, by unit.

    `month` reads 2026-05, `numbers` are the thresholds and `thresholds` the mark of them. The row
    is made when somebody asks; `counts` come once the worker has counted. The log of a past month
    doesn't change, so what was counted stays right.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    rule = models.CharField(max_length=40)
    month = models.CharField(max_length=7)
    thresholds = models.CharField(max_length=64)
    numbers = models.JSONField(default=dict)
    counts = models.JSONField(null=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "month", "thresholds"], name="one_trial_a_month"
            ),
        ]
        indexes = [
            # The worker looks on every turn whether something is asked.
            models.Index(fields=["id"], name="trial_asked", condition=Q(counts__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.month}"

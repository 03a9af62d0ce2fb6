"""Units that govern, which of them a branch guides, and the posts they have."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import models
from django.db.models import F, Q

from huiban.kernel.base.ids import new_id


class Level(models.TextChoices):
    """Levels of units. The first four are the territory; the others stand beside it."""

    DISTRICT = "district", "区"
    STREET = "street", "街道"
    COMMUNITY = "community", "社区"
    ESTATE = "estate", "小区"
    BRANCH = "branch", "小区党支部"
    LEADING_GROUP = "leading_group", "区领导小组"
    DEPARTMENT = "department", "部门"


@dataclass(frozen=True)
class Path:
    """Where in the territory something is: frozen on every operational row at its birth."""

    district_id: UUID
    street_id: UUID | None = None
    community_id: UUID | None = None
    estate_id: UUID | None = None

    def fields(self) -> dict[str, UUID | None]:
        """As keyword arguments of a row that keeps its path."""
        return {
            "district_id": self.district_id,
            "street_id": self.street_id,
            "community_id": self.community_id,
            "estate_id": self.estate_id,
        }


class Unit(models.Model):
    """A governing unit, in force from one day to another.

    `district`, `street` and `community` are its ancestors of those levels, kept here so that a
    path needs no climbing. A unit that was merged names its `successor`.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=30, unique=True)
    name = models.CharField(max_length=60)
    level = models.CharField(max_length=20, choices=Level.choices)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    district = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    street = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    community = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    duty_phone = models.CharField(max_length=30, blank=True, default="")
    households = models.PositiveIntegerField(null=True)
    boundary = models.JSONField(null=True)
    datum = models.CharField(max_length=10, blank=True, default="")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    successor = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="unit_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(level="district", parent__isnull=True) | Q(parent__isnull=False),
                name="only_districts_are_roots",
            ),
        ]
        indexes = [models.Index(fields=["parent", "level", "code"], name="unit_children")]

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> Path:
        """The path of what belongs to this unit itself."""
        return Path(
            district_id=self.district_id or self.id,
            street_id=self.id if self.level == Level.STREET else self.street_id,
            community_id=self.id if self.level == Level.COMMUNITY else self.community_id,
            estate_id=self.id if self.level == Level.ESTATE else None,
        )


class BranchCoverage(models.Model):
    """An estate branch guides an estate from one day to another; it may guide several."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    branch = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="coverages")
    estate = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["estate"], condition=Q(valid_to__isnull=True), name="one_branch_guides"
            )
        ]

    def __str__(self) -> str:
        return f"{self.branch} → {self.estate}"


class Post(models.Model):
    """A post in a unit: work is shown under its name, never under a person's.

    `role` is a code of `access` that says what the post may do. The front desk receives what
    comes to the unit.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="posts")
    name = models.CharField(max_length=60)
    role = models.CharField(max_length=40)
    is_front_desk = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "name"], name="post_once_a_unit"),
            models.UniqueConstraint(
                fields=["unit"], condition=Q(is_front_desk=True), name="one_front_desk"
            ),
        ]

    def __str__(self) -> str:
        return self.name

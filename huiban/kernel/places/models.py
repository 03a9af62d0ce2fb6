"""Standing places, which unit they belong to and when, and the tags that hang on them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from huiban.kernel.base.ids import new_id
from huiban.kernel.territory.models import Unit


class Kind(models.TextChoices):
    """Kinds of places, from the estate down to a spot on a wall."""

    ESTATE = "estate", "小区"
    BUILDING = "building", "楼栋"
    ENTRANCE = "entrance", "单元"
    SPOT = "spot", "点位"


class Place(models.Model):
    """A place that stands, whoever governs it. Coordinates are WGS-84; `datum` says the source."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    name = models.CharField(max_length=60)
    full_name = models.CharField(max_length=120)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    building = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    households = models.PositiveIntegerField(null=True)
    longitude = models.FloatField(null=True)
    latitude = models.FloatField(null=True)
    datum = models.CharField(max_length=10, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(longitude__isnull=True, latitude__isnull=True)
                | Q(longitude__range=(-180, 180), latitude__range=(-90, 90)),
                name="place_on_earth",
            )
        ]

    def __str__(self) -> str:
        return self.full_name


class PlaceCoverage(models.Model):
    """A place belongs to a unit (an estate, else a community) from one day to another.

    Redrawing a boundary ends one row and begins another; what happened keeps its frozen path.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="coverages")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["place"], condition=Q(valid_to__isnull=True), name="one_unit_governs"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="coverage_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place} → {self.unit}"


class NameKind(models.TextChoices):
    """What a further name of a place is."""

    ALIAS = "alias", "别名"
    FORMER = "former", "曾用名"
    LANDMARK = "landmark", "地标"
    ROAD = "road", "道路"


class PlaceName(models.Model):
    """What people also call a place, or say when they mean it, from one day to another.

    A former name goes on being said, so it is in force like the others. The same name may be
    that of several places.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="names")
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=10, choices=NameKind.choices)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["place", "name"],
                condition=Q(valid_to__isnull=True),
                name="one_open_name",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="place_name_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} → {self.place}"


class Tag(models.Model):
    """A printed code on a place. Its token says nothing and can be revoked."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    token = models.CharField(max_length=16, unique=True)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="tags")
    number = models.PositiveIntegerField(unique=True)
    issued_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.number:06d} {self.place}"

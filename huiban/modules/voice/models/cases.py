"""Tables of voice: reports as they were told, the cases they opened, and what was said since."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from huiban.kernel.base.ids import new_id
from huiban.kernel.duties.queries import ever_had_by
from huiban.kernel.moves.actions import Movable
from huiban.kernel.people.sealed import SealedTextField
from huiban.kernel.places.models import Place
from huiban.kernel.territory.models import Unit
from huiban.kernel.territory.scope import Scope, ScopedQuerySet

from .. import stages


def _unit(**options: Any) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", **options)


def _place() -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(
        Place, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )


class CaseQuerySet(ScopedQuerySet["Case"]):
    """Cases on the asker's path, and those that the asker's units have or had a duty about."""

    def scope_condition(self, scope: Scope) -> Q:
        condition = scope.on_path()
        if scope.duty_units:
            condition |= Q(ever_had_by(scope.duty_units))
        return condition


class Case(Movable):
    """A matter that residents raised, with its frozen path, its stage and how it ended."""

    STAGES = stages.CASE
    SUBJECT = "voice.case"
    AWAITING = frozenset({stages.ANSWERED})
    VERDICT_TIMER = "voice.verdict_due"
    KEPT_DUTIES = frozenset({"erasure"})

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reference = models.CharField(max_length=8, unique=True)
    # Every index is written with every report. The path and the places have theirs below; nobody
    # asks by the rest, and nothing that they point to is ever deleted.
    district = _unit(db_index=False)
    street = _unit(null=True, db_index=False)
    community = _unit(null=True, db_index=False)
    estate = _unit(null=True, db_index=False)
    front_desk = _unit(db_index=False)
    place = _place()
    building = _place()
    channel = models.CharField(max_length=20)
    category = models.CharField(max_length=60, blank=True, default="")
    category_source = models.CharField(max_length=12, blank=True, default="")
    # The groups of people whom it concerns: codes joined by "+"; "" is 未说明 (see rules_groups).
    groups = models.CharField(max_length=80, blank=True, default="")
    groups_source = models.CharField(max_length=12, blank=True, default="")
    tier = models.PositiveSmallIntegerField(default=stages.Tier.COMMUNITY)
    danger = models.BooleanField(default=False)
    supervised = models.BooleanField(default=False)
    received_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = _unit(null=True, db_index=False)
    closed_at = models.DateTimeField(null=True)
    result = models.CharField(max_length=20, blank=True, default="")
    diversion = models.CharField(max_length=40, blank=True, default="")
    verdict = models.CharField(max_length=12, blank=True, default="")
    satisfaction = models.CharField(max_length=16, blank=True, default="")
    rating_channel = models.CharField(max_length=12, blank=True, default="")
    reopened = models.PositiveSmallIntegerField(default=0)
    joined_to = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="joiners", db_index=False
    )
    joiner_count = models.PositiveIntegerField(default=0)
    erased_at = models.DateTimeField(null=True)

    objects: ClassVar[CaseQuerySet] = CaseQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(stage__in=list(stages.CASE.labels)), name="case_stage"
            ),
            models.CheckConstraint(
                condition=Q(stage="joined", joined_to__isnull=False)
                | ~Q(stage="joined") & Q(joined_to__isnull=True),
                name="a_joined_case_names_its_case",
            ),
            models.CheckConstraint(
                condition=Q(verdict__in=["", "solved", "partly", "not_solved", "not_reached"]),
                name="case_verdict",
            ),
            models.CheckConstraint(
                condition=Q(satisfaction__in=["", "satisfied", "basically", "not_satisfied"]),
                name="case_satisfaction",
            ),
            # Only a worker says that nobody said a group.
            models.CheckConstraint(
                condition=Q(groups="", groups_source__in=["", "worker"])
                | ~Q(groups="") & Q(groups_source__in=["words", "worker"]),
                name="case_groups_have_their_source",
            ),
        ]
        indexes = [
            # A key grows with the time of its birth, so these give the newest first.
            models.Index(fields=["district", "id"], name="case_district"),
            models.Index(fields=["street", "id"], name="case_street"),
            models.Index(fields=["community", "id"], name="case_community"),
            models.Index(fields=["estate", "id"], name="case_estate"),
            models.Index(
                fields=["building", "received_at"],
                condition=Q(building__isnull=False),
                name="case_building",
            ),
            models.Index(
                fields=["place", "received_at"],
                condition=Q(place__isnull=False),
                name="case_place",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def stage_label(self) -> str:
        """The stage as people read it."""
        return self.STAGES.labels[self.stage]


class Report(models.Model):
    """What a resident told, word for word. Each report has its own receipt, kept as a keyed hash.

    `key_hash` makes a repeated sending harmless: the same key finds the first report again.
    A report that joined another case points to that case and remembers the one it opened.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="reports")
    opened_case = models.ForeignKey(
        Case, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    key_hash = models.CharField(max_length=64, unique=True)
    receipt_hash = models.CharField(max_length=64, unique=True)
    device_hash = models.CharField(max_length=64, blank=True, default="")
    channel = models.CharField(max_length=20)
    sender_number = models.CharField(max_length=60, blank=True, default="")
    title = models.CharField(max_length=200, blank=True, default="")
    text = models.TextField(blank=True, default="")
    place_words = models.CharField(max_length=200, blank=True, default="")
    photos = models.PositiveSmallIntegerField(default=0)
    received_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
    erasure_asked_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["device_hash", "-received_at"], name="report_of_device"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class ReporterContact(models.Model):
    """How the resident may be reached, if they chose to say: apart from the report, and sealed."""

    report = models.OneToOneField(
        Report, primary_key=True, on_delete=models.PROTECT, related_name="reporter_contact"
    )
    nickname = SealedTextField(context="reporter.nickname", blank=True, default="")
    contact = SealedTextField(context="reporter.contact", blank=True, default="")

    def __str__(self) -> str:
        return str(self.report_id)


class Entry(models.Model):
    """Words said about a case after the report: answers, questions, reasons, additions.

    The event log holds what happened; the words stay here, where they can be erased.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="entries", db_index=False)
    event_id = models.UUIDField(null=True)
    report = models.ForeignKey(Report, null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    text = models.TextField()
    unit = _unit(null=True)
    signed = models.CharField(max_length=60, blank=True, default="")
    for_resident = models.BooleanField(default=False)
    # Of an answer: what its words come to, so that the same text is found again.
    fingerprint = models.CharField(max_length=32, blank=True, default="")
    at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["case", "at"], name="entry_of_case"),
            models.Index(
                fields=["unit", "fingerprint"],
                condition=~Q(fingerprint=""),
                name="entry_said_again",
            ),
        ]

    def __str__(self) -> str:
        return self.kind


class ReturnRequest(models.Model):
    """A receiver says that the case isn't theirs; the sender consents or upholds.

    An assignment that was upheld is final: the same duty can't be asked back again.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="return_requests")
    duty_id = models.UUIDField(unique=True)
    by_unit = _unit()
    to_unit = _unit()
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    consented = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(decided_at__isnull=True), name="one_open_return"
            )
        ]

    def __str__(self) -> str:
        return f"{self.by_unit_id} → {self.to_unit_id}"


class Rating(models.Model):
    """A verdict, with the channel it came through. None is ever overwritten."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="ratings")
    report = models.ForeignKey(Report, null=True, on_delete=models.PROTECT, related_name="+")
    round = models.PositiveSmallIntegerField()
    verdict = models.CharField(max_length=12)
    satisfaction = models.CharField(max_length=16, blank=True, default="")
    channel = models.CharField(max_length=12)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "round"], name="one_rating_a_round")
        ]

    def __str__(self) -> str:
        return self.verdict


class DutyListEntry(models.Model):
    """What a community may be given: as lead, or only to assist. Without a unit: every community."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    unit = _unit(null=True)
    category = models.CharField(max_length=60)
    may_lead = models.BooleanField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "category", "valid_from"],
                name="duty_list_once_a_day",
            ),
            models.UniqueConstraint(
                fields=["category", "valid_from"],
                condition=Q(unit__isnull=True),
                name="common_duty_list_once_a_day",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="duty_list_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category}: {'lead' if self.may_lead else 'assist'}"


class OwnerRule(models.Model):
    """Who owns a category of cases in an area (a district, street, community or estate)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    category = models.CharField(max_length=60)
    area = _unit()
    owner = _unit()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["category", "area"],
                condition=Q(valid_to__isnull=True),
                name="one_owner_now",
            )
        ]

    def __str__(self) -> str:
        return f"{self.category} in {self.area_id} → {self.owner_id}"


class FloodCount(models.Model):
    """How many reports a device or an address sent lately, by keyed hash."""

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField()
    window_start = models.DateTimeField()
    last_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.count)


class VisitCount(models.Model):
    """How many pages residents opened in a day: one number a day and page, and nothing else."""

    id = models.BigAutoField(primary_key=True)
    day = models.DateField()
    page = models.CharField(max_length=20)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "page"], name="one_count_a_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.page} {self.count}"

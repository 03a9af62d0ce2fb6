"""Tables of consultations (专题会商): parties, agenda, decisions that units owe."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Exists, OuterRef, Q

from huiban.kernel.access.models import Account
from huiban.kernel.base.ids import new_id
from huiban.kernel.moves.actions import Movable
from huiban.kernel.territory.models import Unit
from huiban.kernel.territory.scope import Scope, ScopedQuerySet

from .. import stages


def _unit(**options: Any) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", **options)


class ConsultationQuerySet(ScopedQuerySet["Consultation"]):
    """Consultations of the asker's districts, and those to which the asker's units are a party."""

    def scope_condition(self, scope: Scope) -> Q:
        condition = Q(pk__in=[])
        if scope.districts:
            condition |= Q(district_id__in=scope.districts)
        if scope.duty_units:
            parties = Party.objects.filter(
                consultation_id=OuterRef("pk"), unit_id__in=scope.duty_units
            )
            condition |= Q(Exists(parties))
        return condition


class Consultation(Movable):
    """A meeting about cases: who, when, where, what about, and its minutes once it was held."""

    STAGES = stages.CONSULTATION
    SUBJECT = "supervision.consultation"
    AWAITING: ClassVar[frozenset[str]] = frozenset()
    VERDICT_TIMER = ""
    KEPT_DUTIES: ClassVar[frozenset[str]] = frozenset()

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(max_length=120, unique=True)
    district = _unit()
    convener = _unit()
    convener_signed = models.CharField(max_length=60)
    title = models.CharField(max_length=120)
    place_words = models.CharField(max_length=120)
    at = models.DateTimeField()
    called_at = models.DateTimeField()
    held_at = models.DateTimeField(null=True)
    chair = models.CharField(max_length=60, blank=True, default="")
    summary = models.TextField(blank=True, default="")
    reason = models.TextField(blank=True, default="")

    objects: ClassVar[ConsultationQuerySet] = ConsultationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(stage__in=list(stages.CONSULTATION.labels)), name="consultation_stage"
            ),
            models.CheckConstraint(
                condition=~Q(stage="held") | Q(held_at__isnull=False),
                name="a_held_consultation_has_its_day",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def stage_label(self) -> str:
        """The stage as people read it."""
        return self.STAGES.labels[self.stage]


class Party(models.Model):
    """A unit that is asked to a consultation, and whether it came."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="parties")
    unit = _unit()
    attended = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "unit"], name="a_party_once_a_consultation"
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} at {self.consultation_id}"


class AgendaItem(models.Model):
    """What a consultation talks about. `source_id` is the finding, theme or letter behind it."""

    class Source(models.TextChoices):
        FINDING = "finding", "监督发现"
        THEME = "theme", "热点"
        LETTER = "letter", "提示单"
        WORDS = "words", "其他议题"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="agenda")
    position = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=8, choices=Source.choices)
    source_id = models.UUIDField(null=True)
    title = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "position"], name="an_agenda_item_at_its_place"
            ),
            models.CheckConstraint(
                condition=Q(source="words", source_id__isnull=True)
                | Q(source__in=["finding", "theme", "letter"], source_id__isnull=False),
                name="an_agenda_item_names_its_source",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class DecisionQuerySet(ScopedQuerySet["Decision"]):
    """Decisions of the consultations that the asker sees."""

    def scope_condition(self, scope: Scope) -> Q:
        return Q(consultation__in=Consultation.objects.within(scope))


class Decision(Movable):
    """What a consultation decided: a unit owes it by a day, and the convener verifies it."""

    STAGES = stages.DECISION
    SUBJECT = "supervision.decision"
    AWAITING: ClassVar[frozenset[str]] = frozenset()
    VERDICT_TIMER = ""
    KEPT_DUTIES: ClassVar[frozenset[str]] = frozenset()

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    consultation = models.ForeignKey(
        Consultation, on_delete=models.PROTECT, related_name="decisions"
    )
    position = models.PositiveSmallIntegerField()
    text = models.TextField()
    owner = _unit()
    due_day = models.DateField()
    report = models.TextField(blank=True, default="")
    report_signed = models.CharField(max_length=60, blank=True, default="")
    reported_by = models.ForeignKey(
        Account, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    reported_at = models.DateTimeField(null=True)
    verified_at = models.DateTimeField(null=True)
    verified_signed = models.CharField(max_length=60, blank=True, default="")
    note = models.TextField(blank=True, default="")

    objects: ClassVar[DecisionQuerySet] = DecisionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(stage__in=list(stages.DECISION.labels)), name="decision_stage"
            ),
            models.UniqueConstraint(
                fields=["consultation", "position"], name="a_decision_at_its_place"
            ),
        ]

    def __str__(self) -> str:
        return f"decision {self.position}"

    @property
    def stage_label(self) -> str:
        """The stage as people read it."""
        return self.STAGES.labels[self.stage]

"""Tables of letters: 提示单, 预警函 and what follows, with requirements, replies and their effect.

A letter's number comes from a counter that only moves on by one, and what was printed stays as it
was: the database's own guards see to both.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from huiban.kernel.access.models import Account
from huiban.kernel.base.ids import new_id
from huiban.kernel.moves.actions import Movable
from huiban.kernel.territory.models import Unit
from huiban.kernel.territory.scope import Scope, ScopedQuerySet

from .. import stages
from .findings import Finding


def _unit(**options: Any) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", **options)


def _account(**options: Any) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="+", db_index=False, **options
    )


class LetterQuerySet(ScopedQuerySet["Letter"]):
    """Letters to units on the asker's path, and to the asker's own units.

    An estate's branch is never an addressee, so scopes over estates see none.
    """

    def scope_condition(self, scope: Scope) -> Q:
        condition = Q(pk__in=[])
        for column, units in (
            ("district_id", scope.districts),
            ("street_id", scope.streets),
            ("community_id", scope.communities),
            ("addressee_id", scope.duty_units),
        ):
            if units:
                condition |= Q(**{f"{column}__in": units})
        return condition


class Letter(Movable):
    """A letter to a unit, from its draft to its close. The path is the addressee's, frozen.

    `key` makes a repeated tap harmless. `revision` counts the draft's changes, so that two people
    at one draft don't overwrite each other. `printed` is what the letter says, frozen when it is
    issued together with its number. `follows` is the letter that this one goes beyond.
    """

    STAGES = stages.LETTER
    SUBJECT = "supervision.letter"
    AWAITING: ClassVar[frozenset[str]] = frozenset()
    VERDICT_TIMER = ""
    KEPT_DUTIES: ClassVar[frozenset[str]] = frozenset()

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(max_length=120, unique=True)
    district = _unit()
    street = _unit(null=True)
    community = _unit(null=True)
    issuer = _unit()
    addressee = _unit()
    level = models.CharField(max_length=20)
    year = models.PositiveSmallIntegerField(null=True)
    number = models.PositiveIntegerField(null=True)
    title = models.CharField(max_length=120)
    facts = models.TextField()
    reply_days = models.PositiveSmallIntegerField()
    revision = models.PositiveIntegerField(default=1)
    printed = models.JSONField(null=True)
    drafted_at = models.DateTimeField()
    drafted_by = _account()
    issued_at = models.DateTimeField(null=True)
    issued_by = _account(null=True)
    due_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True, default="")
    rounds = models.PositiveSmallIntegerField(default=0)
    follows = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="followers"
    )

    objects: ClassVar[LetterQuerySet] = LetterQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(stage__in=list(stages.LETTER.labels)), name="letter_stage"
            ),
            models.UniqueConstraint(
                fields=["district", "level", "year", "number"],
                condition=Q(number__isnull=False),
                name="a_letter_number_once",
            ),
            models.CheckConstraint(
                condition=Q(stage__in=["draft", "discarded"], number__isnull=True)
                | (
                    ~Q(stage__in=["draft", "discarded"])
                    & Q(
                        number__isnull=False,
                        year__isnull=False,
                        printed__isnull=False,
                        issued_at__isnull=False,
                    )
                ),
                name="an_issued_letter_has_its_number",
            ),
            models.UniqueConstraint(
                fields=["follows"],
                condition=Q(follows__isnull=False) & ~Q(stage__in=["discarded", "recalled"]),
                name="one_letter_follows",
            ),
        ]
        indexes = [models.Index(fields=["addressee", "id"], name="letter_of_addressee")]

    def __str__(self) -> str:
        return f"{self.level} {self.year}/{self.number}"

    @property
    def stage_label(self) -> str:
        """The stage as people read it."""
        return self.STAGES.labels[self.stage]


class LetterCounter(models.Model):
    """The last number given to letters of a level in a year. Whoever issues holds its lock."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    district = _unit()
    level = models.CharField(max_length=20)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["district", "level", "year"], name="one_counter_a_level_and_year"
            )
        ]

    def __str__(self) -> str:
        return f"{self.level} {self.year}: {self.last}"


class LetterFinding(models.Model):
    """A letter rests on a finding."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="grounds")
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="letters")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["letter", "finding"], name="a_ground_once_a_letter")
        ]

    def __str__(self) -> str:
        return f"{self.letter_id} on {self.finding_id}"


class Requirement(models.Model):
    """One thing that a letter requires. It is met once somebody else verified it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="requirements")
    position = models.PositiveSmallIntegerField()
    text = models.TextField()
    met_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["letter", "position"], name="a_requirement_at_its_place"
            )
        ]

    def __str__(self) -> str:
        return f"requirement {self.position}"


class Reply(models.Model):
    """What the addressee replied in a round, and what somebody else found when verifying it.

    Its photos are linked to its own key, so that each round has room for its own. `same_person`
    says that the drafter verified, since nobody else could.
    """

    PHOTOS = "supervision.reply"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="replies")
    round = models.PositiveSmallIntegerField()
    text = models.TextField()
    at = models.DateTimeField()
    unit = _unit()
    signed = models.CharField(max_length=60)
    account = _account()
    late = models.BooleanField(default=False)
    verified_at = models.DateTimeField(null=True)
    verified_by = _account(null=True)
    verified_signed = models.CharField(max_length=60, blank=True, default="")
    sufficient = models.BooleanField(null=True)
    note = models.TextField(blank=True, default="")
    same_person = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["letter", "round"], name="one_reply_a_round"),
            models.CheckConstraint(
                condition=Q(verified_at__isnull=True, sufficient__isnull=True)
                | Q(verified_at__isnull=False, sufficient__isnull=False),
                name="a_verified_reply_has_a_finding",
            ),
        ]

    def __str__(self) -> str:
        return f"reply {self.round} to {self.letter_id}"


class RequirementAnswer(models.Model):
    """What a reply says about one requirement, and whether it was found met."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reply = models.ForeignKey(Reply, on_delete=models.PROTECT, related_name="answers")
    requirement = models.ForeignKey(Requirement, on_delete=models.PROTECT, related_name="answers")
    text = models.TextField()
    met = models.BooleanField(null=True)
    reason = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reply", "requirement"], name="one_answer_a_requirement_and_reply"
            )
        ]

    def __str__(self) -> str:
        return f"answer to {self.requirement_id}"


class Effect(models.Model):
    """How many findings of a rule a unit had in a month: before, and one or three months after.

    Recorded once. `subject_id` is the letter or the observation whose effect it is;
    `months_after` is 0 for the month before. The days are `since` and, first day out, `until`.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subject_id = models.UUIDField()
    unit = _unit(null=True)
    rule = models.CharField(max_length=40)
    months_after = models.PositiveSmallIntegerField()
    since = models.DateField()
    until = models.DateField()
    count = models.PositiveIntegerField()
    taken_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject_id", "rule", "months_after"], name="an_effect_is_taken_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.rule} +{self.months_after}: {self.count}"


class Paper(models.Model):
    """A finished paper as it was first made: the same bytes whenever it is asked for again."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subject_type = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    format = models.CharField(max_length=4)
    digest = models.CharField(max_length=64)
    content = models.BinaryField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject_id", "format"], name="a_paper_is_made_once"),
            models.CheckConstraint(condition=Q(format__in=["pdf", "docx"]), name="paper_format"),
        ]

    def __str__(self) -> str:
        return f"{self.subject_id}.{self.format}"

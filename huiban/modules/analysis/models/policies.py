"""Tables of policies (办法): the topic, its drafts, what residents said of them, what came of it.

A draft that was written stays as it was: the database's own guards see to it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, ClassVar, Self
from uuid import UUID

from django.db import models
from django.db.models import F, Q

from huiban.kernel.base.ids import new_id
from huiban.kernel.moves.actions import Movable
from huiban.kernel.territory.models import Unit
from huiban.kernel.territory.scope import Scope, ScopedQuerySet

from .. import stages


def _unit(**options: Any) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", **options)


def _signed() -> models.CharField[str, str]:
    """The post that did it; no person is named."""
    return models.CharField(max_length=60, blank=True, default="")


class PolicyQuerySet(ScopedQuerySet["Policy"]):
    """Policies about the asker's territory, and those that the asker's units own."""

    def scope_condition(self, scope: Scope) -> Q:
        # No policy is about a single estate.
        above = replace(scope, estates=frozenset())
        return above.on_path() | Q(owner_id__in=scope.duty_units)

    def seen(self, scope: Scope, districts: Iterable[UUID]) -> Self:
        """What the scope sees, and what was published in these districts, which is anybody's."""
        published = Q(district_id__in=list(districts), published_at__isnull=False)
        opened = self.everywhere("of the scope, or published")
        return opened.filter(self.scope_condition(scope) | published)


class Policy(Movable):
    """A topic and the rule that may come of it: why, who owns it, where it holds, what it is about.

    `area` is where the rule holds, `category` whose monthly reports there it is about. The source
    is what gave the occasion; its title and `cases` are as they were that day. `code` is the public
    address of its consultation. `begins` and `ends` are the first and the last day for comments.
    """

    STAGES = stages.POLICY
    SUBJECT = "analysis.policy"
    AWAITING: ClassVar[frozenset[str]] = frozenset()
    VERDICT_TIMER = ""
    KEPT_DUTIES: ClassVar[frozenset[str]] = frozenset()

    class Source(models.TextChoices):
        THEME = "theme", "热点"
        FINDING = "finding", "监督发现"
        CONSULTATION = "consultation", "专题会商"
        WORDS = "words", "其他来由"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(max_length=120, unique=True)
    code = models.CharField(max_length=8, unique=True)
    district = _unit()
    street = _unit(null=True)
    community = _unit(null=True)
    area = _unit()
    owner = _unit()
    title = models.CharField(max_length=60)
    reasons = models.TextField()
    source = models.CharField(max_length=12, choices=Source.choices)
    source_id = models.UUIDField(null=True)
    source_title = models.CharField(max_length=200, blank=True, default="")
    cases = models.PositiveIntegerField(default=0)
    category = models.CharField(max_length=60)
    opened_at = models.DateTimeField()
    opened_signed = _signed()

    # The consultation.
    draft_count = models.PositiveSmallIntegerField(default=0)
    begins = models.DateField(null=True)
    ends = models.DateField(null=True)
    published_at = models.DateTimeField(null=True)
    outcome_at = models.DateTimeField(null=True)
    outcome_signed = _signed()
    delay_reason = models.TextField(blank=True, default="")

    # The rule.
    number = models.CharField(max_length=60, blank=True, default="")
    in_force_from = models.DateField(null=True)
    no_consultation = models.TextField(blank=True, default="")

    # Its end: a conclusion on what was measured, or a reason to stop.
    measured_at = models.DateTimeField(null=True)
    measured_words = models.TextField(blank=True, default="")
    conclusion = models.TextField(blank=True, default="")
    ended_on = models.DateField(null=True)
    end_reason = models.TextField(blank=True, default="")

    objects: ClassVar[PolicyQuerySet] = PolicyQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(stage__in=list(stages.POLICY.labels)), name="policy_stage"
            ),
            models.CheckConstraint(
                condition=Q(source="words", source_id__isnull=True)
                | Q(source__in=["theme", "finding", "consultation"], source_id__isnull=False),
                name="policy_names_its_source",
            ),
            models.CheckConstraint(
                condition=Q(begins__isnull=True, ends__isnull=True)
                | Q(begins__isnull=False, ends__gte=F("begins")),
                name="policy_comments_end_after_they_begin",
            ),
            models.CheckConstraint(
                condition=~Q(stage="commenting") | Q(begins__isnull=False),
                name="policy_commented_in_days",
            ),
            models.CheckConstraint(
                condition=~Q(stage__in=["in_force", "measured"])
                | Q(in_force_from__isnull=False, draft_count__gt=0),
                name="policy_in_force_from_a_day",
            ),
            models.CheckConstraint(
                condition=Q(in_force_from__isnull=True)
                | Q(outcome_at__isnull=False)
                | ~Q(no_consultation=""),
                name="policy_heard_or_says_why_not",
            ),
            models.CheckConstraint(
                condition=~Q(stage="dropped") | Q(ended_on__isnull=False) & ~Q(end_reason=""),
                name="policy_ends_for_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(stage="measured") | Q(measured_at__isnull=False) & ~Q(conclusion=""),
                name="policy_measured_with_words",
            ),
        ]
        indexes = [
            models.Index(fields=["source", "source_id"], name="policy_of_source"),
            models.Index(fields=["district", "category"], name="policy_of_category"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def stage_label(self) -> str:
        """The stage as people read it."""
        return self.STAGES.labels[self.stage]


class PolicyDraft(models.Model):
    """A version of the text (稿), numbered from 1; `plain` says it in plain words."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="drafts")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=80)
    plain = models.TextField()
    text = models.TextField()
    changes = models.TextField(blank=True, default="")
    signed = _signed()
    written_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["policy", "number"], name="one_policy_draft_a_number"),
            models.CheckConstraint(
                condition=Q(number=1, changes="") | Q(number__gt=1) & ~Q(changes=""),
                name="policy_draft_says_what_changed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.number}"


class CommentAnswer(models.Model):
    """What was made of some comments that say the same: adopted, partly or not, and why."""

    class Outcome(models.TextChoices):
        ADOPTED = "adopted", "采纳"
        PARTLY = "partly", "部分采纳"
        REJECTED = "rejected", "不采纳"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(max_length=120, unique=True)
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="answers")
    gist = models.CharField(max_length=200)
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    reason = models.TextField()
    signed = _signed()
    answered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=["adopted", "partly", "rejected"])
                & ~Q(reason="")
                & ~Q(gist=""),
                name="comment_answer_gives_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.gist


class PolicyComment(models.Model):
    """What somebody said of a draft, without saying who; shown to workers masked, never printed.

    `key_hash` makes a second tap harmless. Words are cleared after a while, the row stays.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="comments")
    draft = models.ForeignKey(PolicyDraft, on_delete=models.PROTECT, related_name="+")
    key_hash = models.CharField(max_length=64, unique=True)
    text = models.TextField(blank=True, default="")
    told_at = models.DateTimeField()
    answer = models.ForeignKey(
        CommentAnswer, null=True, on_delete=models.SET_NULL, related_name="comments"
    )
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True) & ~Q(text="")
                | Q(erased_at__isnull=False, text=""),
                name="policy_comment_has_words_until_cleared",
            ),
        ]
        indexes = [models.Index(fields=["policy", "answer"], name="comments_to_answer")]

    def __str__(self) -> str:
        return f"{self.policy_id} {self.told_at:%Y-%m-%d}"

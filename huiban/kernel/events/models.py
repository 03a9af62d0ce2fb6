"""The event log and its outbox: what happened, in chains; who still has to hear of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from huiban.kernel.base.ids import new_id


class ChainHead(models.Model):
    """The last link of a subject's chain. Whoever appends to the chain holds this row's lock."""

    subject_id = models.UUIDField(primary_key=True)
    subject_type = models.CharField(max_length=40)
    sequence = models.PositiveIntegerField()
    hash = models.CharField(max_length=64)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.subject_type} {self.subject_id} #{self.sequence}"


class Event(models.Model):
    """Something that happened. Never changed and never deleted: triggers see to it.

    `position` is null until the sequencer has seen the event committed, and is then set once.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subject_type = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    sequence = models.PositiveIntegerField()
    kind = models.CharField(max_length=60)
    version = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=60)
    district_id = models.UUIDField(null=True)
    payload = models.JSONField()
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    position = models.PositiveBigIntegerField(null=True, unique=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject_id", "sequence"], name="one_link_each"),
        ]
        indexes = [
            models.Index(
                fields=["at", "sequence"],
                condition=Q(position__isnull=True),
                name="event_unplaced",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.sequence}"


class Delivery(models.Model):
    """An event that a reaction still has to hear, or an alarm that still has to ring.

    Open while it waits or is leased. `ready_at` is when it may be claimed: its due time, the end
    of its back-off, or, while leased, the end of the lease; so a dead worker's work comes back
    by itself. `lease` names the worker that holds it; only that worker may complete it.
    """

    class State(models.TextChoices):
        OPEN = "open"
        DONE = "done"
        SHELVED = "shelved"
        CANCELLED = "cancelled"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reaction = models.CharField(max_length=80)
    event_id = models.UUIDField(null=True)
    subject_type = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    sequence = models.PositiveIntegerField(null=True)
    payload = models.JSONField(default=dict)
    key = models.CharField(max_length=120, null=True, unique=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    ready_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    lease = models.CharField(max_length=40, blank=True, default="")
    problem = models.CharField(max_length=300, blank=True, default="")
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event_id", "reaction"], name="heard_once"),
            models.CheckConstraint(
                condition=Q(state__in=["open", "done", "shelved", "cancelled"]),
                name="delivery_state",
            ),
        ]
        indexes = [
            models.Index(fields=["ready_at"], condition=Q(state="open"), name="delivery_ready"),
            # Whole, although only what is unfinished is asked for: SQLite sees no narrower index in
            # a list of states.
            models.Index(fields=["subject_id", "reaction", "sequence"], name="delivery_in_line"),
            models.Index(fields=["id"], condition=Q(state="shelved"), name="delivery_shelved"),
        ]

    def __str__(self) -> str:
        return f"{self.reaction} {self.state}"


# What still stands: a shelved delivery waits for a person, and goes on once it is taken off.
STANDING = (Delivery.State.OPEN, Delivery.State.SHELVED)


class Sequencer(models.Model):
    """The last position given. Its row lock lets one process at a time give positions."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    position = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_sequencer")]

    def __str__(self) -> str:
        return str(self.position)


class Cursor(models.Model):
    """How far a reader has followed the log."""

    name = models.CharField(max_length=60, primary_key=True)
    position = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} at {self.position}"


class Seal(models.Model):
    """A night's seal over all events up to a position, chained to the seal before it."""

    day = models.DateField(primary_key=True)
    first_position = models.PositiveBigIntegerField()
    last_position = models.PositiveBigIntegerField()
    previous_digest = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.day} up to {self.last_position}"

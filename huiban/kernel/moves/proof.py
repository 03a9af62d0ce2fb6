"""The duties' promise proved again over all records of a model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from huiban.kernel.duties.models import Duty
from huiban.kernel.events.models import STANDING, Delivery

from .actions import Movable


def broken_promises(model: type[Movable]) -> Iterator[str]:
    """A line for each record that nobody owes anything about, that two owe, or that owes after its end."""
    leads = Duty.objects.filter(subject_id=OuterRef("pk"), role="lead", closed_at=None)
    timers = Delivery.objects.filter(
        subject_id=OuterRef("pk"), reaction=model.VERDICT_TIMER, state__in=STANDING
    )
    manager: Any = model._default_manager
    records = manager.everywhere("every record is proved").annotate(
        leads=_number_of(leads), timers=_number_of(timers)
    )
    finished, awaiting = list(model.STAGES.finished), list(model.AWAITING)
    ended = Q(stage__in=finished)
    waits = Q(stage__in=awaiting)
    holds = (
        ended & Q(leads=0, timers=0)
        | waits & Q(leads=0, timers=1)
        | ~ended & ~waits & Q(leads=1, timers=0)
    )
    for record in records.exclude(holds).iterator():
        yield (
            f"{model.SUBJECT} {record} at {record.stage}:"
            f" {record.leads} open lead duties, {record.timers} open verdict timers"
        )


def _number_of(rows: QuerySet[Any]) -> Coalesce:
    counted = rows.order_by().values("subject_id").annotate(number=Count("id")).values("number")
    return Coalesce(Subquery(counted), 0)

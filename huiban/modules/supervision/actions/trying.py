"""Trying rules on a past month: counted by the worker, a stretch at a time, once somebody asked."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import partial

from django.db import transaction

from ..models import Trial
from ..months import month_span
from ..reading import chains_between, ground
from ..rules import LIFTED_OFTEN, RULES, Lift, all_lifts, found_by, lifted_often


class Trials:
    """Counts what was asked, and keeps between its turns what it has read so far.

    Nothing is locked while it reads. A worker that ends in between leaves the trials asked, and
    another one counts them; two that count the same write the same.
    """

    def __init__(self) -> None:
        self._counting: Iterator[None] | None = None

    def turn(self, seconds: float) -> None:
        """Count for so long, to the end of a batch of cases, or until nothing is asked any more."""
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            self._counting = self._counting or _next_month()
            if self._counting is None:
                return
            if next(self._counting, self) is self:
                self._counting = None


def _next_month() -> Iterator[None] | None:
    """The counting of all that is asked about the month that was asked about first."""
    asked = list(Trial.objects.filter(counts__isnull=True, rule__in=RULES).order_by("id"))
    return _count([trial for trial in asked if trial.month == asked[0].month]) if asked else None


def _count(asked: Sequence[Trial]) -> Iterator[None]:
    """Count trials of one month and keep the counts; stops after each batch of cases."""
    first, last = month_span(asked[0].month)
    upon = ground()
    counts: list[Counter[str]] = [Counter() for _ in asked]
    risen: list[Lift] = []
    for chains in chains_between(first, last):
        for turns in chains.values():
            for trial, counted in zip(asked, counts, strict=True):
                found = found_by(RULES[trial.rule], turns, upon, trial.numbers)
                counted.update(one.unit for one in found if first <= one.link.at < last)
        lifts = all_lifts(((str(pk), turns) for pk, turns in chains.items()), upon)
        risen += [one for one in lifts if first <= one.at < last]
        yield
    for trial, counted in zip(asked, counts, strict=True):
        if trial.rule == LIFTED_OFTEN:
            groups = lifted_often(risen, partial(_always, trial.numbers))
            counted.update(group[-1].unit for group in groups)
    _keep(asked, counts)


def _keep(asked: Sequence[Trial], counts: Sequence[Counter[str]]) -> None:
    with transaction.atomic():
        for trial, counted in zip(asked, counts, strict=True):
            Trial.objects.filter(pk=trial.pk, counts__isnull=True).update(counts=dict(counted))


def _always(numbers: Mapping[str, int], day: date) -> Mapping[str, int]:
    """The same thresholds on whatever day."""
    return numbers

"""Read each new report once, right after it came in: what and whom it is about, where, and what
it repeats.

The receipt never waits for this. What is read is a suggestion; a person decides.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.db import transaction

from huiban.kernel.base import clock
from huiban.kernel.moves.actions import lock_record

from ..models import Case, Reading, Report
from .reading_category import read_category
from .reading_diversion import read_diversion
from .reading_groups import read_groups
from .reading_likeness import read_likeness
from .reading_places import read_places

# What each reader gets: the case, its first report, and the row to fill in.
Reader = Callable[[Case, Report, Reading], None]
READERS: tuple[Reader, ...] = (
    read_category,
    read_likeness,
    read_places,
    read_diversion,
    read_groups,
)


def read_case(case_id: UUID) -> Reading | None:
    """Read the first report of a case anew; None where its words are erased. Locks the case."""
    with transaction.atomic():
        case = lock_record(Case, case_id)
        report = Report.objects.filter(case_id=case_id, opened_case=None).first()
        if report is None or report.erased_at is not None:
            return None
        reading = Reading.objects.filter(case_id=case_id).first() or Reading(case=case)
        for read in READERS:
            read(case, report, reading)
        reading.read_at = clock.now()
        reading.save(force_insert=reading._state.adding)
    return reading

"""Keep the marks of open cases in an index, so that what a new report repeats is found at once."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from ..learning.grams import grams_of, marks_of, uniform
from ..models import Case, Gram, Reading, Report
from ..queries.likeness import words_of_report


def read_likeness(case: Case, report: Report, reading: Reading) -> None:
    """A reader: the report's marks become the locked case's, in place of any that it had."""
    _forget(case, reading.grams)
    reading.grams = marks_of(grams_of(uniform(words_of_report(report))))
    if case.stage not in Case.STAGES.finished:
        _keep(case, reading.grams)


def index_again(case: Case) -> None:
    """Let the index hold a locked case's marks exactly while it is open."""
    reading = Reading.objects.filter(case=case).only("grams").first()
    if reading is None:
        return
    _forget(case, reading.grams)
    if case.stage not in Case.STAGES.finished:
        _keep(case, reading.grams)


def forget_reading(case_id: UUID) -> None:
    """Throw away what was read in a case's first report, its marks in the index too."""
    case = Case.objects.everywhere("the platform forgets on its own behalf").get(pk=case_id)
    reading = Reading.objects.filter(case=case).first()
    if reading is not None:
        _forget(case, reading.grams)
        reading.delete()


def _keep(case: Case, marks: Iterable[int]) -> None:
    Gram.objects.bulk_create(
        Gram(district_id=case.district_id, gram=mark, case_id=case.pk) for mark in marks
    )


def _forget(case: Case, marks: list[int]) -> None:
    # By the marks, since that is how the index is laid out.
    if marks:
        Gram.objects.filter(district_id=case.district_id, gram__in=marks, case_id=case.pk).delete()

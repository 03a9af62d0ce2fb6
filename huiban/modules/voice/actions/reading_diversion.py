"""Read whether a report belongs to one of the six ways that aren't dispatch. A person decides."""

from __future__ import annotations

from .. import rules
from ..models import Case, Reading, Report
from .steps import DIVERSIONS, terms

SAME_MATTER = "same_matter"
# How many earlier reports of the same phone are compared.
LOOKED_AT = 50


def read_diversion(case: Case, report: Report, reading: Reading) -> None:
    """Fill in the class that the words speak of, with these words; empty where none do.

    Of a report that the same phone sent word for word about a case still open, the words are that
    case's reference.
    """
    if earlier := _told_before(report):
        reading.diversion, reading.diversion_words = SAME_MATTER, [earlier]
        return
    found = rules.diversion_of(f"{report.title} {report.text}", terms(DIVERSIONS))
    code, words = found if found is not None else ("", ())
    reading.diversion, reading.diversion_words = code, list(words)


def _told_before(report: Report) -> str:
    if not report.device_hash or not report.text:
        return ""
    others = (
        Report.objects.filter(device_hash=report.device_hash, received_at__lt=report.received_at)
        .exclude(pk=report.pk)
        .exclude(case_id=report.case_id)
        .select_related("case")
        .order_by("-received_at")[:LOOKED_AT]
    )
    for other in others:
        if other.text == report.text and other.case.stage not in Case.STAGES.finished:
            return str(other.case.reference)
    return ""

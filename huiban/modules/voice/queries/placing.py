"""The places that a report's words speak of, offered where no tag said the place."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from huiban.kernel.base.text import mask
from huiban.kernel.places.finding import Found
from huiban.kernel.places.gazetteer import places_named_in
from huiban.kernel.places.models import Kind, Place

from .. import stages
from ..models import Case, Reading, Report

MOST_READ = 3
MOST_OFFERED = 2


@dataclass(frozen=True)
class OfferedPlace:
    """A place that may be meant, and the words that named it, a flat's number masked."""

    place_id: UUID
    name: str
    words: str


def places_told(case: Case, report: Report) -> list[Found]:
    """The places that the report's words speak of, the likeliest first."""
    words = "\n".join(filter(None, (report.place_words, report.title, report.text)))
    return places_named_in(words, case.district_id, case.estate_id)


def is_open(case: Case) -> bool:
    """Whether a place may still be said: there is none yet, or no more than the whole estate."""
    return case.place is None or case.place.kind == Kind.ESTATE


def places_offered(report: Report) -> list[OfferedPlace]:
    """Up to two places for the resident to confirm, while the case waits and has none.

    They are found at once, so that nothing has to run before the page shows them.
    """
    case = report.case
    if not may_confirm(case, report):
        return []
    found = places_told(case, report)[:MOST_OFFERED]
    return _named([(place.place_id, place.words) for place in found])


def may_confirm(case: Case, report: Report) -> bool:
    """Whether the resident may say now which place is meant."""
    return (
        case.stage == stages.RECEIVED
        and case.place_id is None
        and report.opened_case_id is None
        and report.erased_at is None
    )


def places_read(case: Case) -> list[OfferedPlace]:
    """The places that were read in the first report, for the worker to take with one tap."""
    if not is_open(case):
        return []
    read = Reading.objects.filter(case=case).values_list("places", flat=True).first() or []
    offered = _named([(UUID(key), words) for key, words in read])
    return [place for place in offered if place.place_id != case.place_id]


def _named(found: list[tuple[UUID, str]]) -> list[OfferedPlace]:
    if not found:
        return []
    names = dict(
        Place.objects.filter(pk__in=[key for key, _ in found]).values_list("pk", "full_name")
    )
    return [OfferedPlace(key, names[key], mask(words)) for key, words in found if key in names]

"""Reads in a report where it is, for reports that no tag placed."""

from __future__ import annotations

from ..models import Case, Reading, Report
from ..queries.placing import MOST_READ, is_open, places_told


def read_places(case: Case, report: Report, reading: Reading) -> None:
    """Note the places that the words speak of, where the case has none or only an estate."""
    reading.places = []
    if is_open(case):
        found = places_told(case, report)[:MOST_READ]
        reading.places = [[str(place.place_id), place.words] for place in found]

"""The books of letters proved again: numbers without gaps, papers as they were first made."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from ..models import Letter, LetterCounter, Paper
from ..rules_letters import numbers_off


def broken_letters() -> Iterator[str]:
    """A line for each number that is missing or stands twice, and each paper that was changed."""
    for counter in LetterCounter.objects.order_by("year", "level"):
        given = (
            Letter.objects.everywhere("every number is proved")
            .filter(district_id=counter.district_id, level=counter.level, year=counter.year)
            .exclude(number=None)
            .values_list("number", flat=True)
        )
        off = numbers_off((number for number in given if number is not None), counter.last)
        if off:
            yield f"letters {counter.level} {counter.year}: the numbers {off[:9]} are off"
    for paper in Paper.objects.order_by("id").iterator(chunk_size=20):
        if hashlib.sha256(bytes(paper.content)).hexdigest() != paper.digest:
            yield f"paper {paper}: it isn't as it was made"

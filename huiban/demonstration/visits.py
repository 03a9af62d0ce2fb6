"""How many pages residents opened on each day of the year, as the counter would have kept it."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from huiban.kernel.base.calendar import WorkCalendar
from huiban.modules.voice.models import VisitCount

# Pages opened on a workday at scale one, and what part of them a day off has.
PAGES = {"place": 420, "tell": 150, "follow": 260}
ON_A_DAY_OFF = 0.6
WIDTH = 0.15


def count_visits(first: date, last: date, scale: float, seed: int, calendar: WorkCalendar) -> None:
    """Keep a year's counts: more towards its end, as codes come to be known."""
    rng = Random(f"visits of {seed}")
    days = (last - first).days + 1
    rows = []
    for ahead in range(days):
        day = first + timedelta(days=ahead)
        known = 0.6 + 0.4 * ahead / days
        share = known * (1 if calendar.is_workday(day) else ON_A_DAY_OFF) * scale
        for page, usual in PAGES.items():
            count = round(usual * share * rng.uniform(1 - WIDTH, 1 + WIDTH))
            rows.append(VisitCount(day=day, page=page, count=count))
    VisitCount.objects.bulk_create(rows)

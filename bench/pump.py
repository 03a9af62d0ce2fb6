"""How many deliveries a second the worker process makes, alone and with another beside it.

The deliveries are the house's own: a case was reported, its unit is told, and the report is read
(categories, places, marks, diversion). Each one's effect and its completion are one transaction.
"""

from __future__ import annotations

import secrets
import time
from contextlib import ExitStack

from django.db import connection
from django.db.models import Max, Min

from bench import runs
from bench.district import District, furnish
from bench.place import Place
from bench.processes import running
from bench.results import Result
from bench.texts import complaint
from huiban.cli.outcomes import say
from huiban.kernel.base import clock
from huiban.kernel.events.models import Delivery
from huiban.kernel.events.registry import LISTENERS
from huiban.kernel.notices.models import Notice
from huiban.kernel.territory.models import Level
from huiban.modules.voice import actions, kinds, queries
from huiban.modules.voice.contracts import Told
from huiban.modules.voice.models import Reading

REPORTS, QUICK_REPORTS = 1_500, 150
SECONDS_TO_FINISH = 300


def run(place: Place, quick: bool) -> Result:
    """Measure in an empty place whose tables are made."""
    district = furnish()
    reports = QUICK_REPORTS if quick else REPORTS
    number = reports * len(LISTENERS[kinds.REPORTED])
    result = Result(
        title="投递：一件反映告知一个单位、研读一遍，效果和完成在同一个事务里",
        columns=("后台进程", "投递数", "条/秒", "CPU毫秒/条", "库CPU", "旁人占核"),
    )
    for workers in (1, 2):
        say(f"bench: {workers} 个后台进程，{number} 条")
        _tell(district, reports)
        result.rows.append((workers, number, *_delivered(place, workers, number)))
    for effect in (Notice, Reading):
        assert effect.objects.count() == 2 * reports, "each delivery takes effect exactly once"
    result.notes.append(f"{2 * number} 条各生效一次，没有遗漏和重复")
    return result


def _tell(district: District, number: int) -> None:
    communities = district.units[Level.COMMUNITY]
    wheres = [queries.where_of_unit(unit) for unit in communities]
    for count in range(number):
        told = Told(key=secrets.token_urlsafe(16), text=complaint(count))
        actions.report(told, wheres[count % len(wheres)])


def _delivered(place: Place, workers: int, number: int) -> tuple[float, float, float | None, float]:
    """From the first completion to the last."""
    began = clock.now()
    with ExitStack() as stack:
        pids = [stack.enter_context(running(place, "worker")) for _ in range(workers)]
        meter = runs.Meter(pids)
        meter.begin()
        deadline = time.monotonic() + SECONDS_TO_FINISH
        while _left() and time.monotonic() < deadline:
            time.sleep(0.2)
        spent = meter.end(0.0)
    done = Delivery.objects.filter(done_at__gte=began, event_id__isnull=False)
    assert done.count() == number, (done.count(), number)
    span = done.aggregate(first=Min("done_at"), last=Max("done_at"))
    seconds = (span["last"] - span["first"]).total_seconds()
    database = spent.database / number * 1000 if place.server else None
    return number / seconds, spent.house / number * 1000, database, spent.others_cores


def _left() -> int:
    connection.close()
    return Delivery.objects.filter(state=Delivery.State.OPEN, event_id__isnull=False).count()

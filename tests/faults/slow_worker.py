"""A worker with a slow reaction, so that it can be killed in the middle of its batch.

    python -m tests.faults.slow_worker begin|work|work_on_short_leases|look

`begin` makes the tables and writes events that the reaction must hear; `work` is `huiban worker`;
`look` prints as JSON how often each event took effect and what is still open.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import timedelta

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - needs the set-up above
from django.db import transaction  # noqa: E402
from django.db.models import F  # noqa: E402

from huiban.cli.main import main  # noqa: E402
from huiban.kernel.base.ids import new_id  # noqa: E402
from huiban.kernel.events import pump  # noqa: E402
from huiban.kernel.events.actions import append  # noqa: E402
from huiban.kernel.events.models import Cursor, Delivery, Event  # noqa: E402
from huiban.kernel.events.registry import declare, reaction  # noqa: E402
from huiban.modules.analysis.position import PREFIX  # noqa: E402

EVENTS = 40
SECONDS_EACH = 0.05
HAPPENED = declare("test.happened", "number", "Something that a test made happen.")


@reaction("test.slow", HAPPENED)
def hear(event: Event) -> None:
    """Count the effect before the slow part, so that a kill hits between effect and completion."""
    Cursor.objects.get_or_create(name=str(event.pk))
    Cursor.objects.filter(name=str(event.pk)).update(position=F("position") + 1)
    time.sleep(SECONDS_EACH)


def begin() -> None:
    """The tables, and events for the reaction."""
    call_command("migrate", interactive=False, verbosity=0)
    for number in range(EVENTS):
        with transaction.atomic():
            append(HAPPENED, "test", new_id(), "system", {"number": number}, birth=True)


def work() -> None:
    """The worker itself."""
    sys.exit(main(["worker"]))


def work_on_short_leases() -> None:
    """The worker, with leases that end soon: nobody waits a minute for a dead one's."""
    pump.LEASE = timedelta(seconds=3)
    work()


def look() -> None:
    """What has happened so far. The counts follow the log too, with a cursor of their own."""
    effects = Cursor.objects.exclude(name__startswith=PREFIX)
    print(
        json.dumps(
            {
                "effects": list(effects.values_list("position", flat=True)),
                "open": Delivery.objects.filter(state=Delivery.State.OPEN).count(),
                "done": Delivery.objects.filter(state=Delivery.State.DONE).count(),
                "placed": Event.objects.exclude(position=None).count(),
            }
        )
    )


if __name__ == "__main__":
    steps = {"begin": begin, "work": work, "look": look}
    (steps | {"work_on_short_leases": work_on_short_leases})[sys.argv[1]]()

"""Furnish a scratch place with a log of some length, and export it in many small steps.

python -m tests.faults.lake_filler furnish|export FOLDER
"""

from __future__ import annotations

import sys
from pathlib import Path

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - needs the set-up above

from bench.bulk import load_cases  # noqa: E402
from bench.district import furnish as furnish_district  # noqa: E402
from huiban.kernel.events.models import Event  # noqa: E402
from huiban.modules.analysis.lake.filling import export, raw  # noqa: E402
from huiban.modules.analysis.lake.storage import storage_at  # noqa: E402

CASES = 400
LAKE = "0123abcd"


def furnish() -> None:
    """Make the tables, a district and its log; how many events it has."""
    call_command("migrate", verbosity=0)
    load_cases(furnish_district(), CASES)
    print(Event.objects.count())


def fill(folder: Path) -> None:
    """Bring the lake up to the log's end, by steps so small that a kill falls between them."""
    export.STRETCH, export.SMALL, raw.EVENTS_AT_ONCE = 150, 100, 60
    print(export.export(storage_at(str(folder)), LAKE, lambda words: None))


if __name__ == "__main__":
    if sys.argv[1] == "furnish":
        furnish()
    else:
        fill(Path(sys.argv[2]))

"""Furnish a scratch place for the killing, and prove afterwards what survived it.

python -m tests.faults.survivors furnish|prove
"""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - needs the set-up above
from django.db.models import Count  # noqa: E402

from huiban.kernel.base.errors import Unseen  # noqa: E402
from huiban.kernel.events.models import Delivery  # noqa: E402
from huiban.kernel.events.pump import drain, give_positions  # noqa: E402
from huiban.kernel.events.seals import broken_chains  # noqa: E402
from huiban.kernel.moves.proof import broken_promises  # noqa: E402
from huiban.kernel.notices.models import Notice  # noqa: E402
from huiban.kernel.territory.queries import districts  # noqa: E402
from huiban.kernel.vocab.actions import choose_setting  # noqa: E402
from huiban.modules.analysis.actions.folding import fold_all  # noqa: E402
from huiban.modules.analysis.folding.proof import broken_counts  # noqa: E402
from huiban.modules.analysis.models import Count as Tallied  # noqa: E402
from huiban.modules.analysis.position import position  # noqa: E402
from huiban.modules.voice import kinds, queries  # noqa: E402
from huiban.modules.voice.models import Case, Report  # noqa: E402
from tests.cast import make_cast  # noqa: E402

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def furnish() -> None:
    """Make the tables and the cast, raise the flood limits, and say where to report."""
    call_command("migrate", verbosity=0)
    cast = make_cast()
    for key in (kinds.FLOOD_ADDRESS, kinds.FLOOD_DEVICE):
        choose_setting(key, 1_000_000)
    print(f"/r/{cast.tags['building_3']}/tell/")


def _received() -> int:
    """How many reports the district's figures say were received."""
    rows = Tallied.objects.filter(series__measure="voice.received", series__axis="all")
    of_district = rows.filter(series__unit_id=districts()[0].id)
    return sum(of_district.values_list("amount", flat=True))


def prove() -> None:
    """Finish what a dead worker left, then count what is there and what took effect."""
    # A dead worker's leases run out by themselves; the proof needn't wait for that.
    Delivery.objects.filter(state="open").exclude(lease="").update(lease="", ready_at=LONG_AGO)
    drain()
    while give_positions():
        pass
    before = position()
    fold_all()
    told = Notice.objects.filter(wording="voice.new_report")
    twice = told.values("subject_id").annotate(number=Count("id")).filter(number__gt=1)
    heard = Delivery.objects.filter(event_id__isnull=False).exclude(state="done")
    seen = {
        "reports": Report.objects.count(),
        "unknown": sum(not _known(receipt) for receipt in _receipts()),
        "told": told.count(),
        "told_twice": twice.count(),
        "undelivered": heard.count(),
        "counted_meanwhile": before > 0,
        "counted": _received(),
        "broken": [*broken_chains(), *broken_promises(Case), *broken_counts()],
    }
    print(json.dumps(seen, ensure_ascii=False))


def _receipts() -> list[str]:
    kept = Path(os.environ["HUIBAN_DATA"]) / "receipts.txt"
    return kept.read_text(encoding="utf-8").split()


def _known(receipt: str) -> bool:
    try:
        queries.report_by_receipt(receipt)
    except Unseen:
        return False
    return True


if __name__ == "__main__":
    {"furnish": furnish, "prove": prove}[sys.argv[1]]()

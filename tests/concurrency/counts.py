"""The counts are proved while people report and a worker counts: nobody waits, nothing is missed.

python -m tests.concurrency.counts
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from threading import Thread
from typing import Any

from tests.concurrency.crowd import tell  # sets Django up

# isort: split
from django.db import connection

from huiban.kernel.events.pump import give_positions
from huiban.modules.analysis.actions.folding import fold_all
from huiban.modules.analysis.folding import proof
from huiban.modules.analysis.models import Count
from huiban.modules.analysis.position import position
from tests.cast import Cast, make_cast

# Longer than a report and its count take, shorter than anybody's patience with a lock.
PATIENCE_SECONDS = 8.0


class Others:
    """Whoever works at the same time, on a connection of their own."""

    def __init__(self, cast: Cast) -> None:
        self._cast = cast
        self.reports = 0
        self.held_up = 0

    def report_and_count(self) -> None:
        """A resident reports and the worker counts it, in another thread."""
        self.reports += 1
        others = Thread(target=self._work, args=(f"a-key-of-the-meantime-{self.reports}",))
        others.start()
        others.join(PATIENCE_SECONDS)
        self.held_up += others.is_alive()

    def _work(self, key: str) -> None:
        try:
            tell(self._cast, key)
            give_positions()
            fold_all()
        finally:
            connection.close()


def _interrupt(others: Others) -> None:
    """Let the others work before whatever is counted again is put down, and before it is compared."""
    add, compared = vars(proof)["add"], vars(proof)["differences"]

    def adding(amounts: Any) -> None:
        if others.reports < 4:
            others.report_and_count()
        add(amounts)

    def comparing() -> Iterator[Any]:
        others.report_and_count()
        yield from compared()

    vars(proof).update(add=adding, differences=comparing, ENTRIES_AT_ONCE=5, EVENTS_AT_ONCE=3)


def main() -> None:
    """Prove while others work, then prove that a count which was altered is found."""
    cast = make_cast()
    for number in range(6):
        tell(cast, f"a-key-of-before-{number}")
    give_positions()
    fold_all()
    others, before = Others(cast), position()
    _interrupt(others)
    broken = proof.broken_counts()
    counted_meanwhile = position() - before
    Count.objects.filter(series__measure="voice.received", series__axis="all").update(amount=999)
    outcome = {
        "reports": others.reports,
        "held_up": others.held_up,
        "counted_meanwhile": counted_meanwhile,
        "broken": broken,
        "altered": len(proof.broken_counts()),
    }
    print(json.dumps(outcome, ensure_ascii=False))


if __name__ == "__main__":
    main()

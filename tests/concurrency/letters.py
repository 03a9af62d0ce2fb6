"""A crowd of real client processes that draft and issue letters: each its own, or all the same one.

    python -m tests.concurrency.letters SCENARIO CLIENTS [--off]

`--off` takes the protection away: the locks and the guards behind them. On SQLite, whose one writer
can't be taken away, what the lock covers is read before the transaction begins.
"""

from __future__ import annotations

import json
import sys
from typing import Any
from uuid import UUID

from tests.concurrency.crowd import done, go_together  # sets Django up

# isort: split
from django.core.management import call_command
from django.db import connection, models

from huiban.kernel.moves.proof import broken_promises
from huiban.modules.supervision.actions import letters
from huiban.modules.supervision.actions.letters import draft_letter, issue_letter
from huiban.modules.supervision.models import Letter, LetterCounter
from huiban.modules.supervision.queries.proof import broken_letters
from huiban.modules.supervision.tests.desk_of_supervision import finding, supervise
from tests.cast import Cast, make_cast

GUARDS = (
    ("supervision_letter", "supervision_letter_takes_its_number"),
    ("supervision_lettercounter", "supervision_lettercounter_moves_on"),
    ("supervision_letter", "supervision_letter_printed_once"),
)


def drafts(cast: Cast, number: int) -> list[UUID]:
    """So many drafts, each about a finding of its own."""
    return [
        draft_letter(cast["supervisor"], "notice", [finding(cast).pk], f"draft-{one}").pk
        for one in range(number)
    ]


def each(cast: Cast, clients: int, off: bool) -> dict[str, Any]:
    """Each issues a letter of its own: the numbers are 1 to the last, each once."""
    # The first one has made the counter, so that all begin by reading the same row.
    first, *others = drafts(cast, clients + 1)
    issue_letter(cast["supervisor"], first, 1)
    if off:
        unprotect()
    said = go_together(
        clients, lambda number: done(issue_letter, cast["supervisor"], others[number], 1)
    )
    return {"said": dict(said), "numbers": numbers()}


def same(cast: Cast, clients: int, off: bool) -> dict[str, Any]:
    """All issue one letter: one does, and one number is given."""
    (draft,) = drafts(cast, 1)
    said = go_together(clients, lambda _: done(issue_letter, cast["supervisor"], draft, 1))
    return {"said": dict(said), "numbers": numbers()}


def drafting(cast: Cast, clients: int, off: bool) -> dict[str, Any]:
    """All draft from one finding, each with a form of their own: one draft stands."""
    found = finding(cast).pk
    if off:
        unprotect_findings()
    said = go_together(
        clients,
        lambda number: done(draft_letter, cast["supervisor"], "notice", [found], f"draft-{number}"),
    )
    drafted = Letter.objects.everywhere("counted by the test").count()
    return {"said": dict(said), "drafts": drafted}


def unprotect_findings() -> None:
    """Let everybody draft from a finding that they found unused, without a lock on it."""
    if connection.vendor == "postgresql":
        models.QuerySet.select_for_update = lambda self, **_: self  # type: ignore[method-assign]
        return
    # Each asked before the crowd came, when no letter rested on it.
    vars(letters)["_refuse_second"] = lambda _findings, _line: None


def numbers() -> list[int]:
    """The numbers that were given, in their order."""
    given = Letter.objects.everywhere("counted by the test").exclude(number=None)
    return sorted(number for number in given.values_list("number", flat=True) if number)


def unprotect() -> None:
    """Take the counter's protection away, and the database's own guards behind it."""
    for table, name in GUARDS:
        on = f" ON {table}" if connection.vendor == "postgresql" else ""
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TRIGGER {name}{on}")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("DROP INDEX a_letter_number_once")
        models.QuerySet.select_for_update = lambda self, **_: self  # type: ignore[method-assign]
        return
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX a_letter_number_once")
    last = LetterCounter.objects.get().last

    def early(_letter: Letter, _year: int) -> int:
        return last + 1

    vars(letters)["_next_number"] = early


def main() -> None:
    """Run one scenario and print what came of it."""
    scenario, clients, off = sys.argv[1], int(sys.argv[2]), "--off" in sys.argv
    call_command("migrate", verbosity=0)
    scenarios = {"each": each, "same": same, "drafting": drafting}
    outcome = scenarios[scenario](supervise(make_cast()), clients, off)
    outcome["broken"] = [*broken_promises(Letter), *broken_letters()]
    print(json.dumps(outcome, ensure_ascii=False))


if __name__ == "__main__":
    main()

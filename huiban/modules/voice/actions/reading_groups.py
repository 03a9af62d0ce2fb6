"""Read in a report which groups of people it concerns (涉及人群). What a worker said stays."""

from __future__ import annotations

from huiban.kernel.access.actor import SYSTEM, Actor
from huiban.kernel.moves.actions import note

from .. import kinds
from ..models import Case, Reading, Report
from ..rules_groups import BY_WORDS, BY_WORKER, as_many_as_fit, groups_in
from .steps import GROUPS, terms


def read_groups(case: Case, report: Report, reading: Reading) -> None:
    """Let a locked case concern the groups that its report tells of, unless a worker has said."""
    if case.groups_source == BY_WORKER:
        return
    found = groups_in(f"{report.title} {report.text}", terms(GROUPS))
    keep_groups(case, SYSTEM, as_many_as_fit(found), BY_WORDS)


def keep_groups(case: Case, actor: Actor, groups: str, source: str) -> None:
    """Keep a locked case's groups with who said them, and write the event; nothing where none moved.

    Words that tell of no group have said nothing, and are no source.
    """
    said_by = source if groups or source == BY_WORKER else ""
    if (case.groups, case.groups_source) == (groups, said_by):
        return
    before = case.groups
    case.groups, case.groups_source = groups, said_by
    case.save(update_fields=["groups", "groups_source"])
    note(case, actor, kinds.GROUPS_SAID, {"groups": groups, "before": before, "source": source})

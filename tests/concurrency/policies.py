"""A crowd of real client processes at one policy: the same form from all, or a draft from each.

python -m tests.concurrency.policies SCENARIO CLIENTS
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from tests.concurrency.crowd import done, go_together  # sets Django up

# isort: split
from django.core.management import call_command

from huiban.kernel.base import clock
from huiban.kernel.moves.proof import broken_promises
from huiban.modules.analysis.actions.policies import Wording, write_draft
from huiban.modules.analysis.actions.policy_comments import comment, consult
from huiban.modules.analysis.models import Policy, PolicyComment, PolicyDraft
from huiban.modules.analysis.tests.desk_of_policies import drafted, opened
from tests.cast import Cast, make_cast


def topics(cast: Cast, clients: int) -> dict[str, Any]:
    """All send one form of a topic: one topic is opened."""
    said = go_together(clients, lambda _: done(opened, cast))
    count = Policy.objects.everywhere("counted by the test").count()
    return {"said": dict(said), "effects": count}


def drafts(cast: Cast, clients: int) -> dict[str, Any]:
    """Each writes a second version on the first one: one stands, the others are told."""
    policy = drafted(cast)

    def write(number: int) -> str:
        wording = Wording("办法", "白话", f"第一条 {number}", "改了一处")
        return done(partial(write_draft, seen=1), cast["group_officer"], policy.pk, wording)

    said = go_together(clients, write)
    numbers = sorted(PolicyDraft.objects.values_list("number", flat=True))
    return {"said": dict(said), "effects": numbers}


def comments(cast: Cast, clients: int) -> dict[str, Any]:
    """All send one comment under one key: one is kept."""
    policy = drafted(cast)
    today = clock.local(clock.now()).date()
    consult(cast["group_officer"], policy.pk, today, today + timedelta(days=10), seen=1)
    said = go_together(clients, lambda _: done(comment, policy.code, "好", "one-key-of-a-form"))
    return {"said": dict(said), "effects": PolicyComment.objects.count()}


SCENARIOS: dict[str, Callable[[Cast, int], dict[str, Any]]] = {
    "topics": topics,
    "drafts": drafts,
    "comments": comments,
}


def main() -> None:
    """Run one scenario and print what came of it."""
    scenario, clients = sys.argv[1], int(sys.argv[2])
    call_command("migrate", verbosity=0)
    outcome = SCENARIOS[scenario](make_cast(), clients)
    outcome["broken"] = list(broken_promises(Policy))
    print(json.dumps(outcome, ensure_ascii=False))


if __name__ == "__main__":
    main()

"""After the load, the books are proved: speed that breaks a promise counts for nothing."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from huiban.kernel.events.models import ChainHead, Event
from huiban.kernel.events.seals import broken_chains
from huiban.kernel.moves.proof import broken_promises
from huiban.modules.voice.models import Case

MANY_EVENTS = 1_000_000
CHAINS_OF_A_SAMPLE = 100_000
# As many as one statement may name.
AT_ONCE = 500


def prove() -> dict[str, Any]:
    """What was proved and what was found; beyond a million events every nth chain is proved."""
    events = Event.objects.count()
    chains = ChainHead.objects.count()
    broken = list(islice(_broken_chains(events, chains), 10))
    promises = list(islice(broken_promises(Case), 10))
    return {
        "events": events,
        "chains": chains,
        "chains_proved": chains if events <= MANY_EVENTS else min(chains, CHAINS_OF_A_SAMPLE),
        "broken_chains": broken,
        "broken_promises": promises,
    }


def _broken_chains(events: int, chains: int) -> Iterator[str]:
    if events <= MANY_EVENTS:
        yield from broken_chains()
        return
    step = max(1, chains // CHAINS_OF_A_SAMPLE)
    keys = ChainHead.objects.order_by("pk").values_list("pk", flat=True).iterator()
    sample = islice(keys, 0, step * CHAINS_OF_A_SAMPLE, step)
    while part := [str(key) for key in islice(sample, AT_ONCE)]:
        yield from broken_chains(part)


def holds(proof: dict[str, Any]) -> bool:
    """Whether nothing was found."""
    return not proof["broken_chains"] and not proof["broken_promises"]


def in_words(proof: dict[str, Any]) -> str:
    """The proof in a line."""
    if holds(proof):
        return f"核对：{proof['events']} 个事件，{proof['chains_proved']} 条事件链完好，待办承诺无一落空"
    return "核对不符：" + "；".join([*proof["broken_chains"], *proof["broken_promises"]])

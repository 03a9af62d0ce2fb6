"""A long history that several benchmarks read: loaded and counted once, however many read it.

Every case has twenty events, as the aim of the one screen has it: a million cases, twenty million.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from bench import bulk
from bench.district import District, furnish
from huiban.cli.analysis import BATCH
from huiban.cli.outcomes import say
from huiban.kernel.events.models import Event
from huiban.modules.analysis.actions.folding import fold_all
from huiban.modules.analysis.models import Count

EVENTS_A_CASE = 20


@dataclass(frozen=True)
class Folded:
    """How long the counting of so many events took, and how many counts there are since."""

    events: int
    seconds: float
    counts: int

    def __str__(self) -> str:
        speed = self.events / self.seconds if self.events else 0
        return (
            f"{self.events} 个事件 {self.seconds:.1f} 秒（每秒 {speed:.0f}），计数 {self.counts} 行"
        )


class History:
    """The cases of the place, and how they were counted."""

    def __init__(self) -> None:
        self.district: District = furnish()
        self.cases = 0
        self.folded: list[Folded] = []

    def bring_to(self, cases: int) -> None:
        """Add what is missing to so many cases, and count it as `huiban analysis fold` does."""
        missing = cases - self.cases
        if missing <= 0:
            return
        say(f"bench: 装到 {cases} 件，每件 {EVENTS_A_CASE} 个事件")
        bulk.load_cases(self.district, missing, events_per_case=EVENTS_A_CASE)
        self.cases = cases
        say(f"bench: 把 {Event.objects.count()} 个事件折成计数")
        began = time.perf_counter()
        done = fold_all(BATCH)
        self.folded.append(Folded(done, time.perf_counter() - began, Count.objects.count()))
        say(f"bench: {self.folded[-1]}")

    def note(self) -> str:
        """What the counting took, for beside a benchmark's figures."""
        return "折算另计：" + "；".join(map(str, self.folded))


_here: list[History] = []


def history() -> History:
    """The history of this process's place, empty at first; the same one for all who ask."""
    if not _here:
        _here.append(History())
    return _here[0]

"""What became of a file's rows, and the landing of rows in short transactions."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol, TypeVar

from django.db import transaction

from huiban.kernel.base.errors import Refusal
from huiban.kernel.base.tables import Row

# Nobody who writes at the same time should wait longer than this for an import.
BATCH_SECONDS = 0.03


class Fate(Enum):
    """What a row did when it landed."""

    LANDED = "landed"
    CHANGED = "changed"
    ALREADY_THERE = "already there"


@dataclass(frozen=True)
class RefusedRow:
    """A row that wasn't taken, with the reason as a sentence."""

    row: Row
    reason: str


@dataclass
class Outcome:
    """The count of an import. `left_out` are rows that weren't asked for; they aren't in `read`."""

    read: int = 0
    left_out: int = 0
    counts: dict[Fate, int] = field(default_factory=lambda: dict.fromkeys(Fate, 0))
    refused: list[RefusedRow] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def summary(self) -> str:
        """The last line of a command: its numbers always add up to those read."""
        fates = ", ".join(f"{fate.value} {self.counts[fate]}" for fate in Fate)
        return f"read {self.read}, {fates}, refused {len(self.refused)}"

    def refuse(self, row: Row, reason: str) -> None:
        """Note a row that wasn't taken."""
        self.refused.append(RefusedRow(row, reason))


class Line(Protocol):
    """Anything made from a row of the file."""

    @property
    def row(self) -> Row: ...


L = TypeVar("L", bound=Line)


def land_all(lines: Iterable[L], land: Callable[[L], Fate], outcome: Outcome) -> None:
    """Land each line, a refused one leaving nothing, in transactions of some 30 milliseconds."""
    waiting = deque(lines)
    while waiting:
        with transaction.atomic():
            began = time.monotonic()
            _land_one(waiting.popleft(), land, outcome)
            while waiting and time.monotonic() - began < BATCH_SECONDS:
                _land_one(waiting.popleft(), land, outcome)


def _land_one(line: L, land: Callable[[L], Fate], outcome: Outcome) -> None:
    try:
        with transaction.atomic():
            outcome.counts[land(line)] += 1
    except Refusal as refusal:
        outcome.refuse(line.row, refusal.message)

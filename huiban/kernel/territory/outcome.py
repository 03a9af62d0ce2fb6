"""What became of a file's rows, and the landing of rows in short transactions."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
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
    """Anything made from a row of the file; two are equal that say the same."""

    @property
    def row(self) -> Row: ...


class NamedLine(Line, Protocol):
    """A line about something with a code and a name."""

    @property
    def code(self) -> str: ...

    @property
    def name(self) -> str: ...


L = TypeVar("L", bound=Line)
N = TypeVar("N", bound=NamedLine)


def distinct(lines: Iterable[N], outcome: Outcome) -> Iterator[N]:
    """The first line of each code; one that repeats it is there already, another is refused."""
    first: dict[str, N] = {}
    for line in lines:
        before = first.setdefault(line.code, line)
        if before is line:
            yield line
        elif before == line:
            outcome.counts[Fate.ALREADY_THERE] += 1
        else:
            outcome.refuse(
                line.row,
                f"编码“{line.code}”在第{before.row.number}行已是“{before.name}”，"
                "两行说的不一样。请核对编码，只留一行。",
            )


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

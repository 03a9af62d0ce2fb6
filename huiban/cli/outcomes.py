"""How a command ends: its exit codes, and which stream a word belongs on."""

from __future__ import annotations

import sys

from huiban.kernel.base.errors import Refusal

DONE = 0
OFF = 1
WRONG_USE = 2
INTERRUPTED = 130


class WrongUse(Refusal):
    """The command can't be used like this, or a file can't be read: exit 2, nothing was done."""


def say(text: str) -> None:
    """Progress, warnings, problems: to standard error."""
    print(text, file=sys.stderr, flush=True)


def tell(text: str) -> None:
    """A result: to standard output. The last line told is the summary."""
    print(text, flush=True)

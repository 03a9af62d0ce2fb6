"""The two scales on which a resident rates, as the page draws them."""

from __future__ import annotations

from dataclasses import dataclass

from huiban.modules.voice import wording


@dataclass(frozen=True)
class Choice:
    """One card of a scale: what is sent, what it says, and its sign."""

    value: str
    label: str
    icon: str


VERDICTS = tuple(
    Choice(value, wording.VERDICTS[value], icon)
    for value, icon in (("solved", "check"), ("partly", "half"), ("not_solved", "x"))
)
SATISFACTIONS = tuple(
    Choice(value, wording.SATISFACTIONS[value], icon)
    for value, icon in (("satisfied", "smile"), ("basically", "meh"), ("not_satisfied", "frown"))
)

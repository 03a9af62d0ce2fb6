"""政策衔接: where a handbook learns which themes became policies. Whoever follows them says so here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass

from huiban.kernel.territory.models import Unit

from ..reckoning.months import Period
from .canonical import Section


@dataclass(frozen=True)
class PolicyLine:
    """A policy as a handbook tells of it: its topic, where it stands, what changed since, in words."""

    topic: str
    state: str
    effect: str = ""


Reader = Callable[[Unit, Period], Iterable[PolicyLine]]
_readers: list[Reader] = []


def read_policies_with(reader: Reader) -> Reader:
    """Let a function say which policies of a unit were under way in a period."""
    _readers.append(reader)
    return reader


def policies(unit: Unit, period: Period) -> list[Section]:
    """All policies of the unit that anybody knows of, in the order told."""
    return [asdict(line) for reader in _readers for line in reader(unit, period)]

"""How references are told in the lake: units by their codes, cases and other records by pseudonyms."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pyarrow as pa

from huiban.kernel.territory.models import Unit
from huiban.modules.analysis.folding.log import text_of
from huiban.modules.supervision.exporting.facts import fact_of
from huiban.modules.supervision.exporting.source import pseudonym

from ..names import NO_DISTRICT
from .raw import CASE

Told = Callable[[str], str | None]


@dataclass(frozen=True)
class References:
    """The codes of all units, by identifier as text, as they were when this was made."""

    codes: Mapping[str, str]

    def unit(self, key: str) -> str | None:
        """A unit's code; "" for none, None for one that isn't there."""
        return self.codes.get(_dashed(key)) if key else ""

    def district(self, key: str) -> str:
        """The code of an event's district."""
        return self.unit(key) or NO_DISTRICT

    def subject(self, subject_type: str, key: str) -> str:
        """The pseudonym of a record; of a case the same as in exports for process mining."""
        return pseudonym("case" if subject_type == CASE else subject_type, _dashed(key))

    def case(self, key: str) -> str | None:
        """A case's pseudonym; "" for none, None for what is no reference."""
        if not key:
            return ""
        try:
            return self.subject(CASE, str(UUID(key)))
        except ValueError:
            return None


def references() -> References:
    """What the territory is now."""
    rows = Unit.objects.values_list("pk", "code")
    return References({str(key): code for key, code in rows})


def code(value: str) -> str | None:
    """A code as it may leave, a list of codes with + between; None for anything else."""
    if not value:
        return ""
    if value.startswith("["):
        value = value.strip("[]").replace('"', "").replace(",", "+").replace(" ", "")
        if not value:
            return ""
    fact = fact_of("", value)
    return fact.value if fact else None


def translated(column: pa.Array | pa.ChunkedArray, tell: Told) -> pa.DictionaryArray:
    """The column with each of its different values told once; those that aren't told are null."""
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    coded = whole.dictionary_encode()
    told = pa.array([tell(value) for value in coded.dictionary.to_pylist()], pa.string())
    return pa.DictionaryArray.from_arrays(coded.indices, told).cast(pa.string())


def distinct(column: Any) -> Iterable[str]:
    """The different values of a column of text."""
    found: list[str] = column.unique().to_pylist()
    return found


def _dashed(key: str) -> str:
    return text_of(key)

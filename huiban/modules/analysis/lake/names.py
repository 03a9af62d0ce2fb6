"""What the files of a lake are called, and what their names say. Pure.

    events/district=CODE/month=YYYY-MM/part-FIRST-LAST-LAKE.parquet
    cases/district=CODE/month=YYYY-MM/part-POSITION-LAKE.parquet
    units/part-DIGEST-LAKE.parquet
    manifests/LAKE.json
    manifests/LAKE.going

LAKE tells the installations apart that share a root, each of which writes its own files only. Files
of a lake that was written anew say before it for which time: part-FIRST-LAST-g1-LAKE.parquet.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

EVENTS, CASES, UNITS = "events", "cases", "units"
TABLES = (EVENTS, CASES, UNITS)
MANIFESTS = "manifests"
# Of events that belong to no district.
NO_DISTRICT = "none"

_LAKE = r"[0-9a-f]{8}"
_SPECIAL = re.compile(r"[\x00-\x1f\x7f\"#%'*/:=?\\{}\[\]^]")
_PART = re.compile(rf"(?:{'|'.join(TABLES)})/(?:.*/)?part-[0-9a-z-]+-({_LAKE})\.parquet")
_MANIFEST = re.compile(rf"{MANIFESTS}/({_LAKE})\.json")
_GOING = re.compile(rf"{MANIFESTS}/{_LAKE}\.going")


@dataclass(frozen=True, order=True)
class Partition:
    """A part of a table that is written and repaired as one. Units have a single one."""

    table: str
    district: str = ""
    month: str = ""

    @property
    def folder(self) -> str:
        """Where its files lie, below the root."""
        if self.table == UNITS:
            return UNITS
        return f"{self.table}/district={_escaped(self.district)}/month={self.month}"

    def part(self, label: str, lake: str) -> str:
        """The path of a file of this partition; the label tells it from the others."""
        return f"{self.folder}/part-{label}-{lake}.parquet"


def _escaped(value: str) -> str:
    """A value as all readers of such folders take it: only these are percent-encoded.

    Spark reads each encoded byte as a character, so what isn't ASCII has to stand as it is.
    """
    return _SPECIAL.sub(lambda found: f"%{ord(found[0]):02X}", value)


def manifest_path(lake: str) -> str:
    """Where the manifest of an installation lies."""
    return f"{MANIFESTS}/{lake}.json"


def going_path(lake: str) -> str:
    """Where an installation keeps how far it has come with what no manifest names yet."""
    return f"{MANIFESTS}/{lake}.going"


def lake_of_manifest(path: str) -> str:
    """Whose manifest it is; "" for a file that is none."""
    found = _MANIFEST.fullmatch(path)
    return found[1] if found else ""


def is_going(path: str) -> bool:
    """Whether the file says how far an installation has come."""
    return _GOING.fullmatch(path) is not None


def lake_of_part(path: str) -> str:
    """Whose file of a table it is; "" for a file that is none."""
    found = _PART.fullmatch(path)
    return found[1] if found else ""

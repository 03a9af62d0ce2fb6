"""The manifest of an installation's part of the lake: which files count, and what they hold. Pure.

A file that no manifest names isn't there for any reader. So a run that is killed leaves at most
files that nobody sees, and a manifest that is replaced in one step is the moment at which what was
written counts. How far a run has come is kept in the same form beside it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace

from huiban.kernel.base.errors import Refusal

from .names import Partition

FORMAT = 1


@dataclass(frozen=True)
class Part:
    """A file: where it lies, what it holds, and what proves that it is whole.

    `first` and `last` are the positions of its first and last event; of cases and units both are
    the position up to which they are told.
    """

    path: str
    table: str
    district: str
    month: str
    rows: int
    bytes: int
    sha256: str
    first: int
    last: int

    @property
    def partition(self) -> Partition:
        """Which partition it belongs to."""
        return Partition(self.table, self.district, self.month)


@dataclass(frozen=True)
class Manifest:
    """What an installation has in the lake.

    `events` is the position up to which events are there, `cases` that up to which cases are told,
    and `anchor` the hash of the event at `events`: it tells this log from any other. Another `shape`
    says that the same would be told in other columns now; `generation` counts how often that made it
    be written anew.
    """

    lake: str
    shape: str = ""
    events: int = 0
    cases: int = 0
    anchor: str = ""
    parts: dict[str, Part] = field(default_factory=dict)
    generation: int = 0

    def label(self, told: str) -> str:
        """What tells a file from the others of its partition: no generation's files bear another's names."""
        return f"{told}-g{self.generation}" if self.generation else told

    def of(self, partition: Partition) -> list[Part]:
        """The files of a partition, in the order of their events."""
        found = (part for part in self.parts.values() if part.partition == partition)
        return sorted(found, key=lambda part: part.first)

    def of_table(self, table: str) -> list[Part]:
        """The files of a table, by path."""
        return [part for path, part in sorted(self.parts.items()) if part.table == table]

    def with_parts(self, come: Iterable[Part], go: Iterable[Part] = ()) -> Manifest:
        """The same with other files."""
        gone = {part.path for part in go}
        kept = {path: part for path, part in self.parts.items() if path not in gone}
        return replace(self, parts=kept | {part.path: part for part in come})

    def dump(self) -> bytes:
        """As it is written: the same manifest is the same bytes."""
        told = {
            "format": FORMAT,
            "lake": self.lake,
            "shape": self.shape,
            "events": self.events,
            "cases": self.cases,
            "anchor": self.anchor,
            "generation": self.generation,
            "parts": [asdict(part) for _path, part in sorted(self.parts.items())],
        }
        return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()


def load(path: str, text: bytes) -> Manifest:
    """The reverse of `dump`. Raises Refusal for anything else."""
    try:
        told = json.loads(text)
        if told["format"] != FORMAT:
            raise Refusal(
                f"数据湖的清单 {path} 是另一版程序写的（格式 {told['format']}）。"
                "请用写它的版本，或把数据湖移走后重新运行 huiban lake export。"
            )
        parts = [Part(**part) for part in told["parts"]]
        return Manifest(
            told["lake"],
            told["shape"],
            told["events"],
            told["cases"],
            told["anchor"],
            {part.path: part for part in parts},
            told.get("generation", 0),
        )
    except (ValueError, KeyError, TypeError) as problem:
        raise BrokenManifest(
            f"数据湖的清单 {path} 读不出来（{type(problem).__name__}）。"
            "请在写它的那台机器上运行 huiban lake export，会按日志重新写好。"
        ) from None


class BrokenManifest(Refusal):
    """A manifest that isn't one; export writes it anew."""

"""What came of each learning: kept beside the models, a line a try."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

TRIES = "category-tries.jsonl"


@dataclass(frozen=True)
class Try:
    """A model was learnt and tried beside the one in use, on the same held back cases."""

    at: str
    version: str
    before: str
    lessons: int
    held_back: int
    macro_f1: float
    macro_f1_before: float
    used: bool

    @property
    def moment(self) -> datetime:
        """When it was tried."""
        return datetime.fromisoformat(self.at)

    @property
    def percent(self) -> float:
        """The new model's macro-F1 of a hundred."""
        return round(100 * self.macro_f1, 1)

    @property
    def percent_before(self) -> float:
        """The same of the model that was in use."""
        return round(100 * self.macro_f1_before, 1)


def keep_try(folder: Path, tried: Try) -> None:
    """Add a line."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / TRIES).open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(tried), ensure_ascii=False) + "\n")


def read_tries(folder: Path, most: int = 30) -> list[Try]:
    """The newest tries first; a line that can't be read is left out."""
    try:
        lines = (folder / TRIES).read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    found = []
    for line in reversed(lines):
        try:
            found.append(Try(**json.loads(line)))
        except (ValueError, TypeError):
            continue
    return found[:most]

"""What a benchmark found: rows of figures, shown as a table and kept as JSON."""

from __future__ import annotations

import json
import statistics
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class Result:
    """Figures of one run on one database."""

    title: str
    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    details: dict[str, Any] = field(default_factory=dict)

    def table(self) -> str:
        """The rows under their columns, each as wide as its widest cell."""
        cells = [self.columns, *(tuple(map(shown, row)) for row in self.rows)]
        widths = [max(width_of(line[at]) for line in cells) for at in range(len(self.columns))]
        return "\n".join(
            "  ".join(
                " " * (width - width_of(cell)) + cell
                for cell, width in zip(line, widths, strict=True)
            )
            for line in cells
        )


def shown(value: Any) -> str:
    """A figure with three digits that matter; anything else as it is."""
    if not isinstance(value, float):
        return "–" if value is None else str(value)
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def width_of(text: str) -> int:
    """How many columns a text takes; a Chinese character takes two."""
    return sum(1 + (unicodedata.east_asian_width(character) in "WF") for character in text)


def percentile(values: Sequence[float], share: float) -> float:
    """The nearest-rank percentile (share of 1) of values in any order; 0 of none."""
    ordered = sorted(values)
    if not ordered:
        return 0.0
    return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered) + 0.5) - 1))]


def median(values: Sequence[float]) -> float:
    """The median; 0 of none."""
    return statistics.median(values) if values else 0.0


def keep(folder: Path, name: str, key: str, found: dict[str, Any]) -> Path:
    """Put the run into NAME.json under its key, beside the runs on other databases."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.json"
    kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    kept[key] = found
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    draft.replace(path)
    return path

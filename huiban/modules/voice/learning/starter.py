"""What a district without a history begins to learn from: sentences that this project wrote."""

from __future__ import annotations

import tomllib
from pathlib import Path

FILE = Path(__file__).with_name("starter.toml")


def starter_examples() -> list[tuple[str, str]]:
    """Each telling and phrase of the starter with its category's code, in the file's order.

    They are few, and their share says nothing about how often a matter comes up.
    """
    told = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return [
        (text, code) for code, kept in told.items() for text in (*kept["says"], *kept["phrases"])
    ]

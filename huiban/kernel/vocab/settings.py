"""Settings that a district may change, each declared by the package that uses it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Setting:
    """A declared setting: its key, what holds until a district says otherwise, and its meaning.

    `label` is how the desk calls it. A whole number lies between `least` and `most`.
    """

    key: str
    default: Any
    meaning: str
    label: str
    least: int = 1
    most: int = 10_000


SETTINGS: dict[str, Setting] = {}


def declare(
    key: str, default: Any, meaning: str, label: str, *, least: int = 1, most: int = 10_000
) -> str:
    """Declare a setting and return its key. Raises ValueError for a key declared twice."""
    if key in SETTINGS:
        raise ValueError(f"the setting {key} is declared twice")
    SETTINGS[key] = Setting(key, default, meaning, label, least, most)
    return key


WORKING_HOURS = declare(
    "calendar.working_hours",
    [["08:30", "12:00"], ["14:00", "17:30"]],
    "Shifts of a working day, local time; working hours and days of a clock count only these.",
    "工作时间",
)

"""Further entries of a place's page, registered by the faces of later modules.

A module that has something for the people who live at a place (a notice board, a canteen, a vote)
registers one entry; the place's page lists what answers, and knows none of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """A line on the place's page. `icon` is one of ICON_NAMES in huiban/cli/assets.py.

    `address` is given the tag's token and answers where the line leads, or an empty string where
    the place has nothing of that kind.
    """

    key: str
    title: str
    meaning: str
    icon: str
    address: Callable[[str], str]
    position: int = 100


@dataclass(frozen=True)
class EntryLine:
    """An entry as one place shows it."""

    title: str
    meaning: str
    icon: str
    href: str


_entries: dict[str, Entry] = {}


def register(entry: Entry) -> None:
    """Add an entry. Raises ValueError for a key that is taken."""
    if entry.key in _entries:
        raise ValueError(f"the entry {entry.key} is registered twice")
    _entries[entry.key] = entry


def entries_at(token: str) -> list[EntryLine]:
    """The entries that the tag's place has, by position."""
    ordered = sorted(_entries.values(), key=lambda entry: (entry.position, entry.key))
    answered = ((entry, entry.address(token)) for entry in ordered)
    return [EntryLine(e.title, e.meaning, e.icon, href) for e, href in answered if href]

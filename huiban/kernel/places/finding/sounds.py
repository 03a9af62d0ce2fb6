"""How characters are read, without tones: what a voice keyboard mistakes for one another.

What many speakers don't tell apart counts as one sound: zh and z, sh and s, n and l, ing and in.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

_TABLE = Path(__file__).with_name("sounds.txt")


def sounds_of(sign: str) -> tuple[str, ...]:
    """The readings of a character; a sign that isn't in the table is read as itself."""
    return _readings().get(sign) or (sign,)


def alike(one: str, other: str) -> bool:
    """Whether two characters can be read the same."""
    return one == other or not set(sounds_of(one)).isdisjoint(sounds_of(other))


@cache
def _readings() -> dict[str, tuple[str, ...]]:
    # A dictionary of phrases would read 行长 right, for fifty megabytes in every process.
    found: dict[str, tuple[str, ...]] = {}
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        reading, signs = line.split()
        sound = _sound(reading)
        for sign in signs:
            if sound not in found.get(sign, ()):
                found[sign] = (*found.get(sign, ()), sound)
    return found


def _sound(reading: str) -> str:
    softened = re.sub(r"^([zcs])h", r"\1", reading)
    levelled = re.sub(r"^n(?=[aeiouv])", "l", softened)
    return re.sub(r"([ie])ng$", r"\1n", levelled)

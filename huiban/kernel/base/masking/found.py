"""What can be found in a text, and which kinds there are."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a part of a text is, as far as it points to a person."""

    PHONE = "phone"
    IDENTITY = "identity"
    CARD = "card"
    DOCUMENT = "document"
    PLATE = "plate"
    EMAIL = "email"
    ACCOUNT = "account"
    HOME = "home"
    NAME = "name"


ALL = frozenset(Kind)
# Whoever handles a matter has to go to the flat and to find the car.
HANDLING = ALL - {Kind.HOME, Kind.PLATE}


@dataclass(frozen=True, slots=True)
class Found:
    """Characters `start` up to `end` of a text, what they are, and what stands there instead."""

    start: int
    end: int
    kind: Kind
    masked: str

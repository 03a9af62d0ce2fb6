"""What may happen and who hears of it: kinds of events, reactions, timers.

A kind is declared with the version and the names of its payload; a payload holds identifiers,
codes, numbers and times, never a name, a telephone number or free text.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .models import Delivery, Event

# Codes may be longer than this nowhere; free text soon is.
LONGEST_WORD = 80
_PLAIN = re.compile(r"^[\w.:/@+\-]*$")


@dataclass(frozen=True)
class Kind:
    """A declared kind of event."""

    name: str
    version: int
    fields: frozenset[str]
    meaning: str


@dataclass(frozen=True)
class Reaction:
    """A named listener. It runs in the transaction that also completes its delivery."""

    name: str
    run: Callable[[Event], None]


@dataclass(frozen=True)
class Timer:
    """A named alarm. It runs when its delivery falls due, in the transaction that completes it."""

    name: str
    run: Callable[[Delivery], None]


KINDS: dict[str, Kind] = {}
REACTIONS: dict[str, Reaction] = {}
LISTENERS: dict[str, list[str]] = defaultdict(list)
TIMERS: dict[str, Timer] = {}


def declare(name: str, fields: str, meaning: str, version: int = 1) -> str:
    """Declare a kind of event with its payload's field names (a spaced list); returns the name."""
    if name in KINDS:
        raise ValueError(f"the event {name} is declared twice")
    KINDS[name] = Kind(name, version, frozenset(fields.split()), meaning)
    return name


def reaction(name: str, *kinds: str) -> Callable[[Callable[[Event], None]], Callable[..., None]]:
    """Let a function hear of these kinds; each event becomes one delivery to it."""

    def register(run: Callable[[Event], None]) -> Callable[[Event], None]:
        if name in REACTIONS:
            raise ValueError(f"the reaction {name} is declared twice")
        REACTIONS[name] = Reaction(name, run)
        for kind in kinds:
            LISTENERS[kind].append(name)
        return run

    return register


def timer(name: str) -> Callable[[Callable[[Delivery], None]], Callable[..., None]]:
    """Let a function answer an alarm set by `actions.set_timer` under that name.

    It may ring just as its subject moves on, so it locks the subject and looks before it acts.
    """

    def register(run: Callable[[Delivery], None]) -> Callable[[Delivery], None]:
        if name in TIMERS:
            raise ValueError(f"the timer {name} is declared twice")
        TIMERS[name] = Timer(name, run)
        return run

    return register


def checked_payload(kind: str, payload: dict[str, Any]) -> dict[str, Any]:
    """The payload, if it is what the kind declares; ValueError or KeyError otherwise."""
    declared = KINDS[kind]
    if frozenset(payload) != declared.fields:
        raise ValueError(f"{kind} carries {sorted(payload)}, declared {sorted(declared.fields)}")
    for name, value in payload.items():
        if isinstance(value, str) and (len(value) > LONGEST_WORD or not _PLAIN.match(value)):
            raise ValueError(f"{kind}.{name} looks like free text; events hold codes only")
    return payload

"""The words of the demonstration, read from `texts/`, with their gaps filled in."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

FOLDER = Path(__file__).parent / "texts"
MATTERS = ("home", "yard", "street", "people")


@dataclass(frozen=True)
class Matter:
    """Something that residents report, and the answers that fit it."""

    category: str
    says: str
    answers: tuple[str, ...]
    danger: bool = False


@dataclass(frozen=True)
class Question:
    """What a desk asks, and what may be replied; None where it fits in and out of doors."""

    asks: str
    replies: Sequence[str]
    indoors: bool | None


@dataclass(frozen=True)
class Texts:
    """All that can be said: matters by category, words by occasion, reports that are diverted."""

    matters: Mapping[str, tuple[Matter, ...]]
    words: Mapping[str, Sequence[str]]
    diversions: Mapping[str, Sequence[str]]
    questions: Sequence[Question]
    slots: Mapping[str, Sequence[str]]

    def ordinary(self, category: str) -> tuple[Matter, ...]:
        """The category's matters without danger."""
        return tuple(matter for matter in self.matters[category] if not matter.danger)

    def dangerous(self) -> tuple[Matter, ...]:
        """The matters with danger, of all categories."""
        return tuple(m for matters in self.matters.values() for m in matters if m.danger)


@cache
def texts() -> Texts:
    """The words, read once."""
    matters = {
        category: tuple(_matter(category, told) for told in rows)
        for name in MATTERS
        for category, rows in _read(name).items()
    }
    desk = _read("desk")
    questions = [
        Question(told["asks"], told["replies"], told.get("indoors")) for told in desk["questions"]
    ]
    return Texts(matters, desk["words"], desk["diversions"], questions, desk["slots"])


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def _matter(category: str, told: dict[str, Any]) -> Matter:
    return Matter(category, told["says"], tuple(told["answers"]), told.get("danger", False))


def word(rng: Random, occasion: str) -> str:
    """Something that is said on that occasion."""
    return rng.choice(texts().words[occasion])


def question(rng: Random, *, indoors: bool) -> Question:
    """Something that a desk asks about a matter in or out of doors."""
    return rng.choice([told for told in texts().questions if told.indoors in (None, indoors)])


def filled(text: str, gaps: Mapping[str, str]) -> str:
    """The text with its gaps filled in."""
    return text.format_map(gaps)


def gaps_for(rng: Random, building: str, floors: int, entrances: int) -> dict[str, str]:
    """What fills the gaps of one story: the same throughout it."""
    slots = texts().slots
    return {
        "building": building,
        "entrance": f"{rng.randint(1, max(1, entrances))}单元",
        "floor": str(rng.randint(2, max(2, floors))),
        **{name: rng.choice(slots[name]) for name in ("when", "time", "days")},
    }


def as_told(rng: Random, text: str) -> str:
    """The words with the way that somebody begins and ends."""
    slots = texts().slots
    return rng.choice(slots["begins"]) + text + rng.choice(slots["ends"])


def as_answered(rng: Random, text: str, *, led_by: str = "") -> str:
    """The answer with the way that a desk begins and ends; `led_by` names who had to step in."""
    slots = texts().slots
    begins = f"已由{led_by}牵头协调。" if led_by else rng.choice(slots["answer_begins"])
    return begins + text + rng.choice(slots["answer_ends"])

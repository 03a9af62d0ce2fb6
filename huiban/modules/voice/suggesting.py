"""The category model as this process has it: loaded once, and anew when another is in use."""

from __future__ import annotations

import time as wall
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from huiban.kernel.base.errors import Refusal

from .categories import category_code
from .learning.categories.explaining import words_for
from .learning.categories.features import read_text
from .learning.categories.model import Model
from .learning.categories.start import first_version, model_in_use_or_first
from .learning.categories.store import version_in_use

# How long a process trusts that the model it has is the one in use.
TRUST_SECONDS = 10.0
CHOICES = 3


@dataclass
class _Loaded:
    folder: Path
    model: Model
    checked: float


@dataclass(frozen=True)
class Suggested:
    """A category that the words speak for: its code, how likely, and which words they were."""

    code: str
    confidence: float
    words: tuple[str, ...]


_loaded: _Loaded | None = None


def models_folder() -> Path:
    """Where this installation keeps its models."""
    return Path(settings.DATA) / "models"


def model() -> Model:
    """The model in use; the first one, where none was trained. Raises Refusal for a broken file."""
    global _loaded
    folder, moment = models_folder(), wall.monotonic()
    if _loaded is not None and _loaded.folder == folder:
        if moment - _loaded.checked < TRUST_SECONDS:
            return _loaded.model
        wanted = version_in_use(folder) or first_version()
        if wanted == _loaded.model.version:
            _loaded.checked = moment
            return _loaded.model
    _loaded = _Loaded(folder, model_in_use_or_first(folder), moment)
    return _loaded.model


def suggest_categories(title: str, body: str) -> tuple[str, list[Suggested]]:
    """The model's version, and up to three categories of this district, the likeliest first.

    A model speaks of categories by code or by name; what this district hasn't is left out.
    """
    used, text = model(), read_text(title, body)
    found = [
        Suggested(code, choice.confidence, tuple(words_for(used, text, choice.category)))
        for choice in used.suggest(text, most=CHOICES)
        if (code := _code_of(choice.category))
    ]
    return used.version, found


def _code_of(told: str) -> str:
    try:
        return category_code(told)
    except Refusal:
        return ""

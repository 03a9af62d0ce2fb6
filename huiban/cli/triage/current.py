"""The model that the command line judges and suggests with."""

from __future__ import annotations

from huiban.cli.outcomes import say
from huiban.modules.voice.learning.categories.model import Model
from huiban.modules.voice.learning.categories.start import model_in_use_or_first
from huiban.modules.voice.learning.categories.store import version_in_use

from .models import models_folder


def model_in_use() -> Model:
    """The model in use; where none was ever trained, the one to start with, and that is said."""
    folder = models_folder()
    if not version_in_use(folder):
        say("huiban: 还没有训练过，用起步模型（按起步词表学的）")
    return model_in_use_or_first(folder)

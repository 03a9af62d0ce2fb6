"""What every module brings to begin with, the lower ones first."""

from __future__ import annotations

from datetime import date

from huiban.kernel.vocab.actions import BEGINNING
from huiban.modules.analysis import reference as analysis
from huiban.modules.supervision import reference as supervision
from huiban.modules.voice import reference as voice


def load_starters(valid_from: date = BEGINNING) -> int:
    """Load every module's starter vocabularies, rules and roles; how many were new or changed."""
    return voice.load(valid_from) + supervision.load() + analysis.load()

"""The starter levels of letters and the ladder between them, as dated data that a district edits."""

from __future__ import annotations

from datetime import date
from typing import Any

from huiban.kernel.vocab.actions import BEGINNING, load_terms

LEVELS = "supervision.levels"
LADDER = "supervision.ladder"

# `word` stands before the year in a letter's number. `reply_days` are working days.
LEVEL_TERMS: tuple[dict[str, Any], ...] = (
    {"code": "notice", "name": "提示单", "data": {"word": "监提", "reply_days": 5}},
    {"code": "warning", "name": "预警函", "data": {"word": "监警", "reply_days": 5}},
    {"code": "order", "name": "督办单", "data": {"word": "监督", "reply_days": 3}},
    {"code": "summons", "name": "通报（约谈）", "data": {"word": "监通", "reply_days": 3}},
)
# From which level a cause leads to which. `late_days` are working days past the due day, `times`
# how often a reply was found insufficient. A rung suggests; a person decides.
LADDER_TERMS: tuple[dict[str, Any], ...] = tuple(
    {
        "code": f"{level}_{cause}",
        "name": name,
        "data": {"level": level, "cause": cause, "next": following, **least},
    }
    for level, following in (("notice", "warning"), ("warning", "order"), ("order", "summons"))
    for cause, name, least in (
        ("late", "逾期未回复", {"late_days": 1}),
        ("insufficient", "整改不到位", {"times": 1}),
    )
)


def load_letter_words(valid_from: date = BEGINNING) -> int:
    """Put the starter levels and ladder in force; how many words were new or changed."""
    return load_terms(LEVELS, LEVEL_TERMS, valid_from) + load_terms(
        LADDER, LADDER_TERMS, valid_from
    )

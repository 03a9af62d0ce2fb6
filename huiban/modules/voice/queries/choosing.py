"""The categories that a worker is offered for a case: the suggested ones first, in words."""

from __future__ import annotations

from dataclasses import dataclass

from huiban.kernel.access.actor import Actor
from huiban.kernel.base.masking import mask
from huiban.kernel.duties.models import Duty
from huiban.kernel.vocab.queries import setting, words

from .. import kinds, permits
from ..categories import BETWEEN, path_of
from ..models import Case, Reading, Report
from .owners import CATEGORIES

SUGGESTED = 2
# Fewer than these fit as chips; a district's own table of hundreds is a list to choose from.
MOST_CHIPS = 40
# Below this a category is named last of all for want of better, and isn't worth a tap.
LEAST_SHOWN = 0.05
LITTLE = 0.3


@dataclass(frozen=True)
class OfferedCategory:
    """A suggested category: how likely in words, and the report's words that spoke for it."""

    code: str
    name: str
    likely: str
    because: tuple[str, ...]


@dataclass(frozen=True)
class Categories:
    """What the case page offers; `sure` where the first suggestion passed the threshold."""

    suggested: list[OfferedCategory]
    sure: bool
    chips: list[tuple[str, str]]
    listed: list[tuple[str, str]]


def categories_for(
    actor: Actor, lead: Duty | None, case: Case, report: Report | None
) -> Categories | None:
    """What the actor may choose from; None where the category isn't theirs to choose."""
    if lead is None or not actor.may(permits.TRIAGE, lead.unit_id):
        return None
    known = words(CATEGORIES)
    reading = None
    if report is not None:
        # Once a person has decided, there is nothing left to suggest.
        reading = Reading.objects.filter(case=case, outcome="").first()
    suggested = _suggested(reading, report) if reading is not None and report is not None else []
    choices = [(code, _name(code)) for code in known]
    few = len(choices) <= MOST_CHIPS
    return Categories(
        suggested=suggested,
        sure=bool(suggested) and reading is not None and reading.sure,
        chips=choices if few else [],
        listed=[] if few else choices,
    )


def _suggested(reading: Reading, report: Report) -> list[OfferedCategory]:
    known, least = words(CATEGORIES), int(setting(kinds.SURE_PERCENT)) / 100
    shown = mask(f"{report.title} {report.text}").lower()
    return [
        OfferedCategory(
            code,
            _name(code),
            say_likely(confidence, least),
            tuple(word for word in because if word in shown),
        )
        for code, confidence, because in reading.choices[:SUGGESTED]
        if code in known and confidence >= LEAST_SHOWN
    ]


def _name(code: str) -> str:
    return BETWEEN.join(path_of(code, words(CATEGORIES)))


def say_likely(confidence: float, least: float) -> str:
    """A confidence as a person says it."""
    if confidence >= least:
        return "很像"
    return "有点像" if confidence >= LITTLE else "拿不准"

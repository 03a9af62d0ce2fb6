"""Tables of supervision: what was found in the log, and what came of it."""

from .consultations import AgendaItem, Consultation, Decision, Party
from .findings import Finding, FindingQuerySet, Objection, Occurrence, Trial
from .letters import (
    Effect,
    Letter,
    LetterCounter,
    LetterFinding,
    Paper,
    Reply,
    Requirement,
    RequirementAnswer,
)
from .observations import ABOUT, Observation

__all__ = [
    "ABOUT",
    "AgendaItem",
    "Consultation",
    "Decision",
    "Effect",
    "Finding",
    "FindingQuerySet",
    "Letter",
    "LetterCounter",
    "LetterFinding",
    "Objection",
    "Observation",
    "Occurrence",
    "Paper",
    "Party",
    "Reply",
    "Requirement",
    "RequirementAnswer",
    "Trial",
]

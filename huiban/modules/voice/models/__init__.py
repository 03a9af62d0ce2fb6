"""Tables of voice: what was told and became of it, and what the platform read in it."""

from .cases import (
    Case,
    CaseQuerySet,
    DutyListEntry,
    Entry,
    FloodCount,
    OwnerRule,
    Rating,
    Report,
    ReporterContact,
    ReturnRequest,
    VisitCount,
)
from .readings import Gram, OwnerRecord, Reading, Theme, ThemeMember

__all__ = [
    "Case",
    "CaseQuerySet",
    "DutyListEntry",
    "Entry",
    "FloodCount",
    "Gram",
    "OwnerRecord",
    "OwnerRule",
    "Rating",
    "Reading",
    "Report",
    "ReporterContact",
    "ReturnRequest",
    "Theme",
    "ThemeMember",
    "VisitCount",
]

"""Tables of supervision: what was found in the log, and what came of it."""

from .findings import Finding, FindingQuerySet, Objection, Occurrence, Trial

__all__ = ["Finding", "FindingQuerySet", "Objection", "Occurrence", "Trial"]

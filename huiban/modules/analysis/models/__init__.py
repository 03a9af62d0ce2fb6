"""Tables of analysis: what was counted, and how far the log has been followed."""

from .counts import Count, Series, SubjectState

__all__ = ["Count", "Series", "SubjectState"]

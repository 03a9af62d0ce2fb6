"""Tables of analysis: what was counted, how far the log has been followed, and the handbooks."""

from .counts import Count, Series, SubjectState
from .handbooks import Handbook, HandbookFile, Story

__all__ = ["Count", "Handbook", "HandbookFile", "Series", "Story", "SubjectState"]

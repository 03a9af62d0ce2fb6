"""Tables of analysis: what was counted, how far the log was followed, handbooks, policies."""

from .counts import Count, Series, SubjectState
from .handbooks import Handbook, HandbookFile, Story
from .policies import CommentAnswer, Policy, PolicyComment, PolicyDraft

__all__ = [
    "CommentAnswer",
    "Count",
    "Handbook",
    "HandbookFile",
    "Policy",
    "PolicyComment",
    "PolicyDraft",
    "Series",
    "Story",
    "SubjectState",
]

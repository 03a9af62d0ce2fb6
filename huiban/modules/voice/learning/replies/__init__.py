"""Answers that don't answer (敷衍): how doubtful one is, and why, in sentences for its writer."""

from .alike import Crowd, Said, fingerprint
from .scoring import Doubt, doubt_of, sentences

__all__ = ["Crowd", "Doubt", "Said", "doubt_of", "fingerprint", "sentences"]

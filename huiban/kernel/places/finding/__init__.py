"""Places in words: which of a district's places a text speaks of. No database, no clock."""

from .gazetteer import Gazetteer, KnownName, KnownPlace, says_nothing
from .resolving import LONGEST_READ, Found, find

__all__ = ["LONGEST_READ", "Found", "Gazetteer", "KnownName", "KnownPlace", "find", "says_nothing"]

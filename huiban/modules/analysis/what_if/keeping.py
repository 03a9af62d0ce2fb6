"""What was computed once is kept for whoever asks the same; two never compute it at once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar

from .simulating import TooLong

T = TypeVar("T")


class Kept:
    """The last answers of this process, at most so many."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._found: OrderedDict[Hashable, Any] = OrderedDict()
        self._making = Lock()

    def get(self, key: Hashable, make: Callable[[], T], seconds: float) -> T:
        """What is kept under the key, else what `make` gives, after waiting for who else makes.

        Raises TooLong where that takes so many seconds; whatever `make` raises isn't kept.
        """
        if not self._making.acquire(timeout=seconds):
            raise TooLong
        try:
            if key not in self._found:
                self._found[key] = make()
            self._found.move_to_end(key)
            while len(self._found) > self._most:
                self._found.popitem(last=False)
            found: T = self._found[key]
            return found
        finally:
            self._making.release()

"""What every test may ask for, whichever package it stands in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest

from huiban.kernel.base.clock import SHANGHAI, Traveller, travelling

# An ordinary working Friday, in the middle of the morning.
MORNING = datetime(2026, 5, 8, 9, 30, tzinfo=SHANGHAI)


@pytest.fixture
def clock() -> Iterator[Traveller]:
    """A hand-set clock that starts on Friday 8 May 2026 at 09:30 in China."""
    with travelling(MORNING) as traveller:
        yield traveller

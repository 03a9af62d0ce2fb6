"""The time axis under a series: its months, how long each is, and where 春节 reaches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from .arrays import Floats
from .months import Month, festival_share

# So many months have a year.
YEAR = 12
_DAYS_A_YEAR = 365.2425


@dataclass(frozen=True)
class Axis:
    """Months after one another, the oldest first."""

    firsts: tuple[date, ...]
    days: tuple[int, ...]

    @classmethod
    def of_months(cls, first: Month, count: int) -> Axis:
        """So many months from the first on."""
        months = [first.later(step) for step in range(count)]
        return cls(tuple(m.first for m in months), tuple(m.days for m in months))

    def __len__(self) -> int:
        return len(self.firsts)

    @property
    def length(self) -> Floats:
        """How long each month is, as a share of a year."""
        return np.asarray(self.days, dtype=np.float64) / _DAYS_A_YEAR

    @property
    def years(self) -> Floats:
        """The middle of each month in years from the last one's, so never above 0."""
        middle = np.asarray([first.toordinal() for first in self.firsts]) + self.length * 183
        return np.asarray((middle - middle[-1]) / _DAYS_A_YEAR, dtype=np.float64)

    def waves(self, pairs: int) -> Floats:
        """Sine and cosine of the time of year, so many pairs: n × 2·pairs."""
        ordinals = np.asarray([first.toordinal() for first in self.firsts], dtype=np.float64)
        angle = 2 * np.pi * (ordinals + np.asarray(self.days) / 2) / _DAYS_A_YEAR
        waves = [wave(k * angle) for k in range(1, pairs + 1) for wave in (np.sin, np.cos)]
        return np.stack(waves, axis=1)

    @property
    def festival(self) -> Floats:
        """Which share of each month 春节 reaches (0 to 1)."""
        shares = [festival_share(*month) for month in zip(self.firsts, self.days, strict=True)]
        return np.asarray(shares, dtype=np.float64)

"""The chance of one run. Nothing that is asked moves what was drawn for today's flow."""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

import numpy as np

from ..reckoning.arrays import Floats
from .fitting import RESTS, pool_of
from .flow import Flow, Pattern, Profile, State, Verdict
from .worktime import DAY_MINUTES

# A case that has been through so many hands is answered there; each visit has so many numbers.
MOST_VISITS, DRAWS = 12, 5
RECORD, TO_UNIT, THINNED, INSTEAD, VERDICT = range(DRAWS)
# Numbers of the streams.
_TODAY, _MORE, _CASES, _POOLS = range(4)
_CLOSES_AT_ONCE = Verdict(0.0, again=False)


class Chances:
    """What is drawn in a run. Months differ beyond chance, and the log is but a sample of the flow:
    so each run has a level of arrivals and patterns of its own.
    """

    def __init__(self, flow: Flow, kinds: Sequence[int], seed: tuple[int, int]) -> None:
        self._flow, self._kinds, self._seed = flow, kinds, seed
        self._pools: dict[State, tuple[Pattern, ...]] = {}
        self._verdicts: dict[str, tuple[Verdict, ...]] = {}
        self._draws: list[list[float]] = []

    def arrivals(self, share: float) -> list[tuple[float, Profile]]:
        """What comes in, by minute: today's, or a share of it, with what comes beyond it at the end."""
        today, more = self._stream(_TODAY), self._stream(_MORE)
        spread = self._flow.dispersion
        busy = float(today.gamma(1 / spread, spread)) if spread > 0 else 1.0
        rates = np.asarray([self._flow.rates[kind] for kind in self._kinds]) * busy
        came = self._come(today, rates)
        kept = more.random(len(came))
        beyond = self._come(more, rates * (share - 1)) if share > 1 else []
        found = [one for one, lot in zip(came, kept, strict=True) if lot < share]
        # A case has the same numbers whether or not others come.
        lots = self._stream(_CASES).random((len(came), MOST_VISITS * DRAWS))
        extra = more.random((len(beyond), MOST_VISITS * DRAWS))
        self._draws = [*lots[kept < share].tolist(), *extra.tolist()]
        return [*found, *beyond]

    def _come(self, chance: np.random.Generator, rates: Floats) -> list[tuple[float, Profile]]:
        found: list[tuple[float, Profile]] = []
        for ahead, number in enumerate(chance.poisson(rates)):
            profiles = self._flow.profiles[self._kinds[ahead] != RESTS]
            if not profiles:
                continue
            for picked in chance.integers(len(profiles), size=number):
                profile = profiles[picked]
                found.append((ahead * DAY_MINUTES + profile.minute, profile))
        return found

    def of_visit(self, number: int, visit: int) -> list[float]:
        """The numbers of a case's visit."""
        begins = visit * DRAWS
        return self._draws[number][begins : begins + DRAWS]

    def patterns(self, state: State) -> tuple[Pattern, ...]:
        """The state's patterns as this run has them, drawn anew with replacement."""
        if state not in self._pools:
            pool = pool_of(self._flow.pools, state)
            picked = self._anew(len(pool), "|".join(state))
            self._pools[state] = tuple(pool[one] for one in picked)
        return self._pools[state]

    def verdict(self, urgency: str, draw: float) -> Verdict:
        """What follows an answer."""
        if urgency not in self._verdicts:
            known = self._flow.verdicts
            pool = known.get(urgency) or known.get("") or (_CLOSES_AT_ONCE,)
            picked = self._anew(len(pool), f"verdict|{urgency}")
            self._verdicts[urgency] = tuple(pool[one] for one in picked)
        some = self._verdicts[urgency]
        return some[int(draw * len(some))]

    def _anew(self, size: int, name: str) -> list[int]:
        chance = np.random.default_rng([*self._seed, _POOLS, crc32(name.encode())])
        picked: list[int] = chance.integers(size, size=size).tolist()
        return picked

    def _stream(self, number: int) -> np.random.Generator:
        return np.random.default_rng([*self._seed, number])

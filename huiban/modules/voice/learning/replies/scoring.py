"""How doubtful an answer is: 0 says what was done about the matter, 1 says nothing."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .acts import read
from .alike import Said, letters
from .features import features
from .reasons import SENTENCES, Read, reasons_in
from .weights import WEIGHTS

NOTHING_SAID = 0.99
# Set by hand: the answers that were learned from are nearly all long and to the point of their
# matter, so that they can't teach what these are worth. In logits.
_RULES = {
    "too_short": 1.6,
    "not_addressed": 0.6,
    "no_contact": 0.3,
    "only_passes_on": 1.0,
    "only_explains_policy": 0.3,
    "promises_only": 0.5,
}


@dataclass(frozen=True)
class Doubt:
    """How doubtful an answer is, from 0 to 1, with the codes of the reasons."""

    score: float
    reasons: tuple[str, ...]

    @property
    def percent(self) -> int:
        """The score as whole percent."""
        return round(self.score * 100)


NOTHING_KNOWN = Said()


def doubt_of(body: str, reply: str, said: Said = NOTHING_KNOWN) -> Doubt:
    """How doubtful `reply` is as an answer to `body`, as any text whatever."""
    seen = Read.of(read(body), read(reply), said)
    reasons = reasons_in(seen)
    if not letters(seen.reply):
        return Doubt(NOTHING_SAID, reasons)
    return Doubt(score_of(features(seen.reply, seen.acts, said), reasons, WEIGHTS), reasons)


def score_of(
    figures: Mapping[str, float], reasons: Iterable[str], weights: Mapping[str, float]
) -> float:
    """The score, 0 to 1, of an answer with these figures and reasons."""
    logit = weights["bias"] + sum(weights[name] * value for name, value in figures.items())
    logit += sum(_RULES.get(code, 0.0) for code in reasons)
    return 1 / (1 + math.exp(-logit))


def sentences(codes: Iterable[str]) -> list[str]:
    """What the reasons mean, for the one who wrote the answer. Unknown codes are left out."""
    return [SENTENCES[code] for code in codes if code in SENTENCES]

"""An answer as figures, none of which is a word of its text."""

from __future__ import annotations

import math
import re

from .acts import COUNTED, times
from .alike import Said

# Acts that stand in the score by their presence alone. Others serve the reasons only.
PRESENT = (  # noqa: SIM905 - to be read
    "done did went patrol not_found found stopped asked_others restrained who_acts cause under_way now "
    "period day month far_date clock figure phone called greeting plans will strive soon stress "
    "strengthen assure consider goes_on early_stage listed upwards not_ours cannot law "
    "according sorry bother thanks wish received also but result quality numbered"
).split()
MEASURED = (  # noqa: SIM905 - to be read
    "length sentences sentence_length short_sorry only_asked undated stress_times law_times "
    "early_times own_name_times alike common widespread"
).split()
NAMES = (*PRESENT, *MEASURED)

DATED = frozenset({"period", "day", "month", "clock"})
FUTURE = frozenset({"plans", "will", "soon", "strive"})
_STRESSED = ("strive", "soon", "stress", "strengthen", "assure")
_SENTENCE_END = re.compile(r"[。；！？!?;\n]+")
# Of what is shorter the length says nothing that its words don't.
_SHORTEST = 20
_SHORT_SORRY = 90
# A large file holds any plain answer many times.
_MOST_ALIKE = 20


def features(reply: str, acts: frozenset[str], said: Said) -> dict[str, float]:
    """The figures of an answer that was `read`, by `NAMES`, from its acts and what else is known."""
    found = {name: float(name in acts) for name in PRESENT}
    found |= _shape(reply, acts)
    found |= _promises(acts)
    found |= _counts(reply, acts)
    found["alike"] = math.log1p(min(_MOST_ALIKE, said.alike))
    found["common"] = said.common
    found["widespread"] = said.widespread
    return found


def _shape(reply: str, acts: frozenset[str]) -> dict[str, float]:
    length = max(_SHORTEST, len(reply))
    sentences = max(1, sum(1 for part in _SENTENCE_END.split(reply) if part.strip()))
    return {
        "length": math.log(length + 10),
        "sentences": math.log1p(sentences),
        "sentence_length": min(4.0, length / sentences / 50),
        "short_sorry": float("sorry" in acts and len(reply) < _SHORT_SORRY),
    }


def _promises(acts: frozenset[str]) -> dict[str, float]:
    is_undated = bool(acts & FUTURE) and not acts & DATED and "done" not in acts
    return {
        "only_asked": float("asked_others" in acts and not acts & {"done", "went"}),
        "undated": float(is_undated),
    }


def _counts(reply: str, acts: frozenset[str]) -> dict[str, float]:
    counted = {name: times(name, reply) if name in acts else 0 for name in COUNTED}
    return {
        "stress_times": math.log1p(sum(counted[name] for name in _STRESSED)),
        "law_times": math.log1p(counted["law"]),
        "early_times": math.log1p(counted["early_stage"]),
        "own_name_times": math.log1p(counted["own_name"]),
    }

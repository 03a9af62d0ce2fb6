"""A seeded simulator: cases' logs as voice writes them, with faults planted and told of.

Pure: no database and no clock. Each case is walked by a script of moves; a fault is planted by the
script that commits it, and the script says which rule must find it about which unit. What is
innocent but looks alike is simulated, too: a branch that passes a case on, a community that
escalates, a single extension, a dispatch that a tap took back, one text for one cause.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import Any

from huiban.modules.supervision.rules import Link, month_of
from huiban.modules.supervision.tests.simulated_faults import DISGUISES, FAULTS
from huiban.modules.supervision.tests.simulated_innocent import CLEAN, LOOKALIKES
from huiban.modules.supervision.tests.simulated_story import (
    BEGINNING,
    COMMUNITIES,
    DEPARTMENTS,
    LEVELS,
    Script,
    Story,
    Truth,
)
from huiban.modules.voice import kinds

NOISE: tuple[tuple[str, dict[str, Any]], ...] = (
    (kinds.WORDS_ADDED, {"report": "", "photos": 0}),
    (kinds.REPORT_JOINED, {"report": "", "from_case": ""}),
    (kinds.LOCATED, {"place": "", "before": ""}),
    (kinds.RETURN_UPHELD, {"by_unit": DEPARTMENTS[0], "to_unit": COMMUNITIES[0]}),
)
STEP_FIELDS = frozenset({"owes", "owner", "due", "closes"})


def _told_otherwise(story: Story, rng: Random) -> list[Link]:
    """The same story with links in between that mean nothing here, or as older versions wrote it."""
    links: list[Link] = []
    is_old = rng.random() < 0.3
    for link in story.links:
        payload = dict(link.payload)
        if is_old:
            payload = {name: told for name, told in payload.items() if name not in STEP_FIELDS}
        links.append(Link(len(links) + 1, link.kind, link.at, payload))
        if rng.random() < 0.2:
            kind, noise = rng.choice(NOISE)
            links.append(Link(len(links) + 1, kind, link.at, noise))
    return links


Told = tuple[str, list[Link], list[Truth]]
# Scripts with the share of the cases that each kind of them has.
Mix = tuple[tuple[float, tuple[Script, ...]], ...]
INNOCENT: Mix = ((1.0, CLEAN),)
PLANTED: Mix = ((0.7, CLEAN), (0.3, FAULTS))
HARD: Mix = ((0.7, CLEAN), (0.2, FAULTS), (0.05, LOOKALIKES), (0.05, DISGUISES))


def simulate(seed: int, cases: int, mix: Mix, days: int = 180) -> Iterator[Told]:
    """So many cases over so many days: key, links, and what was planted in them."""
    rng = Random(seed)
    shares = [share for share, _ in mix]
    for number in range(cases):
        at = BEGINNING + timedelta(minutes=rng.randrange(days * 24 * 60))
        story = Story(f"case{number:06d}", Random(rng.random()), at)
        scripts = rng.choices([scripts for _, scripts in mix], shares)[0]
        rng.choice(scripts)(story)
        yield story.case, _told_otherwise(story, rng), story.planted


def lifted_too_often(told: list[Told], times: int) -> set[tuple[str, str]]:
    """From which units, and in which months, too many cases rose: counted apart from the rule."""
    risen = Counter(
        (link.payload["from_unit"], month_of(link.at))
        for _, links, _ in told
        for link in links
        if link.kind == kinds.LIFTED and LEVELS[link.payload["from_unit"]] != "branch"
    )
    return {key for key, count in risen.items() if count >= times}

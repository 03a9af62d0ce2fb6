"""Danger as pages need it: the patterns for a page's script, and whom a desk should call."""

from __future__ import annotations

from typing import Any

from huiban.kernel.base import clock
from huiban.kernel.vocab.queries import remember

from .. import lookout, rules
from ..actions.steps import DANGERS, terms
from ..contracts import Danger
from ..models import Report


def danger_lookouts() -> dict[str, Any]:
    """What a page's script needs to see the danger that the server would see (`danger.js`)."""
    day = clock.local(clock.now()).date()
    return remember(f"voice.danger_lookouts.{day}", _lookouts)


def _lookouts() -> dict[str, Any]:
    return {
        "alike": lookout.ALIKE,
        "reach": lookout.REACH,
        "near": lookout.NEAR,
        "dangers": [
            {
                "kind": term.name,
                "phone": term.data["phone"],
                "advice": term.data["advice"],
                **term.looker.lookout.patterns(),
            }
            for term in terms(DANGERS)
        ],
    }


def dangers_of(reports: list[Report]) -> tuple[Danger, ...]:
    """The kinds of danger that the reports of a case speak of, each once; none of erased words."""
    found = [
        danger
        for report in reports
        for danger in rules.dangers_in(f"{report.title} {report.text}", terms(DANGERS))
    ]
    return tuple(dict.fromkeys(found))


def dangers_told(text: str) -> tuple[Danger, ...]:
    """The kinds of danger that words speak of which aren't a report yet."""
    return rules.dangers_in(text, terms(DANGERS))

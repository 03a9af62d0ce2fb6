"""What keeps coming back in a unit, in three lines; each ends in the rule that it led to.

Reading themes means reading the cases behind them, so they are kept for some minutes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from huiban.kernel.access.actor import Actor
from huiban.kernel.base import clock
from huiban.kernel.territory.models import Unit
from huiban.kernel.territory.queries import scope_of
from huiban.modules.voice.queries import themes

from .. import stages
from ..models.policies import Policy
from .policies import policies_of_themes

SHOWN, DAYS, FEWEST = 3, 30, 2
KEPT = timedelta(minutes=5)
MOST_KEPT = 200


@dataclass(frozen=True)
class Repeated:
    """A theme in a line; `rule` is what it led to, "" as long as that is nothing."""

    theme_id: UUID
    title: str
    place: str
    size: int
    growth_words: str
    rule: str = ""


@dataclass(frozen=True)
class _Kept:
    until: datetime
    lines: list[Repeated]


_kept: dict[UUID, _Kept] = {}


def repeated(actor: Actor, unit: Unit, *, least: int = 0) -> list[Repeated]:
    """The hottest themes of the last month among the cases of the unit, of at least so many cases.

    They are at most KEPT old.

    The asker must be one who reads the unit's cases: what is kept is the same for all of these.
    """
    now = clock.now()
    held = _kept.get(unit.id)
    if held is None or not now < held.until <= now + KEPT:
        held = _Kept(now + KEPT, repeated_now(actor, unit))
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[unit.id] = held
    return [line for line in held.lines if line.size >= least][:SHOWN]


def with_rules(actor: Actor, lines: list[Repeated], *, public: bool) -> list[Repeated]:
    """The themes with the policies they led to; in `public` only what was published of these."""
    found = policies_of_themes(actor, [line.theme_id for line in lines]) if lines else {}
    return [
        replace(line, rule=rule_words(policy))
        if policy is not None and (not public or _is_published(policy))
        else line
        for line in lines
        for policy in [found.get(line.theme_id)]
    ]


def _is_published(policy: Policy) -> bool:
    return policy.published_at is not None or policy.in_force_from is not None


def rule_words(policy: Policy) -> str:
    """`《…》自11月1日施行`, or how far it has come: `起草中：《…》`."""
    since = policy.in_force_from
    if policy.stage in (stages.IN_FORCE, stages.MEASURED) and since is not None:
        return f"《{policy.title}》自{since.year}年{since.month}月{since.day}日施行"
    return f"{policy.stage_label}：《{policy.title}》"


def repeated_now(actor: Actor, unit: Unit) -> list[Repeated]:
    """The same, read anew and as many as there are."""
    of_unit = replace(actor, scope=scope_of([unit]))
    return [
        Repeated(line.theme_id, line.title, line.place, line.standing.size, line.growth_words)
        for line in themes(of_unit, DAYS).lines
        # What came once lately keeps coming back no more.
        if line.standing.size >= FEWEST
    ]

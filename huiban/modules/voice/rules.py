"""Decisions of voice: pure, over what they are given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from huiban.kernel.base.calendar import Allowance

from .contracts import Danger
from .lookout import Looker, fold, looker_of
from .stages import Tier

TIER_OF_LEVEL: dict[str, Tier] = {
    "branch": Tier.BRANCH,
    "estate": Tier.BRANCH,
    "community": Tier.COMMUNITY,
    "street": Tier.COMMUNITY,
    "leading_group": Tier.LEADING_GROUP,
    "district": Tier.LEADING_GROUP,
    "department": Tier.DEPARTMENT,
}
LONGEST_FLOOD_WAIT = timedelta(minutes=30)
LONGEST_TEXT = 4000
# Other systems' tickets land whole: only what can't be one person's telling is refused.
LONGEST_IMPORTED_TEXT = 100_000


@dataclass(frozen=True)
class Vocabularied:
    """A term of a vocabulary as the rules need it."""

    code: str
    name: str
    data: Mapping[str, Any]

    @cached_property
    def looker(self) -> Looker:
        """The term's words, made ready to be looked for."""
        return looker_of(self.data)


def dangers_in(text: str, terms: Iterable[Vocabularied]) -> tuple[Danger, ...]:
    """The kinds of danger that the text speaks of, in the vocabulary's order; see `lookout`."""
    folded = fold(text)
    return tuple(
        Danger(term.name, term.data["phone"], term.data["advice"])
        for term in terms
        if term.looker.finds(folded)
    )


def diversion_of(text: str, terms: Iterable[Vocabularied]) -> tuple[str, tuple[str, ...]] | None:
    """The class of diversion that speaks loudest in the text, with its words; None where none does.

    Each word found counts its length; of two alike the earlier in the vocabulary is meant.
    """
    folded = fold(text)
    best: tuple[int, str, tuple[str, ...]] = (0, "", ())
    for term in terms:
        words = tuple(dict.fromkeys(term.looker.finds(folded)))
        weight = sum(len(word) for word in words)
        if weight > best[0]:
            best = (weight, term.code, words)
    return (best[1], best[2]) if best[0] else None


def category_of(text: str, terms: Iterable[Vocabularied]) -> str:
    """The category whose keywords speak loudest in the text; "" when none or two do alike.

    Each keyword found counts its length, so that "电梯故障" outweighs "故障".
    """
    weights = {
        term.code: sum(len(word) for word in term.data.get("keywords", ()) if word in text)
        for term in terms
    }
    ranked = sorted(weights.items(), key=lambda pair: -pair[1])
    if not ranked or ranked[0][1] == 0:
        return ""
    if len(ranked) > 1 and ranked[1][1] == ranked[0][1]:
        return ""
    return ranked[0][0]


@dataclass(frozen=True)
class Allowed:
    """The time a duty has, and the rule that said so."""

    rule: str
    allowance: Allowance


def allowance_for(
    kind: str, tier: int, category: str, danger: bool, terms: Iterable[Vocabularied]
) -> Allowed:
    """The deadline rule that fits best: danger, then category, then tier, then the kind alone.

    Raises LookupError when not even the kind has a rule: the reference data is incomplete.
    """
    best: tuple[int, Vocabularied] | None = None
    for term in terms:
        weight = _fit(term.data, kind, tier, category, danger)
        if weight >= 0 and (best is None or weight > best[0]):
            best = (weight, term)
    if best is None:
        raise LookupError(f"no deadline rule for a duty of kind {kind!r}")
    data = best[1].data
    return Allowed(best[1].code, Allowance(data["unit"], data["amount"]))


def _fit(data: Mapping[str, Any], kind: str, tier: int, category: str, danger: bool) -> int:
    if data["kind"] != kind:
        return -1
    weight = 0
    for name, value, worth in (("tier", tier, 1), ("category", category, 2), ("danger", danger, 4)):
        if name in data:
            if data[name] != value:
                return -1
            weight += worth
    return weight


def flood_wait(
    count: int,
    free: int,
    last_at: datetime,
    window_start: datetime,
    window: timedelta,
    now: datetime,
) -> timedelta:
    """How long a sender still has to wait: nothing within the free number, then doubling waits.

    The first report over the free number waits 15 seconds after the last one, the next 30, and so
    on up to half an hour; a window that has passed forgets all.
    """
    if now - window_start >= window or count < free:
        return timedelta()
    wait = min(timedelta(seconds=15 * 2 ** min(count - free, 12)), LONGEST_FLOOD_WAIT)
    return max(last_at + wait - now, timedelta())


@dataclass(frozen=True)
class Owner:
    """A rule that names the owner of a category in an area."""

    area_id: UUID
    owner_id: UUID


def owner_in(path: Iterable[UUID | None], owners: Iterable[Owner]) -> Owner | None:
    """The owner of the smallest area on the path (given from the estate up to the district)."""
    by_area = {owner.area_id: owner for owner in owners}
    for area_id in path:
        if area_id is not None and area_id in by_area:
            return by_area[area_id]
    return None


def why_not_to_community(
    category: str, category_name: str, unit_name: str, listed: bool | None, as_lead: bool
) -> str:
    """Why a community can't be given this, or "" (国办 rules on duty lists: domain of 社区职责清单).

    `listed` is True where it may lead, False where it may only assist, None where the category is
    not on its duty list.
    """
    if not category:
        return f"还没有选分类，不能判断是否在{unit_name}的职责清单内。请先点一个分类。"
    if listed is None:
        return f"“{category_name}”不在{unit_name}的职责清单内，不能派给社区。请派给责任部门或上报街道。"
    if as_lead and not listed:
        return (
            f"“{category_name}”在{unit_name}的清单里只是协助事项，不能由社区主办。可以邀请它协办。"
        )
    return ""


def needs_another_person(danger: bool, supervised: bool) -> bool:
    """Whether an answer must be verified by a person before the resident's verdict is awaited."""
    return danger or supervised


def is_good(verdict: str, satisfaction: str) -> bool:
    """Whether a rating lets the case close: solved, and not dissatisfied."""
    return verdict == "solved" and satisfaction != "not_satisfied"

"""怎么算的: the card of each figure on the screen, in words that let anybody reckon it again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from huiban.kernel.access.actor import Actor
from huiban.kernel.base.errors import Unseen
from huiban.kernel.base.measures import MEASURES
from huiban.modules.voice.models import Case
from huiban.modules.voice.queries.lists import narrowed

from .card_words import ENTRIES, Entry
from .screen import screen_of
from .screen_parts import Number, Screen, Share

# Counting more, case by case, takes longer than a page may.
MOST_RECOUNTED = 50_000


@dataclass(frozen=True)
class Definition:
    """What one of the counts behind a figure means; a version changes when the meaning does."""

    label: str
    meaning: str
    by_day: str
    unit: str
    version: int
    smallest_cell: int


@dataclass(frozen=True)
class Counted:
    """A number of the card; `recounted` is the same counted again from the cases themselves."""

    number: Number
    recounted: int | None = None

    @property
    def agrees(self) -> bool:
        """Whether both say the same."""
        return self.recounted == self.number.value


@dataclass(frozen=True)
class Card:
    """How a figure is counted, of a unit and a period."""

    entry: Entry
    screen: Screen
    counted: list[Counted]
    share: Share | None
    definitions: list[Definition]
    is_recount: bool
    may_recount: bool
    shows_cases: bool
    notes: list[str] = field(default_factory=list)


def card_of(
    actor: Actor,
    key: str,
    code: str = "",
    period: str = "",
    *,
    public: bool = False,
    recount: bool = False,
) -> Card:
    """The card of a figure, by its key. Raises Unseen for an unknown one, and as `screen_of` does.

    With `recount` each number that opens a list, and isn't too large for it, is counted again, case
    by case, for those who may read these cases.
    """
    entry = ENTRIES.get(key)
    if entry is None:
        raise Unseen
    screen = screen_of(actor, code, period, public=public)
    numbers, share = numbers_of(screen, key)
    listed = [] if public else [one for one in numbers if one.lists is not None]
    few = [one for one in listed if one.value is not None and one.value <= MOST_RECOUNTED]
    again = few if recount else []
    return Card(
        entry=entry,
        screen=screen,
        counted=[Counted(one, _again(actor, one) if one in again else None) for one in numbers],
        share=share,
        definitions=[_definition(one) for one in _measures(entry, share)],
        is_recount=bool(again),
        may_recount=bool(few),
        shows_cases=bool(listed),
        notes=[*entry.notes, *_of_size(listed, few), *_of_privacy(screen)],
    )


def _measures(entry: Entry, share: Share | None) -> list[str]:
    """What is defined on the card: what the entry names, and what the district counts in beside it."""
    counted_in = share.measures if share else ()
    return [*counted_in, *(one for one in entry.measures if one not in counted_in)]


def numbers_of(screen: Screen, key: str) -> tuple[list[Number], Share | None]:
    """The figures that stand under a key on this screen, and the rate if it is one."""
    for share in screen.rates:
        if share.key == key:
            return [share.part, share.whole, *share.beside], share
    single = [*screen.counters, *screen.late_by_tier, *screen.by_category]
    single += [one for one in (screen.received, screen.total) if one is not None]
    return [one for one in single if one.key == key], None


def _again(actor: Actor, number: Number) -> int:
    assert number.lists is not None
    return narrowed(Case.objects.within(actor.scope), number.lists).count()


def _of_size(listed: Sequence[Number], few: Sequence[Number]) -> list[str]:
    if len(listed) == len(few):
        return []
    return [f"超过{MOST_RECOUNTED // 10_000}万件的数太大，不在这里重数。"]


def _definition(code: str) -> Definition:
    told = MEASURES[code]
    return Definition(
        told.label, told.definition, told.by_day, told.unit, told.version, told.smallest_cell
    )


def _of_privacy(screen: Screen) -> list[str]:
    if not screen.is_public:
        return []
    return ["这一屏是挂在墙上看的：下级单位的件数、比率的分母不足5件的，不在这里公布。"]


def formula(share: Share | None) -> str:
    """A rate as a division in words; "" for what isn't one."""
    return f"{share.part.label} ÷ {share.whole.label}" if share else ""

"""Where names of places stand in a text: as they are written, or as they sound."""

from __future__ import annotations

import re
from dataclasses import dataclass
from uuid import UUID

from .folding import Folded
from .gazetteer import OWN, PLAINEST, ROAD, SHORTEST_SOUNDED, STEM, SUFFIXES, Gazetteer, Name
from .numbers import GAP, buildings_in, entrances_in, pair_at

# The plainest suffix and its like, as they are written or heard, behind a name without one.
_SUFFIX = re.compile(r"小[区去曲趣取]|晓区|家属[院区]|大院|社区内")
# Behind an estate's name without its suffix, these make it the name of something else.
_ELSE = re.compile(
    r"社区|街道|居委|派出所|[路街道巷桥湖河村镇乡站边面畔岸里]|大道|公园|广场|市场|菜场|商场|超市|酒店|饭店|宾馆"
    r"|[小中大]学|幼儿园|医院|银行|公司|集团|影院|书店"
)
# Before such a name alone they say that it is where something is: 在桂花里.
_AT = tuple("在住到去从于回是就")
_NEGATED = ("不是", "并非", "而非", "不在", "不属于", "不住")
# An estate that isn't in the books may be called like one that is.
_OTHER_ONE = frozenset("新老东西南北")
_PHASE = re.compile(r"[1-9]期|[东西南北]区")
_HOUSE_NUMBER = re.compile(r"\d{1,4}(?:-\d{1,3})?号?院?")
NEAR = re.compile(
    r"的?(?:正|斜)?(?:"
    r"(?P<far>对面|对过|附近|周边|周围|一带|到|与|和|以[东西南北]|往[东西南北]|向[东西南北])"
    r"|后面|后边|背后|后头|后门|前面|前边|门前|门口|大门|旁边|旁|边上|楼下|院内|院里|里面|[东南西北][侧面边头])"
)
# After these a short name stands by itself; after others it may be the end of a longer one, as
# 竹园小区 is of 紫竹园小区.
_BY_ITSELF = frozenset(
    "在住到去从于是就回的和与及跟或我你他她们区道路街巷社镇县市村省里内映家妈爸为请问把给对向说叫名了这那"
)
# Words of grammar are no part of a name, however they sound.
_GRAMMAR = frozenset("的了是在和有我你他它这那就都也不")
LONGEST_SHORT = 4
SHORTEST_ALONE = 3
SHORTEST_HEARD_ALONE = 4


@dataclass(frozen=True)
class Mention:
    """A name in folded text and the places that it may mean; `end` is behind what belongs to it.

    `bare` says that nothing but the name without its suffix stands there.
    """

    start: int
    end: int
    places: tuple[UUID, ...]
    certain: bool
    bare: bool = False


def mentions_in(gazetteer: Gazetteer, folded: Folded) -> list[Mention]:
    """The names of places, in the order of the text; none stands within another."""
    signs = folded.signs
    numbers = {numbered.start for numbered in buildings_in(signs)}
    numbers |= {entrance.start for entrance in entrances_in(signs)}
    found: list[Mention] = []
    place = 0
    while place < len(signs) - 1:
        mention = _written(gazetteer, signs, place, numbers) or _heard(
            gazetteer, signs, place, numbers
        )
        if mention is None:
            place += 1
            continue
        if not signs[: mention.start].endswith(_NEGATED):
            found.append(mention)
        place = mention.end
    # Beside a name in full, 月牙湖那边 says where that is.
    certain = [mention for mention in found if mention.certain]
    return [mention for mention in found if not mention.bare] if certain else found


def negated(signs: str, start: int) -> bool:
    """Whether the words before say that it isn't this."""
    return signs[max(0, start - 3) : start].endswith(_NEGATED)


def _written(gazetteer: Gazetteer, signs: str, place: int, numbers: set[int]) -> Mention | None:
    for name in gazetteer.beginning_at(signs, place):
        end = place + len(name.signs)
        if name.kind == STEM:
            mention = _stem(gazetteer, signs, place, end, name, numbers)
            if mention is not None:
                return mention
        elif name.kind == ROAD and name.signs[-1] not in "号院":
            return _road(signs, place, end, name)
        else:
            return _whole(signs, place, end, name)
    return None


def _whole(signs: str, start: int, end: int, name: Name) -> Mention:
    certain = _stands_by_itself(signs, start, end) and not _PHASE.match(signs, end)
    near = NEAR.match(signs, end) if name.kind != OWN else None
    if near is not None:
        end, certain = near.end(), certain and not near["far"]
    return Mention(start, end, name.places, certain)


def _stands_by_itself(signs: str, start: int, end: int) -> bool:
    """Whether the name isn't the end of another estate's longer one."""
    before = signs[start - 1 : start]
    if before in _BY_ITSELF or not before.isalpha() or before.isascii():
        return True
    return end - start > LONGEST_SHORT and before not in _OTHER_ONE


def _road(signs: str, start: int, end: int, name: Name) -> Mention:
    """A road and the number of a house on it; where along the road isn't known."""
    number = _HOUSE_NUMBER.match(signs, end) or NEAR.match(signs, end)
    return Mention(start, number.end() if number else end, name.places, certain=False)


def _stem(
    gazetteer: Gazetteer, signs: str, start: int, end: int, name: Name, numbers: set[int]
) -> Mention | None:
    """An estate's name without its suffix counts where what follows says that it is an estate."""
    suffix = _SUFFIX.match(signs, end)
    behind = suffix.end() if suffix else end
    numbered = _numbered_behind(signs, behind, numbers)
    at_it = signs[start - 1 : start] in _AT
    alone = end - start >= SHORTEST_ALONE and at_it and not _ELSE.match(signs, end)
    if not (suffix or numbered or alone):
        return None
    places = name.places
    if suffix and gazetteer.places[places[0]].name.endswith(PLAINEST):
        places = places[:1]
    certain = (numbered or suffix is not None) and len(places) == 1
    certain = certain and (suffix is not None or not name.shared)
    return Mention(start, behind, places, certain, bare=not (suffix or numbered))


def _heard(gazetteer: Gazetteer, signs: str, place: int, numbers: set[int]) -> Mention | None:
    """A name that is misspelt as it sounds; short ones only before a suffix or a number."""
    if signs[place].isascii():
        return None
    for name in gazetteer.sounding_at(signs, place):
        end = place + len(name.signs)
        if not _may_be_heard(signs[place:end], name.signs):
            continue
        suffix = _SUFFIX.match(signs, end)
        behind = suffix.end() if suffix else end
        length = SHORTEST_HEARD_ALONE + (SHORTEST_SOUNDED if name.kind in (STEM, ROAD) else 0)
        if len(name.signs) >= length or suffix or _numbered_behind(signs, behind, numbers):
            return Mention(place, behind, name.places, certain=False)
    return None


def _may_be_heard(heard: str, name: str) -> bool:
    """Whether what is written can be that name misheard: one sign of a short name is right."""
    if not _GRAMMAR.isdisjoint(heard) and not _GRAMMAR.intersection(heard) <= set(name):
        return False
    suffix = next((suffix for suffix in SUFFIXES if name.endswith(suffix)), "")
    own = len(name) - len(suffix)
    right = sum(one == other for one, other in zip(heard[:own], name, strict=False))
    return own >= SHORTEST_SOUNDED or right > 0


def _numbered_behind(signs: str, end: int, numbers: set[int]) -> bool:
    gap = GAP.match(signs, end)
    behind = gap.end() if gap else end
    return not numbers.isdisjoint((end, behind)) or pair_at(signs, end) is not None

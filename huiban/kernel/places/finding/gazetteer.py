"""The names of a district's places in memory, indexed by how they begin and how they sound."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import product
from uuid import UUID

from .folding import plain_signs
from .sounds import alike, sounds_of

ESTATE, BUILDING, ENTRANCE = "estate", "building", "entrance"
OWN, STEM, ROAD = "own", "stem", "road"
# What stands at the end of an estate's name and is often left away when people speak. Sides of the
# compass aren't: 桂花里东苑 is never called 桂花里 where there are others.
SUFFIXES = (
    *("小区", "花园", "家园", "新村", "公寓", "佳园", "嘉园", "雅居", "新区", "大院", "家属院"),
    *(
        "生活区",
        "住宅区",
        "安置区",
        "安置房",
        "名苑",
        "雅苑",
        "佳苑",
        "嘉苑",
        "新苑",
        "新城",
        "大厦",
    ),
)
# The suffix that says nothing: 幸福里 alone is rather 幸福里小区 than 幸福里花园.
PLAINEST = "小区"
_NUMBERED = re.compile(r"第?(\d{1,3}|[a-z]\d?|[东西南北中])(?:号楼|栋|座|#楼?|号|楼)")
_OF_ENTRANCE = re.compile(r"第?(\d{1,2}|[甲乙丙丁戊a-h东西南北中])(?:单元门?|门洞?|号门)")
SHORTEST_SOUNDED = 3
# A name of so many places says nothing of where.
MOST_PLACES = 3


@dataclass(frozen=True, slots=True)
class KnownPlace:
    """A place as it is looked for. `areas` are the community and the street that it lies in.

    `unit` is the unit that it belongs to; a part that names none is where its whole is.
    """

    id: UUID
    kind: str
    name: str
    parent: UUID | None = None
    full_name: str = ""
    unit: UUID | None = None
    areas: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KnownName:
    """What a place is also called. `kind` is alias, former, landmark or road."""

    place: UUID
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Name:
    """A name in plain signs with the places that it may mean, the likeliest first.

    `shared` says of a name without its suffix that another estate's name begins with it.
    """

    signs: str
    kind: str
    places: tuple[UUID, ...]
    shared: bool = False


@dataclass
class _Parts:
    """What stands in a place, by the number on it or by its name."""

    numbered: dict[str, list[UUID]] = field(default_factory=lambda: defaultdict(list))
    named: dict[str, list[UUID]] = field(default_factory=lambda: defaultdict(list))


class Gazetteer:
    """The places of a district. Nothing in it changes once it is made."""

    def __init__(self, places: Iterable[KnownPlace], names: Iterable[KnownName] = ()) -> None:
        self.places = {place.id: place for place in places}
        self._parts: dict[UUID, _Parts] = defaultdict(_Parts)
        self._beginning: dict[str, list[Name]] = defaultdict(list)
        self._sounding: dict[tuple[str, str], list[Name]] = defaultdict(list)
        self.of_unit: dict[UUID, list[UUID]] = defaultdict(list)
        for place in self.places.values():
            self._take(place)
        for name in self._all_names(names):
            self._index(name)
        for found in (*self._beginning.values(), *self._sounding.values()):
            found.sort(key=lambda name: -len(name.signs))

    def beginning_at(self, signs: str, place: int) -> Iterator[Name]:
        """The names written there, the longest first."""
        for name in self._beginning.get(signs[place : place + 2], ()):
            if signs.startswith(name.signs, place) and _whole_numbers(signs, place, name.signs):
                yield name

    def sounding_at(self, signs: str, place: int) -> Iterator[Name]:
        """The names that what is written there sounds like, the longest first."""
        pairs = product(sounds_of(signs[place]), sounds_of(signs[place + 1 : place + 2]))
        for name in (name for pair in pairs for name in self._sounding.get(pair, ())):
            heard = signs[place : place + len(name.signs)]
            if len(heard) == len(name.signs) and all(map(alike, heard, name.signs)):
                yield name

    def numbered(self, whole: UUID, number: str) -> list[UUID]:
        """The parts of a place with that number: its buildings, or a building's entrances."""
        parts = self._parts.get(whole)
        return parts.numbered.get(number, []) if parts is not None else []

    def named(self, whole: UUID, signs: str, place: int) -> tuple[str, list[UUID]]:
        """The longest name of a part that is written there, with the parts that have it."""
        parts = self._parts.get(whole)
        names = parts.named if parts is not None else {}
        fitting = [name for name in names if signs.startswith(name, place)]
        longest = max(fitting, key=len, default="")
        return longest, names[longest] if longest else []

    def line_of(self, place_id: UUID) -> list[UUID]:
        """The place and the wholes that it stands in, the nearest first."""
        line = []
        known = self.places.get(place_id)
        while known is not None and known.id not in line:
            line.append(known.id)
            known = self.places.get(known.parent) if known.parent is not None else None
        return line

    def _take(self, place: KnownPlace) -> None:
        if place.unit is not None and place.kind == ESTATE:
            self.of_unit[place.unit].append(place.id)
        whole = self.places.get(place.parent) if place.parent is not None else None
        if whole is None:
            return
        signs = _without(plain_signs(place.name), plain_signs(whole.name))
        parts = self._parts[whole.id]
        numbered = _OF_ENTRANCE if place.kind == ENTRANCE else _NUMBERED
        if found := numbered.fullmatch(signs):
            parts.numbered[found[1]].append(place.id)
        elif len(signs) > 1:
            parts.named[signs].append(place.id)

    def _all_names(self, names: Iterable[KnownName]) -> Iterator[Name]:
        """Each name once, with all the places that have it."""
        full: dict[str, list[UUID]] = defaultdict(list)
        kinds: dict[str, str] = {}
        whole = [place for place in self.places.values() if place.parent is None]
        for place in whole:
            own = place.name if place.kind == ESTATE else place.full_name or place.name
            full[plain_signs(own)].append(place.id)
        for known in names:
            for signs in _as_said(known):
                kinds.setdefault(signs, known.kind)
                if known.place in self.places and known.place not in full[signs]:
                    full[signs].append(known.place)
        for signs, places in full.items():
            if len(signs) > 1 and len(places) <= MOST_PLACES:
                yield Name(signs, kinds.get(signs, OWN), tuple(places))
        yield from self._stems(whole, set(full))

    def _stems(self, whole: Iterable[KnownPlace], full: set[str]) -> Iterator[Name]:
        """Estates' names without their suffix, where that still says which is meant."""
        estates = [(plain_signs(place.name), place) for place in whole if place.kind == ESTATE]
        begins = Counter(signs[:length] for signs, _ in estates for length in range(len(signs)))
        stems: dict[str, list[tuple[bool, UUID]]] = defaultdict(list)
        for signs, place in estates:
            suffix = next((suffix for suffix in SUFFIXES if signs.endswith(suffix)), "")
            stem = signs.removesuffix(suffix)
            if suffix and len(stem) > 1 and not stem.isascii():
                stems[stem].append((suffix != PLAINEST, place.id))
        for stem, bearers in stems.items():
            if stem not in full and stem not in SUFFIXES and len(bearers) <= MOST_PLACES:
                ordered = tuple(place_id for _, place_id in sorted(bearers, key=_plainest_first))
                yield Name(stem, STEM, ordered, shared=begins[stem] > 1)

    def _index(self, name: Name) -> None:
        self._beginning[name.signs[:2]].append(name)
        if len(name.signs) >= SHORTEST_SOUNDED and not name.signs[:2].isascii():
            for pair in product(sounds_of(name.signs[0]), sounds_of(name.signs[1])):
                self._sounding[pair].append(name)


def _as_said(known: KnownName) -> tuple[str, ...]:
    """The name as it is looked for: who says 纺织厂宿舍 leaves the 原 of 原纺织厂宿舍 away."""
    signs = plain_signs(known.name)
    if signs.startswith(("原", "旧")) and len(signs) > SHORTEST_SOUNDED:
        return signs, signs[1:]
    return (signs,)


def says_nothing(name: str) -> bool:
    """Whether a name is no more than a number or a word that stands in many: 3号楼, 小区."""
    signs = plain_signs(name)
    numbered = _NUMBERED.fullmatch(signs) or _OF_ENTRANCE.fullmatch(signs)
    spoken = any(sign.isalpha() for sign in signs)
    return len(signs) < 2 or signs in SUFFIXES or numbered is not None or not spoken


def _plainest_first(bearer: tuple[bool, UUID]) -> bool:
    return bearer[0]


def _without(signs: str, whole: str) -> str:
    """A part's name without that of its whole, which some write before it."""
    rest = signs.removeprefix(whole)
    return rest if rest else signs


def _whole_numbers(signs: str, place: int, name: str) -> bool:
    """Whether no number at either end of the name goes on in the text: 人民路12 isn't 人民路120."""
    before, after = signs[place - 1 : place], signs[place + len(name) :][:1]
    return not (
        (name[0].isdigit() and before.isdigit()) or (name[-1].isdigit() and after.isdigit())
    )

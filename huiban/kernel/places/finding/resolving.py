"""Which places a text speaks of: names, and numbers that belong to one of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from uuid import UUID

from .folding import Folded, fold
from .gazetteer import BUILDING, ENTRANCE, ESTATE, Gazetteer
from .mentions import NEAR, Mention, mentions_in, negated
from .numbers import (
    BETWEEN,
    GAP,
    LEVEL,
    Entrance,
    Numbered,
    buildings_in,
    entrance_at,
    entrances_in,
    pair_at,
)

# Nobody says where after so many characters, and a page waits for this.
LONGEST_READ = 5000
_ORDINALS = dict(zip("甲乙丙丁戊", "12345", strict=True))
_RANK = {ENTRANCE: 0, BUILDING: 1, "spot": 2, ESTATE: 3}


@dataclass(frozen=True)
class Found:
    """A place that a text speaks of: the words as they are written, and where they stand.

    `sure` is False where the words fit several places or not quite: a misspelt name, a name that
    two estates share, something across the road from it.
    """

    place_id: UUID
    words: str
    start: int
    end: int
    sure: bool


@dataclass
class _Spot:
    """What is known at a point of the text: the places that the last words may mean."""

    start: int
    end: int
    places: list[UUID]
    certain: bool
    whole: Mention | None = None


def find(gazetteer: Gazetteer, text: str, home: UUID | None = None) -> list[Found]:
    """The places that the text speaks of: sure ones first, then the smaller before the larger.

    `home` is the unit (an estate) that the matter is known to lie in: buildings without an
    estate's name are looked for there. Each place is given once.
    """
    folded = fold(text[:LONGEST_READ])
    return _Search(gazetteer, folded, home).found()


class _Search:
    """One text being read."""

    def __init__(self, gazetteer: Gazetteer, folded: Folded, home: UUID | None) -> None:
        self._gazetteer = gazetteer
        self._folded = folded
        self._signs = folded.signs
        self._home = gazetteer.of_unit.get(home, []) if home is not None else []
        self._mentions = [self._narrowed(said) for said in mentions_in(gazetteer, folded)]

    def found(self) -> list[Found]:
        """All places, each once, the best first."""
        spots = self._buildings()
        used = {id(spot.whole) for spot in spots}
        spots += [self._alone(said) for said in self._mentions if id(said) not in used]
        spots = self._with_entrances(sorted(spots, key=lambda spot: spot.start))
        return self._ranked(self._told(spot) for spot in spots)

    # ---- names

    def _narrowed(self, said: Mention) -> Mention:
        """The mention with fewer places, where home or the community's name decides."""
        if len(said.places) < 2:
            if self._home and not self._at_home(said.places):
                return replace(said, certain=False)
            return said
        here = self._at_home(said.places) or self._in_named_area(said.places)
        if len(here) == 1:
            return replace(said, places=here)
        return replace(said, places=here or said.places, certain=False)

    def _at_home(self, places: Iterable[UUID]) -> tuple[UUID, ...]:
        home = set(self._home)
        return tuple(p for p in places if not home.isdisjoint(self._gazetteer.line_of(p)))

    def _in_named_area(self, places: Iterable[UUID]) -> tuple[UUID, ...]:
        known = self._gazetteer.places
        return tuple(
            place
            for place in places
            if any(area in self._signs for area in known[self._gazetteer.line_of(place)[-1]].areas)
        )

    def _alone(self, said: Mention) -> _Spot:
        """A name without a building's number: its gate or its red house, if one is written there."""
        begin = _after_gap(self._signs, said.end)
        parts: list[UUID] = []
        longest = ""
        for place in said.places:
            longest, named = self._gazetteer.named(place, self._signs, begin)
            parts += named
        if parts:
            end = begin + len(longest)
            return _Spot(said.start, end, parts, said.certain and len(parts) == 1, said)
        return _Spot(said.start, said.end, list(said.places), said.certain, said)

    # ---- buildings

    def _buildings(self) -> list[_Spot]:
        spots: list[_Spot] = []
        anchors: dict[int, Mention | None] = {}
        for numbered in self._numbers():
            if negated(self._signs, numbered.start):
                continue
            said = self._anchor(numbered, anchors)
            anchors[numbered.end] = said
            spots += self._standing(numbered, said)
        return spots

    def _numbers(self) -> list[Numbered]:
        """The numbers of buildings, with those short forms that only count behind a name."""
        found = {numbered.start: numbered for numbered in buildings_in(self._signs)}
        for said in self._mentions:
            begin = _after_gap(self._signs, said.end)
            if begin not in found and (pair := pair_at(self._signs, begin)) is not None:
                found[begin] = pair
        return [found[start] for start in sorted(found)]

    def _anchor(self, numbered: Numbered, anchors: dict[int, Mention | None]) -> Mention | None:
        """The name that a number belongs to: right before it, or of the number before, or the only."""
        for said in self._mentions:
            if said.end <= numbered.start <= _after_gap(self._signs, said.end):
                return said
        for end, before in anchors.items():
            between = self._signs[end : numbered.start]
            if before is not None and (not between or BETWEEN.fullmatch(between)):
                return before
        wholes = {self._wholes(said) for said in self._mentions}
        return self._mentions[0] if len(wholes) == 1 and not numbered.weak else None

    def _wholes(self, said: Mention) -> tuple[UUID, ...]:
        """The estates of the places that a name may mean."""
        wholes = (self._gazetteer.line_of(place)[-1] for place in said.places)
        return tuple(dict.fromkeys(wholes))

    def _standing(self, numbered: Numbered, said: Mention | None) -> list[_Spot]:
        """The buildings with these numbers, in the estate that was named or is known."""
        if said is None and (numbered.weak or self._mentions):
            return []
        wholes = self._wholes(said) if said is not None else tuple(self._home)
        certain = numbered.certain and (said is None or said.certain)
        start = numbered.start
        if said is not None and said.end <= start <= _after_gap(self._signs, said.end):
            start = said.start
        spots = []
        for number in numbered.numbers:
            places = [
                place for whole in wholes for place in self._gazetteer.numbered(whole, number)
            ]
            if places:
                sure = certain and len(places) == 1
                spot = _Spot(start, numbered.end, places, sure, said)
                spots.append(self._entered(spot, numbered.entrance))
        return spots

    # ---- entrances

    def _entered(self, spot: _Spot, number: str) -> _Spot:
        """The spot at an entrance of its buildings, where they have it."""
        numbers = (number, _ORDINALS.get(number, ""))
        entrances = [
            entrance
            for place in spot.places
            for said in numbers
            if said
            for entrance in self._gazetteer.numbered(place, said)
        ]
        if not entrances:
            return spot
        return replace(spot, places=entrances, certain=spot.certain and len(entrances) == 1)

    def _with_entrances(self, spots: list[_Spot]) -> list[_Spot]:
        """The spots with what is written behind them: entrance, storey, side."""
        entrances = list(entrances_in(self._signs))
        standing = [spot for spot in spots if self._is_building(spot)]
        only = standing[0] if len(standing) == 1 else None
        return [self._extended(spot, entrances, spot is only) for spot in spots]

    def _extended(self, spot: _Spot, entrances: list[Entrance], only: bool) -> _Spot:
        if self._is_building(spot):
            entrance = self._entrance_of(spot, entrances, only)
            if entrance is not None:
                entered = self._entered(spot, entrance.number)
                adjacent = entrance.start <= _after_gap(self._signs, spot.end)
                end = entrance.end if adjacent and entrance.start >= spot.end else spot.end
                spot = replace(entered, end=end)
        if level := LEVEL.match(self._signs, _after_gap(self._signs, spot.end)):
            spot = replace(spot, end=level.end())
        near = NEAR.match(self._signs, spot.end)
        if near is not None and near["far"] not in ("到", "与", "和"):
            certain = spot.certain and not near["far"]
            spot = replace(spot, end=near.end(), certain=certain)
        return spot

    def _entrance_of(self, spot: _Spot, entrances: list[Entrance], only: bool) -> Entrance | None:
        behind = _after_gap(self._signs, spot.end)
        for entrance in entrances:
            if spot.end <= entrance.start <= behind:
                return entrance
        if short := entrance_at(self._signs, spot.end):
            return short
        numbers = {entrance.number for entrance in entrances}
        return entrances[0] if only and len(numbers) == 1 else None

    def _is_building(self, spot: _Spot) -> bool:
        return all(self._gazetteer.places[place].kind == BUILDING for place in spot.places)

    # ---- what is told

    def _told(self, spot: _Spot) -> Iterator[Found]:
        start, end = self._folded.span(spot.start, spot.end)
        words = self._folded.text[start:end]
        sure = spot.certain and len(spot.places) == 1
        return (Found(place, words, start, end, sure) for place in spot.places)

    def _ranked(self, told: Iterable[Iterable[Found]]) -> list[Found]:
        best: dict[UUID, Found] = {}
        for found in sorted(
            (found for spot in told for found in spot),
            key=lambda found: (not found.sure, self._rank(found), found.start),
        ):
            best.setdefault(found.place_id, found)
        inside = {whole for place in best for whole in self._gazetteer.line_of(place)[1:]}
        return [found for found in best.values() if found.place_id not in inside]

    def _rank(self, found: Found) -> int:
        return _RANK.get(self._gazetteer.places[found.place_id].kind, len(_RANK))


def _after_gap(signs: str, end: int) -> int:
    gap = GAP.match(signs, end)
    return gap.end() if gap else end

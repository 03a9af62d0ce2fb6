"""Numbers on buildings and entrances as people write and speak them, in folded text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

# What may stand between a place and its part: 幸福里的3号楼, 3号楼、2单元.
GAP = re.compile(r"(?:[的之里内在是，,、.·|/ -]|小区){0,2}")
# What may stand between two buildings of one estate.
BETWEEN = re.compile(r"[、,，和与及跟或到至~/ -]|还有|以及|一直到")
# 楼 after these words is another word's: 3栋楼 counts, 3栋楼道 doesn't.
_NO_HOUSE = r"楼(?![道到下上门梯顶里口前后旁])"
_WORD = r"号[楼搂娄喽偻]|[好浩毫耗]楼(?!盘)"
# The sounds of 单元 as voice keyboards write them.
_ENTRANCE_WORD = r"(?:单[元圆园员源远缘]|[丹担]元)"

_TRIPLE = re.compile(r"(?<![\w.-])(\d{1,3})-(\d{1,2})-(\d{3,4})(?![\w-])")
_BUILDING = re.compile(
    rf"(?P<more>(?:(?<!\d)\d{{1,3}}(?:{_WORD}|号|栋|#)?[、,，/和与及]){{0,8}})"
    rf"(?P<from>(?:(?<!\d)\d{{1,3}}[号栋#]?[-~至到])?)"
    r"(?P<sign>#?)第?(?P<no>(?<![\d.])\d{1,3}|(?<![a-z0-9])[a-h]\d?)"
    rf"(?:(?P<word>{_WORD})|(?P<count>[栋座])|(?P<sharp>#(?:楼|(?=\d{{3,4}}(?!\d))|(?![a-z0-9#])))|(?P<bare>[号楼]))"
)
_PAIR = re.compile(r"(\d{1,3})(?:-(\d{1,2}))?(?:-(\d{3,4}))?(?![\d-])")
_ENTRANCE = re.compile(
    r"第?(?P<no>(?<!\d)\d{1,2}|[甲乙丙丁戊东西中南北])"
    rf"{_ENTRANCE_WORD}(?!{_NO_HOUSE}|[房格测位式])"
)
_DOOR = re.compile(r"(\d{1,2})(?:门(?![口面店市牌窗禁卫锁])|-\d{3,4}(?!\d))")
LEVEL = re.compile(
    r"负\d{1,2}[层楼]|地下(?:\d{1,2}层|车库|室)?|b\d(?:层|楼)?|顶[楼层]|\d{1,2}[层楼](?!梯|盘)"
)
# Before a number they make it an amount: 有3栋, 这3栋.
_AMOUNTS = "这那共有了建盖另其前后头剩余约近每各几多整"
# After 3号 they make it a day of the month.
_DAYS = re.compile(
    r"早上|上午|中午|下午|晚|凌晨|夜|那天|当天|开始|起|以|之|到|至|停|才|又|就|来|去|前|后|[-/]"
)
_FAR = "梯"


@dataclass(frozen=True)
class Numbered:
    """A building's number in a text. `numbers` is empty for a run of buildings (1-3号楼).

    `weak` numbers count only right behind an estate's name. `entrance` is set where both are
    written in one (3-2-501).
    """

    start: int
    end: int
    numbers: tuple[str, ...]
    weak: bool = False
    certain: bool = True
    entrance: str = ""


@dataclass(frozen=True)
class Entrance:
    """An entrance's number in a text."""

    start: int
    end: int
    number: str


def buildings_in(signs: str) -> list[Numbered]:
    """The numbers of buildings, in the order of the text."""
    found = [
        Numbered(*match.span(), (match[1],), entrance=match[2])
        for match in _TRIPLE.finditer(signs)
        if not 1900 <= int(match[3]) <= 2100
    ]
    taken = {place for numbered in found for place in range(numbered.start, numbered.end)}
    found += (
        numbered
        for match in _BUILDING.finditer(signs)
        if match.start() not in taken and (numbered := _read(signs, match)) is not None
    )
    return sorted(found, key=lambda numbered: numbered.start)


def _read(signs: str, match: re.Match[str]) -> Numbered | None:
    """What a match says, or None where it's an amount, a day or a storey."""
    word, count, sharp, bare = match["word"], match["count"], match["sharp"], match["bare"]
    after, before = signs[match.end() : match.end() + 2], signs[match.start() - 1 : match.start()]
    if not (word or count or sharp):
        if match["sign"] and bare == "楼":
            return _numbered(match)
        return _read_bare(signs, match) if bare == "号" else None
    if count and ((before in _AMOUNTS and before) or re.match(_NO_HOUSE, signs[match.end() :])):
        return None
    if count == "座":
        letter = not match["no"][0].isdigit()
        return (
            _numbered(match, weak=not letter) if not after.startswith(("大", "桥", "山")) else None
        )
    return _numbered(match, certain=not (word and after.startswith(_FAR)))


def _read_bare(signs: str, match: re.Match[str]) -> Numbered | None:
    """3号 alone: a building behind an estate's name, unless what follows makes it a day."""
    if match["more"] or match["from"] or _DAYS.match(signs, match.end()):
        return None
    return _numbered(match, weak=True, certain=False)


def _numbered(match: re.Match[str], *, weak: bool = False, certain: bool = True) -> Numbered:
    if match["from"]:
        return Numbered(*match.span(), (), weak)
    numbers = (*re.findall(r"\d+", match["more"]), match["no"])
    return Numbered(*match.span(), numbers, weak, certain)


def pair_at(signs: str, place: int) -> Numbered | None:
    """3-2-501, 3-501 or 3-2 right behind an estate's name."""
    match = _PAIR.match(signs, place)
    if match is None or not (match[2] or match[3]):
        return None
    return Numbered(*match.span(), (match[1],), certain=bool(match[3]), entrance=match[2] or "")


def entrances_in(signs: str) -> Iterator[Entrance]:
    """The numbers of entrances, in the order of the text."""
    for match in _ENTRANCE.finditer(signs):
        yield Entrance(*match.span(), match["no"])


def entrance_at(signs: str, place: int) -> Entrance | None:
    """An entrance in the short forms that only count right behind a building: 2门, 2-501."""
    match = _DOOR.match(signs, place)
    return Entrance(*match.span(), match[1]) if match is not None else None

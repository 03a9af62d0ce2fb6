"""Licence plates of cars, trailers, electric bicycles and embassies."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .found import Found, Kind

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_LETTER = "A-HJ-NP-Za-hj-np-z"
_SERVICE = "挂学警港澳领使试超临"
# Five characters of which two at the most are letters, six for new energy, six or seven digits for
# bicycles; or four and what the car serves. An O is issued to nobody, so it is a mistyped 0.
_PLATE = re.compile(
    rf"[{_PROVINCES}][ ]?[A-Za-z][ ·.\-]{{0,2}}"
    rf"(?:([{_LETTER}0-9]{{4}})[{_SERVICE}]|([{_LETTER}0-9Oo]{{5,7}}))(?![A-Za-z0-9])"
)
_EMBASSY = re.compile(
    r"(?<!大)使[0-9]{6}(?![0-9A-Za-z.]|[人元块个户])|(?<![0-9])[0-9]{6}使(?![用人])"
)
_AFTER_A_WORD = re.compile(
    rf"(?:车牌号码?|车牌|牌照|牌号|车号)(?:就?是|为|:)?[ ]?([A-Za-z][{_LETTER}0-9]{{5,6}})"
    r"(?![A-Za-z0-9])"
)
_NOT_A_PLATE_AFTER = re.compile("[ ]?(?:弄|路|号(?!车)|栋|幢|座|柜|格口|型|元)")
_FEWEST_DIGITS, _MOST_LETTERS = 2, 3


def plates(shadow: str) -> Iterator[Found]:
    """Plates; the province, its city's letter and the last character stay."""
    for match in _PLATE.finditer(shadow):
        if _is_number(match[1] or match[2]) and not _NOT_A_PLATE_AFTER.match(shadow, match.end()):
            yield _found(match.start(), match[0], 2)
    for match in _EMBASSY.finditer(shadow):
        yield _found(match.start(), match[0], 1)
    for match in _AFTER_A_WORD.finditer(shadow):
        if _is_number(match[1]):
            yield _found(match.start(1), match[1], 1)


def _is_number(number: str) -> bool:
    digits = sum(character.isdigit() for character in number)
    return digits >= _FEWEST_DIGITS and len(number) - digits <= _MOST_LETTERS


def _found(start: int, plate: str, shown: int) -> Found:
    masked = plate[:shown] + "*" * (len(plate) - shown - 1) + plate[-1]
    return Found(start, start + len(plate), Kind.PLATE, masked)

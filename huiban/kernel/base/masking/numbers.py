"""Telephone numbers, identity numbers and bank cards.

A text is read as groups of digits with at most a few spaces, dashes or brackets between them;
neighbouring groups are tried together, so a number is found however it was spaced, and never
begins or ends inside a longer one. Dates, amounts and ticket numbers stay as far as their shape
or the words before them tell them apart; where they don't, masking too much is the lesser harm.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from .found import Found, Kind

# The last character of an identity number, however it was typed.
_XS = str.maketrans(dict.fromkeys("xХх×", "X"))
# A run of groups; the last character of an identity number may be an X. Starred digits are no
# part of any: someone masked them already.
_RUN = re.compile(
    r"(?<![0-9*])[0-9]++(?!\*)(?:[- ().]{1,3}[0-9]++(?!\*))*"
    r"(?:[- ]{0,2}X(?:[- ]?[1-7][1-4])?(?![0-9A-Za-z*]))?"
)
_GROUP = re.compile("[0-9]+X?|X")
_MOST_GROUPS = 20

_PROVINCE = re.compile("1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_MOBILE = re.compile(r"(?:0086|86|0)?(1[3-9][0-9]{9})")
_MOBILE_SHAPE = re.compile(
    "11|3-4-4|4-4-3|3-8|7-4|3-3-5|3-5-3|4-3-4|4-7|5-6|6-5|1-10|3-4-2-2|3-2-2-2-2|(?:1-){10}1"
)
_LANDLINE = re.compile(r"(0(?:10|2[0-9]|[3-9][0-9]{2}))([2-8][0-9]{6,7})")
_ABROAD = re.compile(r"(?:0086|86)(10|2[0-9]|[3-9][0-9]{2})([2-8][0-9]{6,7})")
_LOCAL = re.compile(r"[2-8][0-9]{6,7}")
# What any of them looks like: a quick look before the careful one, for texts that are all digits.
_NUMBER = re.compile(
    r"(?:0086|86|0)?[1-9][0-9]{6,11}|[1-8][0-9]{14}|[1-8][0-9]{16}[0-9X](?:[1-7][1-4])?"
)
_LONG = re.compile("[1-9][0-9]{15,18}")
# Of UnionPay's cards and the older ones of the large banks, of Visa, Mastercard and JCB.
_CARD = re.compile(r"(?:6[0258]|9[0-9])[0-9]{14,17}|(?:4[0-9]|5[1-5]|35)[0-9]{14}")
_CARD_SHAPE = re.compile("1[6-9]|4-4-4-4(?:-[1-3])?|4-4-4-[5-7]|6-1[0-3]|6-4-4-[2-5]|6-[45]-[4-8]")
_CARD_BEFORE = re.compile(
    r"(?:卡号|银行卡|储蓄卡|信用卡|借记卡|工资卡|存折|银行账[号户])[^0-9，。；！？\n]{0,6}$"
)
_MOST_GROUPS_OF_A_CARD = 5
_ACCOUNT_BEFORE = re.compile(r"账[号户][为是]?[:# ]*$")

_TICKET_BEFORE = re.compile(
    r"(?:单号|编号|工单|受理号|流水号|案件号|案号|订单|凭证|票号|账号|№)[为是]?[:# ]*$"
)
_AMOUNT_BEFORE = re.compile(r"(?:[¥￥$] ?|[0-9][.])$")
_AMOUNT_AFTER = re.compile(r" ?(?:元|块|万|亿|%|\.[0-9])")
_PHONE_BEFORE = re.compile(
    r"(?:电话|座机|固话|热线|手机|联系方式|致电|打|[Tt][Ee][Ll])[^0-9，。；！？\n]{0,6}$"
    r"|(?:局|站|所|队|办|镇|乡|中心|公司) ?\($"
)
_PHONE_AFTER = re.compile(r" ?打(?:来|过来)?电话")
_AND = re.compile(r"[、，,/;； 或者和及与]{1,3}")
_LOOK_BACK = 16


@dataclass(frozen=True)
class _Groups:
    """Some neighbouring groups: their digits, where each stands, and how they are grouped."""

    digits: str
    taken: list[re.Match[str]]
    offset: int

    @property
    def start(self) -> int:
        return self.offset + self.taken[0].start()

    @property
    def end(self) -> int:
        return self.offset + self.taken[-1].end()

    @property
    def places(self) -> list[int]:
        return [self.offset + place for group in self.taken for place in range(*group.span())]

    @cached_property
    def shape(self) -> str:
        return "-".join(str(len(group[0])) for group in self.taken)


def numbers(shadow: str) -> Iterator[Found]:
    """The telephone numbers, identity numbers and bank cards in a shadow.

    Local telephone numbers where a word before says that they are; identity numbers by province
    and date of birth, whatever their check says; cards by their issuer and check, or where a word
    before says so. Digits that are starred already stay.
    """
    shadow, last_phone = shadow.translate(_XS), 0
    for run in _RUN.finditer(shadow):
        groups = list(_GROUP.finditer(run[0]))
        first = 0
        while first < len(groups):
            for last, tried in _longest_first(groups, first, run.start()):
                found = _find(tried, shadow, last_phone)
                if found:
                    yield found
                    last_phone, first = found.end, last - 1
                    break
            first += 1


def _longest_first(
    groups: list[re.Match[str]], first: int, offset: int
) -> Iterator[tuple[int, _Groups]]:
    """The sequences from group `first` on that may be a number, each with the place after it."""
    parts = [group[0] for group in groups[first : first + _MOST_GROUPS]]
    for count in range(len(parts), 0, -1):
        digits = "".join(parts[:count])
        long = count <= _MOST_GROUPS_OF_A_CARD and _LONG.fullmatch(digits)
        if long or _NUMBER.fullmatch(digits):
            yield first + count, _Groups(digits, groups[first : first + count], offset)


def _find(tried: _Groups, shadow: str, last_phone: int) -> Found | None:
    before = shadow[max(0, tried.start - _LOOK_BACK) : tried.start]
    ticket = bool(_TICKET_BEFORE.search(before))
    found = _identity(tried, ticket) or _card(tried, before, ticket)
    if found or ticket or "X" in tried.digits:
        return found
    if _AMOUNT_BEFORE.search(before) or _AMOUNT_AFTER.match(shadow, tried.end):
        return None
    found = _mobile(tried) or _landline(tried, shadow)
    if found or "." in shadow[tried.start : tried.end]:
        return found
    called = (
        _PHONE_BEFORE.search(before)
        or _PHONE_AFTER.match(shadow, tried.end)
        or (last_phone and _AND.fullmatch(shadow, last_phone, tried.start))
    )
    return _local(tried) if called else None


def _identity(tried: _Groups, ticket: bool) -> Found | None:
    digits, length = tried.digits, len(tried.digits)
    if not _PROVINCE.match(digits) or "X" in digits[:17] + digits[18:]:
        return None
    if length == 15 and not ticket and tried.shape.split("-")[0] in {"15", "6"}:
        return _masked_identity(tried) if _is_date(f"19{digits[6:12]}") else None
    # A disability card's number is the identity number, the class and the level of disability.
    card = length == 20 and re.fullmatch("[1-7][1-4]", digits[18:])
    if (length == 18 or card) and _is_date(digits[6:14]):
        return None if ticket and not _check_holds(digits[:18]) else _masked_identity(tried)
    return None


def _masked_identity(tried: _Groups) -> Found:
    masked = _but_ends(tried.digits[:18]) + "*" * len(tried.digits[18:])
    return Found(tried.start, tried.end, Kind.IDENTITY, masked)


def _but_ends(number: str) -> str:
    return number[:4] + "*" * (len(number) - 8) + number[-4:]


def _check_holds(number: str) -> bool:
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number, strict=False))
    return "10X98765432"[total % 11] == number[17]


def _card(tried: _Groups, before: str, ticket: bool) -> Found | None:
    if not 16 <= len(tried.digits) <= 19 or not _CARD_SHAPE.fullmatch(tried.shape):
        return None
    if "X" in tried.digits or not (_CARD_BEFORE.search(before) or _is_card(tried, before, ticket)):
        return None
    return Found(tried.start, tried.end, Kind.CARD, _but_ends(tried.digits))


def _is_card(tried: _Groups, before: str, ticket: bool) -> bool:
    if ticket and not _ACCOUNT_BEFORE.search(before):
        return False
    return bool(_CARD.fullmatch(tried.digits)) and _luhn_holds(tried.digits)


def _luhn_holds(number: str) -> bool:
    doubled = (divmod(2 * int(digit), 10) for digit in number[-2::-2])
    return (sum(map(int, number[-1::-2])) + sum(tens + ones for tens, ones in doubled)) % 10 == 0


def _mobile(tried: _Groups) -> Found | None:
    found = _MOBILE.fullmatch(tried.digits)
    if not found:
        return None
    number = found[1]
    prefix = len(tried.digits) - 11
    shape = _without_prefix(tried.shape, prefix)
    if not _MOBILE_SHAPE.fullmatch(shape) or (shape == "3-4-2-2" and _is_date(number[3:])):
        return None
    masked = f"{number[:3]}****{number[7:]}"
    return Found(tried.places[prefix], tried.end, Kind.PHONE, masked)


def _without_prefix(shape: str, prefix: int) -> str:
    """The shape after 86, 0086 or 0; a 0 that stands alone belongs to something else."""
    first, _, rest = shape.partition("-")
    left = int(first) - prefix
    return rest if prefix > 1 and not left else f"{left}-{rest}".rstrip("-")


def _landline(tried: _Groups, shadow: str) -> Found | None:
    first = tried.shape.split("-")[0]
    found = _LANDLINE.fullmatch(tried.digits) if len(first) > 1 or first > "2" else None
    if not found and first in {"2", "4"}:
        found = _ABROAD.fullmatch(tried.digits)
    if not found or tried.shape.count("-") > 3:
        return None
    start = tried.places[found.start(1)]
    if shadow[start - 1 : start] == "(" and ")" in shadow[start : tried.end]:
        start -= 1  # of (020)81234567 the brackets go together
    return Found(start, tried.end, Kind.PHONE, f"{found[1]}-{_but_three(found[2])}")


def _local(tried: _Groups) -> Found | None:
    plain = tried.shape in {"7", "8", "4-4", "3-4"} and not _is_date(tried.digits)
    if not plain or not _LOCAL.fullmatch(tried.digits):
        return None
    return Found(tried.start, tried.end, Kind.PHONE, _but_three(tried.digits))


def _but_three(number: str) -> str:
    return "*" * (len(number) - 3) + number[-3:]


def _is_date(digits: str) -> bool:
    """Whether eight digits are a day between 1880 and 2100, as on a card or in a date."""
    if len(digits) != 8 or not digits.isdigit() or not 1880 <= int(digits[:4]) <= 2100:
        return False
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True

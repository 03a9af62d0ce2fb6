"""E-mail addresses, and what a word before it calls an account of a messenger or a document."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .found import Found, Kind

_EMAIL = re.compile(
    r"(?<![A-Za-z0-9.%+\-])([A-Za-z0-9][A-Za-z0-9.%+\-]{0,63})"
    r"(@[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63}){1,4})"
)
_IS = r"(?:号码|号|ID|id)?(?:就?是|为|[:=])?[ ]{0,2}"
_MESSENGERS = (
    "(?:微信|薇信|威信|[Vv]信|WeChat|wechat|扣扣|(?:加|我的?)[Vv]"
    "|(?<![A-Za-z])(?:[Vv][Xx]|[Ww][Xx]|QQ|qq|Qq))"
)
_ACCOUNT = re.compile(
    rf"{_MESSENGERS}{_IS}"
    r"([A-Za-z][A-Za-z0-9\-]{5,19}|[1-9][0-9]{4,10})(?![A-Za-z0-9@.*\-])"
)
# What stands after the messenger's name and is no account.
_PROGRAM = re.compile("(?i)android|iphone|windows|music|wechat|weixin")
_DOCUMENTS = (
    "(?:护照|通行证|台胞证|回乡证|居留证|居留身份证|永居证|军官证|士兵证|警官证|社保[卡号]|医保[卡号]|"
    "就诊卡|病历号|住院号|出生证|出生医学证明|学籍号)"
)
_DOCUMENT = re.compile(
    rf"{_DOCUMENTS}(?:号码|号|编号)?(?:就?是|为|:)?[ ]{{0,2}}"
    r"([A-Za-z]{0,3}[0-9]{6,12})(?![0-9A-Za-z*\-])"
)
_SHOWN_OF_DOCUMENT = 3


def emails(shadow: str) -> Iterator[Found]:
    """Addresses of e-mail; the first character and the house they are at stay."""
    if "@" in shadow:
        for match in _EMAIL.finditer(shadow):
            yield Found(*match.span(), Kind.EMAIL, f"{match[1][0]}***{match[2]}")


def accounts(shadow: str) -> Iterator[Found]:
    """Names and numbers of WeChat and QQ, directly after the messenger's name."""
    for match in _ACCOUNT.finditer(shadow):
        if not _PROGRAM.match(match[1]):
            yield Found(*match.span(1), Kind.ACCOUNT, f"{match[1][0]}***")


def documents(shadow: str) -> Iterator[Found]:
    """Passports, travel permits and cards of that kind, after the document's name."""
    for match in _DOCUMENT.finditer(shadow):
        hidden = "*" * (len(match[1]) - _SHOWN_OF_DOCUMENT)
        yield Found(*match.span(1), Kind.DOCUMENT, hidden + match[1][-_SHOWN_OF_DOCUMENT:])

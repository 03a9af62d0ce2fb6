"""A row of a table of units, read into what it says. No database."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from huiban.kernel.base.errors import Refusal
from huiban.kernel.base.tables import Row
from huiban.kernel.base.text import normalise

from .models import Level
from .rules import LONGEST_NAME, read_level

# Each field with the headings it is known by, the first one being that of the template.
HEADINGS: dict[str, tuple[str, ...]] = {
    "code": ("编码", "code", "代码", "单位编码"),
    "name": ("名称", "name", "单位名称"),
    "level": ("层级", "level", "级别"),
    "parent": ("上级编码", "parent", "上级"),
    "duty_phone": ("值班电话", "duty_phone"),
    "households": ("户数", "households"),
    "covers": ("包联小区编码", "covers", "包联小区"),
    "post": ("前台岗位", "post"),
    "valid_from": ("生效日期", "valid_from"),
}
LONGEST_CODE = 30
LONGEST_PHONE = 30
_CODE = re.compile(r"[\w.\-]+")
_PHONE = re.compile(r"[0-9+][0-9+\-() 、,，;；/转]*")
_DAY = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?(?: 00:00:00)?")
_SEPARATORS = re.compile(r"[；;、,，\s]+")


@dataclass(frozen=True)
class UnitLine:
    """What a row says of a unit; what it leaves empty is None or empty."""

    row: Row = field(compare=False)
    code: str
    name: str
    level: Level
    parent: str = ""
    duty_phone: str = ""
    households: int | None = None
    covers: tuple[str, ...] = ()
    post: str = ""
    valid_from: date | None = None


def check_columns(row: Row, headings: Mapping[str, tuple[str, ...]], *needed: str) -> None:
    """Raise Refusal, about the whole file, where a column that is needed has no heading."""
    for name in needed:
        if not any(heading in row.values for heading in headings[name]):
            there = "、".join(f"“{column}”" for column in row.values)
            raise Refusal(
                f"表里没有“{headings[name][0]}”（{name}）这一列。表里有：{there}。"
                f"请改列名，或加 --map {name}=列名。",
                name,
            )


def cell(row: Row, headings: tuple[str, ...]) -> str:
    """The row's text under the first of these headings that the table has."""
    for heading in headings:
        if heading in row.values:
            return " ".join(normalise(row.values[heading]).split())
    return ""


def read_unit(row: Row, level: Level | None) -> UnitLine:
    """What the row says; `level` is meant where it names none. Raises Refusal."""
    told = {name: cell(row, headings) for name, headings in HEADINGS.items()}
    line = UnitLine(
        row=row,
        code=read_code(told["code"]),
        name=read_name(told["name"]),
        level=_level(told["level"], level),
        parent=told["parent"],
        duty_phone=_phone(told["duty_phone"]),
        households=read_count(told["households"], "户数"),
        covers=tuple(dict.fromkeys(filter(None, _SEPARATORS.split(told["covers"])))),
        post=told["post"],
        valid_from=read_day(told["valid_from"]),
    )
    _check_fit(line)
    return line


def _check_fit(line: UnitLine) -> None:
    if line.covers and line.level != Level.BRANCH:
        raise Refusal("只有小区党支部才填包联小区。请把这一格留空，或改层级。", "covers")
    if line.post and line.level == Level.ESTATE:
        raise Refusal("小区不设前台岗位，由社区前台受理。请把这一格留空。", "post")
    if len(line.post) > LONGEST_NAME:
        raise Refusal(f"前台岗位的名称超过了{LONGEST_NAME}个字。请写短一些。", "post")


def read_code(text: str, longest: int = LONGEST_CODE) -> str:
    """A code: letters, digits, dots and dashes. Raises Refusal."""
    if not text:
        raise Refusal("没有写编码。请补上；没有统一编码的，可以自己编一个不重复的。", "code")
    if len(text) > longest or not _CODE.fullmatch(text):
        raise Refusal(
            f"编码“{text[:40]}”不合规。编码只用数字、字母、点和短横线，最多{longest}位。", "code"
        )
    return text


def read_name(text: str) -> str:
    """A name of at most sixty characters. Raises Refusal."""
    if not text:
        raise Refusal("没有写名称。请补上。", "name")
    if len(text) > LONGEST_NAME:
        raise Refusal(f"名称超过了{LONGEST_NAME}个字。请写规范的简称。", "name")
    return text


def read_count(text: str, called: str) -> int | None:
    """A whole number from 0 on; None for nothing. Raises Refusal."""
    if not text:
        return None
    plain = text.replace(",", "")
    if not plain.isascii() or not plain.isdigit() or len(plain) > 9:
        raise Refusal(f"{called}“{text[:20]}”不是整数。请只写数字，不知道就留空。", "households")
    return int(plain)


def _level(text: str, level: Level | None) -> Level:
    if not text:
        if level is None:
            every = "、".join(Level.labels)
            raise Refusal(f"没有写层级。请填：{every}；整份表同一层级时可加 --level。", "level")
        return level
    found = read_level(text)
    if found is None:
        raise Refusal(f"“{text[:20]}”不是认得的层级。请填：{'、'.join(Level.labels)}。", "level")
    return found


def _phone(text: str) -> str:
    if text and (len(text) > LONGEST_PHONE or not _PHONE.fullmatch(text)):
        raise Refusal(f"值班电话“{text[:40]}”不像电话号码。请只写号码，最多30位。", "duty_phone")
    return text


def read_day(text: str) -> date | None:
    """A day as people write it; None for nothing. Raises Refusal."""
    if not text:
        return None
    found = _DAY.fullmatch(text)
    try:
        return date(*(int(part) for part in found.groups())) if found else _no_day(text)
    except ValueError:
        return _no_day(text)


def _no_day(text: str) -> date:
    raise Refusal(f"生效日期“{text[:20]}”不是日期。请写成 2026-01-01 这样，或留空。", "valid_from")

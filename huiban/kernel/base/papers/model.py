"""What a paper is made of: frozen descriptions that know nothing of PDF or DOCX.

All texts are plain: no markup is read in them, so that what residents wrote may stand anywhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, TypeAlias

from .charts.chart import Chart

Style = Literal["letter", "handbook"]
Level = Literal[1, 2, 3, 4]

# 机关代字、〔年份〕、序号: the year in full, the number without leading zero or 第 (GB/T 9704-2012, 7.2.5).
_NUMBER = re.compile(r"[^〔〕\s]+〔\d{4}〕[1-9]\d*号")


@dataclass(frozen=True)
class Heading:
    """A heading; 一、 （一） 1. （1） is put before it by level, unless it is not to be numbered."""

    text: str
    level: Level = 1
    numbered: bool = True


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of body text, its first line set in two characters.

    `lead` stands before the text and stands out: 一是, or the name of what the text is about.
    """

    text: str
    lead: str = ""
    indent: bool = True


@dataclass(frozen=True)
class Items:
    """A list, each of its items a paragraph of its own; ordered ones get 1. 2. 3."""

    items: tuple[str, ...]
    ordered: bool = False


@dataclass(frozen=True)
class Column:
    """A column's head. A column of figures is set flush right.

    `share` is its part of the width beside the other columns; without it the contents decide.
    """

    name: str
    figures: bool = False
    share: float | None = None


@dataclass(frozen=True)
class Table:
    """A table; its head stands again on every page that it reaches.

    `total` sets the last row apart as a sum. `note` is small print under it, often the source.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""
    note: str = ""
    total: bool = False

    def __post_init__(self) -> None:
        widths = {len(self.columns), *(len(row) for row in self.rows)}
        if len(widths) > 1 or not self.columns:
            raise ValueError(f"every row needs one cell a column, but there are {sorted(widths)}")


@dataclass(frozen=True)
class Figure:
    """A chart with its caption under it and, for who can't see it, its figures as a table."""

    chart: Chart
    caption: str
    with_table: bool = False
    note: str = ""


@dataclass(frozen=True)
class Note:
    """Small print in the run of the text: a source, a rule of counting."""

    text: str


@dataclass(frozen=True)
class PageBreak:
    """What follows begins on a new page."""


@dataclass(frozen=True)
class Contents:
    """The table of contents: headings down to this level, with their pages."""

    depth: Level = 2
    title: str = "目　录"


Block: TypeAlias = Heading | Paragraph | Items | Table | Figure | Note | PageBreak | Contents


@dataclass(frozen=True)
class Cover:
    """The first page of a handbook. `facts` are lines such as ("数据截止", "2026年10月31日")."""

    title: str
    subtitle: str = ""
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Document:
    """A paper, ready to be printed.

    `style` is "letter", an official letter by GB/T 9704-2012, or "handbook", a report of many
    pages. `issuer` and `dated` make the signature of a letter, with the place above them left
    free for the seal: none is ever drawn. `mark` is the red head (发文机关标志); leave it out
    where the paper is printed on headed sheets. `addressee` is without its colon. `running` is
    what a handbook's foot says beside the page number: unit and month.

    `made_at` is written into the file as the time of its making; the same document gives the same
    bytes. `demonstration` prints 演示数据 on every page.
    """

    title: str
    body: tuple[Block, ...]
    style: Style = "letter"
    mark: str = ""
    number: str = ""
    issuer: str = ""
    addressee: str = ""
    dated: date | None = None
    attachments: tuple[str, ...] = ()
    copy_to: tuple[str, ...] = ()
    printed_by: str = ""
    cover: Cover | None = None
    running: str = ""
    made_at: datetime | None = None
    demonstration: bool = False
    keywords: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.number and not _NUMBER.fullmatch(self.number):
            raise ValueError(f"{self.number} is not like 安监提〔2026〕3号")


def table_of(chart: Chart) -> Table:
    """The chart's figures as a table without a caption."""
    columns = tuple(
        Column(name, figures=place >= chart.labels) for place, name in enumerate(chart.head)
    )
    return Table(columns, chart.rows)


def letter_number(code: str, year: int, number: int) -> str:
    """发文字号, such as 安监提〔2026〕3号: code of the unit, year, number without leading zero."""
    if number < 1:
        raise ValueError(f"numbers of letters begin with 1, not {number}")
    return f"{code}〔{year:04d}〕{number}号"


def chinese_date(day: date) -> str:
    """成文日期 in Arabic figures without leading zeros: 2026年3月5日."""
    return f"{day.year}年{day.month}月{day.day}日"

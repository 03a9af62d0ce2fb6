"""周一研判单 on paper: one sheet of A4, whatever the week holds. Pure but for the setting of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from huiban.kernel.base import papers
from huiban.kernel.base.phrases import WEEKDAYS, say_hours
from huiban.kernel.base.text import excerpt

from .queries.monday import Answering, Due, Monday, Stuck
from .queries.themes import Repeated

# At most so many rows in each part, and twice as many of what is due.
MOST_ROWS = 16
# In characters: what is due and what comes back stand on one line each.
LONGEST_HEADLINE, LONGEST_TITLE, LONGEST_NAME = 19, 18, 16
REFERENCES = 2
_PAGES = re.compile(rb"/Type\s*/Pages\b.*?/Count\s+(\d+)|/Count\s+(\d+).*?/Type\s*/Pages\b", re.S)


def monday_pdf(page: Monday, made_at: datetime, fonts: Path, *, demonstration: bool) -> bytes:
    """The page as PDF, of exactly one sheet: what doesn't fit is counted at the end of its part."""

    def made(rows: int) -> bytes:
        paper = monday_paper(page, rows, made_at, demonstration=demonstration)
        return papers.to_pdf(paper, fonts)

    fitting, found, too_many = 1, made(1), MOST_ROWS + 1
    assert pages_of(found) == 1, "a row in each part fits on a page"
    while too_many - fitting > 1:
        rows = (fitting + too_many) // 2
        tried = made(rows)
        if pages_of(tried) == 1:
            fitting, found = rows, tried
        else:
            too_many = rows
    return found


def pages_of(pdf: bytes) -> int:
    """How many pages a PDF of ours has."""
    found = _PAGES.search(pdf)
    assert found is not None, "the tree of pages stands open in our files"
    return int(found[1] or found[2])


def monday_paper(
    page: Monday, rows: int, made_at: datetime, *, demonstration: bool
) -> papers.Document:
    """The page with at most so many rows in each part, and twice as many of what is due."""
    first, last = page.week
    parts = (
        ("卡在谁和谁之间", _stuck(page.stuck[:rows]), len(page.stuck) - rows, "对"),
        ("什么在哪儿反复", _repeated(page.repeated[:rows]), len(page.repeated) - rows, "个"),
        (_due_title(page), _due(page.due[: 2 * rows]), page.due_total - 2 * rows, "件"),
        ("协办多久回音", _answering(page.answering[:rows]), len(page.answering) - rows, "个"),
    )
    return papers.Document(
        title=f"{page.unit.name}周一研判单",
        style="handbook",
        issuer=page.unit.name,
        running=f"{page.unit.name} {first.month}月{first.day}日至{last.month}月{last.day}日",
        body=(
            papers.Paragraph(_week(page), indent=False),
            *(
                block
                for number, part in zip("一二三四", parts, strict=True)
                for block in _part(number, *part)
            ),
        ),
        made_at=made_at,
        demonstration=demonstration,
    )


def _week(page: Monday) -> str:
    first, last = page.week
    return (
        f"{papers.chinese_date(page.day)} {WEEKDAYS[page.day.weekday()]}；本周是"
        f"{first.month}月{first.day}日至{last.month}月{last.day}日。只列单位和事，不列个人。"
    )


def _due_title(page: Monday) -> str:
    return f"这周到期{page.due_total}件" if page.due_total else "这周到期"


def _part(
    number: str, title: str, table: papers.Table | None, left_out: int, unit: str
) -> list[papers.Block]:
    """A part under its title. Real headings would take the room of a third of the rows."""
    lead = f"{number}、{title}"
    if table is None:
        return [papers.Paragraph("：没有。", lead=lead, indent=False)]
    note = f"另有{left_out}{unit}，见办公台“周一研判单”。" if left_out > 0 else ""
    return [papers.Paragraph("", lead=lead, indent=False), replace(table, note=note)]


def _table(
    columns: tuple[papers.Column, ...], rows: Sequence[tuple[str, ...]]
) -> papers.Table | None:
    return papers.Table(columns, tuple(rows)) if rows else None


def _stuck(pairs: Sequence[Stuck]) -> papers.Table | None:
    columns = (
        papers.Column("在谁手里", share=3),
        papers.Column("从哪里来", share=3),
        papers.Column("超时", figures=True, share=1),
        papers.Column("最久", figures=True, share=1),
        papers.Column("近7天超时升级", figures=True, share=1.3),
        papers.Column("推转线索", figures=True, share=1.4),
        papers.Column("案件", share=3.6),
    )
    rows = [
        (
            _short(one.unit_name),
            _short(one.other_name) or "居民反映",
            f"{one.late}件" if one.late else "—",
            f"{one.oldest_days}天" if one.late else "—",
            f"{one.lifted}件" if one.lifted else "—",
            f"{one.found}条" if one.found else "—",
            "、".join(one.references[:REFERENCES]),
        )
        for one in pairs
    ]
    return _table(columns, rows)


def _repeated(themes: Sequence[Repeated]) -> papers.Table | None:
    columns = (
        papers.Column("什么事", share=5),
        papers.Column("在哪儿", share=3),
        papers.Column("近30天", figures=True, share=1.2),
        papers.Column("比前一周", share=2.2),
    )
    rows = [
        (
            excerpt(one.title, LONGEST_TITLE),
            excerpt(one.place, LONGEST_NAME),
            f"{one.size}件",
            one.growth_words.removeprefix("比前一周").removeprefix("和前一周"),
        )
        for one in themes
    ]
    return _table(columns, rows)


def _due(lines: Sequence[Due]) -> papers.Table | None:
    columns = (
        papers.Column("什么时候前", share=2),
        papers.Column("谁", share=2.4),
        papers.Column("办什么", share=1.2),
        papers.Column("什么事", share=5.9),
        papers.Column("编号", share=1.7),
    )
    rows = [
        (
            one.at_words,
            _short(one.unit_name),
            one.what,
            excerpt(one.headline, LONGEST_HEADLINE),
            one.reference,
        )
        for one in lines
    ]
    return _table(columns, rows)


def _answering(units: Sequence[Answering]) -> papers.Table | None:
    columns = (
        papers.Column("协办单位", share=3.4),
        papers.Column("近30天请了", figures=True, share=1.6),
        papers.Column("已回音", figures=True, share=1.2),
        papers.Column("一半在多久内", figures=True, share=1.8),
        papers.Column("没有回音", figures=True, share=1.2),
        papers.Column("还在等", figures=True, share=1.2),
        papers.Column("等得最久", figures=True, share=1.4),
    )
    rows = [
        (
            _short(one.unit_name),
            f"{one.asked}次",
            f"{one.answered}次",
            say_hours(one.hours, "—"),
            f"{one.silent}次" if one.silent else "—",
            f"{one.waiting}次" if one.waiting else "—",
            waiting_words(one),
        )
        for one in units
    ]
    return _table(columns, rows)


def waiting_words(one: Answering) -> str:
    """How long the first of those still waiting has waited."""
    if not one.waiting:
        return "—"
    return f"{one.waiting_days}天" if one.waiting_days else "不到1天"


def _short(name: str) -> str:
    return excerpt(name, LONGEST_NAME)

"""Letters and minutes as papers: pure, from what was frozen when they were issued."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from huiban.kernel.base import papers


def letter_paper(
    printed: Mapping[str, Any], made_at: datetime, *, demonstration: bool
) -> papers.Document:
    """An issued letter in the layout of GB/T 9704-2012; the seal's place is left, none is drawn."""
    facts = [papers.Paragraph(line) for line in printed["facts"].split("\n") if line.strip()]
    required = printed["requirements"]
    return papers.Document(
        title=printed["title"],
        number=printed["number"],
        addressee=printed["addressee"],
        issuer=printed["issuer"],
        dated=date.fromisoformat(printed["day"]),
        body=(
            papers.Heading("基本情况"),
            *facts,
            papers.Heading("整改要求"),
            papers.Items(tuple(required), ordered=True)
            if len(required) > 1
            else papers.Paragraph(required[0]),
            papers.Heading("回复期限"),
            papers.Paragraph(closing_of(printed)),
        ),
        made_at=made_at,
        demonstration=demonstration,
    )


def closing_of(printed: Mapping[str, Any]) -> str:
    """By when an issued letter is to be answered, how, and what may be said against it."""
    return (
        f"请于{_day(printed['due'])}前，就上述要求逐条书面回复{printed['issuer']}，"
        "并附必要的佐证材料。对所列情况有异议的，可在回复期限内提出。"
    )


def minutes_paper(
    minutes: Mapping[str, Any], made_at: datetime, *, demonstration: bool
) -> papers.Document:
    """The minutes of a consultation: when, where, who, what about, what was decided."""
    facts = (
        ("时间", minutes["at"]),
        ("地点", minutes["place"]),
        ("主持", minutes["chair"]),
        ("召集单位", minutes["convener"]),
        ("参加单位", "、".join(minutes["present"]) or "无"),
        *((("缺席单位", "、".join(minutes["absent"])),) if minutes["absent"] else ()),
    )
    decisions = tuple(
        (str(number), one["text"], one["owner"], one["due"])
        for number, one in enumerate(minutes["decisions"], 1)
    )
    return papers.Document(
        title=f"{minutes['title']}会商纪要",
        body=(
            *(papers.Paragraph(value, lead=f"{name}：") for name, value in facts),
            papers.Heading("议题"),
            papers.Items(tuple(minutes["agenda"]), ordered=True),
            papers.Heading("会商情况"),
            *(papers.Paragraph(line) for line in minutes["summary"].split("\n") if line.strip()),
            papers.Heading("议定事项"),
            _decided(decisions),
            papers.Note(f"{minutes['convener']}　{_day(minutes['day'])}印发"),
        ),
        made_at=made_at,
        demonstration=demonstration,
    )


def _day(iso: str) -> str:
    return papers.chinese_date(date.fromisoformat(iso))


def _decided(decisions: tuple[tuple[str, ...], ...]) -> papers.Block:
    if not decisions:
        return papers.Paragraph("本次会商没有议定需要跟进的事项。")
    return papers.Table(
        columns=(
            papers.Column("序号", share=0.08),
            papers.Column("事项", share=0.42),
            papers.Column("责任单位", share=0.24),
            papers.Column("完成日期", share=0.26),
        ),
        rows=decisions,
    )

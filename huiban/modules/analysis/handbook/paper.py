"""The handbook as a paper: pure, from a frozen snapshot and the texts beside it, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from huiban.kernel.base import papers as p

from .canonical import Section
from .paper_appendix import appendix, restatements
from .paper_numbers import numbers
from .paper_parts import prose
from .paper_quality import quality, supervised
from .paper_what import groups, matters, outlook, signs, themes
from .paper_where import places

TITLE = "基层治理分析手册"
DRAFT = "草稿"


def handbook_paper(snapshot: Section, texts: Section) -> p.Document:
    """The whole handbook. `texts` holds the summary, the suggestions, the stories and who published."""
    published = texts.get("published")
    unit, label = snapshot["unit"], snapshot["month_label"]
    issuer = published["unit"] if published else unit["name"]
    return p.Document(
        title=f"{unit['name']}{TITLE}（{label}）" + ("" if published else f"（{DRAFT}）"),
        body=tuple(_body(snapshot, texts)),
        style="handbook",
        issuer=issuer,
        dated=date.fromisoformat(published["day"]) if published else None,
        cover=_cover(snapshot, texts),
        running=f"{unit['name']}　{TITLE}　{label}" + ("" if published else f"　{DRAFT}"),
        made_at=_made_at(snapshot, texts),
        demonstration=snapshot["demonstration"],
        keywords=(unit["name"], label, TITLE),
    )


def _made_at(snapshot: Section, texts: Section) -> datetime | None:
    """When it was published, else how far the log was counted; the same snapshot, the same moment."""
    published = texts.get("published")
    moment = published["at"] if published else snapshot["cut_off"]["moment"]
    return datetime.fromisoformat(moment) if moment else None


def _cover(snapshot: Section, texts: Section) -> p.Cover:
    unit, period = snapshot["unit"], snapshot["period"]
    published = texts.get("published")
    subtitle = f"{unit['name']}　{snapshot['month_label']}"
    if not published:
        subtitle += f"\n{DRAFT}，未经审定"
    facts = [("统计期间", _days(period))]
    if not snapshot["is_over"]:
        facts.append(("截至", f"{p.chinese_date(date.fromisoformat(period['last']))}，本月未结束"))
    facts.append(("数据截止", cut_off_words(snapshot)))
    if unit["households"]:
        facts.append(("户数", f"{unit['households']}户"))
    if published:
        facts.append(("审定发布", published["post"]))
    title = TITLE[:4] + "\n" + TITLE[4:]
    return p.Cover(title, subtitle, tuple(facts))


def _days(period: Section) -> str:
    first, last = (date.fromisoformat(period[end]) for end in ("first", "last"))
    return f"{p.chinese_date(first)}至{p.chinese_date(last)}"


def cut_off_words(snapshot: Section) -> str:
    """How far the log was counted, as the cover says it."""
    cut_off = snapshot["cut_off"]
    if not cut_off["moment"]:
        return "还没有任何记录"
    moment = datetime.fromisoformat(cut_off["moment"])
    return f"{p.chinese_date(moment.date())}{moment:%H:%M}，事件日志第{cut_off['position']}条"


def _body(snapshot: Section, texts: Section) -> Iterator[p.Block]:
    yield p.Contents(depth=1)
    yield p.PageBreak()
    yield from _points(snapshot, texts)
    if not snapshot["is_empty"]:
        yield from numbers(snapshot)
        yield from places(snapshot)
        yield from matters(snapshot)
        yield from groups(snapshot)
        yield from quality(snapshot)
        yield from themes(snapshot, texts)
        yield from signs(snapshot)
        yield from outlook(snapshot)
    yield from supervised(snapshot)
    yield from _suggestions(texts)
    yield from _policies(snapshot)
    yield from restatements(snapshot)
    yield from appendix(snapshot)


def _points(snapshot: Section, texts: Section) -> Iterator[p.Block]:
    yield p.Heading("本月要点")
    if snapshot["is_empty"]:
        yield p.Paragraph(
            f"{snapshot['period']['label']}没有{snapshot['unit']['name']}的数据。"
            "本手册如实印出，不作分析；下列各项口径照列，有了数据再补。"
        )
    yield p.Items(tuple(texts["summary"]))


def _suggestions(texts: Section) -> Iterator[p.Block]:
    yield p.Heading("对策建议")
    if texts["suggestions"]:
        yield p.Items(tuple(texts["suggestions"]), ordered=True)
    else:
        yield p.Paragraph("本月的数字没有提示需要专门采取的措施。")


def _policies(snapshot: Section) -> Iterator[p.Block]:
    yield p.Heading("政策衔接")
    if not snapshot["policies"]:
        yield p.Paragraph("本月没有由共性问题转为政策的议题。")
        return
    yield from prose(
        "从一件件诉求到一项项办法（从“有一办一”到“举一反三”），本月在办的政策议题如下。"
    )
    rows = tuple((one["topic"], one["state"], one["effect"] or "—") for one in snapshot["policies"])
    yield p.Table(
        (p.Column("议题", share=0.3), p.Column("进展", share=0.3), p.Column("效果", share=0.4)),
        rows,
        caption="政策议题",
    )

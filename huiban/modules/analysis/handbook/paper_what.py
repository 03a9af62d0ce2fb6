"""反映什么, 涉及谁, what recurs, what rises and what to expect. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from huiban.kernel.base import papers as p

from .canonical import Section
from .paper_numbers import based_on
from .paper_parts import HIDDEN, HIDDEN_NOTE, NONE, change, left_out, number, prose, table
from .sentences import place_of, share

BARS_SHOWN, ROWS_SHOWN = 12, 30


def matters(snapshot: Section) -> Iterator[p.Block]:
    """The fields as a ring, the matters as bars, and all of them as a table."""
    told = snapshot["matters"]
    yield p.Heading("反映什么")
    fields = [p.Amount(one["name"], one["value"]) for one in told["fields"]]
    yield p.Figure(
        p.ring(fields, measure="各诉求领域件数", what="领域"),
        "诉求领域构成",
        note="领域是分类的第一级。" if told["has_levels"] else "分类只有一级，领域即事项。",
        with_table=told["has_levels"],
    )
    shown = [one for one in told["matters"] if one["value"]][:BARS_SHOWN]
    yield p.Figure(
        p.bars(
            [p.Amount(one["name"], one["value"]) for one in shown],
            measure="各事项件数",
            what="事项",
        ),
        "事项件数" if len(shown) < BARS_SHOWN else f"件数最多的{BARS_SHOWN}个事项",
    )
    yield _table(snapshot)


def _table(snapshot: Section) -> p.Table:
    told = snapshot["matters"]
    total = sum(one["value"] for one in told["matters"])
    bases = {"previous": "month_on_month", "last_year": "year_on_year"}
    known = [base for base in bases if any(one[base] is not None for one in told["matters"])]
    rows = [
        (
            one["name"],
            *((one["field"],) if told["has_levels"] else ()),
            str(one["value"]),
            share(one["value"], total) if total else NONE,
            *(
                said
                for base in known
                for said in (number(one[base]), change(one["value"], one[base]))
            ),
        )
        for one in told["matters"][:ROWS_SHOWN]
    ]
    rest = told["matters"][ROWS_SHOWN:]
    heads = [head for base in known for head in (based_on(snapshot, bases[base]), "增减")]
    return table(
        ("事项", *(("领域",) if told["has_levels"] else ()), "本期", "占比", *heads),
        rows,
        "各事项件数与比较",
        labels=2 if told["has_levels"] else 1,
        note=f"其余{len(rest)}项共{sum(one['value'] for one in rest)}件。" if rest else "",
    )


def groups(snapshot: Section) -> Iterator[p.Block]:
    """Whom it concerns; 未说明 stands in the table whatever it is."""
    told = snapshot["groups"]
    if told is None:
        return
    yield p.Heading("涉及谁")
    total = told["total"]
    if told["lines"]:
        yield p.Figure(
            p.bars(
                [p.Amount(one["name"], one["value"]) for one in told["lines"]],
                measure="涉及各类人群的件数",
                what="人群",
            ),
            "涉及人群",
        )
    rows = [
        (one["name"], str(one["value"]), share(one["value"], total) if total else NONE)
        for one in told["lines"]
    ]
    if told["has_others"]:
        rows.append((f"其他人群（每类不足{told['smallest']}件）", HIDDEN, HIDDEN))
    missing = told["not_stated"]
    rows.append(
        (missing["name"], str(missing["value"]), share(missing["value"], total) if total else NONE)
    )
    yield table(
        ("人群", "件数", f"占收到{total}件"),
        rows,
        "涉及人群件数",
        note="一件事可以涉及几类人群，各项之和不等于合计。"
        + (HIDDEN_NOTE if told["has_others"] else ""),
    )


def themes(snapshot: Section, texts: Section) -> Iterator[p.Block]:
    """What recurs, and the stories that a person wrote and another look approved."""
    yield p.Heading("反复出现的问题")
    told = snapshot["themes"]
    titles = texts.get("themes", {})
    if not told:
        yield from prose("本月没有两件以上内容相近的反映。")
    else:
        yield _recurring(told, titles, left_out(snapshot, "themes"))
    stories = texts.get("stories", [])
    if stories:
        yield p.Heading("群众身边的故事", 2)
        for story in stories:
            yield p.Paragraph(story["text"], lead=f"{story['title']}。")
        yield p.Note("故事由人根据办理情况改写，隐去个人信息，经复看同意后刊登，不是群众原话。")


def _recurring(told: list[Section], titles: Mapping[str, str], more: int) -> p.Table:
    return p.Table(
        (
            p.Column("问题", share=0.24),
            p.Column("类别", share=0.13),
            p.Column("地点", share=0.17),
            p.Column("本月", figures=True, share=0.07),
            p.Column("一年内", figures=True, share=0.09),
            p.Column("走势", share=0.3),
        ),
        tuple(
            (
                titles.get(one["id"]) or one["title"],
                one["category"],
                one["place"] or NONE,
                str(one["value"]),
                str(one["total"]),
                one["words"],
            )
            for one in told
        ),
        caption="反复出现的问题",
        note=f"只列件数最多的{len(told)}个，另有{more}个从略。" if more else "",
    )


def signs(snapshot: Section) -> Iterator[p.Block]:
    """What rises beyond its own past, with the test named; and that it can't be told, if so."""
    yield p.Heading("苗头")
    told = snapshot["signs"]
    if not snapshot["is_over"]:
        yield from prose("本月还没有结束，不判断苗头。")
        return
    if not told["enough"]:
        yield from prose(
            f"完整的历史只有{told['months']}个月，还看不出哪里偏多；满8个月后开始判断。"
        )
        return
    yield from prose(
        f"把{told['judged']}处（单位与事项）逐一与自身历史和季节比较："
        "用负二项分布推算通常的件数，多处同时检验按 Benjamini–Hochberg 法控制误报。"
    )
    if not told["lines"]:
        yield from prose("没有超出通常范围的。")
        return
    yield table(
        ("地点", "事项", "本月", "通常约", "上限", "判断"),
        [
            (
                place_of(one, snapshot),
                one["category"],
                str(one["observed"]),
                f"{float(one['expected']):.1f}",
                str(one["upper"]),
                "明显偏多" if one["strength"] == "sign" else "先留意",
            )
            for one in told["lines"]
        ],
        "苗头",
        labels=2,
        note="“先留意”：超过了自身上限，但在这么多处中也可能是碰巧。"
        + (f"另有{told['left_out']}处从略。" if told["left_out"] else ""),
    )


def outlook(snapshot: Section) -> Iterator[p.Block]:
    """What the next month is expected to bring, with intervals and how earlier forecasts held."""
    told = snapshot["outlook"]
    yield p.Heading("下月预测")
    lines = [one for one in told["lines"] if one["expected"]]
    if not lines:
        yield from prose("完整的历史不足3个月，还不能预测。")
        return
    if not snapshot["is_over"]:
        yield from prose("本月还没有结束，以下按上月为止的数据推算本月全月。")
    yield p.Paragraph(f"{lines[0]['words']}。")
    yield table(
        ("事项", "最近一个月", "预计", "下限", "上限"),
        [
            (
                one["name"],
                str(one["now"]),
                f"{float(one['expected']):.0f}",
                str(one["low"]),
                str(one["high"]),
            )
            for one in lines
        ],
        f"{told['month']}预计件数",
        note=f"上下限之间的把握为{float(lines[0]['level']) * 100:.0f}%。"
        + _tried(told["backtest"]),
    )


def _tried(backtest: Section | None) -> str:
    if backtest is None:
        return "历史不足两年，还没有可供回测的月份。"
    missed = f"，平均偏差{backtest['missed_percent']}%" if backtest["missed_percent"] else ""
    return f"用同样方法回测过去{backtest['months']}个月的合计，{backtest['within']}个月落在区间内{missed}。"

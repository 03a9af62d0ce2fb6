"""本月数字: each count beside its bases, with dates, so that anybody can reckon it again. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from huiban.kernel.base import papers as p

from .canonical import Section
from .paper_parts import NONE, change, prose, rate_words, table
from .sentences import compared

# Widths of the table of rates, by how many bases it has.
RATE_SHARES = ((0.4, 0.6), (0.2, 0.3, 0.2, 0.3), (0.17, 0.25, 0.14, 0.14, 0.3))
KINDS = ("month_on_month", "year_on_year")


def numbers(snapshot: Section) -> Iterator[p.Block]:
    """The counts with 环比 and 同比, January with February and the rolling year where they apply."""
    yield p.Heading("本月数字")
    yield _counts(snapshot)
    yield from _longer(snapshot)
    yield _trend(snapshot)


def _counts(snapshot: Section) -> p.Table:
    lines = snapshot["numbers"]["lines"]
    kinds = [kind for kind in KINDS if any(compared(line, kind) for line in lines)]
    rows = [(_label(line), str(line["value"]), *_held(line, kinds)) for line in lines]
    return table(
        ("项目", "本期", *_heads(snapshot, kinds)),
        rows,
        "本期各项件数与比较",
        note=_bases(snapshot),
    )


def _label(line: Section) -> str:
    return line["label"] if line["unit"] == "件" else f"{line['label']}（{line['unit']}）"


def _heads(snapshot: Section, kinds: Sequence[str]) -> Iterator[str]:
    for kind in kinds:
        yield from (based_on(snapshot, kind), "增减", "增减%")


def based_on(snapshot: Section, kind: str) -> str:
    """What the base of a comparison is called: whole months, or as many days of one."""
    names = {"month_on_month": "上月", "year_on_year": "去年同月"}
    if not snapshot["is_over"]:
        names = {"month_on_month": "上月同期", "year_on_year": "去年同期"}
    return names[kind]


def _held(line: Section, kinds: Sequence[str]) -> Iterator[str]:
    for kind in kinds:
        one = compared(line, kind)
        if one is None:
            yield from (NONE, NONE, NONE)
        else:
            yield str(one["base"])
            yield change(one["value"], one["base"])
            yield _percent(one)


def _percent(one: Section) -> str:
    """The percentage, unless its base is too small to bear one."""
    if not one["percent"] or "不算百分比" in one["words"]:
        return NONE
    return f"{float(one['percent']):+.2f}".replace("-", "−")


def _bases(snapshot: Section) -> str:
    """Which days were compared, why something wasn't, and what to mind: once each."""
    lines = snapshot["numbers"]["lines"]
    first = lines[0]
    told = [f"本期：{snapshot['period']['first']}至{snapshot['period']['last']}"]
    for kind, name in (("month_on_month", "环比基期"), ("year_on_year", "同比基期")):
        if (one := compared(first, kind)) is not None:
            told.append(f"{name}：{one['base_first']}至{one['base_last']}")
    told += first["missing"]
    told += [one["caution"] for one in first["compared"][:2] if one["caution"]]
    told.append("基数不足20件的不算百分比，记“—”")
    return "；".join(dict.fromkeys(told)) + "。"


def _longer(snapshot: Section) -> Iterator[p.Block]:
    line = snapshot["numbers"]["lines"][0]
    kinds = {"january_february": "1—2月合计", "rolling_year": "滚动12个月"}
    found = [(kinds[one["kind"]], one) for one in line["compared"] if one["kind"] in kinds]
    found += [(kinds["january_february"], one) for one in snapshot["numbers"]["january_february"]]
    found += [("春节前后", one) for one in snapshot["numbers"]["festival"]]
    for name, one in found:
        yield p.Paragraph(one["sentence"], lead=f"{name}。")


def _trend(snapshot: Section) -> p.Figure:
    trend = snapshot["trend"]
    months = [f"{month[2:4]}年{int(month[5:])}月" for month in trend["months"]]
    chart = p.trend(
        months,
        [p.Line(line["label"], tuple(map(float, line["values"]))) for line in trend["lines"]],
        measure="逐月件数",
    )
    note = "最后一个月还没有结束。" if trend["is_partial"] else ""
    return p.Figure(chart, "逐月走势", with_table=True, note=note)


def rates(snapshot: Section) -> p.Table:
    """The rates with their counts, the change since the month before, and what chance may do."""
    told = [{other["name"]: other for other in one["compared"]} for one in snapshot["rates"]]
    names = [name for name in ("上月", "去年同月") if any(name in held for held in told)]
    rows = [
        (
            one["label"],
            rate_words(one),
            *(_base(held.get(name)) for name in names),
            *((_verdict(held.get(names[0])),) if names else ()),
        )
        for one, held in zip(snapshot["rates"], told, strict=True)
    ]
    return table(
        ("比率", "本期", *names, *((f"与{names[0]}比",) if names else ())),
        rows,
        "各项比率",
        shares=RATE_SHARES[len(names)],
        note="括号里是分子和分母。“偶然”指这样的差别单凭偶然也常会出现（检验见附录）。",
    )


def _base(one: Section | None) -> str:
    if one is None or not one["whole"]:
        return NONE
    return f"{one['percent']}%"


def _verdict(one: Section | None) -> str:
    """`+1.20，偶然`: points, and whether chance explains them."""
    if one is None or not one["points"]:
        return NONE
    words = {"up": "提高", "down": "降低", "chance": "偶然", "too_few": "样本少"}[one["verdict"]]
    points = f"{float(one['points']):+.2f}".replace("-", "−") if float(one["points"]) else "0"
    return f"{points}个百分点，{words}" if float(one["points"]) else "持平"


def missing(snapshot: Section) -> Iterator[p.Block]:
    """What the rates leave out, with its counts."""
    beside: dict[str, int] = {}
    for one in snapshot["rates"]:
        beside |= {other["label"]: other["value"] for other in one["beside"]}
    if beside:
        told = "、".join(f"{label}{value}件" for label, value in beside.items())
        yield from prose(
            f"与比率同看：{told}。没有评价的和没有联系上的不计入解决率、满意率的分母；"
            "居民撤回的、并入别的事的不计入到期。"
        )

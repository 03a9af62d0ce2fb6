"""办得怎么样, and 监督与整改: rates with what they leave out, times, what is late, letters. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from huiban.kernel.base import papers as p

from .canonical import Section
from .paper_numbers import missing, rates
from .paper_parts import HIDDEN_NOTE, NONE, left_out, prose, rate_words, table
from .sentences import duration


def quality(snapshot: Section) -> Iterator[p.Block]:
    """How it was handled: rates, times, what is late and at whom; units beside one another."""
    yield p.Heading("办得怎么样")
    yield rates(snapshot)
    yield from missing(snapshot)
    yield from _handling(snapshot)
    yield from _late(snapshot)
    yield from _units(snapshot)
    yield from _departments(snapshot)


def _handling(snapshot: Section) -> Iterator[p.Block]:
    told = [one for one in snapshot["handling"] if one["cases"]]
    if not told:
        return
    yield p.Heading("办理用时", 2)
    yield table(
        ("期间", "办结（件）", "平均", "一半在此之内", "九成在此之内"),
        [
            (
                one["period"],
                str(one["cases"]),
                duration(one["minutes"] / one["cases"] / 60),
                duration(one["half_within_hours"]),
                duration(one["most_within_hours"]),
            )
            for one in told
        ],
        "从收到到最后一次办结的用时",
        note="按自然时间算，重办的时间也算在内。中位数按小时段读出，两天以内精确到1小时，十天以内4小时。",
    )


def _late(snapshot: Section) -> Iterator[p.Block]:
    now = snapshot["numbers"]["now"]
    yield p.Heading("数据截止时在办和超时", 2)
    yield from prose(f"正在办{now['open']}件，其中已超过期限{now['late']}件。")
    if now["late"] and now["tiers"]:
        yield table(
            ("层级", "已超时（件）"),
            [(one["label"], str(one["late"])) for one in now["tiers"]],
            "超时的在哪一级",
        )


def _units(snapshot: Section) -> Iterator[p.Block]:
    told = snapshot["places"]
    if not told["units"] or not told["units"][0]["rates"]:
        return
    yield p.Heading(f"各{told['level']}对照", 2)
    yield _side_by_side(told["units"], told["level"], f"各{told['level']}办理情况对照")


def _side_by_side(units: list[Section], what: str, caption: str) -> p.Table:
    labels = [rate["label"] for rate in units[0]["rates"]]
    return table(
        (what, *labels),
        [(unit["name"], *(rate_words(rate) for rate in unit["rates"])) for unit in units],
        caption,
        note="括号里是分子和分母；分母小的比率起伏大，不宜排名。口径见附录。"
        + (HIDDEN_NOTE if any(_is_hidden(unit) for unit in units) else ""),
    )


def _is_hidden(unit: Section) -> bool:
    return any(rate["whole"] is None for rate in unit["rates"])


def _departments(snapshot: Section) -> Iterator[p.Block]:
    told = snapshot["departments"]
    if not told:
        return
    yield p.Heading("各部门办理", 2)
    labels = [rate["label"] for rate in told[0]["rates"]]
    yield table(
        ("部门", "到期", *labels, "在办/\n超时"),
        [
            (
                unit["name"],
                str(unit["due"]),
                *(rate_words(rate) for rate in unit["rates"]),
                f"{unit['open']}/{unit['late']}",
            )
            for unit in told
        ],
        "各部门办理情况对照",
        shares=(0.225, 0.075, 0.203, 0.203, 0.203, 0.091),
        note="到期、比率按本期；在办、超时是数据截止时的。没有到期、没有在办的部门不列。",
    )


def supervised(snapshot: Section) -> Iterator[p.Block]:
    """Findings by rule and the letters that followed; said plainly where there were none."""
    told = snapshot["supervision"]
    yield p.Heading("监督与整改")
    totals = {one["measure"]: one["value"] for one in told["totals"]}
    if not totals["supervision.found"] and not totals["supervision.void"]:
        yield from prose("本期没有监督发现。")
    else:
        yield from prose(
            f"规则从办理记录中发现{totals['supervision.found']}条，人工认定属实"
            f"{totals['supervision.confirmed']}条，不予认定{totals['supervision.dismissed']}条；"
            f"申诉成立撤销{totals['supervision.void']}条，不计入前面各项。",
            "发现只关于单位，是证据，不是结论。",
        )
    if told["rules"]:
        yield _rules(told["rules"])
    if told["letters"]:
        yield _letters(told["letters"], left_out(told, "letters"))
    else:
        yield from prose("本期没有发出或在办的提示单、预警函。")


def _rules(rules: list[Section]) -> p.Table:
    columns = ("supervision.found", "supervision.confirmed", "supervision.dismissed")
    return table(
        ("规则", "发现", "认定属实", "不予认定", "待研判"),
        [
            (
                one["name"],
                *(str(one[column]) for column in columns),
                str(one[columns[0]] - one[columns[1]] - one[columns[2]]),
            )
            for one in rules
        ],
        "按规则分的监督发现（条）",
    )


def _letters(letters: list[Section], more: int) -> p.Table:
    return table(
        ("文书", "编号", "发给", "发出", "回复期限", "现状"),
        [
            (
                one["name"],
                one["number"] or NONE,
                one["addressee"],
                _day(one["issued"]),
                _day(one["due"]),
                one["state"],
            )
            for one in letters
        ],
        "提示、预警与整改",
        labels=6,
        note=f"只列最近发出的{len(letters)}件，另有{more}件从略。" if more else "",
    )


def _day(text: str) -> str:
    if not text:
        return NONE
    day = date.fromisoformat(text)
    return f"{day.month}月{day.day}日"

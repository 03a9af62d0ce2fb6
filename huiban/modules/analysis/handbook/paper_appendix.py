"""更正 and 附录: what earlier numbers are corrected, how everything was counted. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from huiban.kernel.base import papers as p

from .canonical import Section
from .paper_parts import prose, table

RULES = (
    (
        "数字由事件日志逐条累加，任何一个都可以从日志或案件表重新数出来；"
        "手册只从冻结的数据印出，重印不会改变。"
    ),
    "日子按北京时间；一件事按各口径写明的那一天计入。",
    (
        "比率四舍五入到两位小数，一律写明分子和分母；"
        "率的比较用两比例检验（样本少时用精确检验），差别用百分点表示。"
    ),
    "增长速度＝（本期－基期）÷基期×100%；两期天数相差5%以上的，另按日均比较。",
    "热点按每千户件数，用泊松精确检验与本区域水平比较；户数不足30户的地方不单独列出。",
    "涉及人群不足5件的各类合在一起、不写名称，防止由合计推算出涉及谁。",
    "只统计单位，不统计个人；小区党支部只引导，不作为监督对象。",
)


def restatements(snapshot: Section) -> Iterator[p.Block]:
    """What earlier handbooks printed and reads otherwise now; said where nothing does."""
    yield p.Heading("更正")
    told = snapshot["restatements"]
    if not told:
        yield from prose("与以前各期刊登的数字相比，没有需要更正的。")
        return
    yield from prose(
        "以下各项在刊登以后因后续办理、补充评价、申诉成立或更正而改变。原手册不改，以本表为准。"
    )
    yield table(
        ("月份", "项目", "原刊登", "现为"),
        [(one["month_label"], one["label"], one["before"], one["after"]) for one in told],
        "对以前各期的更正",
        labels=2,
    )


def appendix(snapshot: Section) -> Iterator[p.Block]:
    """Definitions with their versions, the cut-off, and the rules of counting."""
    yield p.Heading("附录：口径和算法")
    yield table(
        ("指标", "口径", "按哪一天", "版本"),
        [
            (one["label"], one["definition"], one["by_day"], str(one["version"]))
            for one in snapshot["definitions"]
        ],
        "本手册用到的指标",
        labels=3,
        shares=(0.17, 0.5, 0.23, 0.1),
        note="“部分解决”计入解决率。" if snapshot["partly_counts"] else "“部分解决”不计入解决率。",
    )
    cut_off = snapshot["cut_off"]
    known = cut_off["known_from"]
    since = f"完整数据从{known}起，更早的月份不作比较。" if known else "还没有完整的月份。"
    yield p.Heading("怎么数的", 2, numbered=False)
    yield p.Items((*RULES, f"数到事件日志第{cut_off['position']}条为止。{since}"), ordered=True)

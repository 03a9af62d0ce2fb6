"""`huiban supervision scan`: bouncing in the log of any system."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

from huiban.cli.outcomes import DONE, WrongUse, say, tell
from huiban.kernel.base.errors import Refusal
from huiban.kernel.base.tables import Table
from huiban.modules.supervision.logs.handovers import (
    CaseFigures,
    PairFigures,
    Stays,
    case_figures,
    pair_figures,
    stays_of,
)
from huiban.modules.supervision.logs.reading import (
    Wanted,
    open_log,
    order_of_dates,
    read_log,
)

from .outputs import RefusedRows, Written, write_all

CASE_COLUMNS = ("case", "handovers", "returns", "loops", "units", "days")
PAIR_COLUMNS = ("from", "to", "handovers", "cases", "returned", "share", "days")


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = """\
每行是一件事的一步：哪件（--case）、什么时候（--time）、在哪个单位（--unit）。
没写时区的时间按北京时间读；先按时间排，时间相同的按表里的先后。
同一单位连着的几步先并成一步，再数：

--output  每件一行，按第一次出现的先后：
  case       办件编号
  handovers  转手：单位换了几次
  returns    直接退回：甲→乙→甲 有几次
  loops      绕圈：又回到经手过的单位有几次（直接退回也算）
  units      经手过几个单位
  days       从第一步到最后一步几天

--pairs  每对单位一行，转手多的在前：
  from, to   从哪个单位到哪个单位
  handovers  转手几次
  cases      涉及几件（一件来回多次只算一件）
  returned   其中几次直接退了回来
  share      退回的占几成（0到1）
  days       退回之前一共空转几天
share 高而 handovers 也多，多半是职责没有说清，请两个单位当面商定；
只有一两件反复来回，请看那几件。数字是线索，不是结论，也不用来给人排名。

缺编号、缺单位、时间读不懂、格数比表头多的行不算，写在 --output 旁边的文件里，其余照算。
"""
    parser.add_argument(
        "--log", type=Path, required=True, metavar="FILE", help="流转记录：CSV（可压缩）或 Excel"
    )
    parser.add_argument("--case", required=True, metavar="列名", help="办件编号在哪一列")
    parser.add_argument("--time", required=True, metavar="列名", help="时间在哪一列")
    parser.add_argument("--unit", required=True, metavar="列名", help="单位在哪一列")
    parser.add_argument("--output", type=Path, required=True, metavar="FILE", help="每件一行")
    parser.add_argument("--pairs", type=Path, metavar="FILE", help="每对单位一行")
    parser.add_argument(
        "--no-unit",
        action="append",
        default=[],
        metavar="写法",
        help="单位列里等于没有单位的写法，例如 EMPTY（可以写几次）",
    )
    parser.add_argument(
        "--dates",
        choices=("month", "day"),
        default="",
        help="01/02/2020 这样的日期，月在前还是日在前（不写就看表里别的日期）",
    )


def run(arguments: argparse.Namespace) -> int:
    """Scan the log and write a row a case and, if asked, a row a pair of units."""
    nobody = frozenset(words.strip() for words in arguments.no_unit)
    wanted = Wanted(arguments.case, arguments.time, arguments.unit, nobody)
    _refuse_same_files(arguments)
    try:
        table = open_log(arguments.log, wanted)
        with RefusedRows(arguments.output, table) as refused:
            stays, read = _read(arguments, table, wanted, refused)
            cases = _write(arguments, stays)
            refused.keep()
    except Refusal as refusal:
        raise WrongUse(refusal.message, refusal.field) from refusal
    tell(
        f"read {read}, refused {refused.count}, cases {len(cases.case)}, "
        f"handed over {(cases.handovers > 0).sum()}, returned {(cases.returns > 0).sum()}, "
        f"looped {(cases.loops > 0).sum()}"
    )
    return DONE


def _read(
    arguments: argparse.Namespace, table: Table, wanted: Wanted, refused: RefusedRows
) -> tuple[Stays, int]:
    """Who had which case, and how many rows were read; the events themselves are let go."""
    log, read = read_log(
        table,
        wanted,
        refused.add,
        find_order=lambda: arguments.dates or _order(arguments.log, wanted),
        progress=lambda count: say(f"huiban: 已读{count}行"),
    )
    return stays_of(log), read


def _order(path: Path, wanted: Wanted) -> str:
    order = order_of_dates(path, wanted)
    if order:
        said = "月在前" if order == "month" else "日在前"
        say(f"huiban: 时间列里有日期能确定是{said}，分不清的都按{said}读")
    return order


def _write(arguments: argparse.Namespace, stays: Stays) -> CaseFigures:
    """Write what was asked for, all or nothing."""
    cases = case_figures(stays)
    tables: list[Written] = [(arguments.output, CASE_COLUMNS, _case_lines(stays, cases))]
    if arguments.pairs:
        tables.append((arguments.pairs, PAIR_COLUMNS, _pair_lines(stays, pair_figures(stays))))
    write_all(tables)
    return cases


def _refuse_same_files(arguments: argparse.Namespace) -> None:
    """Raises WrongUse where one file would overwrite another."""
    paths = {"--log": arguments.log, "--output": arguments.output, "--pairs": arguments.pairs}
    named = [(option, path.resolve()) for option, path in paths.items() if path]
    for at, (option, path) in enumerate(named):
        for earlier, other in named[:at]:
            if path == other or (path.exists() and other.exists() and path.samefile(other)):
                raise WrongUse(
                    f"{option} 和 {earlier} 是同一个文件，会互相覆盖。请另起一个名字。", option[2:]
                )


def _case_lines(stays: Stays, figures: CaseFigures) -> Iterator[Sequence[object]]:
    for case, handovers, returns, loops, units, days in zip(
        figures.case.tolist(),
        figures.handovers.tolist(),
        figures.returns.tolist(),
        figures.loops.tolist(),
        figures.units.tolist(),
        figures.days.tolist(),
        strict=True,
    ):
        yield stays.cases[case], handovers, returns, loops, units, f"{days:.6f}"


def _pair_lines(stays: Stays, figures: PairFigures) -> Iterator[Sequence[object]]:
    for sender, receiver, handovers, cases, returned, days in zip(
        figures.sender.tolist(),
        figures.receiver.tolist(),
        figures.handovers.tolist(),
        figures.cases.tolist(),
        figures.returned.tolist(),
        figures.days.tolist(),
        strict=True,
    ):
        share = f"{returned / handovers:.4f}"
        names = stays.units[sender], stays.units[receiver]
        yield *names, handovers, cases, returned, share, f"{days:.6f}"

"""`huiban analysis`: count what the log says, and count an export of it again."""

from __future__ import annotations

import argparse
from pathlib import Path

from huiban.cli.filebeside import write_rows
from huiban.cli.handbook import asked_unit
from huiban.cli.outcomes import DONE, WrongUse, say, tell
from huiban.kernel.base.errors import Refusal
from huiban.kernel.events.pump import give_positions
from huiban.modules.analysis.actions.folding import fold_again, fold_all
from huiban.modules.analysis.actions.publishing import follow_log
from huiban.modules.analysis.handbook.reading import months_with_cases
from huiban.modules.analysis.recounting import Recount, recount

BATCH = 10_000
HEADER = ("unit", "month", "axis", "code", "measure", "amount")


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    what = parser.add_subparsers(dest="what", required=True)
    fold = what.add_parser("fold", help="把日志里还没有统计的部分统计好")
    fold.add_argument("--again", action="store_true", help="清空统计，从头再数一遍")
    again = what.add_parser(
        "recount",
        help="从导出的日志重新统计，核对公布的数字",
        epilog="读 huiban supervision export 写的 XES 或 OCEL 文件（可以是 .gz），"
        "写出 unit（单位编码）、month（月份，空的是导出那一刻）、axis、code、measure、amount。"
        "指标的定义见 docs/measures.md。",
    )
    again.add_argument("file", type=Path, metavar="FILE", help="导出的日志")
    again.add_argument("--output", type=Path, metavar="FILE", help="写到这个 CSV")
    months = what.add_parser("months", help="列出一个单位有事项的月份，从早到晚")
    months.add_argument("--unit", required=True, metavar="CODE", help="单位编码")


def run(arguments: argparse.Namespace) -> int:
    """Carry out what was asked for."""
    ways = {"fold": _fold, "recount": _recount, "months": _months}
    return ways[arguments.what](arguments)


def _months(arguments: argparse.Namespace) -> int:
    unit = asked_unit(arguments.unit)
    follow_log()
    found = months_with_cases(unit)
    for month in found:
        tell(str(month))
    tell(f"months {len(found)}")
    return DONE


def _fold(arguments: argparse.Namespace) -> int:
    while give_positions():
        pass
    events = fold_again(BATCH) if arguments.again else fold_all(BATCH)
    tell(f"events {events}")
    return DONE


def _recount(arguments: argparse.Namespace) -> int:
    try:
        found = recount(arguments.file)
    except Refusal as refusal:
        raise WrongUse(refusal.message, refusal.field) from refusal
    if arguments.output is None:
        for line in _lines(found):
            tell(",".join(map(str, line)))
    else:
        write_rows(arguments.output, HEADER, _lines(found))
        say(f"huiban: 已写到 {arguments.output}")
    tell(f"cases {found.cases}, events {found.events}, figures {len(found.cells)}")
    return DONE


def _lines(found: Recount) -> list[tuple[str, str, str, str, str, int]]:
    cells = sorted(found.cells.items())
    return [
        (unit, month, axis, code, measure, amount)
        for (unit, month, axis, measure, code), amount in cells
    ]

"""`huiban bench NAME…`: benchmarks of `bench/`, on scratch data that are thrown away."""

from __future__ import annotations

import argparse
import importlib
import re
import sys
from pathlib import Path

import huiban
from huiban.cli.outcomes import WrongUse

ROOT = Path(huiban.__file__).resolve().parent.parent
FOLDER = ROOT / "bench"
_IS_A_BENCHMARK = re.compile(r"^def run\(place: Place", re.MULTILINE)
_READS_THE_HISTORY = re.compile(r"^from bench\.history import", re.MULTILINE)


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    known = "、".join(names()) or "无"
    together = "、".join(names(_READS_THE_HISTORY)) or "无"
    told = f"其中之一：{known}。{together} 可以一起写，只装一次数据"
    parser.add_argument("names", nargs="+", metavar="NAME", help=told)
    parser.add_argument(
        "--database",
        default="",
        metavar="URL",
        help="在这台 PostgreSQL 服务器上另建一个临时数据库来测（默认用临时的 SQLite）",
    )
    parser.add_argument("--quick", action="store_true", help="半分钟以内，只看大致多快")


def run(arguments: argparse.Namespace) -> int:
    """Run the benchmark in a scratch place, which is removed afterwards."""
    _check(arguments.names)
    if arguments.database and not arguments.database.startswith(("postgres://", "postgresql://")):
        raise WrongUse("--database 要写成 postgresql://用户:密码@主机/库。不写就用 SQLite。")
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    code: int = importlib.import_module("bench.measuring").run(arguments)
    return code


def _check(asked: list[str]) -> None:
    """Refuse what isn't a benchmark, and a company in which one wants a place of its own."""
    for name in asked:
        if name not in names():
            known = "、".join(names())
            hint = (
                f"现有：{known}。" if known else f"{FOLDER} 里没有测量程序；请在源代码目录中运行。"
            )
            raise WrongUse(f"没有“{name}”这项测量。{hint}")
    alone = [name for name in asked if name not in names(_READS_THE_HISTORY)]
    if alone and len(asked) > 1:
        raise WrongUse(f"“{alone[0]}”要单独测：请分开运行。")


def names(which: re.Pattern[str] = _IS_A_BENCHMARK) -> list[str]:
    """The benchmarks there are, of all or of a kind: modules of the folder that measure in a place."""
    return [
        path.stem
        for path in sorted(FOLDER.glob("*.py"))
        for text in [path.read_text(encoding="utf-8")]
        if _IS_A_BENCHMARK.search(text) and which.search(text)
    ]

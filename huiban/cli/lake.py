"""`huiban lake`: facts and events as partitioned Parquet, and measures over them on two engines."""

from __future__ import annotations

import argparse
import csv
import os
import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO, Any

from huiban.cli.filebeside import write_rows
from huiban.cli.main import set_up
from huiban.cli.outcomes import DONE, OFF, WrongUse, say, tell
from huiban.kernel.base.errors import Refusal
from huiban.modules.analysis.lake.checking import faults, manifests, unnamed
from huiban.modules.analysis.lake.storage import Storage, storage_at

# As `asking.engines` and `asking.measures` have them; those load what only an answer needs.
ENGINES = ("duckdb", "spark")
_MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])")


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = "布局、列和不导出的内容见 docs/lake.md。"
    what = parser.add_subparsers(dest="what", required=True)
    _add_export(what.add_parser("export", help="把新的事件和办件写进数据湖，坏了的分区重写"))
    _add_run(what.add_parser("run", help="在数据湖上算一个指标"))
    _add_place(what.add_parser("check", help="逐个文件核对数据湖是否完整"))
    what.add_parser("list", help="有哪些指标")


def _add_place(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--lake",
        default="",
        metavar="PLACE",
        help="文件夹或 s3://桶/前缀（HUIBAN_LAKE，不然是数据文件夹里的 lake）",
    )


def _add_export(parser: argparse.ArgumentParser) -> None:
    _add_place(parser)
    parser.add_argument(
        "--verify",
        action="store_true",
        help="对象存储上已有的文件也逐个读出来核对（本地磁盘总是核对）",
    )


def _add_run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="指标；huiban lake list 列出有哪些")
    parser.add_argument(
        "--engine", choices=ENGINES, default=ENGINES[0], help="用哪个引擎（duckdb）"
    )
    parser.add_argument("--output", type=Path, metavar="FILE", help="写到这个 CSV")
    parser.add_argument("--since", default="", metavar="YYYY-MM", help="从哪个月起")
    parser.add_argument("--until", default="", metavar="YYYY-MM", help="到哪个月止，含这个月")
    parser.add_argument(
        "--spark",
        default="",
        metavar="MASTER",
        help="Spark 在哪里运行，例如 spark://主机:7077（HUIBAN_SPARK，不然在本机）",
    )
    _add_place(parser)


def run(arguments: argparse.Namespace) -> int:
    """Carry out what was asked for."""
    found: int = {"export": _export, "run": _run, "check": _check, "list": _list}[arguments.what](
        arguments
    )
    return found


def _storage(arguments: argparse.Namespace) -> Storage:
    place = arguments.lake or os.environ.get("HUIBAN_LAKE", "")
    data = Path(os.environ.get("HUIBAN_DATA") or "data")
    return storage_at(place or str(data / "lake"), os.environ.get("HUIBAN_LAKE_ENDPOINT", ""))


def _export(arguments: argparse.Namespace) -> int:
    set_up()
    from django.conf import settings

    from huiban.cli.operations.locks import alone_on_database
    from huiban.modules.analysis.lake.filling.export import export

    storage = _storage(arguments)
    with alone_on_database("lake"):
        done = export(
            storage,
            settings.SECRETS.fingerprint[:8],
            lambda words: say(f"huiban: {words}"),
            thoroughly=True if arguments.verify else None,
        )
    tell(
        f"events {done.events}, cases {done.cases}, mended {done.mended},"
        f" up to position {done.position}"
    )
    return DONE


def _run(arguments: argparse.Namespace) -> int:
    from huiban.modules.analysis.lake.asking.ask import ask, measure_of
    from huiban.modules.analysis.lake.asking.engines import engine
    from huiban.modules.analysis.lake.asking.measures import Months

    months = Months(_month(arguments.since, "since"), _month(arguments.until, "until"))
    try:
        measure = measure_of(arguments.name)
    except Refusal as refusal:
        raise WrongUse(refusal.message, refusal.field) from refusal
    storage = _storage(arguments)
    with engine(arguments.engine, arguments.spark or os.environ.get("HUIBAN_SPARK", "")) as found:
        answer = ask(storage, measure, found, months)
    _write(arguments.output, answer.rows)
    tell(f"rows {answer.rows.num_rows}, lakes {answer.lakes}, events {answer.events}")
    return DONE


def _write(output: Path | None, rows: Any) -> None:
    lines: Iterable[Sequence[Any]] = zip(
        *(column.to_pylist() for column in rows.columns), strict=True
    )
    if output is not None:
        write_rows(output, rows.column_names, lines)
        return
    writer: Any = csv.writer(_stdout(), lineterminator="\n")
    writer.writerow(rows.column_names)
    writer.writerows(lines)


def _stdout() -> IO[str]:
    return sys.stdout


def _check(arguments: argparse.Namespace) -> int:
    storage = _storage(arguments)
    with storage.being_read():
        known = manifests(storage)
        parts = [part for one in known for part in one.parts.values()]
        broken = faults(storage, parts, thoroughly=True)
    for fault in broken:
        tell(fault.sentence)
    if loose := unnamed(storage, known):
        say(f"huiban: 有{len(loose)}个文件不在清单里（例如 {loose[0]}），下一次导出会删掉")
    tell(f"lakes {len(known)}, files {len(parts)}, broken {len(broken)}")
    return OFF if broken else DONE


def _list(arguments: argparse.Namespace) -> int:
    from huiban.modules.analysis.lake.asking.measures import MEASURES

    for measure in MEASURES.values():
        tell(f"{measure.name}\t{measure.label}\t{measure.definition}")
    tell(f"measures {len(MEASURES)}")
    return DONE


def _month(text: str, option: str) -> str:
    if text and not _MONTH.fullmatch(text):
        raise WrongUse(f"--{option} 要写成 2026-11 的样子，不是“{text}”。", option)
    return text

"""`huiban supervision export`: our own log for outside tools; needs the database."""

from __future__ import annotations

import argparse
import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO, cast

from huiban.cli.main import set_up
from huiban.cli.outcomes import DONE, tell

from .outputs import draft_of, forget, unwritable

FORMATS = ("xes", "ocel")


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = (
        "把本系统每件事的经过写成流程分析工具通用的格式：xes（IEEE 1849，每件一条轨迹）或"
        "ocel（OCEL 2.0 的 JSON：事项、反映、待办、单位各是一种对象）。不含个人信息：事项只有代号，"
        "同一件每次导出代号相同；单位写编码；不写内容、联系方式、经办账号和小区以下的地点。"
        "文件名以 .gz 结尾就压缩。"
    )
    parser.add_argument("--format", required=True, choices=FORMATS, help="xes 或 ocel")
    parser.add_argument("--output", required=True, type=Path, metavar="FILE", help="写到这个文件")


def run(arguments: argparse.Namespace) -> int:
    """Write the whole log, or nothing."""
    set_up()
    from huiban.modules.supervision.exporting.ocel import write_ocel
    from huiban.modules.supervision.exporting.source import Source
    from huiban.modules.supervision.exporting.xes import write_xes

    with _whole(arguments.output) as file:
        source = Source()
        if arguments.format == "xes":
            cases, events = write_xes(file, source.traces(), source.position)
        else:
            cases, events = write_ocel(file, source.traces, source.others())
    tell(f"cases {cases}, events {events}, up to position {source.position}")
    return DONE


@contextmanager
def _whole(path: Path) -> Iterator[TextIO]:
    """A text file that has its name only once it is complete. Raises WrongUse if that fails."""
    draft = draft_of(path)
    try:
        if path.is_dir():
            raise IsADirectoryError(0, "这是文件夹")
        with _opened(draft, zipped=path.suffix == ".gz") as file:
            yield file
        draft.replace(path)
    except OSError as error:
        raise unwritable(path, error) from error
    finally:
        forget(draft)


def _opened(draft: Path, *, zipped: bool) -> TextIO:
    if zipped:
        return cast(TextIO, gzip.open(draft, "wt", encoding="utf-8", newline="\n"))
    return draft.open("w", encoding="utf-8", newline="\n")

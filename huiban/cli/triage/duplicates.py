"""`huiban triage duplicates`: which rows of a table tell of the same thing."""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from huiban.cli.outcomes import DONE, WrongUse, say, tell
from huiban.kernel.base.clock import SHANGHAI
from huiban.kernel.base.errors import Refusal
from huiban.kernel.base.moments import parse_moment
from huiban.kernel.base.tables import Row, parse_map, read_table, rename
from huiban.kernel.base.text import normalise
from huiban.modules.voice.learning.likeness_groups import THRESHOLD, Grouped, Line, group_lines

FIELDS = ("title", "body", "place", "created", "category")


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = (
        "读列 title、body（只有 body 必须有），有 place、created、category 也一并参考；"
        "写出 row、group、score，正文相同的行总在一组，不与别行重复的行 group 为空。"
    )
    parser.add_argument("--input", type=Path, required=True, metavar="FILE", help="CSV 或 Excel")
    parser.add_argument("--output", type=Path, required=True, metavar="FILE", help="写到这个 CSV")
    parser.add_argument("--map", default="", metavar="字段=列名,…", help="字段和列名的对应")
    parser.add_argument(
        "--threshold",
        type=float,
        default=THRESHOLD,
        metavar="0..1",
        help=f"多像才算一组（{THRESHOLD}）；越高越严",
    )


def run(arguments: argparse.Namespace) -> int:
    """Group the rows and write a row for each, in their order."""
    if not 0 < arguments.threshold <= 1:
        raise WrongUse("--threshold 要在0和1之间，例如 0.5。", "threshold")
    _refuse_same_file(arguments.input, arguments.output)
    rows = _read(arguments.input, arguments.map)
    say(f"huiban: 读到{len(rows)}行，正在比对")
    grouped = group_lines([_line(row) for row in rows], arguments.threshold)
    _write(arguments.output, rows, grouped)
    inside = sum(one.group > 0 for one in grouped)
    groups = max((one.group for one in grouped), default=0)
    tell(f"read {len(rows)}, groups {groups}, rows in groups {inside}")
    return DONE


def _refuse_same_file(read: Path, written: Path) -> None:
    if written.exists() and read.exists() and written.samefile(read):
        raise WrongUse("--output 和 --input 是同一个文件，会盖掉原表。请另起一个名字。", "output")


def _read(path: Path, map_words: str) -> list[Row]:
    try:
        mapping = parse_map(map_words)
        if unknown := sorted(set(mapping) - set(FIELDS)):
            known = "、".join(FIELDS)
            raise Refusal(f"没有“{unknown[0]}”这个字段。可以用的有：{known}。", "map")
        return list(_with_body(rename(row, mapping) for row in read_table(path)))
    except Refusal as refusal:
        raise WrongUse(refusal.message, refusal.field) from refusal


def _with_body(rows: Iterator[Row]) -> Iterator[Row]:
    for row in rows:
        if "body" not in row.values:
            there = "、".join(f"“{name}”" for name in row.values)
            raise Refusal(
                f"表里没有 body 列。表里有：{there}。请用 --map body=列名 说明正文在哪一列。",
                "body",
            )
        yield row


def _line(row: Row) -> Line:
    cells = row.values
    return Line(
        body=cells["body"],
        title=cells.get("title", ""),
        place=normalise(cells.get("place", "")),
        category=normalise(cells.get("category", "")),
        at=_moment(cells.get("created", "")),
    )


def _moment(text: str) -> datetime | None:
    """When it was told; a time that can't be read says nothing and stops nobody."""
    try:
        return parse_moment(text, SHANGHAI) if text.strip() else None
    except Refusal:
        return None


def _write(path: Path, rows: Sequence[Row], grouped: Sequence[Grouped]) -> None:
    draft = path.with_name(f"{path.name}.new")
    try:
        with draft.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["row", "group", "score"])
            for row, one in zip(rows, grouped, strict=True):
                known = [one.group, f"{one.score:.3f}"] if one.group else ["", ""]
                writer.writerow([row.number, *known])
        draft.replace(path)
    except OSError as error:
        raise WrongUse(
            f"写不了“{path}”（{error.strerror or error}）。请换一个能写的文件夹。", "output"
        ) from error

"""`huiban supervision`: what a supervisor looks for, tried on files: also without a database."""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from huiban.cli.outcomes import DONE, WrongUse, say, tell
from huiban.kernel.base.errors import Refusal
from huiban.kernel.base.tables import Row, parse_map, read_table, rename
from huiban.modules.voice.learning.replies import Crowd, doubt_of

REPLY_FIELDS = ("body", "reply")
DOUBTFUL = 0.6


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    what = parser.add_subparsers(dest="what", required=True)
    summary = "找出敷衍的答复"
    replies = what.add_parser(
        "replies",
        help=summary,
        description=summary,
        epilog="读列 body（居民的话）和 reply（答复），写出 row、score、reasons：score 从0到1，"
        "越高越可疑；与前面的行相同或几乎相同的答复会标出 same_as_earlier。",
    )
    replies.add_argument("--input", type=Path, required=True, metavar="FILE", help="CSV 或 Excel")
    replies.add_argument("--output", type=Path, required=True, metavar="FILE", help="写到这个 CSV")
    replies.add_argument("--map", default="", metavar="字段=列名,…", help="字段和列名的对应")


def run(arguments: argparse.Namespace) -> int:
    """Judge each row's answer and write a row for each, in their order."""
    source, target = arguments.input, arguments.output
    if target.exists() and source.exists() and target.samefile(source):
        raise WrongUse("--output 和 --input 是同一个文件，会盖掉原表。请另起一个名字。", "output")
    table = Answers(source, _mapping(arguments.map))
    crowd = Crowd()
    count = 0
    for row in table:
        crowd.add(row.values["reply"])
        count += 1
    say(f"huiban: 读到{count}行，正在评估")
    doubtful = _write(target, table, crowd)
    tell(f"read {count}, doubtful {doubtful}")
    return DONE


def _mapping(words: str) -> dict[str, str]:
    try:
        mapping = parse_map(words)
    except Refusal as refusal:
        raise WrongUse(refusal.message, refusal.field) from refusal
    if unknown := sorted(set(mapping) - set(REPLY_FIELDS)):
        known = "、".join(REPLY_FIELDS)
        raise WrongUse(f"没有“{unknown[0]}”这个字段。可以用的有：{known}。", "map")
    return mapping


@dataclass(frozen=True)
class Answers:
    """The rows of a file with `body` and `reply`, read anew each time. WrongUse where it can't be."""

    path: Path
    mapping: dict[str, str]

    def __iter__(self) -> Iterator[Row]:
        try:
            for row in read_table(self.path):
                yield _complete(rename(row, self.mapping))
        except Refusal as refusal:
            raise WrongUse(refusal.message, refusal.field) from refusal


def _complete(row: Row) -> Row:
    for field, what in (("body", "居民的话"), ("reply", "答复")):
        if field not in row.values:
            there = "、".join(f"“{name}”" for name in row.values)
            raise Refusal(
                f"表里没有 {field} 列。表里有：{there}。请用 --map {field}=列名 说明{what}在哪一列。",
                field,
            )
    return row


def _write(path: Path, table: Answers, crowd: Crowd) -> int:
    """Write the output in one go; how many answers are doubtful."""
    draft = Path(f"{path}.new")
    doubtful = 0
    try:
        with draft.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["row", "score", "reasons"])
            for at, row in enumerate(table):
                said = crowd.said(at, row.values["reply"])
                doubt = doubt_of(row.values["body"], row.values["reply"], said)
                doubtful += doubt.score >= DOUBTFUL
                writer.writerow([row.number, f"{doubt.score:.4f}", " ".join(doubt.reasons)])
        draft.replace(path)
    except OSError as error:
        raise WrongUse(
            f"写不了“{path}”（{error.strerror or error}）。请换一个能写的文件夹。", "output"
        ) from error
    finally:
        with suppress(OSError):
            draft.unlink()
    return doubtful

"""`huiban supervision replies`: which answers of a table may be none."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Iterator

from huiban.cli.filebeside import (
    add_files,
    each_row,
    mapping_of,
    refuse_same_file,
    write_rows,
)
from huiban.cli.outcomes import DONE, say, tell
from huiban.kernel.base.tables import Row
from huiban.modules.voice.learning.replies import Crowd, doubt_of

REPLY_FIELDS = ("body", "reply")
DOUBTFUL = 0.6


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = (
        "读列 body（居民的话）和 reply（答复），写出 row、score、reasons：score 从0到1，"
        "越高越可疑；与前面的行相同或几乎相同的答复会标出 same_as_earlier。"
    )
    add_files(parser)


def run(arguments: argparse.Namespace) -> int:
    """Judge each row's answer and write a row for each, in their order."""
    refuse_same_file(arguments.input, arguments.output)
    mapping = mapping_of(arguments.map, REPLY_FIELDS)

    def answers() -> Iterator[Row]:
        return each_row(arguments.input, mapping, REPLY_FIELDS)

    crowd = Crowd()
    count = 0
    for row in answers():
        crowd.add(row.values["reply"])
        count += 1
    say(f"huiban: 读到{count}行，正在评估")
    doubts = Counter[bool]()
    lines = _judged(answers(), crowd, doubts)
    write_rows(arguments.output, ("row", "score", "reasons"), lines)
    tell(f"read {count}, doubtful {doubts[True]}")
    return DONE


def _judged(rows: Iterable[Row], crowd: Crowd, doubts: Counter[bool]) -> Iterator[list[object]]:
    """The output's lines, counting the doubtful ones among them."""
    for at, row in enumerate(rows):
        said = crowd.said(at, row.values["reply"])
        doubt = doubt_of(row.values["body"], row.values["reply"], said)
        doubts[doubt.score >= DOUBTFUL] += 1
        yield [row.number, f"{doubt.score:.4f}", " ".join(doubt.reasons)]

"""`huiban triage duplicates`: which rows of a table tell of the same thing."""

from __future__ import annotations

import argparse
from datetime import datetime

from huiban.cli.filebeside import add_files, read_rows, refuse_same_file, write_rows
from huiban.cli.outcomes import DONE, WrongUse, say, tell
from huiban.kernel.base.clock import SHANGHAI
from huiban.kernel.base.errors import Refusal
from huiban.kernel.base.moments import parse_moment
from huiban.kernel.base.tables import Row
from huiban.kernel.base.text import normalise
from huiban.modules.voice.learning.likeness_groups import THRESHOLD, Line, group_lines

FIELDS = ("title", "body", "place", "created", "category")


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = (
        "读列 title、body（只有 body 必须有），有 place、created、category 也一并参考；"
        "写出 row、group、score，正文相同的行总在一组，不与别行重复的行 group 为空。"
    )
    add_files(parser)
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
    refuse_same_file(arguments.input, arguments.output)
    rows = read_rows(arguments.input, arguments.map, FIELDS, ("body",))
    say(f"huiban: 读到{len(rows)}行，正在比对")
    grouped = group_lines([_line(row) for row in rows], arguments.threshold)
    lines = (
        [row.number, *([one.group, f"{one.score:.3f}"] if one.group else ["", ""])]
        for row, one in zip(rows, grouped, strict=True)
    )
    write_rows(arguments.output, ("row", "group", "score"), lines)
    inside = sum(one.group > 0 for one in grouped)
    groups = max((one.group for one in grouped), default=0)
    tell(f"read {len(rows)}, groups {groups}, rows in groups {inside}")
    return DONE


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

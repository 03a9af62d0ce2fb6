"""`huiban triage themes`: what keeps coming back in a table of reports, the hottest first."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from huiban.cli.filebeside import refuse_same_file, write_rows
from huiban.cli.outcomes import DONE, WrongUse, say, tell
from huiban.kernel.base.clock import SHANGHAI
from huiban.kernel.base.errors import Refusal
from huiban.kernel.base.moments import parse_moment
from huiban.kernel.base.tables import Row, parse_map, read_table, rename
from huiban.modules.voice.learning.ranking import rule
from huiban.modules.voice.learning.themes import Found, Told, find_themes

COLUMNS = (
    *("rank", "title", "size", "first", "last", "place", "rows"),
    *("people", "growth", "votes", "score", "reasons"),
)
# What tables call who told it, and the numbers of votes, when nobody says which column they are in.
SENDERS = ("sender", "user_id")
VOTES = {"votes": ("votes", "likes", "点赞数"), "against": ("against", "反对数")}
LONGEST_BODY = 20_000


@dataclass
class Read:
    """The reports of a table, the number of each one's row, and how many had no readable time."""

    reports: list[Told]
    rows: list[int]
    timeless: int


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--input", required=True, type=Path, metavar="FILE", help="反映的表格")
    parser.add_argument("--output", required=True, type=Path, metavar="FILE", help="写到这个 CSV")
    parser.add_argument(
        "--map",
        default="",
        metavar="字段=列名,…",
        help="字段 title、body、created、place、votes（点赞数）、against（反对数）、sender（谁反映的）在哪一列；"
        "title 和 body 有一个就行",
    )
    parser.add_argument(
        "--top", type=int, default=0, metavar="N", help="只写最热的 N 个（默认全写）"
    )


def run(arguments: argparse.Namespace) -> int:
    """Find the themes of the table and write them down."""
    if arguments.top < 0:
        raise WrongUse("--top 要写成 1 以上的整数；不写就全部列出。", "top")
    refuse_same_file(arguments.input, arguments.output)
    try:
        read = _read(arguments.input, parse_map(arguments.map))
    except Refusal as refusal:
        raise WrongUse(refusal.message, refusal.field) from refusal
    if read.timeless:
        say(f"huiban: 有{read.timeless}行没有读得懂的时间，照样归类，但不算进天数和增长")
    found = find_themes(read.reports, progress=lambda said: say(f"huiban: {said}"))
    shown = found[: arguments.top] if arguments.top else found
    lines = (_line(rank, theme, read.rows) for rank, theme in enumerate(shown, 1))
    write_rows(arguments.output, COLUMNS, lines)
    say(f"huiban: {rule()}")
    within = sum(theme.standing.size for theme in found)
    tell(
        f"读了{len(read.reports)}件，归出{len(found)}个热点，共{within}件；"
        f"写下{len(shown)}个，其余{len(read.reports) - within}件没有归到一起"
    )
    return DONE


def _read(path: Path, mapping: dict[str, str]) -> Read:
    read = Read([], [], 0)
    for record in read_table(path):
        row = rename(record, mapping)
        if not {"title", "body"} & set(row.values):
            there = "、".join(f"“{name}”" for name in row.values)
            raise Refusal(
                f"表里没有 title 和 body 这两列。表里有：{there}。"
                "请用 --map 说明，例如 --map title=标题,body=内容。",
                "map",
            )
        day = _day(row.values.get("created", ""))
        read.timeless += day is None
        read.rows.append(row.number)
        read.reports.append(_told(row, day))
    return read


def _told(row: Row, day: date | None) -> Told:
    votes = sum(_number(row, names) for names in VOTES.values())
    return Told(
        title=row.values.get("title", "")[:LONGEST_BODY],
        body=row.values.get("body", "")[:LONGEST_BODY],
        day=day,
        place=row.values.get("place", "").strip()[:200],
        votes=votes,
        sender=next((row.values[name].strip() for name in SENDERS if name in row.values), ""),
    )


def _day(text: str) -> date | None:
    try:
        return parse_moment(text.strip(), SHANGHAI).astimezone(SHANGHAI).date()
    except Refusal:
        return None


def _number(row: Row, names: Iterable[str]) -> int:
    """The first of these columns that holds a plain number; nothing else counts as votes."""
    for name in names:
        text = row.values.get(name, "").strip().removesuffix(".0")
        if text.isascii() and text.isdigit() and len(text) < 10:
            return int(text)
    return 0


def _line(rank: int, theme: Found, rows: list[int]) -> tuple[object, ...]:
    standing = theme.standing
    return (
        rank,
        theme.title,
        standing.size,
        standing.first or "",
        standing.last or "",
        theme.place,
        " ".join(str(rows[member]) for member in theme.members),
        "、".join(theme.people),
        standing.growth,
        standing.votes,
        standing.heat,
        standing.reasons(),
    )

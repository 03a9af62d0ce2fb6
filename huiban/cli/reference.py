"""`huiban reference load`: roles, vocabularies and calendars, apart from the demonstration."""

from __future__ import annotations

import argparse
from pathlib import Path

from huiban.cli.operations.calendars import from_path, load_calendars
from huiban.cli.operations.starters import load_starters
from huiban.cli.outcomes import DONE, say, tell
from huiban.kernel.duties.actions import recompute_deadlines
from huiban.kernel.vocab.models import Term
from huiban.modules.voice.actions.steps import CATEGORIES


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    what = parser.add_subparsers(dest="what", required=True)
    load = what.add_parser("load", help="装入角色、起步词表和工作日历；可以重复运行")
    load.add_argument(
        "--calendar",
        type=Path,
        metavar="FILE",
        help="另外装入的节假日安排：holiday-cn 的 JSON 文件，或装着这种文件的文件夹",
    )
    load.add_argument(
        "--again", action="store_true", help="词表已经有了也照起步词表改回去，会盖掉本区的修改"
    )


def run(arguments: argparse.Namespace) -> int:
    """Load what is missing or changed; then move the open deadlines."""
    files = from_path(arguments.calendar) if arguments.calendar else []
    words = 0
    if arguments.again or not Term.objects.filter(vocabulary=CATEGORIES).exists():
        words = load_starters()
    else:
        say("huiban: 词表已经有了，没有改动（--again 恢复起步词表）")
    years = load_calendars(files)
    for year in years:
        say(f"huiban: 已装入{year}年工作日历")
    moved = recompute_deadlines() if years else 0
    tell(f"基础数据已装入：词条和角色 {words}，日历 {len(years)} 年，重算期限 {moved} 件")
    return DONE

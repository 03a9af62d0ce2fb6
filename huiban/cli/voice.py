"""`huiban voice`: reports from another system's table; the district's own categories and owners."""

from __future__ import annotations

import argparse
import csv
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings

from huiban.cli.outcomes import DONE, WrongUse, say, tell
from huiban.kernel.base import clock
from huiban.kernel.base.errors import Refusal
from huiban.kernel.base.tables import Row, parse_map, read_table, rename
from huiban.kernel.territory.models import Unit
from huiban.kernel.territory.queries import unit_by_code
from huiban.modules.voice.importing import Outcome, Wanted, import_reports
from huiban.modules.voice.tables import TableOutcome, load_duty_lists, load_owners
from huiban.modules.voice.tables_categories import load_categories

SECONDS_BETWEEN_SIGNS = 2.0
TABLES = {
    "owners": ("导入责任单位表", "列：category 分类、area 范围单位编码、owner 责任单位编码。"),
    "duty-list": (
        "导入社区职责清单",
        "列：category 分类、role 主办或协办、unit 社区编码（空为所有社区）。",
    ),
    "categories": (
        "导入本区的分类表，可以分几级",
        (
            "列：code 编码、name 名称、parent 上级（编码、名称，或写全的“上上级/上级”）、"
            "keywords 关键词（空格隔开）、class 时限（essential 急、general 一般），只有 name 必须有；"
            "也可以不要 name 和 parent，把各级名称放在 level1、level2、level3 等列。没有编码的分类，"
            "编码由各级名称得出：同一张表再导一次不会重复，不同上级下的同名分类各是各的。"
        ),
    ),
}


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    what = parser.add_subparsers(dest="what", required=True)
    reading = what.add_parser(
        "import",
        help="导入表格里的群众反映",
        description="列：number、title、body、created、place、unit、category，只有 body 必须有。"
        "正文空着但有标题的行也算；同一编号只导入一次；读不懂的时间不妨碍导入。",
    )
    reading.add_argument("file", type=Path, metavar="FILE", help="CSV 或 Excel 表格")
    reading.add_argument(
        "--channel", default="import", metavar="C", help="来件渠道（import）；编号在渠道内不重复"
    )
    reading.add_argument(
        "--unit", default="", metavar="CODE", help="没写单位的行归哪个单位（默认区级前台）"
    )
    reading.add_argument(
        "--map", default="", metavar="字段=列名,…", help="列名不同时，说明哪个字段是哪一列"
    )
    reading.add_argument(
        "--zone", default="Asia/Shanghai", metavar="Z", help="时间没写时区时按哪个时区读"
    )

    for name, (help_words, columns) in TABLES.items():
        table = what.add_parser(name, help=help_words, description=columns)
        table.add_argument("file", type=Path, metavar="FILE", help="CSV 或 Excel 表格")
        table.add_argument(
            "--from",
            dest="valid_from",
            type=date.fromisoformat,
            default=None,
            metavar="YYYY-MM-DD",
            help="从哪一天起生效（今天）",
        )
        table.add_argument("--map", default="", metavar="字段=列名,…", help="字段和列名的对应")
        if name == "categories":
            table.add_argument(
                "--only",
                action="store_true",
                help="表里没有的分类从那天起停用（有行被拒绝时不停用）",
            )


def run(arguments: argparse.Namespace) -> int:
    """Land the table that is asked for; what is refused is said with its row and reason."""
    return _import(arguments) if arguments.what == "import" else _load(arguments)


def _load(arguments: argparse.Namespace) -> int:
    """Put owners, duty lists or categories in force from a day on."""
    valid_from = arguments.valid_from or clock.local(clock.now()).date()
    try:
        mapping = parse_map(arguments.map)
        rows = [rename(row, mapping) for row in read_table(arguments.file)]
        outcome = _land(arguments, rows, valid_from)
    except Refusal as refusal:
        raise WrongUse(refusal.message, refusal.field) from refusal
    for number, reason in outcome.refused:
        say(f"huiban: 第{number}行没有生效：{reason}")
    tell(outcome.summary())
    return DONE


def _land(arguments: argparse.Namespace, rows: list[Row], valid_from: date) -> TableOutcome:
    if arguments.what == "categories":
        return load_categories(rows, valid_from, only=arguments.only)
    load = load_owners if arguments.what == "owners" else load_duty_lists
    return load(rows, valid_from)


def _import(arguments: argparse.Namespace) -> int:
    """Land the table's reports; refused rows go to a file of their own."""
    path: Path = arguments.file
    try:
        outcome = import_reports(lambda: read_table(path), _wanted(arguments), _Signs().note)
    except Refusal as refusal:
        raise WrongUse(refusal.message, refusal.field) from refusal
    for note in outcome.notes:
        say(f"huiban: {note}")
    for refused in outcome.refused:
        say(f"huiban: 第{refused.row.number}行没有导入：{refused.reason}")
    if outcome.refused:
        say(f"huiban: 没有导入的行写在 {_write_refused(path, outcome)}")
    tell(outcome.summary())
    return DONE


def _wanted(arguments: argparse.Namespace) -> Wanted:
    return Wanted(
        channel=arguments.channel,
        unit=_unit(arguments.unit),
        mapping=parse_map(arguments.map),
        zone=_zone(arguments.zone),
    )


def _unit(code: str) -> Unit | None:
    if not code:
        return None
    unit = unit_by_code(code)
    if unit is None or unit.valid_to is not None:
        raise WrongUse(
            f"没有编码为“{code}”的单位，或它已经撤并。huiban territory list 列出所有单位。", "unit"
        )
    return unit


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise WrongUse(f"没有“{name}”这个时区。请写成 Asia/Shanghai 这样。", "zone") from None


class _Signs:
    """Says now and then how far it has come."""

    def __init__(self, moment: Callable[[], float] = time.monotonic) -> None:
        self._moment = moment
        self._last = moment()

    def note(self, outcome: Outcome) -> None:
        """Called after each batch."""
        if self._moment() - self._last >= SECONDS_BETWEEN_SIGNS:
            self._last = self._moment()
            say(f"huiban: 已读{outcome.read}行，导入{outcome.landed}件")


def _write_refused(path: Path, outcome: Outcome) -> Path:
    """Write the refused rows as they stood in the file, each with its number and the reason."""
    folder = Path(settings.DATA) / "imports"
    folder.mkdir(parents=True, exist_ok=True)
    stamp = f"{clock.local(clock.now()):%Y%m%d-%H%M%S}"
    target = folder / f"{path.name.split('.')[0]}-{stamp}-refused.csv"
    columns = list(outcome.refused[0].row.values)
    # With a mark at the beginning, so that Excel takes it for UTF-8.
    with target.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["行号", "原因", *columns])
        for refused in outcome.refused:
            cells = [refused.row.values[column] for column in columns]
            writer.writerow([refused.row.number, refused.reason, *cells])
    return target

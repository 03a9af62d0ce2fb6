"""`huiban territory`: units, places and their names from tables and maps, workbooks, the list."""

from __future__ import annotations

import argparse
import csv
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings

from huiban.cli.outcomes import DONE, WrongUse, say, tell
from huiban.kernel.base import clock
from huiban.kernel.base.errors import Refusal
from huiban.kernel.base.geo import read_datum
from huiban.kernel.base.tables import parse_map, read_table
from huiban.kernel.places import imports as places
from huiban.kernel.places.models import Kind
from huiban.kernel.places.names_import import import_names
from huiban.kernel.places.rules import read_kind
from huiban.kernel.places.template import write_names_template, write_places_template
from huiban.kernel.territory import imports as units
from huiban.kernel.territory.boundaries import import_boundaries
from huiban.kernel.territory.models import Level, Unit
from huiban.kernel.territory.outcome import Outcome
from huiban.kernel.territory.queries import unit_by_code, units_in_force
from huiban.kernel.territory.rules import ORDER, read_level
from huiban.kernel.territory.shapes import is_geojson, read_shapes
from huiban.kernel.territory.template import write_units_template

ACTOR = "command"

IMPORT_HELP = """\
表格（CSV、XLSX、XLS）一行一个单位，列名：
  code 编码、name 名称、parent 上级编码、level 层级；可以有 duty_phone 值班电话、households 户数、
  covers 包联小区编码（党支部填，用分号隔开）、post 前台岗位、valid_from 生效日期。
  表里用中文列名也可以；列名不同的用 --map 字段=列名，几对之间用逗号隔开。
层级：每行写的为准；没有写的用 --level；再没有就是 --under 那个单位的下一级。
上级写在表里哪一行都可以。区没有上级，表里写的市、省编码不用。

例：从全国的区县表里只取一个区，再取它的街道
  huiban territory import areas.csv --level 区 --only 341599
  huiban territory import streets.csv --under 341599 --map parent=areaCode
例：边界。GeoJSON 要素按 code 或 adcode 找到单位；--crs 说明坐标系
  huiban territory import boundaries.json --crs gcj02
例：地点。列名 code、name、kind（小区、楼栋、单元、点位）、parent 所在地点、unit 小区或社区、
households、longitude、latitude、valid_from；GeoJSON 的点和多边形成为 --under 那个单位的楼栋
  huiban territory import buildings.xlsx --places --crs gcj02
  huiban territory import buildings.geojson --places --under XQ0101 --crs wgs84

可以重复导入：没有变化的行不会重复，改了的会更新并说明。写错的行不导入，连同原因另存到
数据文件夹的 imports 里，其余照常导入。
"""

NAMES_HELP = """\
表格（CSV、XLSX、XLS）一行写一个叫法，列名：
  place 地点编码、name 叫法、kind 类别（别名、曾用名、地标、道路，不写算别名）；
  可以有 valid_from 生效日期、valid_to 失效日期。
居民没有扫码时，按这些叫法从他写的话里认出地点。一个地点可以有几个叫法，道路可以连门牌号写。

例  P0101,老供销社,地标      P0101,人民路12号,道路

可以重复导入：没有变化的行不会重复。写错的行不导入，连同原因另存到数据文件夹的 imports 里。
"""


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the four things that one can do."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="import|names|template|list")
    reading = verbs.add_parser(
        "import",
        help="导入单位、边界或地点",
        epilog=IMPORT_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    reading.add_argument("file", type=Path, metavar="FILE", help="CSV、XLSX、XLS 或 GeoJSON")
    reading.add_argument("--under", default="", metavar="CODE", help="只取上级是这个单位的行")
    reading.add_argument("--only", default="", metavar="CODE,…", help="只取这些编码的行")
    reading.add_argument("--level", default="", help=f"层级：{'、'.join(Level.labels)}")
    reading.add_argument("--map", default="", metavar="FIELD=COLUMN,…", help="列名的对应")
    reading.add_argument("--crs", default="", help="坐标系：wgs84、cgcs2000、gcj02、bd09")
    reading.add_argument("--places", action="store_true", help="导入的是地点，不是单位")
    reading.add_argument("--kind", default="", help=f"地点的类别：{'、'.join(Kind.labels)}")
    names = verbs.add_parser(
        "names",
        help="导入地点的别名、曾用名、地标和道路",
        epilog=NAMES_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    names.add_argument("file", type=Path, metavar="FILE", help="CSV、XLSX 或 XLS")
    names.add_argument("--map", default="", metavar="FIELD=COLUMN,…", help="列名的对应")
    template = verbs.add_parser("template", help="写出填写用的表格，已有的先填好")
    template.add_argument("file", type=Path, metavar="FILE.xlsx")
    what = template.add_mutually_exclusive_group()
    what.add_argument("--places", action="store_true", help="地点的表，不是单位的表")
    what.add_argument("--names", action="store_true", help="地点各种叫法的表")
    listing = verbs.add_parser("list", help="列出单位")
    listing.add_argument("--level", default="", help="只列这一层级")
    listing.add_argument("--format", choices=("table", "code"), default="table")


def run(arguments: argparse.Namespace) -> int:
    """Import, write the workbook, or list."""
    verbs = {"import": _import, "names": _import, "template": _template, "list": _list}
    return verbs[arguments.verb](arguments)


def _import(arguments: argparse.Namespace) -> int:
    try:
        if arguments.verb == "names":
            outcome = import_names(ACTOR, read_table(arguments.file), parse_map(arguments.map))
        else:
            outcome = _places(arguments) if arguments.places else _units(arguments)
    except Refusal as refusal:
        # The rows' own refusals are in the outcome: what comes here is about the file or the use.
        raise WrongUse(refusal.message, refusal.field) from refusal
    for note in outcome.notes:
        say(note)
    if outcome.left_out:
        say(f"没有要求导入的{outcome.left_out}行略过了。")
    if outcome.refused:
        say(f"有{len(outcome.refused)}行没有导入，原因见 {_write_refused(outcome)}")
    tell(outcome.summary())
    return DONE


def _units(arguments: argparse.Namespace) -> Outcome:
    mapping, only = parse_map(arguments.map), _codes(arguments.only)
    if arguments.kind:
        raise Refusal("--kind 只用于地点。请加 --places，或去掉 --kind。", "kind")
    if is_geojson(arguments.file):
        if arguments.under or arguments.level:
            raise Refusal(
                "边界按编码找单位，不用 --under 和 --level。"
                "要导入地点请加 --places；只要几个单位的边界用 --only。",
                "under",
            )
        return import_boundaries(ACTOR, read_shapes(arguments.file, arguments.crs), mapping, only)
    wanted = units.Wanted(mapping, _unit(arguments.under), _level(arguments.level), only)
    return units.import_units(ACTOR, read_table(arguments.file), wanted)


def _places(arguments: argparse.Namespace) -> Outcome:
    if arguments.level:
        raise Refusal("地点没有层级，类别用 --kind。请去掉 --level。", "level")
    under = _unit(arguments.under)
    wanted = places.Wanted(
        mapping=parse_map(arguments.map),
        under=under,
        kind=_kind(arguments.kind),
        datum=read_datum(arguments.crs) if arguments.crs else None,
        only=_codes(arguments.only),
    )
    if not is_geojson(arguments.file):
        return places.import_places(ACTOR, read_table(arguments.file), wanted)
    if under is None:
        raise Refusal("地图里的地点归哪个小区或社区？请加 --under 编码。", "under")
    return places.import_shapes(ACTOR, read_shapes(arguments.file, arguments.crs), under, wanted)


def _codes(text: str) -> frozenset[str]:
    return frozenset(code.strip() for code in text.split(",") if code.strip())


def _unit(code: str) -> Unit | None:
    unit = unit_by_code(code) if code else None
    if code and unit is None:
        raise Refusal(f"没有编码为“{code}”的单位。请先导入它，或用 territory list 核对。", "under")
    return unit


def _level(text: str) -> Level | None:
    level = read_level(text) if text else None
    if text and level is None:
        raise Refusal(f"“{text}”不是认得的层级。请写：{'、'.join(Level.labels)}。", "level")
    return level


def _kind(text: str) -> Kind | None:
    kind = read_kind(text) if text else None
    if text and kind is None:
        raise Refusal(f"“{text}”不是认得的类别。请写：{'、'.join(Kind.labels)}。", "kind")
    return kind


def _write_refused(outcome: Outcome) -> Path:
    """The refused rows as a table: row, reason, and what stood there."""
    folder = Path(settings.DATA) / "imports"
    folder.mkdir(parents=True, exist_ok=True)
    path = _free_name(folder)
    columns = list(dict.fromkeys(name for told in outcome.refused for name in told.row.values))
    # With a mark at its head, so that Excel reads it as the UTF-8 it is.
    with path.open("x", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["row", "reason", *columns])
        for told in outcome.refused:
            values = [told.row.values.get(name, "") for name in columns]
            writer.writerow([told.row.number, told.reason, *values])
    return path


def _free_name(folder: Path) -> Path:
    stamp = clock.local(clock.now()).strftime("%Y%m%d-%H%M%S")
    path, number = folder / f"territory-{stamp}.csv", 1
    while path.exists():
        number += 1
        path = folder / f"territory-{stamp}-{number}.csv"
    return path


def _template(arguments: argparse.Namespace) -> int:
    write = write_places_template if arguments.places else write_units_template
    if arguments.names:
        write = write_names_template
    try:
        rows = write(arguments.file)
    except Refusal as refusal:
        raise WrongUse(refusal.message, refusal.field) from refusal
    tell(f"{arguments.file}: {rows} rows")
    return DONE


def _list(arguments: argparse.Namespace) -> int:
    try:
        level = _level(arguments.level)
    except Refusal as refusal:
        raise WrongUse(refusal.message, refusal.field) from refusal
    found = units_in_force(level)
    found.sort(key=lambda unit: (ORDER.index(Level(unit.level)), unit.code))
    if arguments.format == "code":
        # Codes alone, so that a script can read every line.
        for unit in found:
            tell(unit.code)
        return DONE
    table = [("code", "level", "name", "parent", "duty_phone")]
    table += [
        (
            unit.code,
            unit.level,
            unit.name,
            unit.parent.code if unit.parent else "",
            unit.duty_phone,
        )
        for unit in found
    ]
    for line in _aligned(table):
        tell(line)
    tell(f"{len(found)} units")
    return DONE


def _aligned(table: Sequence[Sequence[str]]) -> list[str]:
    """Lines whose columns stand under one another where a Chinese character is two wide."""
    widths = [max(map(_width, column)) for column in zip(*table, strict=True)]
    return [
        "  ".join(
            text + " " * (width - _width(text)) for text, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in table
    ]


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)

"""The workbook of units: what stands, ready to be completed and imported again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from huiban.kernel.vocab.actions import BEGINNING

from .lines import HEADINGS
from .models import BranchCoverage, Level, Post, Unit
from .queries import in_force
from .rules import FRONT_DESKS, ORDER, default_desk_name
from .sheets import Cell, Column, write_workbook


def _column(field: str, explained: str, example: str, **more: object) -> Column:
    return Column(HEADINGS[field][0], explained, example, **more)  # type: ignore[arg-type]


COLUMNS = (
    _column(
        "code",
        "每个单位一个编码，不重复。有国家统一编码的用统一编码。",
        "341599001003",
        needed=True,
        width=18,
    ),
    _column(
        "name",
        "规范名称，最多60个字。改了名称再导入一次，就会更新。",
        "幸福里社区",
        needed=True,
        width=26,
    ),
    _column("level", "从列表里选。", "社区", needed=True, choices=tuple(Level.labels), width=12),
    _column("parent", "上级单位的编码；区不填。上级写在表里哪一行都可以。", "341599001", width=18),
    _column("duty_phone", "居民能打通的值班电话，会印在二维码上。", "0564-3312345", width=18),
    _column("households", "户数，整数。", "1260", kind="number", width=10),
    _column(
        "covers",
        "只有小区党支部填：包联的小区编码，几个之间用分号隔开。",
        "XQ0101；XQ0102",
        width=22,
    ),
    _column(
        "post",
        "居民看到的岗位名称；不填时用单位名称加“前台”“书记”等。小区不填。",
        "幸福里社区前台",
        width=24,
    ),
    _column(
        "valid_from", "从哪天起有这个单位；不填表示一直都有。", "2026-01-01", kind="date", width=12
    ),
)
RULES = (
    "第一张表“单位”一行写一个单位，从第二行写起，列名不要改。这张说明不会导入。",
    "填好后运行：huiban territory import 文件名。可以重复导入：没有变化的行不会重复，改了的会更新。",
    "空着的格子不会抹掉已有的内容。写错的行不会导入，会另存一份文件，写明哪一行、为什么、怎么改。",
)


def write_units_template(path: Path) -> int:
    """Write the workbook with the units in force; how many. Importing it back changes nothing.

    Raises Refusal where the file can't be written.
    """
    return write_workbook(path, "单位", COLUMNS, _rows(), RULES)


def _rows() -> Iterator[list[Cell]]:
    covers = _covers()
    desks = dict(Post.objects.filter(is_front_desk=True).values_list("unit_id", "name"))
    units = list(Unit.objects.filter(in_force()).select_related("parent").defer("boundary"))
    units.sort(key=lambda unit: (ORDER.index(Level(unit.level)), unit.code))
    for unit in units:
        desk = desks.get(unit.id, "")
        usual = unit.level in FRONT_DESKS and desk == default_desk_name(unit.level, unit.name)
        yield [
            unit.code,
            unit.name,
            Level(unit.level).label,
            unit.parent.code if unit.parent else None,
            unit.duty_phone or None,
            unit.households,
            "；".join(covers[unit.id]) or None,
            None if usual else desk or None,
            None if unit.valid_from == BEGINNING else unit.valid_from,
        ]


def _covers() -> dict[UUID, list[str]]:
    covers: dict[UUID, list[str]] = defaultdict(list)
    guided = BranchCoverage.objects.filter(in_force()).order_by("estate__code")
    for branch_id, code in guided.values_list("branch_id", "estate__code"):
        covers[branch_id].append(code)
    return covers

"""Units from a table: whatever is right lands, the rest is refused row by row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from huiban.kernel.base import clock
from huiban.kernel.base.errors import Refusal
from huiban.kernel.base.tables import Row, rename
from huiban.kernel.vocab.actions import BEGINNING

from . import actions
from .lines import HEADINGS, UnitLine, cell, check_columns, read_unit
from .models import Level, Unit
from .outcome import Fate, Outcome, distinct, land_all
from .queries import unit_by_code
from .rules import FRONT_DESKS, ONE_BELOW, ORDER

# An installation holds one district or a few; more is a national list taken by mistake.
MOST_DISTRICTS = 20
_PLACE_IN_ORDER = {level: place for place, level in enumerate(ORDER)}
_TERMS = {
    "name": "名称",
    "parent": "上级",
    "duty_phone": "值班电话",
    "households": "户数",
    "valid_from": "生效日期",
}


@dataclass(frozen=True)
class Wanted:
    """Which rows of a file are meant, and how they are to be read."""

    mapping: Mapping[str, str] = field(default_factory=dict)
    under: Unit | None = None
    level: Level | None = None
    only: frozenset[str] = frozenset()

    @property
    def default_level(self) -> Level | None:
        """The level of rows that name none: as told, else one below the unit they are under."""
        if self.level is not None or self.under is None:
            return self.level
        return ONE_BELOW.get(self.under.level)


def import_units(actor: str, rows: Iterable[Row], wanted: Wanted) -> Outcome:
    """Land the units of a table, parents before children whatever the table's order.

    A second import changes nothing; a name, a parent or a particular that differs is changed and
    noted; an empty cell leaves what stands. Raises Refusal where the table as a whole can't be
    meant: a column is missing, or it holds more districts than an installation has.
    """
    outcome = Outcome()
    lines = list(distinct(_lines(rows, wanted, outcome), outcome))
    _check_districts(lines)
    lines.sort(key=lambda line: _PLACE_IN_ORDER[line.level])
    landing = _Landing(actor, {line.code: line for line in lines}, outcome)
    land_all(lines, landing.land, outcome)
    outcome.refused.sort(key=lambda refused: refused.row.number)
    return outcome


def chosen(rows: Iterable[Row], wanted: Wanted, outcome: Outcome) -> Iterator[Row]:
    """The rows that are meant, with their columns renamed; the others are counted as left out."""
    missing = set(wanted.only)
    for number, raw in enumerate(rows):
        row = rename(raw, wanted.mapping)
        if number == 0 and wanted.under is not None:
            check_columns(row, HEADINGS, "parent")
        code = cell(row, HEADINGS["code"])
        missing.discard(code)
        if (wanted.only and code not in wanted.only) or (
            wanted.under is not None and cell(row, HEADINGS["parent"]) != wanted.under.code
        ):
            outcome.left_out += 1
            continue
        outcome.read += 1
        yield row
    outcome.notes += [f"文件里没有编码为“{code}”的行。" for code in sorted(missing)]


def _lines(rows: Iterable[Row], wanted: Wanted, outcome: Outcome) -> Iterator[UnitLine]:
    for number, row in enumerate(chosen(rows, wanted, outcome)):
        if number == 0:
            check_columns(row, HEADINGS, "code", "name")
        try:
            yield read_unit(row, wanted.default_level)
        except Refusal as refusal:
            outcome.refuse(row, refusal.message)


def _check_districts(lines: list[UnitLine]) -> None:
    count = sum(line.level == Level.DISTRICT for line in lines)
    if count > MOST_DISTRICTS:
        raise Refusal(
            f"这样会导入{count}个区，多半不是想要的。请加 --only 编码，写明要哪一个区。", "only"
        )


class _Landing:
    """Lands lines one by one, remembering the units that others stand under."""

    def __init__(self, actor: str, lines: dict[str, UnitLine], outcome: Outcome) -> None:
        self._actor = actor
        self._lines = lines
        self._outcome = outcome
        self._units: dict[str, Unit] = {}

    def land(self, line: UnitLine) -> Fate:
        """Add or change the unit that the line is about. Raises Refusal, having written nothing."""
        parent = self._parent(line)
        estates = [self._estate(code) for code in line.covers]
        unit = unit_by_code(line.code)
        if unit is None:
            unit, fate = self._add(line, parent), Fate.LANDED
        else:
            fate = self._change(line, unit, parent)
        if estates:
            moved = actions.guide_estates(self._actor, unit, estates, self._coverage_day(line))
            fate = Fate.CHANGED if moved and fate == Fate.ALREADY_THERE else fate
        self._units[line.code] = unit
        return fate

    def _add(self, line: UnitLine, parent: Unit | None) -> Unit:
        new = actions.NewUnit(
            code=line.code,
            name=line.name,
            level=line.level,
            parent=parent,
            duty_phone=line.duty_phone,
            households=line.households,
            front_desk=line.post,
            valid_from=line.valid_from or BEGINNING,
        )
        return actions.add_unit(self._actor, new)

    def _change(self, line: UnitLine, unit: Unit, parent: Unit | None) -> Fate:
        _check_same(line, unit)
        told = {
            "name": line.name,
            "parent": parent,
            "duty_phone": line.duty_phone or unit.duty_phone,
            "households": unit.households if line.households is None else line.households,
            "valid_from": line.valid_from or unit.valid_from,
        }
        before = unit.name
        changed = actions.change_unit(self._actor, unit, **told)
        if changed:
            self._say(line, before, changed)
        desk = unit.level in FRONT_DESKS and actions.name_front_desk(unit, line.post)
        return Fate.CHANGED if changed or desk else Fate.ALREADY_THERE

    def _say(self, line: UnitLine, before: str, changed: list[str]) -> None:
        said = [_TERMS[name] for name in changed]
        if "name" in changed:
            said[changed.index("name")] = f"名称由“{before}”改为“{line.name}”"
        self._outcome.notes.append(f"第{line.row.number}行 {line.code}：改了{'、'.join(said)}。")

    def _coverage_day(self, line: UnitLine) -> date:
        return line.valid_from or clock.local(clock.now()).date()

    def _parent(self, line: UnitLine) -> Unit | None:
        # What stands above a district isn't kept here, though tables of divisions name it.
        if line.level == Level.DISTRICT or not line.parent:
            return None
        if line.parent == line.code:
            raise Refusal(f"“{line.name}”的上级写的是它自己。请改填真正的上级。", "parent")
        parent = self._unit(line.parent)
        if parent is None:
            raise Refusal(self._why_no_parent(line), "parent")
        return parent

    def _why_no_parent(self, line: UnitLine) -> str:
        told = self._lines.get(line.parent)
        if told is None:
            return f"没有编码为“{line.parent}”的上级单位。请先导入上级，或核对编码。"
        if _PLACE_IN_ORDER[told.level] >= _PLACE_IN_ORDER[line.level]:
            return (
                f"上级“{told.name}”（第{told.row.number}行）是{told.level.label}，"
                f"不能在{line.level.label}之上；两行可能互为上级。请核对层级和上级编码。"
            )
        return f"上级“{told.name}”在第{told.row.number}行，那一行没有导入。请先改好那一行。"

    def _estate(self, code: str) -> Unit:
        estate = self._unit(code)
        if estate is None or estate.level != Level.ESTATE:
            raise Refusal(f"包联的“{code}”不是已有的小区。请核对小区编码，用分号隔开。", "covers")
        return estate

    def _unit(self, code: str) -> Unit | None:
        unit = self._units.get(code) or unit_by_code(code)
        if unit is not None:
            self._units[code] = unit
        return unit


def _check_same(line: UnitLine, unit: Unit) -> None:
    if unit.level != line.level:
        raise Refusal(
            f"编码“{line.code}”已是{Level(unit.level).label}“{unit.name}”，"
            f"不能改成{line.level.label}。请核对编码。",
            "level",
        )
    if unit.valid_to is not None:
        raise Refusal(f"“{unit.name}”（{line.code}）已经撤并。请核对编码。", "code")

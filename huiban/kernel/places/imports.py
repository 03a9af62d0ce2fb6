"""Places from a table or a map: whatever is right lands, the rest is refused row by row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from huiban.kernel.base import clock
from huiban.kernel.base.errors import Refusal
from huiban.kernel.base.geo import Datum
from huiban.kernel.base.tables import Row, rename
from huiban.kernel.territory.lines import cell, check_columns
from huiban.kernel.territory.models import Unit
from huiban.kernel.territory.outcome import Fate, Outcome, distinct, land_all
from huiban.kernel.territory.queries import unit_by_code
from huiban.kernel.territory.shapes import ShapeFile
from huiban.kernel.vocab.actions import BEGINNING

from . import actions
from .lines import HEADINGS, PlaceLine, read_feature, read_place
from .models import Kind, Place
from .queries import place_by_code
from .rules import ORDER

_TERMS = {
    "name": "名称",
    "parent": "所在地点",
    "households": "户数",
    "longitude": "位置",
    "latitude": "位置",
    "datum": "坐标来源",
}


@dataclass(frozen=True)
class Wanted:
    """Which rows are meant and how they are read.

    `under` is the unit of places that name neither a unit nor a place they stand in.
    """

    mapping: Mapping[str, str] = field(default_factory=dict)
    under: Unit | None = None
    kind: Kind | None = None
    datum: Datum | None = None
    only: frozenset[str] = frozenset()


def import_places(actor: str, rows: Iterable[Row], wanted: Wanted) -> Outcome:
    """Land the places of a table, wholes before parts whatever the table's order.

    A second import changes nothing; what differs is changed and noted; a place that names another
    unit ends one coverage and begins the next; an empty cell leaves what stands. Raises Refusal
    where a column that every place needs is missing.
    """
    outcome = Outcome()
    return _land(actor, _table_lines(rows, wanted, outcome), wanted, outcome)


def import_shapes(actor: str, file: ShapeFile, under: Unit, wanted: Wanted) -> Outcome:
    """Land a map's points and outlines as places of that unit, buildings unless told otherwise."""
    outcome = Outcome()
    return _land(actor, _map_lines(file, under, wanted, outcome), wanted, outcome)


def _land(actor: str, lines: Iterable[PlaceLine], wanted: Wanted, outcome: Outcome) -> Outcome:
    kept = sorted(distinct(lines, outcome), key=lambda line: ORDER.index(line.kind))
    landing = _Landing(actor, wanted.under, outcome)
    land_all(kept, landing.land, outcome)
    outcome.refused.sort(key=lambda refused: refused.row.number)
    return outcome


def _table_lines(rows: Iterable[Row], wanted: Wanted, outcome: Outcome) -> Iterator[PlaceLine]:
    for number, raw in enumerate(rows):
        row = rename(raw, wanted.mapping)
        if number == 0:
            check_columns(row, HEADINGS, "code", "name")
        if _is_chosen(row, wanted, outcome):
            try:
                yield read_place(row, wanted.kind, wanted.datum)
            except Refusal as refusal:
                outcome.refuse(row, refusal.message)


def _map_lines(
    file: ShapeFile, under: Unit, wanted: Wanted, outcome: Outcome
) -> Iterator[PlaceLine]:
    for shape in file.shapes:
        row = rename(shape.row, wanted.mapping)
        if _is_chosen(row, wanted, outcome):
            try:
                kind = wanted.kind or Kind.BUILDING
                yield read_feature(shape, row, under.code, kind, file.datum)
            except Refusal as refusal:
                outcome.refuse(row, refusal.message)


def _is_chosen(row: Row, wanted: Wanted, outcome: Outcome) -> bool:
    if wanted.only and cell(row, HEADINGS["code"]) not in wanted.only:
        outcome.left_out += 1
        return False
    outcome.read += 1
    return True


class _Landing:
    """Lands lines one by one."""

    def __init__(self, actor: str, under: Unit | None, outcome: Outcome) -> None:
        self._actor = actor
        self._under = under
        self._outcome = outcome
        self._units: dict[str, Unit] = {}

    def land(self, line: PlaceLine) -> Fate:
        """Add or change the place that the line is about. Raises Refusal."""
        parent = self._parent(line)
        unit = self._unit(line)
        place = place_by_code(line.code)
        if place is None:
            unit = unit or (None if parent else self._under)
            actions.add_place(self._actor, _new(line, parent, unit))
            return Fate.LANDED
        return self._change(line, place, parent, unit)

    def _change(
        self, line: PlaceLine, place: Place, parent: Place | None, unit: Unit | None
    ) -> Fate:
        if place.kind != line.kind:
            raise Refusal(
                f"编码“{line.code}”已是{Kind(place.kind).label}“{place.full_name}”，"
                f"不能改成{line.kind.label}。请核对编码。",
                "kind",
            )
        changed = actions.change_place(self._actor, place, **_particulars(line, place, parent))
        said = list(dict.fromkeys(_TERMS[name] for name in changed))
        if unit is not None and actions.move_place(self._actor, place, unit, _day(line)):
            said.append(f"归属，现在归“{unit.name}”")
        if said:
            note = f"第{line.row.number}行 {line.code}：改了{'、'.join(said)}。"
            self._outcome.notes.append(note)
        return Fate.CHANGED if said else Fate.ALREADY_THERE

    def _parent(self, line: PlaceLine) -> Place | None:
        if not line.parent:
            return None
        if line.parent == line.code:
            raise Refusal(f"“{line.name}”的所在地点写的是它自己。请核对编码。", "parent")
        parent = place_by_code(line.parent)
        if parent is None:
            raise Refusal(
                f"没有编码为“{line.parent}”的地点，或它那一行没有导入。请先导入，或核对编码。",
                "parent",
            )
        return parent

    def _unit(self, line: PlaceLine) -> Unit | None:
        if not line.unit:
            return None
        unit = self._units.get(line.unit) or unit_by_code(line.unit)
        if unit is None:
            raise Refusal(
                f"没有编码为“{line.unit}”的小区或社区。请先导入单位，或核对编码。", "unit"
            )
        self._units[line.unit] = unit
        return unit


def _new(line: PlaceLine, parent: Place | None, unit: Unit | None) -> actions.NewPlace:
    east, north = line.point or (None, None)
    return actions.NewPlace(
        code=line.code,
        kind=line.kind,
        name=line.name,
        parent=parent,
        unit=unit,
        households=line.households,
        longitude=east,
        latitude=north,
        datum=line.datum,
        valid_from=line.valid_from or BEGINNING,
    )


def _particulars(line: PlaceLine, place: Place, parent: Place | None) -> dict[str, object]:
    told: dict[str, object] = {"name": line.name, "parent": parent or place.parent}
    if line.households is not None:
        told["households"] = line.households
    if line.point is not None:
        told |= {"longitude": line.point[0], "latitude": line.point[1], "datum": line.datum}
    return told


def _day(line: PlaceLine) -> date:
    return line.valid_from or clock.local(clock.now()).date()

"""Boundaries of units from GeoJSON: each feature goes to the unit with its code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from huiban.kernel.base.errors import Refusal
from huiban.kernel.base.geo import Datum
from huiban.kernel.base.tables import Row, rename

from . import actions, shapes
from .lines import cell, read_code
from .outcome import Fate, Outcome, land_all
from .queries import unit_by_code

CODE = ("code", "adcode", "编码")


@dataclass(frozen=True)
class _Boundary:
    row: Row
    shape: shapes.Shape
    datum: Datum


def import_boundaries(
    actor: str, file: shapes.ShapeFile, mapping: Mapping[str, str], only: frozenset[str]
) -> Outcome:
    """Set the boundaries of units that are known, found by `code` or `adcode`; refuse the others."""
    outcome = Outcome()
    lines = []
    for shape in file.shapes:
        row = rename(shape.row, mapping)
        if only and cell(row, CODE) not in only:
            outcome.left_out += 1
            continue
        outcome.read += 1
        lines.append(_Boundary(row, shape, file.datum))
    land_all(lines, lambda line: _land(actor, line), outcome)
    return outcome


def _land(actor: str, line: _Boundary) -> Fate:
    code = read_code(cell(line.row, CODE))
    unit = unit_by_code(code)
    if unit is None:
        raise Refusal(f"没有编码为“{code}”的单位。请先导入单位，或核对编码。", "code")
    fate = Fate.CHANGED if unit.boundary else Fate.LANDED
    geometry = shapes.boundary_of(line.shape.geometry, line.datum)
    return fate if actions.set_boundary(actor, unit, geometry, line.datum) else Fate.ALREADY_THERE

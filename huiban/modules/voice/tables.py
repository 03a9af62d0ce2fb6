"""Owners and duty lists from the tables that districts keep them in."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

from huiban.kernel.base.errors import Refusal
from huiban.kernel.base.tables import Row
from huiban.kernel.territory.models import Unit
from huiban.kernel.territory.queries import unit_by_code

from .actions.upkeep import set_duty_list, set_owner
from .categories import category_code

LEAD = {"lead": True, "主办": True, "assist": False, "协办": False, "协助": False}


@dataclass
class TableOutcome:
    """What became of a table's rows."""

    read: int = 0
    changed: int = 0
    same: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)

    def summary(self) -> str:
        """The last line that a command says."""
        return (
            f"read {self.read}, changed {self.changed}, already there {self.same},"
            f" refused {len(self.refused)}"
        )


def load_owners(rows: Iterable[Row], valid_from: date) -> TableOutcome:
    """Owners from columns category, area, owner (codes): who handles what where, from a day on.

    A row that can't be read is refused with its reason; the others land.
    """
    return _each(rows, lambda row: _owner(row, valid_from))


def load_duty_lists(rows: Iterable[Row], valid_from: date) -> TableOutcome:
    """Duty lists from columns category, role (主办 or 协办) and unit (empty: every community)."""
    return _each(rows, lambda row: _duty(row, valid_from))


def _each(rows: Iterable[Row], land: Callable[[Row], bool]) -> TableOutcome:
    outcome = TableOutcome()
    for row in rows:
        outcome.read += 1
        try:
            if land(row):
                outcome.changed += 1
            else:
                outcome.same += 1
        except Refusal as refusal:
            outcome.refused.append((row.number, refusal.message))
    return outcome


def _owner(row: Row, valid_from: date) -> bool:
    category = _category(row)
    area, owner = _unit(row, "area"), _unit(row, "owner")
    return set_owner(category, area.id, owner.id, valid_from)


def _duty(row: Row, valid_from: date) -> bool:
    category = _category(row)
    role = row.values.get("role", "").strip()
    if role not in LEAD:
        raise Refusal(f"role 列要写“主办”或“协办”，这里是“{role}”。", "role")
    unit = _unit(row, "unit") if row.values.get("unit", "").strip() else None
    if unit is not None and unit.level != "community":
        raise Refusal(f"职责清单只对社区有效，{unit.name}不是社区。", "unit")
    return set_duty_list(category, LEAD[role], valid_from, unit.id if unit else None)


def _category(row: Row) -> str:
    return category_code(row.values.get("category", "").strip())


def _unit(row: Row, column: str) -> Unit:
    code = row.values.get(column, "").strip()
    unit = unit_by_code(code) if code else None
    if unit is None:
        raise Refusal(f"{column} 列的“{code}”不是已有单位的编码。请先导入单位。", column)
    return unit

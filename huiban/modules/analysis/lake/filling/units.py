"""Units as the lake tells them: what the codes of the other tables stand for."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pyarrow as pa

from huiban.kernel.territory.models import Unit

from ..columns import schema
from ..names import UNITS


def told_units() -> pa.Table:
    """All units, in force or not, by code."""
    units = list(Unit.objects.order_by("code"))
    codes: dict[UUID | None, str] = {unit.pk: unit.code for unit in units}
    rows = [
        {
            "code": unit.code,
            "name": unit.name,
            "level": unit.level,
            "parent": codes.get(unit.parent_id, ""),
            "district": codes[unit.path.district_id],
            "street": codes.get(unit.path.street_id, ""),
            "community": codes.get(unit.path.community_id, ""),
            "households": unit.households,
            "valid_from": _number(unit.valid_from),
            "valid_to": _number(unit.valid_to),
            "successor": codes.get(unit.successor_id, ""),
        }
        for unit in units
    ]
    return pa.Table.from_pylist(rows, schema=schema(UNITS))


def _number(day: date | None) -> int | None:
    return None if day is None else day.year * 10_000 + day.month * 100 + day.day

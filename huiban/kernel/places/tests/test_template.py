from __future__ import annotations

from pathlib import Path

import pytest

from huiban.kernel.base.tables import read_table
from huiban.kernel.places.actions import NewPlace, add_place
from huiban.kernel.places.imports import Wanted, import_places
from huiban.kernel.places.models import Kind, Place
from huiban.kernel.places.template import write_places_template
from huiban.kernel.territory.actions import NewUnit, add_unit
from huiban.kernel.territory.models import Level, Unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def test_what_stands_is_written_and_imports_back_unchanged(tmp_path: Path) -> None:
    above: Unit | None = None
    for level in (Level.DISTRICT, Level.STREET, Level.COMMUNITY, Level.ESTATE):
        above = add_unit("system", NewUnit(level[:2], f"{level.label}甲", level, above))
    estate = add_place("system", NewPlace("01", Kind.ESTATE, "=甲小区", unit=above))
    for number, datum in (("1", "wgs84"), ("2", "gcj02")):
        building = NewPlace(
            code=f"01-{number}",
            kind=Kind.BUILDING,
            name=f"{number}号楼",
            parent=estate,
            longitude=116.1234567,
            latitude=31.7654321,
            datum=datum,
        )
        add_place("system", building)
    path = tmp_path / "places.xlsx"
    assert write_places_template(path) == 3
    before = list(Place.objects.order_by("code").values())
    outcome = import_places("system", read_table(path), Wanted(datum="wgs84"))
    assert outcome.summary() == "read 3, landed 0, changed 0, already there 3, refused 0"
    assert list(Place.objects.order_by("code").values()) == before

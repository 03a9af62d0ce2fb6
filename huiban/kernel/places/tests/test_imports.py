from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from huiban.kernel.base.errors import Refusal
from huiban.kernel.base.geo import to_wgs84
from huiban.kernel.base.tables import Row
from huiban.kernel.events.models import Event
from huiban.kernel.places.imports import Wanted, import_places, import_shapes
from huiban.kernel.places.models import Kind, Place, PlaceCoverage
from huiban.kernel.places.queries import place_by_code, places_in, standing_of
from huiban.kernel.territory.actions import NewUnit, add_unit
from huiban.kernel.territory.models import Level, Unit
from huiban.kernel.territory.outcome import Fate, Outcome
from huiban.kernel.territory.shapes import read_shapes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "units")]

HEADER = "code,name,kind,parent,unit,households,longitude,latitude,valid_from"
ESTATE = "P1,幸福里小区,小区,,XQ1"
BUILDING = "P1-3,3号楼,楼栋,P1,,48"
ENTRANCE = "P1-3-2,2单元,单元,P1-3"
SPOT = "P1-3-2-A,一楼公告栏,点位,P1-3-2"
ALL = (SPOT, ENTRANCE, BUILDING, ESTATE)


@pytest.fixture
def units(db: None, clock: Any) -> dict[str, Unit]:
    def add(code: str, name: str, level: str, parent: Unit | None = None) -> Unit:
        return add_unit("system", NewUnit(code, name, level, parent))

    district = add("D", "安和区", Level.DISTRICT)
    street = add("S", "幸福街道", Level.STREET, district)
    community = add("C", "幸福里社区", Level.COMMUNITY, street)
    estates = {
        code: add(code, name, Level.ESTATE, community)
        for code, name in (("XQ1", "幸福里小区"), ("XQ2", "安居小区"))
    }
    return {"D": district, "S": street, "C": community} | estates


def table(*lines: str) -> list[Row]:
    names = HEADER.split(",")
    filled = [line.split(",") + [""] * len(names) for line in lines]
    return [
        Row(number, dict(zip(names, cells, strict=False)))
        for number, cells in enumerate(filled, start=2)
    ]


def imported(*lines: str, **wanted: Any) -> Outcome:
    return import_places("system", table(*lines), Wanted(**wanted))


def counts(outcome: Outcome) -> tuple[int, ...]:
    return outcome.read, *(outcome.counts[fate] for fate in Fate), len(outcome.refused)


def place(code: str) -> Place:
    found = place_by_code(code)
    assert found is not None
    return found


def test_places_land_whole_before_part_with_what_they_are_called_in_full() -> None:
    assert counts(imported(*ALL)) == (4, 4, 0, 0, 0)
    assert [place(line.split(",")[0]).full_name for line in ALL] == [
        "幸福里小区3号楼2单元一楼公告栏",
        "幸福里小区3号楼2单元",
        "幸福里小区3号楼",
        "幸福里小区",
    ]
    building = place("P1-3")
    assert (building.building, building.households) == (None, 48)
    assert {place("P1-3-2").building, place("P1-3-2-A").building} == {building}


def test_a_part_belongs_where_its_whole_belongs_however_deep(units: dict[str, Unit]) -> None:
    imported(*ALL)
    for line in ALL:
        standing = standing_of(place(line.split(",")[0]))
        assert standing is not None
        assert standing.unit == units["XQ1"]
    standing = standing_of(place("P1-3-2-A"))
    assert standing is not None
    assert standing.building_id == place("P1-3").id


def test_a_second_import_changes_nothing() -> None:
    imported(*ALL)
    events = Event.objects.count()
    assert counts(imported(*ALL)) == (4, 0, 0, 4, 0)
    assert Event.objects.count() == events


def test_a_new_name_is_taken_and_what_stands_in_it_follows() -> None:
    imported(*ALL)
    outcome = imported("P1,幸福里一期,小区,,XQ1")
    assert counts(outcome) == (1, 0, 1, 0, 0)
    assert outcome.notes == ["第2行 P1：改了名称。"]
    assert place("P1-3-2-A").full_name == "幸福里一期3号楼2单元一楼公告栏"


def test_a_place_that_moves_ends_one_coverage_and_begins_the_next(units: dict[str, Unit]) -> None:
    imported(*ALL)
    outcome = imported("P1,幸福里小区,小区,,XQ2,,,,2026-04-01")
    assert outcome.notes == ["第2行 P1：改了归属，现在归“安居小区”。"]
    rows = PlaceCoverage.objects.order_by("valid_from")
    assert [(row.unit.code, row.valid_from, row.valid_to) for row in rows] == [
        ("XQ1", date(2000, 1, 1), date(2026, 4, 1)),
        ("XQ2", date(2026, 4, 1), None),
    ]
    standing = standing_of(place("P1-3-2-A"))
    assert standing is not None
    assert standing.unit == units["XQ2"]
    # On the same day once more: the coverage of no day is not kept.
    imported("P1,幸福里小区,小区,,XQ1,,,,2026-04-01")
    assert PlaceCoverage.objects.count() == 2


def test_a_building_without_a_place_around_it_is_called_after_its_unit() -> None:
    lines = ("B1,1号楼,楼栋,,XQ2", "B2,幸福里社区2号楼,楼栋,,C")
    assert counts(imported(*lines)) == (2, 2, 0, 0, 0)
    assert place("B1").full_name == "安居小区1号楼"
    assert place("B2").full_name == "幸福里社区2号楼"


def test_under_a_unit_stands_what_names_nothing_itself(units: dict[str, Unit]) -> None:
    imported(ESTATE)
    lines = ("B1,1号楼", "B2,2号楼,,P1", "B3,3号楼,,,XQ1")
    outcome = imported(*lines, under=units["XQ2"], kind=Kind.BUILDING)
    assert counts(outcome) == (3, 3, 0, 0, 0)
    covered = dict(PlaceCoverage.objects.values_list("place__code", "unit__code"))
    assert covered == {"P1": "XQ1", "B1": "XQ2", "B3": "XQ1"}


def test_coordinates_are_kept_in_one_system_with_their_source() -> None:
    line = "B1,1号楼,楼栋,,XQ1,,116.5,31.75"
    assert counts(imported(line, datum="gcj02")) == (1, 1, 0, 0, 0)
    told = place("B1")
    assert (told.longitude, told.latitude) == tuple(
        round(value, 7) for value in to_wgs84(116.5, 31.75, "gcj02")
    )
    assert told.datum == "gcj02"
    assert counts(imported(line, datum="gcj02")) == (1, 0, 0, 1, 0)
    assert counts(imported("B1,1号楼,楼栋,,XQ1")) == (1, 0, 0, 1, 0)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (",无编码,楼栋,P1", "没有写编码"),
        ("X,,楼栋,P1", "没有写名称"),
        ("X,无类别,,P1", "没有写类别"),
        ("X,错类别,亭子,P1", "“亭子”不是认得的类别"),
        ("X,没归属,楼栋", "没有写属于哪里"),
        ("X,上级不存在,楼栋,P404", "没有编码为“P404”的地点"),
        ("X,在自己里面,楼栋,X", "是它自己"),
        ("X,小区在楼里,小区,P1-3", "不能在楼栋"),
        ("X,楼在楼里,楼栋,P1-3", "不能在楼栋"),
        ("X,单位不存在,楼栋,,XQ404", "没有编码为“XQ404”的小区"),
        ("X,归到街道,楼栋,,S", "要归到小区或社区"),
        ("X,户数不对,楼栋,P1,,很多", "不是整数"),
        ("X,没有坐标系,楼栋,P1,,,116.5,31.7", "坐标系"),
        ("P1-3,换了类别,单元,P1", "不能改成单元"),
        ("X," + "长" * 60 + ",单元,LONG", "全称超过"),
    ],
)
def test_a_wrong_row_is_refused_with_its_reason_and_the_others_land(line: str, said: str) -> None:
    imported(*ALL, f"LONG,{'楼' * 58},楼栋,P1")
    before = Place.objects.count()
    outcome = imported("Y1,9号楼,楼栋,P1", line, "Y2,10号楼,楼栋,P1")
    assert counts(outcome) == (3, 2, 0, 0, 1)
    assert said in outcome.refused[0].reason
    assert outcome.refused[0].row.number == 3
    assert Place.objects.count() == before + 2


def test_swapped_coordinates_are_refused() -> None:
    outcome = imported("X,颠倒,楼栋,,XQ1,,31.75,116.5", "Y,缺一个,楼栋,,XQ1,,116.5", datum="wgs84")
    assert ["不是地球上的位置" in refused.reason for refused in outcome.refused] == [True, True]


def test_a_code_used_twice_is_refused_unless_both_rows_say_the_same() -> None:
    outcome = imported(ESTATE, ESTATE, "P1,别的小区,小区,,XQ2")
    assert counts(outcome) == (3, 1, 0, 1, 1)


def test_a_table_without_codes_is_refused_as_a_whole() -> None:
    with pytest.raises(Refusal, match="编码"):
        import_places("system", [Row(2, {"name": "3号楼"})], Wanted())


def test_what_stands_in_a_unit_is_found_with_the_parts_that_name_no_unit(
    units: dict[str, Unit],
) -> None:
    imported(*ALL, "P1-9,9号楼,楼栋,P1,XQ2")
    every = list(Kind.values)
    assert [found.code for found in places_in([units["XQ1"].id], every)] == [
        "P1",
        "P1-3",
        "P1-3-2",
        "P1-3-2-A",
    ]
    assert [found.code for found in places_in([units["XQ2"].id], every)] == ["P1-9"]
    both = places_in([units["XQ1"].id, units["XQ2"].id], ["building"])
    assert [found.code for found in both] == ["P1-3", "P1-9"]


def written(tmp_path: Path, features: list[Any]) -> Path:
    path = tmp_path / "map.geojson"
    path.write_text(json.dumps(features), encoding="utf-8")
    return path


def feature(name: str | None, geometry: Any, **more: Any) -> dict[str, Any]:
    return {"properties": {"name": name, **more}, "geometry": geometry}


def test_points_and_outlines_of_a_map_become_places(tmp_path: Path, units: dict[str, Unit]) -> None:
    square = [[[117.0, 31.0], [117.02, 31.0], [117.02, 31.02], [117.0, 31.02], [117.0, 31.0]]]
    features = [
        feature("1号楼", {"type": "Polygon", "coordinates": square}, code="M1"),
        feature("北门", {"type": "Point", "coordinates": [117.01, 31.0]}, kind="点位"),
        feature(None, {"type": "Point", "coordinates": [117.01, 31.0]}),
        feature("小路", {"type": "LineString", "coordinates": [[117.0, 31.0], [117.1, 31.0]]}),
    ]
    file = read_shapes(written(tmp_path, features), "wgs84")
    outcome = import_shapes("system", file, units["XQ1"], Wanted())
    assert counts(outcome) == (4, 2, 0, 0, 2)
    assert "名称" in outcome.refused[0].reason
    assert "点或多边形" in outcome.refused[1].reason
    building, gate = place("M1"), Place.objects.get(kind=Kind.SPOT)
    assert (building.kind, building.full_name) == ("building", "幸福里小区1号楼")
    assert (building.longitude, building.latitude) == (117.01, 31.01)
    assert gate.code.startswith("XQ1-")
    assert counts(import_shapes("system", file, units["XQ1"], Wanted())) == (4, 0, 0, 2, 2)


@pytest.mark.skipif(
    "HUIBAN_REAL_DATA" not in os.environ, reason="not run: HUIBAN_REAL_DATA is unset"
)
def test_a_real_campus_becomes_buildings(units: dict[str, Unit]) -> None:
    folder = Path(os.environ["HUIBAN_REAL_DATA"]) / "geo"
    file = read_shapes(folder / "hfut_campus_buildings.geojson", "")
    outcome = import_shapes("system", file, units["XQ1"], Wanted())
    assert (outcome.read, outcome.counts[Fate.LANDED], len(outcome.refused)) == (101, 55, 46)
    assert all("名称" in refused.reason for refused in outcome.refused)
    assert counts(import_shapes("system", file, units["XQ1"], Wanted()))[1:4] == (0, 0, 55)
    gym = Place.objects.filter(name="体育馆").first()
    assert gym is not None
    assert gym.longitude == pytest.approx(117.2008, abs=0.002)
    gates = read_shapes(folder / "hfut_campus_gates.geojson", "")
    outcome = import_shapes("system", gates, units["XQ1"], Wanted(kind=Kind.SPOT))
    assert counts(outcome) == (4, 4, 0, 0, 0)
    assert Place.objects.filter(kind=Kind.SPOT).count() == 4

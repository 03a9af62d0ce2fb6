from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from huiban.kernel.base.errors import Refusal
from huiban.kernel.base.geo import to_wgs84
from huiban.kernel.territory.boundaries import import_boundaries
from huiban.kernel.territory.models import Unit
from huiban.kernel.territory.outcome import Fate
from huiban.kernel.territory.shapes import boundary_of, is_geojson, place_of, read_shapes

SQUARE = [[[117.0, 31.0], [117.02, 31.0], [117.02, 31.02], [117.0, 31.02], [117.0, 31.0]]]


def polygon(rings: Any = SQUARE) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": rings}


def feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def written(tmp_path: Path, document: Any, name: str = "map.json") -> Path:
    path = tmp_path / name
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return path


@pytest.fixture
def district(db: None, clock: Any) -> Unit:
    return Unit.objects.create(
        code="341503", name="安和区", level="district", valid_from=date(2000, 1, 1)
    )


@pytest.mark.parametrize("key", ["code", "adcode"])
def test_a_boundary_goes_to_the_unit_with_its_code(
    tmp_path: Path, district: Unit, key: str
) -> None:
    path = written(tmp_path, [feature(polygon(), **{key: 341503}, name="安和区")])
    outcome = import_boundaries("system", read_shapes(path, "wgs84"), {}, frozenset())
    assert outcome.summary() == "read 1, landed 1, changed 0, already there 0, refused 0"
    district.refresh_from_db()
    assert (district.boundary, district.datum) == (polygon(), "wgs84")


def test_shifted_coordinates_are_converted_once_and_their_source_is_kept(
    tmp_path: Path, district: Unit
) -> None:
    path = written(tmp_path, {"features": [feature(polygon(), code="341503")]})
    for expected in (Fate.LANDED, Fate.ALREADY_THERE):
        outcome = import_boundaries("system", read_shapes(path, "GCJ-02"), {}, frozenset())
        assert outcome.counts[expected] == 1
    district.refresh_from_db()
    assert district.datum == "gcj02"
    assert district.boundary is not None
    corner = district.boundary["coordinates"][0][0]
    assert corner == [round(value, 7) for value in to_wgs84(117.0, 31.0, "gcj02")]
    assert corner != [117.0, 31.0]
    moved = written(
        tmp_path, [feature({"type": "MultiPolygon", "coordinates": [SQUARE]}, code=341503)]
    )
    outcome = import_boundaries("system", read_shapes(moved, "gcj02"), {}, frozenset())
    assert outcome.counts[Fate.CHANGED] == 1


def test_unknown_codes_and_unfit_shapes_are_refused_and_the_others_land(
    tmp_path: Path, district: Unit
) -> None:
    wrong = [
        feature(polygon(), code="999"),
        feature(polygon(), name="没有编码"),
        feature({"type": "Point", "coordinates": [117.0, 31.0]}, code="341503"),
        feature(None, code="341503"),
        feature(polygon([]), code="341503"),
        feature(polygon([[[117.0, 31.0]]]), code="341503"),
        feature(polygon([[[31.0, 117.0]] * 4]), code="341503"),
        feature(polygon([[["x", "y"]] * 4]), code="341503"),
        feature(polygon([[[float("nan"), 31.0]] * 4]), code="341503"),
    ]
    path = written(tmp_path, [*wrong, feature(polygon(), code="341503")])
    outcome = import_boundaries("system", read_shapes(path, "wgs84"), {}, frozenset())
    assert (outcome.counts[Fate.LANDED], len(outcome.refused)) == (1, len(wrong))
    assert "没有编码为“999”的单位" in outcome.refused[0].reason
    assert all(refused.reason.endswith("。") for refused in outcome.refused)


def test_only_the_named_codes_are_taken(tmp_path: Path, district: Unit) -> None:
    path = written(tmp_path, [feature(polygon(), code="341503"), feature(polygon(), code="999")])
    wanted = frozenset({"341503"})
    outcome = import_boundaries("system", read_shapes(path, "wgs84"), {}, wanted)
    assert (outcome.read, outcome.left_out, outcome.refused) == (1, 1, [])


def test_a_file_that_does_not_say_its_coordinate_system_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="--crs"):
        read_shapes(written(tmp_path, [feature(polygon())]), "")
    declared = {
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}},
        "features": [],
    }
    assert read_shapes(written(tmp_path, declared), "").datum == "wgs84"
    with pytest.raises(Refusal, match="坐标系"):
        read_shapes(written(tmp_path, declared), "beijing54")


@pytest.mark.parametrize(
    "text", ["", "{", "[" * 100_000, '{"type": "Feature"}', "[1, 2]", '"text"', "[" + "\x00"]
)
def test_a_file_that_is_no_geojson_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "broken.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Refusal) as refused:
        read_shapes(path, "wgs84")
    assert "broken.json" in refused.value.message
    with pytest.raises(Refusal):
        read_shapes(tmp_path / "missing.json", "wgs84")


def test_geojson_is_told_from_a_table(tmp_path: Path) -> None:
    assert is_geojson(written(tmp_path, []))
    table = tmp_path / "units.csv"
    table.write_text("code,name\n1,x\n", encoding="utf-8")
    assert not is_geojson(table)
    assert not is_geojson(tmp_path / "missing.csv")


def test_the_centre_of_a_shape_is_its_centre_of_gravity() -> None:
    assert place_of(polygon(), "wgs84") == (117.01, 31.01)
    assert place_of({"type": "Point", "coordinates": [117.5, 31.5, 12.0]}, "wgs84") == (117.5, 31.5)
    ell = [[[0, 0], [2, 0], [2, 1], [1, 1], [1, 2], [0, 2], [0, 0]]]
    assert place_of(polygon(ell), "wgs84") == (round(5 / 6, 7), round(5 / 6, 7))
    # A hole counts against its outline, whichever way round either is drawn.
    hole = [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]
    outline = [[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]]
    for ring in (hole, hole[::-1]):
        assert place_of(polygon([outline, ring]), "wgs84") == (round(3.5 / 3, 7), round(3.5 / 3, 7))
    two = {"type": "MultiPolygon", "coordinates": [[outline], [[[4, 0], [6, 0], [6, 2], [4, 2]]]]}
    assert place_of(two, "wgs84") == (3.0, 1.0)
    flat = [[[0, 0], [2, 0], [4, 0], [2, 0]]]
    assert place_of(polygon(flat), "wgs84") == (2.0, 0.0)


def test_a_place_is_no_line_and_a_boundary_no_point() -> None:
    with pytest.raises(Refusal, match="点或多边形"):
        place_of({"type": "LineString", "coordinates": [[0, 0], [1, 1]]}, "wgs84")
    with pytest.raises(Refusal, match="多边形"):
        boundary_of({"type": "Point", "coordinates": [0, 0]}, "wgs84")


@pytest.mark.skipif(
    "HUIBAN_REAL_DATA" not in os.environ, reason="not run: HUIBAN_REAL_DATA is unset"
)
def test_real_boundaries_of_a_city_go_to_the_district_that_is_known(district: Unit) -> None:
    path = Path(os.environ["HUIBAN_REAL_DATA"]) / "geo" / "datav_341500.json"
    outcome = import_boundaries("system", read_shapes(path, "gcj02"), {}, frozenset())
    assert outcome.summary() == "read 7, landed 1, changed 0, already there 0, refused 6"
    district.refresh_from_db()
    assert district.boundary is not None
    east, north = place_of(district.boundary, "wgs84")
    # Its own centroid, as the file names it, is in the shifted system.
    told = to_wgs84(116.325135, 31.751812, "gcj02")
    assert (east, north) == pytest.approx(told, abs=0.02)

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiban.kernel.base import geo
from huiban.kernel.base.errors import Refusal
from huiban.kernel.base.geo import Datum, from_wgs84, read_datum, to_wgs84

DATUMS: list[Datum] = ["wgs84", "gcj02", "bd09"]
inland_lng = st.floats(72.1, 137.7)
inland_lat = st.floats(0.9, 55.7)
every_datum = pytest.mark.parametrize("datum", DATUMS)


def metres(first: tuple[float, float], second: tuple[float, float]) -> float:
    north = (first[1] - second[1]) * 111_320
    east = (first[0] - second[0]) * 111_320 * math.cos(math.radians(first[1]))
    return math.hypot(north, east)


def test_the_published_vectors_come_out() -> None:
    assert from_wgs84(116.404, 39.915, "gcj02") == pytest.approx(
        (116.41024449916938, 39.91640428150164), abs=1e-12
    )
    assert geo._gcj02_to_bd09(116.404, 39.915) == pytest.approx(
        (116.41036949371029, 39.92133699351022), abs=1e-12
    )


@every_datum
@given(lng=inland_lng, lat=inland_lat)
def test_there_and_back_is_the_same_point(datum: Datum, lng: float, lat: float) -> None:
    back = to_wgs84(*from_wgs84(lng, lat, datum), datum)
    assert back == pytest.approx((lng, lat), abs=1e-8, rel=0)


@given(inland_lng, inland_lat)
def test_the_shift_is_felt_and_bounded(lng: float, lat: float) -> None:
    shifted = from_wgs84(lng, lat, "gcj02")
    assert metres((lng, lat), shifted) < 1_500
    assert from_wgs84(lng, lat, "bd09") != shifted != (lng, lat)


@every_datum
@given(lng=st.floats(-180, 60), lat=st.floats(-90, 90))
def test_outside_china_nothing_moves(datum: Datum, lng: float, lat: float) -> None:
    assert to_wgs84(lng, lat, datum) == (lng, lat)
    assert from_wgs84(lng, lat, datum) == (lng, lat)


@every_datum
@pytest.mark.parametrize(
    ("lng", "lat"),
    [(31.7, 116.5), (180.1, 0), (0, 90.1), (math.nan, 30), (116, math.nan), (math.inf, 30)],
)
def test_what_is_no_point_of_the_earth_is_refused(datum: Datum, lng: float, lat: float) -> None:
    with pytest.raises(ValueError, match="no point of the earth"):
        to_wgs84(lng, lat, datum)
    with pytest.raises(ValueError, match="no point of the earth"):
        from_wgs84(lng, lat, datum)


@pytest.mark.parametrize(
    ("text", "datum"),
    [
        ("wgs84", "wgs84"),
        (" WGS-84 ", "wgs84"),
        ("CGCS2000", "wgs84"),
        ("EPSG:4490", "wgs84"),
        ("ｇｃｊ０２", "gcj02"),
        ("GCJ-02", "gcj02"),
        ("bd09", "bd09"),
    ],
)
def test_datums_are_read_as_people_write_them(text: str, datum: Datum) -> None:
    assert read_datum(text) == datum


@pytest.mark.parametrize("text", ["", "beijing54", "EPSG:3857"])
def test_an_unknown_datum_is_refused_with_those_there_are(text: str) -> None:
    with pytest.raises(Refusal, match="gcj02"):
        read_datum(text)

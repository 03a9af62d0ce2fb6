"""Coordinates are stored as WGS-84 (CGCS2000 within a decimetre) and converted once, here.

GCJ-02 is the shifted system of maps published in China (高德, 腾讯), BD-09 the one that 百度 made
of it. Neither is documented officially: the formulas are those in general use since 2010. Every
pair is longitude first, in degrees.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable
from typing import Literal

from huiban.kernel.base.errors import Refusal

Datum = Literal["wgs84", "gcj02", "bd09"]
Point = tuple[float, float]

# The ellipsoid of Krassowsky 1940, which GCJ-02 is reckoned on.
_SEMI_MAJOR_METRES = 6_378_245.0
_ECCENTRICITY_SQUARED = 0.00669342162296594323
_CHINA_LNG = (72.004, 137.8347)
_CHINA_LAT = (0.8293, 55.8271)
_BAIDU_ANGLE = math.pi * 3000 / 180
_BAIDU_SHIFT = (0.0065, 0.006)
_CLOSE_ENOUGH = 1e-10  # degrees, a hundredth of a millimetre; 1e-7 is a centimetre
_MOST_ROUNDS = 30

_DATUMS: dict[str, Datum] = {
    "wgs84": "wgs84",
    "epsg4326": "wgs84",
    "cgcs2000": "wgs84",
    "epsg4490": "wgs84",
    "gcj02": "gcj02",
    "bd09": "bd09",
    "bd09ll": "bd09",
}


def read_datum(text: str) -> Datum:
    """The coordinate system a person named; CGCS2000 counts as WGS-84. Refusal for others."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    datum = _DATUMS.get("".join(c for c in plain if c.isalnum()))
    if datum is None:
        raise Refusal(
            f"“{text[:40]}”不是认得的坐标系。"
            "请写 wgs84、cgcs2000、gcj02（高德、腾讯）或 bd09（百度）。",
            "crs",
        )
    return datum


def to_wgs84(lng: float, lat: float, datum: Datum) -> Point:
    """A point of that system in WGS-84, exact to 1e-7 degrees; outside China it stays.

    ValueError where it can't be a point of the earth.
    """
    _check(lng, lat)
    if datum == "wgs84" or _is_abroad(lng, lat):
        return lng, lat
    point = _solve(_gcj02_to_bd09, (lng, lat)) if datum == "bd09" else (lng, lat)
    return _solve(_wgs84_to_gcj02, point)


def from_wgs84(lng: float, lat: float, datum: Datum) -> Point:
    """A WGS-84 point in that system; outside China it stays. ValueError as above."""
    _check(lng, lat)
    if datum == "wgs84" or _is_abroad(lng, lat):
        return lng, lat
    shifted = _wgs84_to_gcj02(lng, lat)
    return _gcj02_to_bd09(*shifted) if datum == "bd09" else shifted


def _check(lng: float, lat: float) -> None:
    if not (-180 <= lng <= 180 and -90 <= lat <= 90):  # not a number fails this too
        raise ValueError(f"longitude {lng}, latitude {lat} is no point of the earth: swapped?")


def _is_abroad(lng: float, lat: float) -> bool:
    """Outside the rectangle in which the published formula shifts anything."""
    return not (_CHINA_LNG[0] <= lng <= _CHINA_LNG[1] and _CHINA_LAT[0] <= lat <= _CHINA_LAT[1])


def _solve(forward: Callable[[float, float], Point], target: Point) -> Point:
    """The point that `forward` takes to `target`.

    The shifts change slowly from place to place, so correcting a guess by what it misses comes
    thousands of times nearer each round.
    """
    lng, lat = target
    for _ in range(_MOST_ROUNDS):
        reached = forward(lng, lat)
        missed_lng, missed_lat = target[0] - reached[0], target[1] - reached[1]
        lng, lat = lng + missed_lng, lat + missed_lat
        if abs(missed_lng) < _CLOSE_ENOUGH and abs(missed_lat) < _CLOSE_ENOUGH:
            return lng, lat
    raise AssertionError(f"no point leads to {target}")


def _wgs84_to_gcj02(lng: float, lat: float) -> Point:
    x, y = lng - 105.0, lat - 35.0
    radians = math.radians(lat)
    curve = 1 - _ECCENTRICITY_SQUARED * math.sin(radians) ** 2
    root = math.sqrt(curve)
    metres_per_lat = _SEMI_MAJOR_METRES * (1 - _ECCENTRICITY_SQUARED) / (curve * root)
    metres_per_lng = _SEMI_MAJOR_METRES / root * math.cos(radians)
    return (
        lng + math.degrees(_shift_east(x, y) / metres_per_lng),
        lat + math.degrees(_shift_north(x, y) / metres_per_lat),
    )


def _shift_east(x: float, y: float) -> float:
    """Metres by which the formula shifts a point to the east."""
    shift = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x))
    shift += _ripple(x)
    shift += _waves(x, ((1, 20), (1 / 3, 40)))
    return shift + _waves(x, ((1 / 12, 150), (1 / 30, 300)))


def _shift_north(x: float, y: float) -> float:
    """Metres by which the formula shifts a point to the north."""
    shift = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x))
    shift += _ripple(x)
    shift += _waves(y, ((1, 20), (1 / 3, 40)))
    return shift + _waves(y, ((1 / 12, 160), (1 / 30, 320)))


def _ripple(x: float) -> float:
    return _waves(x, ((6, 20), (2, 20)))


def _waves(value: float, waves: tuple[tuple[float, float], ...]) -> float:
    return sum(height * math.sin(value * frequency * math.pi) for frequency, height in waves) * (
        2 / 3
    )


def _gcj02_to_bd09(lng: float, lat: float) -> Point:
    reach = math.hypot(lng, lat) + 0.00002 * math.sin(lat * _BAIDU_ANGLE)
    turn = math.atan2(lat, lng) + 0.000003 * math.cos(lng * _BAIDU_ANGLE)
    return (
        reach * math.cos(turn) + _BAIDU_SHIFT[0],
        reach * math.sin(turn) + _BAIDU_SHIFT[1],
    )

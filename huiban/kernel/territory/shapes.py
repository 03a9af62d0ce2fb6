"""GeoJSON (RFC 7946) read as people have it: a collection, or a bare list of features."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from huiban.kernel.base.errors import Refusal
from huiban.kernel.base.geo import Datum, Point, read_datum, to_wgs84
from huiban.kernel.base.tables import Row

LARGEST_BYTES = 64 * 1024 * 1024
# Seven decimals are a centimetre.
DECIMALS = 7
_POLYGONS = {"Polygon": 2, "MultiPolygon": 3}  # how many lists are around a position
_POINT = {"Point": 0}


@dataclass(frozen=True)
class Shape:
    """A feature: its properties as a row of text, and its geometry as it stands in the file."""

    row: Row
    geometry: Any


@dataclass(frozen=True)
class ShapeFile:
    """The features of a file and the coordinate system they are in."""

    datum: Datum
    shapes: list[Shape]


def is_geojson(path: Path) -> bool:
    """Whether a file begins as JSON does; a table never begins with a bracket."""
    try:
        with path.open("rb") as file:
            return file.read(64).lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")
    except OSError:
        return False


def read_shapes(path: Path, crs: str) -> ShapeFile:
    """The features of a GeoJSON file, numbered from 1.

    `crs` names the coordinate system; where it is empty the file must declare WGS-84 itself.
    Raises Refusal for a file that can't be read, or doesn't say what its coordinates mean.
    """
    document = _load(path)
    features = document.get("features") if isinstance(document, dict) else document
    if not isinstance(features, list):
        _refuse(path, "里面没有要素（features）")
    datum = read_datum(crs) if crs else _declared_datum(path, document)
    return ShapeFile(datum, list(_shapes(path, features)))


def _load(path: Path) -> Any:
    try:
        if path.stat().st_size > LARGEST_BYTES:
            _refuse(path, f"文件大于{LARGEST_BYTES >> 20}兆")
        text = path.read_text(encoding="utf-8-sig")
        document = json.loads(text)
    except (OSError, ValueError, RecursionError):
        _refuse(path, "它不是完整的 GeoJSON")
    return document


def _declared_datum(path: Path, document: Any) -> Datum:
    told: Any = document if isinstance(document, dict) else {}
    for step in ("crs", "properties", "name"):
        told = told.get(step) if isinstance(told, dict) else None
    name = str(told or "")
    if not any(code in name.upper() for code in ("CRS84", "4326", "4490")):
        _refuse(
            path,
            "没有说明坐标系",
            "请加 --crs gcj02（高德、腾讯、DataV 等国内地图）或 --crs wgs84（天地图、GPS）",
        )
    return "wgs84"


def _shapes(path: Path, features: list[Any]) -> Iterator[Shape]:
    for number, feature in enumerate(features, start=1):
        if not isinstance(feature, dict):
            _refuse(path, f"第{number}个要素不是要素")
        properties = feature.get("properties") or {}
        values = {
            str(name): "" if value is None else str(value) for name, value in properties.items()
        }
        yield Shape(Row(number, values), feature.get("geometry"))


def _refuse(path: Path, wrong: str, remedy: str = "请核对文件，或重新导出一份 GeoJSON") -> NoReturn:
    raise Refusal(f"读不了“{path.name}”：{wrong}。{remedy}。", "file")


def boundary_of(geometry: Any, datum: Datum) -> dict[str, Any]:
    """A polygon or polygons with every position in WGS-84. Raises Refusal for anything else."""
    return _converted(geometry, datum, _POLYGONS, "边界应是多边形（Polygon、MultiPolygon）。")


def place_of(geometry: Any, datum: Datum) -> Point:
    """The point itself, or the centre of gravity of a polygon, in WGS-84. Raises Refusal."""
    told = "地点应是点或多边形（Point、Polygon、MultiPolygon）。"
    converted = _converted(geometry, datum, _POINT | _POLYGONS, told)
    coordinates = converted["coordinates"]
    if converted["type"] == "Point":
        return coordinates[0], coordinates[1]
    polygons = [coordinates] if converted["type"] == "Polygon" else coordinates
    return _centroid(polygons)


def _converted(
    geometry: Any, datum: Datum, depths: dict[str, int], expected: str
) -> dict[str, Any]:
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in depths:
        raise Refusal(f"{expected}请核对这一个要素的图形。", "geometry")
    try:
        coordinates = _positions(geometry.get("coordinates"), depths[kind], datum)
    except (TypeError, ValueError, IndexError) as problem:
        raise Refusal(
            "坐标不是地球上的位置，可能经度纬度颠倒或有空缺。请核对这一个要素的坐标。", "geometry"
        ) from problem
    return {"type": kind, "coordinates": coordinates}


def _positions(told: Any, depth: int, datum: Datum) -> Any:
    """Lists within lists down to positions, each converted. Raises ValueError, TypeError."""
    if depth == 0:
        lng, lat = to_wgs84(float(told[0]), float(told[1]), datum)
        return [round(lng, DECIMALS), round(lat, DECIMALS)]
    if not isinstance(told, list) or not told:
        raise ValueError("an empty list of positions")
    inner = [_positions(part, depth - 1, datum) for part in told]
    if depth == 1 and len(inner) < 4:
        raise ValueError("a ring has at least four positions, the last being the first")
    return inner


def _centroid(polygons: list[list[list[list[float]]]]) -> Point:
    """The centre of gravity; reckoned around one corner, since degrees are large and areas small."""
    origin_lng, origin_lat = polygons[0][0][0]
    area = east = north = 0.0
    for polygon in polygons:
        for place, ring in enumerate(polygon):
            ring_area, ring_east, ring_north = _moments(ring, origin_lng, origin_lat)
            # The first ring is the outline, the others are holes, however they are wound.
            sign = 1 if (ring_area > 0) == (place == 0) else -1
            area += sign * ring_area
            east += sign * ring_east
            north += sign * ring_north
    if abs(area) < 1e-14:
        corners = [corner for polygon in polygons for corner in polygon[0]]
        return (
            round(sum(corner[0] for corner in corners) / len(corners), DECIMALS),
            round(sum(corner[1] for corner in corners) / len(corners), DECIMALS),
        )
    return (
        round(origin_lng + east / area, DECIMALS),
        round(origin_lat + north / area, DECIMALS),
    )


def _moments(ring: list[list[float]], lng: float, lat: float) -> tuple[float, float, float]:
    """A ring's signed area, and its moments to the east and north of that point."""
    area = east = north = 0.0
    for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True):
        x1, y1, x2, y2 = x1 - lng, y1 - lat, x2 - lng, y2 - lat
        cross = x1 * y2 - x2 * y1
        area += cross / 2
        east += (x1 + x2) * cross / 6
        north += (y1 + y2) * cross / 6
    return area, east, north

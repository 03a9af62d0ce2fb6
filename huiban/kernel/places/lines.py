"""A row of a table of places, or a feature of a map, read into what it says. No database."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date

from huiban.kernel.base.errors import Refusal
from huiban.kernel.base.geo import Datum, Point, to_wgs84
from huiban.kernel.base.tables import Row
from huiban.kernel.territory.lines import cell, read_code, read_count, read_day, read_name
from huiban.kernel.territory.shapes import DECIMALS, Shape, place_of

from .models import Kind
from .rules import read_kind

HEADINGS: dict[str, tuple[str, ...]] = {
    "code": ("编码", "code", "代码", "地点编码"),
    "name": ("名称", "name", "地点名称"),
    "kind": ("类别", "kind", "类型"),
    "parent": ("所在地点编码", "parent", "所在地点", "上级编码"),
    "unit": ("小区或社区编码", "unit", "单位编码"),
    "households": ("户数", "households"),
    "longitude": ("经度", "longitude", "lng", "lon"),
    "latitude": ("纬度", "latitude", "lat"),
    "valid_from": ("生效日期", "valid_from"),
}
LONGEST_CODE = 40


@dataclass(frozen=True)
class PlaceLine:
    """What a row says of a place; what it leaves empty is None or empty. The point is WGS-84."""

    row: Row = field(compare=False)
    code: str
    name: str
    kind: Kind
    parent: str = ""
    unit: str = ""
    households: int | None = None
    point: Point | None = None
    datum: str = ""
    valid_from: date | None = None


def read_place(row: Row, kind: Kind | None, datum: Datum | None) -> PlaceLine:
    """What the row says; `kind` is meant where it names none. Raises Refusal."""
    told = {name: cell(row, headings) for name, headings in HEADINGS.items()}
    point = _point(told["longitude"], told["latitude"], datum)
    return PlaceLine(
        row=row,
        code=read_code(told["code"], LONGEST_CODE),
        name=read_name(told["name"]),
        kind=_kind(told["kind"], kind),
        parent=told["parent"],
        unit=told["unit"],
        households=read_count(told["households"], "户数"),
        point=point,
        datum=datum if point and datum else "",
        valid_from=read_day(told["valid_from"]),
    )


def read_feature(shape: Shape, row: Row, unit: str, kind: Kind, datum: Datum) -> PlaceLine:
    """What a feature of a map says. One without a code gets one from what and where it is.

    A building's outline counts as its centre. Raises Refusal.
    """
    told = {name: cell(row, headings) for name, headings in HEADINGS.items()}
    name = read_name(told["name"])
    point = place_of(shape.geometry, datum)
    return PlaceLine(
        row=row,
        code=read_code(told["code"] or _own_code(unit, name, point), LONGEST_CODE),
        name=name,
        kind=read_kind(told["kind"]) or kind,
        unit=unit,
        households=read_count(told["households"], "户数"),
        point=point,
        datum=datum,
    )


def _own_code(unit: str, name: str, point: Point) -> str:
    said = hashlib.sha256(f"{name} {point[0]:.7f} {point[1]:.7f}".encode()).hexdigest()
    return f"{unit}-{said[:9]}"


def _kind(text: str, kind: Kind | None) -> Kind:
    found = read_kind(text) if text else kind
    if found is None:
        wrong = f"“{text[:20]}”不是认得的类别" if text else "没有写类别"
        raise Refusal(f"{wrong}。请填：{'、'.join(Kind.labels)}。", "kind")
    return found


def _point(longitude: str, latitude: str, datum: Datum | None) -> Point | None:
    if not longitude and not latitude:
        return None
    if datum is None:
        raise Refusal(
            "写了经纬度，但没有说明坐标系。请加 --crs gcj02（高德、腾讯）或 --crs wgs84（GPS）。",
            "longitude",
        )
    try:
        east, north = to_wgs84(float(longitude), float(latitude), datum)
    except ValueError as problem:
        raise Refusal(
            f"经度“{longitude[:20]}”、纬度“{latitude[:20]}”不是地球上的位置。"
            "请核对有没有缺一个，或写颠倒了。",
            "longitude",
        ) from problem
    return round(east, DECIMALS), round(north, DECIMALS)

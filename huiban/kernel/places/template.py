"""The workbooks of places and of their names: what there is, ready to be completed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from huiban.kernel.territory.queries import in_force
from huiban.kernel.territory.sheets import Cell, Column, write_workbook
from huiban.kernel.vocab.actions import BEGINNING

from .lines import HEADINGS
from .models import Kind, NameKind, Place, PlaceCoverage, PlaceName
from .names_import import HEADINGS as NAME_HEADINGS
from .rules import ORDER


def _column(field: str, explained: str, example: str, **more: object) -> Column:
    return Column(HEADINGS[field][0], explained, example, **more)  # type: ignore[arg-type]


COLUMNS = (
    _column("code", "每个地点一个编码，不重复，自己编即可。", "XQ01-03", needed=True, width=16),
    _column(
        "name",
        "门牌上的叫法，不用重复小区名；全称会自动连起来，例如“幸福里小区3号楼”。",
        "3号楼",
        needed=True,
        width=22,
    ),
    _column("kind", "从列表里选。", "楼栋", needed=True, choices=tuple(Kind.labels), width=10),
    _column("parent", "它在哪个地点里面：楼栋填小区，单元填楼栋。", "XQ01", width=18),
    _column("unit", "归哪个小区（没有小区的归社区）；在别的地点里面的可以不填。", "XQ01", width=18),
    _column("households", "户数，整数。", "48", kind="number", width=10),
    _column(
        "longitude",
        "经度；填了就要在导入时加 --crs 说明坐标系。",
        "116.4795",
        kind="decimal",
        width=14,
    ),
    _column("latitude", "纬度，和经度一起填。", "31.7411", kind="decimal", width=14),
    _column(
        "valid_from", "从哪天起归这个单位；不填表示一直是。", "2026-01-01", kind="date", width=12
    ),
)
RULES = (
    "第一张表“地点”一行写一个地点，从第二行写起，列名不要改。这张说明不会导入。",
    "填好后运行：huiban territory import 文件名 --places。可以重复导入：没有变化的行不会重复，改了的会更新。",
    "空着的格子不会抹掉已有的内容。写错的行不会导入，会另存一份文件，写明哪一行、为什么、怎么改。",
)


def write_places_template(path: Path) -> int:
    """Write the workbook with all places; how many. Importing it back (WGS-84) changes nothing.

    Raises Refusal where the file can't be written.
    """
    return write_workbook(path, "地点", COLUMNS, _rows(), RULES)


def _rows() -> Iterator[list[Cell]]:
    covered = PlaceCoverage.objects.filter(in_force())
    units = dict(covered.values_list("place_id", "unit__code"))
    places = list(Place.objects.select_related("parent"))
    places.sort(key=lambda place: (ORDER.index(Kind(place.kind)), place.code))
    for place in places:
        # Points are kept in WGS-84, so a point that came in otherwise is left where it stands.
        shown = place.datum == "wgs84"
        yield [
            place.code,
            place.name,
            Kind(place.kind).label,
            place.parent.code if place.parent else None,
            units.get(place.id),
            place.households,
            place.longitude if shown else None,
            place.latitude if shown else None,
            None,
        ]


NAME_COLUMNS = (
    Column(NAME_HEADINGS["place"][0], "哪个地点的叫法。", "XQ01", needed=True, width=16),
    Column(
        NAME_HEADINGS["name"][0],
        "大家平时怎么叫：别名、老名字、旁边人人知道的地标、路名加门牌号。",
        "老供销社",
        needed=True,
        width=22,
    ),
    Column(
        NAME_HEADINGS["kind"][0],
        "从列表里选；不填算别名。",
        "地标",
        choices=tuple(NameKind.labels),
        width=10,
    ),
    Column(
        NAME_HEADINGS["valid_from"][0],
        "从哪天起这么叫；不填表示一直是。",
        "2026-01-01",
        kind="date",
        width=12,
    ),
    Column(
        NAME_HEADINGS["valid_to"][0],
        "从哪天起不再按这个叫法认地点；不填表示一直认。",
        "2027-01-01",
        kind="date",
        width=12,
    ),
)
NAME_RULES = (
    "第一张表“叫法”一行写一个叫法，从第二行写起，列名不要改。这张说明不会导入。",
    "填好后运行：huiban territory names 文件名。可以重复导入：没有变化的行不会重复，改了的会更新。",
    "写错的行不会导入，会另存一份文件，写明哪一行、为什么、怎么改。",
)


def write_names_template(path: Path) -> int:
    """Write the workbook with all further names; how many. Importing it back changes nothing.

    Raises Refusal where the file can't be written.
    """
    return write_workbook(path, "叫法", NAME_COLUMNS, _name_rows(), NAME_RULES)


def _name_rows() -> Iterator[list[Cell]]:
    names = PlaceName.objects.select_related("place").order_by("place__code", "name", "valid_from")
    for name in names:
        began = None if name.valid_from == BEGINNING else name.valid_from
        kind = NameKind(name.kind).label
        yield [name.place.code, name.name, kind, began, name.valid_to]

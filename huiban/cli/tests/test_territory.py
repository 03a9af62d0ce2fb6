from __future__ import annotations

import csv
import json
import os
from pathlib import Path
from typing import Any

import pytest

from huiban.cli.main import main
from huiban.kernel.places.models import Place
from huiban.kernel.territory.models import Unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

TABLE = """\
code,name,parent,level
3415001001,幸福里社区,3415001,社区
3415,安和区,34,区
3415001,幸福街道,3415,街道
XQ1,幸福里小区,3415001001,小区
"""


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.DATA = tmp_path / "data"
    return tmp_path


@pytest.fixture
def table(folder: Path) -> Path:
    path = folder / "units.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def last_line(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out.splitlines()[-1]


def refused_rows(folder: Path) -> list[list[str]]:
    (path,) = (folder / "data" / "imports").iterdir()
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_a_table_lands_and_a_second_import_changes_nothing(
    table: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["territory", "import", str(table)]) == 0
    assert capsys.readouterr().out == "read 4, landed 4, changed 0, already there 0, refused 0\n"
    assert main(["territory", "import", str(table)]) == 0
    assert last_line(capsys) == "read 4, landed 0, changed 0, already there 4, refused 0"
    assert not (folder / "data" / "imports").exists()


def test_refused_rows_are_kept_with_their_number_and_reason_and_the_others_land(
    table: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table.write_text(TABLE + "9,无上级社区,404,社区\n8,,3415001,社区\n", encoding="gb18030")
    assert main(["territory", "import", str(table)]) == 0
    told = capsys.readouterr()
    assert told.out.splitlines()[-1] == "read 6, landed 4, changed 0, already there 0, refused 2"
    assert "imports" in told.err
    head, first, second = refused_rows(folder)
    assert head == ["row", "reason", "code", "name", "parent", "level"]
    assert (first[0], first[2]) == ("6", "9")
    assert "404" in first[1]
    assert second[:2] == ["7", "没有写名称。请补上。"]


def test_a_changed_name_is_said(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["territory", "import", str(table)])
    table.write_text(TABLE.replace("幸福街道", "幸福路街道"), encoding="utf-8")
    assert main(["territory", "import", str(table)]) == 0
    told = capsys.readouterr()
    assert told.out.splitlines()[-1] == "read 4, landed 0, changed 1, already there 3, refused 0"
    assert "“幸福街道”改为“幸福路街道”" in told.err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["missing.csv"], "没有这个文件"),
        (["units.csv", "--under", "404"], "404"),
        (["units.csv", "--level", "大队"], "大队"),
        (["units.csv", "--map", "parent=nowhere"], "nowhere"),
        (["units.csv", "--map", "parent"], "字段=列名"),
        (["units.csv", "--kind", "楼栋"], "--places"),
        (["units.csv", "--places", "--level", "社区"], "--kind"),
        (["units.csv", "--places", "--kind", "亭子"], "亭子"),
        (["units.csv", "--places", "--crs", "moon"], "moon"),
        (["map.json"], "--crs"),
        (["map.json", "--crs", "wgs84", "--level", "区"], "--only"),
        (["map.json", "--crs", "wgs84", "--places"], "--under"),
    ],
)
def test_wrong_use_is_told_from_refused_rows(
    table: Path,
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
    said: str,
) -> None:
    (folder / "map.json").write_text('[{"properties": {}, "geometry": null}]', encoding="utf-8")
    assert main(["territory", "import", str(folder / options[0]), *options[1:]]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert said in told.err
    assert not Unit.objects.exists()


def test_places_come_from_a_table_and_from_a_map(
    table: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["territory", "import", str(table)])
    buildings = folder / "buildings.csv"
    buildings.write_text("编码,名称,类别,小区或社区编码\nB1,1号楼,楼栋,XQ1\n", encoding="utf-8")
    assert main(["territory", "import", str(buildings), "--places"]) == 0
    assert last_line(capsys) == "read 1, landed 1, changed 0, already there 0, refused 0"
    geometry = {"type": "Point", "coordinates": [116.5, 31.7]}
    feature = {"properties": {"name": "东门"}, "geometry": geometry}
    (folder / "gates.geojson").write_text(json.dumps([feature]), encoding="utf-8")
    options = ["--places", "--under", "XQ1", "--crs", "gcj02", "--kind", "点位"]
    assert main(["territory", "import", str(folder / "gates.geojson"), *options]) == 0
    assert last_line(capsys) == "read 1, landed 1, changed 0, already there 0, refused 0"
    names = set(Place.objects.values_list("full_name", flat=True))
    assert names == {"幸福里小区1号楼", "幸福里小区东门"}


def test_the_workbook_imports_back(
    table: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["territory", "import", str(table)])
    path = folder / "units.xlsx"
    assert main(["territory", "template", str(path)]) == 0
    assert last_line(capsys) == f"{path}: 4 rows"
    assert main(["territory", "import", str(path)]) == 0
    assert last_line(capsys) == "read 4, landed 0, changed 0, already there 4, refused 0"
    assert main(["territory", "template", str(folder / "places.xlsx"), "--places"]) == 0
    assert main(["territory", "template", str(folder / "units.csv")]) == 2


def test_units_are_listed_for_people_and_for_scripts(
    table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["territory", "import", str(table)])
    capsys.readouterr()
    assert main(["territory", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["code", "level", "name", "parent", "duty_phone"]
    assert [line.split()[0] for line in lines[1:-1]] == ["3415", "3415001", "3415001001", "XQ1"]
    assert lines[-1] == "4 units"
    assert main(["territory", "list", "--format", "code", "--level", "社区"]) == 0
    assert capsys.readouterr().out == "3415001001\n"
    assert main(["territory", "list", "--level", "大队"]) == 2


@pytest.mark.skipif(
    "HUIBAN_REAL_DATA" not in os.environ, reason="not run: HUIBAN_REAL_DATA is unset"
)
def test_a_real_district_and_its_streets_come_from_the_national_tables(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    divisions = Path(os.environ["HUIBAN_REAL_DATA"]) / "divisions"
    areas, streets = str(divisions / "areas.csv"), str(divisions / "streets.csv")
    assert main(["territory", "import", areas, "--level", "district"]) == 2
    assert main(["territory", "import", areas, "--level", "district", "--only", "341503"]) == 0
    under = ["--under", "341503", "--map", "parent=areaCode"]
    assert main(["territory", "import", streets, *under]) == 0
    assert last_line(capsys) == "read 23, landed 23, changed 0, already there 0, refused 0"
    assert set(Unit.objects.values_list("level", "parent__code")) == {
        ("district", None),
        ("street", "341503"),
    }

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from huiban.kernel.base.errors import Refusal
from huiban.kernel.base.tables import Row, read_table
from huiban.kernel.territory.imports import Wanted, import_units
from huiban.kernel.territory.lines import HEADINGS
from huiban.kernel.territory.models import Level, Unit
from huiban.kernel.territory.outcome import Fate
from huiban.kernel.territory.template import COLUMNS, write_units_template

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

STANDING = """\
3415,安和区,,区,,,,,
0415001,幸福街道,3415,街道,,,,,
0415001001,=幸福里社区,0415001,社区,0564-3312345,1200,,便民大厅,2021-03-01
XQ1,幸福里小区,0415001001,小区,,300,,,
XQ2,安居小区,0415001001,小区,,,,,
ZB1,幸福里小区党支部,0415001001,小区党支部,,,XQ1；XQ2,,
"""


def furnish() -> None:
    names = ["code", "name", "parent", "level", "duty_phone", "households", "covers", "post"]
    rows = [
        Row(number, dict(zip([*names, "valid_from"], line.split(","), strict=True)))
        for number, line in enumerate(STANDING.splitlines(), start=2)
    ]
    assert not import_units("system", rows, Wanted()).refused


def test_an_empty_template_is_a_table_with_all_headings(tmp_path: Path) -> None:
    path = tmp_path / "units.xlsx"
    assert write_units_template(path) == 0
    assert list(read_table(path)) == []
    sheets = CalamineWorkbook.from_path(path)
    assert sheets.sheet_names == ["单位", "填写说明"]
    headings = sheets.get_sheet_by_index(0).to_python()[0]
    assert headings == [names[0] for names in HEADINGS.values()]
    explained = "".join(
        str(cell) for row in sheets.get_sheet_by_index(1).to_python() for cell in row
    )
    assert all(column.explained in explained for column in COLUMNS)
    assert "、".join(Level.labels) in explained


def test_what_stands_is_written_and_imports_back_unchanged(tmp_path: Path) -> None:
    furnish()
    path = tmp_path / "units.xlsx"
    assert write_units_template(path) == 6
    before = list(Unit.objects.order_by("code").values())
    outcome = import_units("system", read_table(path), Wanted())
    assert outcome.summary() == "read 6, landed 0, changed 0, already there 6, refused 0"
    assert list(Unit.objects.order_by("code").values()) == before


def test_codes_names_and_days_are_written_as_they_are(tmp_path: Path) -> None:
    furnish()
    path = tmp_path / "units.xlsx"
    write_units_template(path)
    rows = list(read_table(path))
    assert [row.values["编码"] for row in rows][:2] == ["3415", "0415001"]
    assert rows[2].values["名称"] == "=幸福里社区"
    assert rows[2].values["前台岗位"] == "便民大厅"
    assert rows[2].values["生效日期"].startswith("2021-03-01")
    assert rows[5].values["包联小区编码"] == "XQ1；XQ2"


def test_a_row_that_was_added_to_the_template_lands(tmp_path: Path) -> None:
    furnish()
    path = tmp_path / "units.xlsx"
    write_units_template(path)
    rows = list(read_table(path))
    told = {column.heading: "" for column in COLUMNS}
    told |= {"编码": "XQ3", "名称": "新居小区", "层级": "小区", "上级编码": "0415001001"}
    outcome = import_units("system", [*rows, Row(8, told)], Wanted())
    assert (outcome.counts[Fate.LANDED], outcome.refused) == (1, [])
    assert Unit.objects.get(code="XQ3").valid_from == date(2000, 1, 1)


@pytest.mark.parametrize("name", ["units.xls", "units", "missing/units.xlsx"])
def test_a_template_that_can_not_be_written_there_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(Refusal):
        write_units_template(tmp_path / name)

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from huiban.cli.main import main
from huiban.kernel.places.models import PlaceName
from tests.cast import Cast

TABLE = (
    "地点,叫法,说明\nP-estate,老供销社,地标\nP-nowhere,水塔,地标\nP-bare_estate,纺织厂宿舍,曾用名\n"
)
MAP = "place=地点,kind=说明"


@pytest.fixture
def table(cast: Cast, tmp_path: Path, settings: Any) -> Path:
    settings.DATA = tmp_path / "data"
    path = tmp_path / "names.csv"
    path.write_text(TABLE, encoding="gb18030")
    return path


def test_names_land_and_a_second_import_changes_nothing(
    table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["territory", "names", str(table), "--map", MAP]) == 0
    told = capsys.readouterr()
    assert told.out == "read 3, landed 2, changed 0, already there 0, refused 1\n"
    (path,) = (table.parent / "data" / "imports").iterdir()
    assert str(path) in told.err
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert [row[0] for row in csv.reader(file)] == ["row", "3"]
    assert main(["territory", "names", str(table), "--map", MAP]) == 0
    assert "landed 0, changed 0, already there 2" in capsys.readouterr().out
    assert PlaceName.objects.count() == 2


def test_an_unreadable_file_and_a_missing_column_are_wrong_use(
    table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["territory", "names", str(table.parent / "none.csv")]) == 2
    assert "没有这个文件" in capsys.readouterr().err
    assert main(["territory", "names", str(table)]) == 2
    assert "--map place=列名" in capsys.readouterr().err
    assert not PlaceName.objects.exists()


def test_the_workbook_of_names_is_written(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["territory", "names", str(table), "--map", MAP])
    path = table.parent / "names.xlsx"
    assert main(["territory", "template", str(path), "--names"]) == 0
    assert capsys.readouterr().out.endswith("names.xlsx: 2 rows\n")
    assert main(["territory", "names", str(path)]) == 0
    assert "already there 2" in capsys.readouterr().out

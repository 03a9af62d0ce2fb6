"""`huiban voice import` as a person at the command line meets it."""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

import pytest
from django.conf import LazySettings

from huiban.cli import voice
from huiban.cli.outcomes import DONE, WrongUse
from huiban.modules.voice.models import Report
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    voice.add(parser)
    return voice.run(parser.parse_args(["import", *arguments]))


@pytest.fixture
def table(cast: Cast, tmp_path: Path, settings: LazySettings) -> Path:
    settings.DATA = tmp_path
    file = tmp_path / "tickets.csv"
    file.write_text("id,words,extra\n1,路灯不亮,甲\n2,,乙\n", encoding="gb18030")
    return file


def test_the_summary_is_the_last_line_and_refused_rows_go_to_a_file(
    table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(str(table), "--map", "number=id,body=words") == DONE
    said = capsys.readouterr()
    assert said.out == "read 2, landed 1, already there 0, refused 1\n"
    assert "第3行没有导入" in said.err
    (refused,) = (table.parent / "imports").iterdir()
    with refused.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["行号"], row["id"], row["extra"]) for row in rows] == [("3", "2", "乙")]
    assert "内容是空的" in rows[0]["原因"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--map", "body=nowhere"], "没有“nowhere”这一列"),
        (["--map", "body"], "字段=列名"),
        ([], "没有“body”"),
        (["--map", "body=words", "--unit", "nowhere"], "没有编码为“nowhere”的单位"),
        (["--map", "body=words", "--zone", "Asia/Nowhere"], "时区"),
        (["--map", "body=words", "--channel", "a b"], "渠道"),
    ],
)
def test_wrong_use_is_said_and_lands_nothing(table: Path, arguments: list[str], words: str) -> None:
    with pytest.raises(WrongUse, match=words):
        run(str(table), *arguments)
    assert not Report.objects.exists()


def test_a_file_that_breaks_off_lands_nothing(table: Path) -> None:
    table.write_text('id,body\n1,路灯不亮\n2,"没有关上的引号\n', encoding="utf-8")
    with pytest.raises(WrongUse, match="引号"):
        run(str(table))
    assert not Report.objects.exists()


def test_a_district_brings_its_own_categories_and_their_levels(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    parser = argparse.ArgumentParser()
    voice.add(parser)
    file = tmp_path / "categories.csv"
    file.write_text("大类,小类\n市政,其他\n环卫,其他\n,其他\n", encoding="gb18030")
    wanted = ["categories", str(file), "--map", "level1=大类,level2=小类"]
    assert voice.run(parser.parse_args(wanted)) == DONE
    said = capsys.readouterr()
    assert said.out == "read 3, changed 2, already there 0, refused 1\n"
    assert "第4行没有生效：level1 列是空的" in said.err
    with pytest.raises(WrongUse, match="name 列"):
        voice.run(parser.parse_args(["categories", str(file)]))

"""`huiban triage duplicates` as a person at the command line meets it."""

from __future__ import annotations

import argparse
import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest

from huiban.cli.outcomes import DONE, WRONG_USE, WrongUse
from huiban.cli.triage import duplicates
from tests.architecture.house import ROOT

LAMP = "三号楼二单元楼道的灯坏了一个星期，晚上老人摔倒过"
LAMP_AGAIN = "三号楼二单元楼道灯坏了快一星期了，老人晚上下楼摔倒"
NOISE = "楼上天天装修到半夜，噪音很大"


def run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    duplicates.add(parser)
    return duplicates.run(parser.parse_args(list(arguments)))


def told(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def table(tmp_path: Path) -> Path:
    file = tmp_path / "表.csv"
    rows = [f"甲,{LAMP}", f"乙,{NOISE}", f"丙,{LAMP_AGAIN}", f"丁, {LAMP}！", "戊,"]
    file.write_text("谁,内容\n" + "\n".join(rows) + "\n", encoding="gb18030")
    return file


def test_each_row_gets_its_group_in_the_order_of_the_file(
    table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "out.csv"
    assert run("--input", str(table), "--output", str(output), "--map", "body=内容") == DONE
    assert capsys.readouterr().out == "read 5, groups 1, rows in groups 3\n"
    rows = told(output)
    assert [row["row"] for row in rows] == ["2", "3", "4", "5", "6"]
    assert [row["group"] for row in rows] == ["1", "", "1", "1", ""]
    assert [row["score"] for row in rows][::3] == ["1.000", "1.000"]
    assert 0.5 <= float(rows[2]["score"]) < 1
    assert rows[1]["score"] == ""


def test_a_higher_threshold_leaves_equal_rows_only(table: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.csv"
    run("--input", str(table), "--output", str(output), "--map=body=内容", "--threshold", "0.99")
    assert [row["group"] for row in told(output)] == ["1", "", "", "1", ""]


def test_two_ways_to_write_a_date_and_none_are_read(tmp_path: Path) -> None:
    table, output = tmp_path / "a.csv", tmp_path / "out.csv"
    dates = ("2020/1/6 12:09:38", "2019-04-08 08:37:20", "昨天", "")
    table.write_text("body,created\n" + "\n".join(f"{LAMP},{day}" for day in dates))
    run("--input", str(table), "--output", str(output))
    assert [row["group"] for row in told(output)] == ["1"] * 4


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--map", "body=正文"), "没有“正文”这一列"),
        ((), "表里没有 body 列"),
        (("--map", "body=内容,wrods=谁"), "没有“wrods”这个字段"),
        (("--map", "body"), "应写成 字段=列名"),
        (("--map", "body=内容", "--threshold", "7"), "在0和1之间"),
        (("--map", "body=内容", "--threshold", "nan"), "在0和1之间"),
    ],
)
def test_wrong_use_is_a_sentence_and_writes_nothing(
    table: Path, tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    output = tmp_path / "out.csv"
    with pytest.raises(WrongUse, match=words):
        run("--input", str(table), "--output", str(output), *arguments)
    assert not output.exists()


def test_the_table_isnt_overwritten_and_a_missing_folder_is_said(table: Path) -> None:
    before = table.read_bytes()
    with pytest.raises(WrongUse, match="同一个文件"):
        run("--input", str(table), "--output", str(table), "--map", "body=内容")
    assert table.read_bytes() == before
    with pytest.raises(WrongUse, match="写不了"):
        run("--input", str(table), "--output", str(table / "x" / "out.csv"), "--map", "body=内容")


def test_it_works_in_an_empty_folder_without_a_database(table: Path, tmp_path: Path) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    plain = {name: os.environ[name] for name in ("PATH", "LANG", "HOME") if name in os.environ}
    command = [sys.executable, "-m", "huiban.cli.main", "triage", "duplicates"]
    ended = subprocess.run(
        [*command, "--input", str(table), "--output", "out.csv", "--map", "body=内容"],
        cwd=folder,
        env=plain | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == DONE, ended.stderr
    assert ended.stdout == "read 5, groups 1, rows in groups 3\n"
    assert [path.name for path in folder.iterdir()] == ["out.csv"]
    missing = subprocess.run(
        [*command, "--input", "nothing.csv", "--output", "out.csv"],
        cwd=folder,
        env=plain | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert missing.returncode == WRONG_USE
    assert "没有这个文件" in missing.stderr
    assert missing.stdout == ""

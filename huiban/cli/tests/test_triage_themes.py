"""`huiban triage themes`: a table in, the themes out, in an empty folder and whatever the table."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from huiban.cli.main import main

HEADER = ("编号", "title", "created", "body", "likes", "against")
TOLD = [
    (
        "1",
        "望湖花园车位捆绑销售",
        "2020/1/6 12:09:38",
        "望湖花园买房必须买车位，我是业主。",
        "12",
        "0",
    ),
    (
        "2",
        "投诉望湖花园捆绑销售车位",
        "2019-12-31 08:37:20",
        "\t不买车位不签合同，业主不满。",
        "3",
        "1",
    ),
    ("3", "望湖花园强制搭售车位", "2020-01-05", "望湖花园开发商捆绑销售车位。", "", "x"),
    ("4", "金桂路路灯不亮", "去年某日", "金桂路晚上一片黑。", "0", "0"),
    ("5", "", "", "", "", ""),
]


def written(
    folder: Path, rows: Sequence[tuple[str, ...]] = TOLD, header: tuple[str, ...] = HEADER
) -> Path:
    path = folder / "messages.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def themes(path: Path, *more: str) -> tuple[int, list[dict[str, str]]]:
    """Run it; the exit code and the rows written."""
    output = path.with_name("themes.csv")
    code = main(["triage", "themes", "--input", str(path), "--output", str(output), *more])
    if not output.exists():
        return code, []
    with output.open(encoding="utf-8", newline="") as file:
        return code, list(csv.DictReader(file))


def test_themes_are_written_with_their_rows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, found = themes(written(tmp_path))
    assert code == 0
    (theme,) = found
    assert theme | {"title": "", "reasons": ""} == {
        "rank": "1",
        "title": "",
        "size": "3",
        "first": "2019-12-31",
        "last": "2020-01-06",
        "place": "望湖花园",
        "rows": "2 3 4",
        "people": "业主",
        "growth": "3",
        "votes": "16",
        "score": str(3 + 3 + 2 * 3 + 1),
        "reasons": "",
    }
    assert "望湖花园" in theme["title"]
    said = capsys.readouterr()
    assert said.out.splitlines()[-1] == (
        "读了5件，归出1个热点，共3件；写下1个，其余2件没有归到一起"
    )
    assert "有2行没有读得懂的时间" in said.err
    assert "热度＝" in said.err


def test_what_one_person_tells_again_and_again_is_no_theme(tmp_path: Path) -> None:
    header = ("user_id", *HEADER[1:])
    assert themes(written(tmp_path, [("A", *row[1:]) for row in TOLD], header)) == (0, [])
    two = [("B" if row[0] == "3" else "A", *row[1:]) for row in TOLD]
    code, (theme,) = themes(written(tmp_path, two, header))
    assert (code, theme["size"], theme["score"]) == (0, "3", str(2 + 3 + 2 * 3 + 1))
    assert theme["reasons"].startswith("3件 · 2人反映")


def test_it_needs_neither_database_nor_data_folder(tmp_path: Path) -> None:
    path = written(tmp_path)
    environment = {name: value for name, value in os.environ.items() if "HUIBAN" not in name}
    environment["HUIBAN_DATA"] = str(tmp_path / "none")
    command = [sys.executable, "-m", "huiban.cli.main", "triage", "themes"]
    command += ["--input", str(path), "--output", str(tmp_path / "out.csv")]
    done = subprocess.run(
        command, env=environment, cwd=Path(__file__).parents[3], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    assert (tmp_path / "out.csv").exists()
    assert not (tmp_path / "none").exists()


def test_columns_are_named_by_a_map(tmp_path: Path) -> None:
    header = ("号", "标题", "时间", "内容", "赞", "反")
    path = written(tmp_path, header=header)
    mapping = "title=标题,body=内容,created=时间,votes=赞,against=反"
    code, found = themes(path, "--map", mapping, "--top", "1")
    assert (code, found[0]["votes"], found[0]["rows"]) == (0, "16", "2 3 4")


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (("--map", "title=标题"), "表里没有“标题”这一列"),
        (("--map", "title"), "应写成 字段=列名"),
        (("--top", "-1"), "--top 要写成 1 以上的整数"),
    ],
)
def test_wrong_use_is_said_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], more: tuple[str, ...], sentence: str
) -> None:
    assert themes(written(tmp_path), *more) == (2, [])
    assert sentence in capsys.readouterr().err


def test_a_table_without_words_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, header=("编号", "标题", "created", "内容", "likes", "against"))
    assert themes(path) == (2, [])
    assert "没有 title 和 body" in capsys.readouterr().err


def test_a_missing_file_and_a_missing_folder_are_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert themes(tmp_path / "none.csv") == (2, [])
    assert "没有这个文件" in capsys.readouterr().err
    output = str(tmp_path / "no folder" / "out.csv")
    path = written(tmp_path)
    assert main(["triage", "themes", "--input", str(path), "--output", output]) == 2
    assert "写不了" in capsys.readouterr().err


def test_an_empty_table_has_no_themes(tmp_path: Path) -> None:
    assert themes(written(tmp_path, rows=[])) == (0, [])

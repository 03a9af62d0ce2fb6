"""`huiban supervision` as a person at the command line meets it."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest

from huiban.cli.main import main
from huiban.cli.outcomes import DONE, WRONG_USE

REAL_DATA = os.environ.get("HUIBAN_REAL_DATA", "")
GOOD = "5月6日上午已疏通主管，污水退了，费用由物业承担。"
STOCK = "您反映的问题已收悉，我们将尽快协调相关部门处理。"


def table(folder: Path, text: str, name: str = "tickets.csv") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def judged(path: Path) -> list[tuple[int, float, list[str]]]:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        assert reader.fieldnames == ["row", "score", "reasons"]
        return [(int(r["row"]), float(r["score"]), r["reasons"].split()) for r in reader]


def replies(source: Path, target: Path, *more: str) -> int:
    return main(["supervision", "replies", "--input", str(source), "--output", str(target), *more])


def test_each_row_has_its_score_and_reasons_in_order(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = f"body,reply\n下水道堵了,{GOOD}\n\n下水道堵了,{STOCK}\n垃圾没人清运,{STOCK}\n电梯坏了,\n"
    assert replies(table(tmp_path, text), tmp_path / "out.csv") == DONE
    rows = judged(tmp_path / "out.csv")
    assert [row for row, _, _ in rows] == [2, 4, 5, 6]
    good, stock, again, empty = rows
    assert good[1] < 0.6 <= stock[1]
    assert good[2] == []
    assert "promises_only" in stock[2]
    assert "same_as_earlier" not in stock[2]
    assert "same_as_earlier" in again[2]
    assert "too_short" in empty[2]
    said = capsys.readouterr()
    assert said.out == "read 4, doubtful 3\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.csv", "tickets.csv"]


def test_columns_are_named_by_a_map_and_others_do_not_matter(tmp_path: Path) -> None:
    source = tmp_path / "t.csv"
    source.write_bytes(f"答复,编号,内容\n{GOOD},7,下水道堵了\n".encode("gb18030"))
    assert replies(source, tmp_path / "out.csv", "--map", "body=内容,reply=答复") == DONE
    assert len(judged(tmp_path / "out.csv")) == 1


@pytest.mark.parametrize(
    ("text", "more", "words"),
    [
        ("body,answer\n甲,乙\n", [], "没有 reply 列"),
        ("text,reply\n甲,乙\n", [], "没有 body 列"),
        ("body,reply\n甲,乙\n", ["--map", "reply=答复"], "没有“答复”这一列"),
        ("body,reply\n甲,乙\n", ["--map", "words=body"], "没有“words”这个字段"),
        ("body,reply\n甲,乙\n", ["--map", "reply"], "字段=列名"),
        ('body,reply\n甲,乙\n丙,"丁\n', [], "引号"),
        ("", [], "没有内容"),
    ],
)
def test_wrong_use_is_said_in_a_sentence_and_leaves_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, more: list[str], words: str
) -> None:
    source = table(tmp_path, text)
    assert replies(source, tmp_path / "out.csv", *more) == WRONG_USE
    said = capsys.readouterr()
    assert words in said.err
    assert said.out == ""
    assert list(tmp_path.iterdir()) == [source]


def test_files_that_cannot_be_used_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = table(tmp_path, "body,reply\n甲,乙\n")
    assert replies(source, source) == WRONG_USE
    assert replies(tmp_path / "none.csv", tmp_path / "out.csv") == WRONG_USE
    assert replies(source, tmp_path / "none" / "out.csv") == WRONG_USE
    assert replies(source, source / "out.csv") == WRONG_USE
    assert replies(source, tmp_path) == WRONG_USE
    assert source.read_text(encoding="utf-8") == "body,reply\n甲,乙\n"
    said = capsys.readouterr().err
    assert "同一个文件" in said
    assert said.count("写不了") == 3


def test_an_empty_folder_without_a_database_is_enough(tmp_path: Path) -> None:
    table(tmp_path, f"body,reply\n下水道堵了,{STOCK}\n")
    command = "huiban.cli.main supervision replies --input tickets.csv --output out.csv"
    done = subprocess.run(
        [sys.executable, "-m", *command.split()],
        cwd=tmp_path,
        env={**os.environ, "HUIBAN_DATA": "", "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/no"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (DONE, "read 1, doubtful 1\n"), done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.csv", "tickets.csv"]


@pytest.mark.skipif(not REAL_DATA, reason="not run: HUIBAN_REAL_DATA is not set")
@pytest.mark.parametrize(
    ("name", "count", "least"),
    [("tickets-12345/tickets.csv", 906, 0.78), ("messages/f4_replies.csv", 1_744, 0.8)],
)
def test_real_answers_are_told_apart(tmp_path: Path, name: str, count: int, least: float) -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    source = Path(REAL_DATA) / name
    assert replies(source, tmp_path / "out.csv") == DONE
    rows = judged(tmp_path / "out.csv")
    assert len(rows) == count
    assert metrics.roc_auc_score(marks(source), [score for _, score, _ in rows]) > least


def marks(source: Path) -> list[bool]:
    """Which answers a person called perfunctory, or said of that they explain nothing."""
    with source.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    if "days_to_first_perfunctory_reply" in rows[0]:
        return [bool(row["days_to_first_perfunctory_reply"].strip()) for row in rows]
    return [row["hand_explains_1"].strip() == "0" for row in rows]

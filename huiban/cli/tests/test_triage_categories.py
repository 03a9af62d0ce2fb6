"""`huiban triage train`, `evaluate` and `suggest` in an empty folder, on files anyone brings."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from huiban.cli.main import main
from huiban.cli.outcomes import DONE, OFF, WRONG_USE
from huiban.modules.voice.learning.categories.store import version_in_use
from huiban.modules.voice.learning.starter import starter_examples

CODES = {"noise": "噪音", "lighting": "照明", "elevator": "电梯"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder."""
    monkeypatch.setenv("HUIBAN_DATA", str(tmp_path / "data"))
    return tmp_path


def labelled(folder: Path, header: str = "body,category") -> Path:
    path = folder / "labelled.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        file.write(header + "\n")
        writer = csv.writer(file)
        for text, code in starter_examples():
            if code in CODES:
                writer.writerow([text, CODES[code]])
    return path


def suggested(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def asked(folder: Path, *bodies: str) -> Path:
    path = folder / "asked.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerows([["body"], *([body] for body in bodies)])
    return path


def test_what_is_trained_is_in_use_at_once(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["triage", "train", str(labelled(folder))]) == DONE
    assert capsys.readouterr().out.startswith("model ")
    assert version_in_use(folder / "data" / "models")
    source = asked(folder, "电梯停了两天没人修", "", "好" * 9000, "😀", "路燈不亮")
    assert (
        main(["triage", "suggest", "--input", str(source), "--output", str(folder / "out.csv")])
        == DONE
    )
    rows = suggested(folder / "out.csv")
    assert [row["row"] for row in rows] == ["2", "4", "5", "6"]
    assert rows[0]["category"] == "电梯"
    assert float(rows[0]["confidence"]) > float(rows[0]["confidence2"])
    assert {row["sure"] for row in rows} <= {"0", "1"}
    assert main(["triage", "evaluate", str(labelled(folder))]) == DONE
    assert "macro-F1" in capsys.readouterr().out.splitlines()[-1]


def test_without_training_the_first_model_suggests_and_that_is_said(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = asked(folder, "路灯不亮，晚上黑漆漆的")
    assert (
        main(["triage", "suggest", "--input", str(source), "--output", str(folder / "out.csv")])
        == DONE
    )
    assert "起步模型" in capsys.readouterr().err
    assert suggested(folder / "out.csv")[0]["category"] == "lighting"


def test_folds_are_judged_apart(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = labelled(folder, "内容,类别")
    mapped = ["--map", "body=内容,category=类别"]
    assert main(["triage", "evaluate", str(path), "--folds", "3", *mapped]) == DONE
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split("\t") == ["category", "examples", "precision", "recall", "f1"]
    assert {line.split("\t")[0] for line in lines[1:-1]} == set(CODES.values())


@pytest.mark.parametrize(
    ("text", "code", "reason"),
    [
        ("body,category\n甲,a\n乙,b\n丙,c\n", OFF, "样本太少"),
        ("body,category\n" + "".join(f"{n}号,a\n" for n in range(50)), OFF, "同一个分类"),
        ("body,label\n甲,a\n", WRONG_USE, "没有 category 列"),
        ("body,category\n甲,\n", WRONG_USE, "没有一行"),
    ],
)
def test_what_nothing_can_be_learnt_from_is_a_sentence(
    folder: Path, capsys: pytest.CaptureFixture[str], text: str, code: int, reason: str
) -> None:
    path = folder / "few.csv"
    path.write_text(text, encoding="utf-8")
    assert main(["triage", "train", str(path)]) == code
    assert reason in capsys.readouterr().err
    assert not version_in_use(folder / "data" / "models")


@pytest.mark.parametrize("more", [["--sure", "0"], ["--sure", "1.5"]])
def test_wrong_numbers_are_refused(folder: Path, more: list[str]) -> None:
    source = asked(folder, "路灯不亮")
    command = ["triage", "suggest", "--input", str(source), "--output", str(folder / "o.csv")]
    assert main([*command, *more]) == WRONG_USE
    assert main(["triage", "evaluate", str(source), "--folds", "1"]) == WRONG_USE


def test_the_result_never_overwrites_what_is_read(folder: Path) -> None:
    source = asked(folder, "路灯不亮")
    before = source.read_bytes()
    command = ["triage", "suggest", "--input", str(source), "--output", str(source)]
    assert main(command) == WRONG_USE
    assert source.read_bytes() == before


def test_a_broken_model_is_a_sentence(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    models = folder / "data" / "models"
    models.mkdir(parents=True)
    (models / "category-x.npz").write_bytes(b"nothing of the kind")
    (models / "category.json").write_text('{"version": "x"}', encoding="utf-8")
    source = asked(folder, "路灯不亮")
    command = ["triage", "suggest", "--input", str(source), "--output", str(folder / "o.csv")]
    assert main(command) == OFF
    assert "重新训练" in capsys.readouterr().err

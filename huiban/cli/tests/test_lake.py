"""`huiban lake` as a person at the command line meets it."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import pytest

from huiban.cli import lake
from huiban.cli.main import main
from huiban.cli.outcomes import DONE, OFF, WRONG_USE
from huiban.kernel.base.errors import Refusal
from huiban.modules.analysis.lake.asking import engines
from tests.cast import Tell


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A lake of this test's own, as the environment names it."""
    monkeypatch.setenv("HUIBAN_LAKE", str(tmp_path / "lake"))
    return tmp_path / "lake"


def said(capsys: pytest.CaptureFixture[str]) -> tuple[list[str], str]:
    """The lines of standard output, and all of standard error."""
    captured = capsys.readouterr()
    return captured.out.splitlines(), captured.err


def test_it_is_exported_asked_and_checked(
    tell: Tell, here: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tell()
    assert main(["lake", "export"]) == DONE
    assert said(capsys)[0][-1].startswith("events 1, cases 1, mended 0, up to position ")
    assert main(["lake", "run", "cases"]) == DONE
    header, row, summary = said(capsys)[0]
    assert header.split(",")[:6] == [
        *("district", "street", "community", "month", "category", "received")
    ]
    assert row.split(",")[:6] == ["T000", "T001", "T003", "2026-05", "lighting", "1"]
    assert summary == "rows 1, lakes 1, events 1"
    assert main(["lake", "run", "cases", "--output", str(tmp_path / "cases.csv")]) == DONE
    with (tmp_path / "cases.csv").open(encoding="utf-8", newline="") as file:
        assert [",".join(line) for line in csv.reader(file)] == [header, row]
    assert main(["lake", "check"]) == DONE
    assert said(capsys)[0][-1] == "lakes 1, files 3, broken 0"
    assert main(["lake", "list"]) == DONE
    assert "cases\t各社区各月各分类的办件" in said(capsys)[0][0]


def test_what_is_broken_is_named_and_mended(
    tell: Tell, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tell()
    main(["lake", "export"])
    broken = next((here / "events").rglob("*.parquet"))
    broken.write_bytes(broken.read_bytes()[:100])
    said(capsys)
    assert main(["lake", "check"]) == OFF
    lines, _ = said(capsys)
    assert str(broken.relative_to(here)) in lines[0]
    assert lines[-1] == "lakes 1, files 3, broken 1"
    assert main(["lake", "run", "steps"]) == OFF
    assert str(broken.relative_to(here)) in said(capsys)[1]
    assert main(["lake", "export"]) == DONE
    assert said(capsys)[0][-1].startswith("events 0, cases 0, mended 1")
    assert main(["lake", "check"]) == DONE


def test_wrong_use_is_told_in_a_sentence(
    tell: Tell, here: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for words, code, sentence in (
        (["run", "cases"], OFF, "不是数据湖"),
        (["run", "casse"], WRONG_USE, "没有“casse”这个指标。是不是要用 cases？"),
        (["run", "cases", "--since", "2026"], WRONG_USE, "--since 要写成 2026-11 的样子"),
        (["check", "--lake", "ftp://x"], OFF, "看不懂"),
        (["export", "--lake", "/proc/lake"], OFF, "读写不了"),
    ):
        assert main(["lake", *words]) == code, words
        assert sentence in said(capsys)[1], words
    tell()
    main(["lake", "export"])
    nowhere = str(tmp_path / "nowhere" / "x.csv")
    assert main(["lake", "run", "cases", "--output", nowhere]) == WRONG_USE
    assert "写不了" in said(capsys)[1]


def test_spark_without_java_or_pyspark_says_what_to_install(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JAVA_HOME", "/nowhere")
    assert main(["lake", "run", "cases", "--engine", "spark"]) == OFF
    assert "没有安装 Java，Spark 要 Java 17。请安装" in said(capsys)[1]
    monkeypatch.setitem(sys.modules, "pyspark", None)
    assert main(["lake", "run", "cases", "--engine", "spark"]) == OFF
    assert "没有安装 pyspark。请运行" in said(capsys)[1]


def test_a_java_that_is_too_old_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text("#!/bin/sh\necho 'openjdk version \"11.0.2\"' >&2\n", encoding="utf-8")
    java.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(Refusal, match="Java 只有 11，Spark 要 Java 17"):
        engines.refuse_without_spark()


def test_the_engines_are_those_that_there_are() -> None:
    assert lake.ENGINES == engines.ENGINES


def test_nothing_else_pays_for_the_heavy_libraries() -> None:
    asked = (
        "import sys, huiban.cli.lake, huiban.modules.analysis.lake.storage;"
        "print([name for name in ('ibis', 'duckdb', 'pyarrow', 'pandas', 'pyspark')"
        " if name in sys.modules])"
    )
    found = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "[]"

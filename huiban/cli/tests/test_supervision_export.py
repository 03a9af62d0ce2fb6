"""`huiban supervision export` as a person at the command line meets it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from huiban.cli.main import main
from huiban.cli.outcomes import DONE, WRONG_USE
from huiban.modules.supervision.exporting.facts import Trace
from huiban.modules.supervision.exporting.source import Source
from tests.cast import Tell


def export(kind: str, target: Path) -> int:
    return main(["supervision", "export", "--format", kind, "--output", str(target)])


def test_both_formats_are_written_and_counted(
    tell: Tell, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tell()
    assert export("xes", tmp_path / "log.xes") == DONE
    said = capsys.readouterr().out
    assert said.startswith("cases 1, events 1, up to position ")
    assert export("ocel", tmp_path / "log.json") == DONE
    assert capsys.readouterr().out == said
    assert len(ET.parse(tmp_path / "log.xes").getroot().findall("trace/event")) == 1
    assert len(json.loads((tmp_path / "log.json").read_text(encoding="utf-8"))["events"]) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["log.json", "log.xes"]


def test_a_name_that_ends_in_gz_is_packed(tell: Tell, tmp_path: Path) -> None:
    tell()
    assert export("xes", tmp_path / "log.xes.gz") == DONE
    with gzip.open(tmp_path / "log.xes.gz") as file:
        assert len(ET.parse(file).getroot().findall("trace")) == 1


def test_what_breaks_off_leaves_the_file_that_was_there(
    tell: Tell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell()
    target = tmp_path / "log.xes"
    target.write_text("the last one", encoding="utf-8")

    def break_off(_source: Source) -> Iterator[Trace]:
        yield from ()
        raise KeyboardInterrupt

    monkeypatch.setattr(Source, "traces", break_off)
    assert export("xes", target) not in (DONE, WRONG_USE)
    assert target.read_text(encoding="utf-8") == "the last one"
    assert list(tmp_path.iterdir()) == [target]


def test_where_nothing_can_be_written_a_sentence_says_so(
    tell: Tell, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert export("xes", tmp_path / "none" / "log.xes") == WRONG_USE
    assert export("ocel", tmp_path) == WRONG_USE
    said = capsys.readouterr()
    assert said.err.count("写不了") == 2
    assert said.out == ""
    with pytest.raises(SystemExit) as ended:
        export("csv", tmp_path / "log.csv")
    assert ended.value.code == WRONG_USE
    assert list(tmp_path.iterdir()) == []

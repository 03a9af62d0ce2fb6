"""`huiban analysis`: what an export comes to is what was counted, to the last figure."""

from __future__ import annotations

import csv
import gzip
import re
from collections import Counter
from pathlib import Path

import pytest

from huiban.cli.main import main
from huiban.kernel.events.models import Event
from huiban.kernel.territory.models import Unit
from huiban.modules.analysis.models import Count
from huiban.modules.voice import actions, queries
from tests.cast import Cast, Tell

pytestmark = pytest.mark.django_db


@pytest.fixture
def stories(cast: Cast, tell: Tell) -> None:
    """One case handled and rated, one sent on, one in danger, one of a group."""
    first, second = tell("电梯停运"), tell("楼上太吵，老人睡不着")
    tell("有煤气味")
    actions.accept(cast["worker"], first.case_id)
    actions.dispatch(cast["worker"], first.case_id, cast.units["housing"].id)
    actions.accept(cast["housing_officer"], first.case_id)
    actions.answer(cast["housing_officer"], first.case_id, "已修好，恢复运行。")
    actions.rate(queries.report_by_receipt(first.receipt), "solved", "satisfied")
    actions.accept(cast["worker"], second.case_id)
    actions.say_groups(cast["worker"], second.case_id, ["elderly"])


def counted() -> Counter[tuple[str, ...]]:
    """The folded counts by unit code and month."""
    codes = dict(Unit.objects.values_list("id", "code"))
    found: Counter[tuple[str, ...]] = Counter()
    rows = Count.objects.values_list(
        "series__unit_id", "day", "series__axis", "series__code", "series__measure", "amount"
    )
    for unit, day, axis, code, measure, amount in rows:
        month = f"{day // 10_000}-{day // 100 % 100:02}" if day else ""
        found[codes[unit], month, axis, code, measure] += amount
    return Counter({key: amount for key, amount in found.items() if amount})


@pytest.mark.parametrize("name", ["log.xes", "log.ocel", "log.xes.gz"])
def test_an_export_counts_again_to_the_same(
    stories: None, name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, output = tmp_path / name, tmp_path / "again.csv"
    assert main(["analysis", "fold"]) == 0
    kind = "xes" if "xes" in name else "ocel"
    assert main(["supervision", "export", "--format", kind, "--output", str(file)]) == 0
    assert main(["analysis", "recount", str(file), "--output", str(output)]) == 0
    with output.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    again = Counter(
        {
            (row["unit"], row["month"], row["axis"], row["code"], row["measure"]): int(
                row["amount"]
            )
            for row in rows
        }
    )
    assert again == counted()
    assert len(again) > 100
    events = Event.objects.filter(subject_type="voice.case").count()
    said = capsys.readouterr().out.splitlines()[-1]
    assert said == f"cases 3, events {events}, figures {len(rows)}"


def test_counting_again_changes_nothing(stories: None, capsys: pytest.CaptureFixture[str]) -> None:
    main(["analysis", "fold"])
    before = counted()
    assert main(["analysis", "fold"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "events 0"
    assert main(["analysis", "fold", "--again"]) == 0
    assert counted() == before


@pytest.mark.parametrize(
    "content", [b"", b"<log><trace>", b'{"events": [{"type": 1}]}', b"case,time\n1,2\n"]
)
def test_a_file_that_is_no_export_is_named(
    content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "log.xes"
    file.write_bytes(content)
    assert main(["analysis", "recount", str(file)]) == 2
    assert "log.xes" in capsys.readouterr().err


def test_a_trace_that_does_not_say_of_which_case_it_is_is_named(
    stories: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "log.xes"
    main(["supervision", "export", "--format", "xes", "--output", str(file)])
    first, second, rest = file.read_text(encoding="utf-8").split("<trace>", 2)
    nameless = re.sub(r'<string key="concept:name"[^>]*/>', "", rest, count=1)
    file.write_text(f"{first}<trace>{second}<trace>{nameless}", encoding="utf-8")
    capsys.readouterr()
    assert main(["analysis", "recount", str(file)]) == 2
    assert "第2个 trace 没有写明是哪一件，缺 concept:name" in capsys.readouterr().err


def test_a_missing_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["analysis", "recount", str(tmp_path / "none.xes")]) == 2
    assert "none.xes" in capsys.readouterr().err


def test_a_broken_archive_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "log.xes.gz"
    file.write_bytes(gzip.compress(b"<log></log>" * 1000)[:40])
    assert main(["analysis", "recount", str(file)]) == 2
    assert "log.xes.gz" in capsys.readouterr().err

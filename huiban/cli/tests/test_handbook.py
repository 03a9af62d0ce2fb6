"""`huiban handbook` and `huiban analysis months`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from huiban.cli.main import main
from huiban.kernel.base.clock import SHANGHAI, Traveller
from huiban.modules.analysis.actions import publishing
from huiban.modules.analysis.models import Handbook
from huiban.modules.analysis.reckoning.months import Month
from tests.cast import Cast, Tell

pytestmark = pytest.mark.django_db


@pytest.fixture
def june(cast: Cast, tell: Tell, clock: Traveller) -> None:
    """Something was told in May, and May is over."""
    tell()
    clock.to(datetime(2026, 6, 3, 9, 30, tzinfo=SHANGHAI))


def handbook(cast: Cast, output: Path, unit: str = "district", month: str = "2026-05") -> int:
    code = cast.units[unit].code
    return main(["handbook", "--unit", code, "--month", month, "--output", str(output)])


@pytest.mark.parametrize(("ending", "begins"), [("pdf", b"%PDF-1.7"), ("DOCX", b"PK")])
def test_a_draft_is_made_of_the_counts_as_they_are(
    cast: Cast,
    june: None,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    ending: str,
    begins: bytes,
) -> None:
    output = tmp_path / f"may.{ending}"
    assert handbook(cast, output) == 0
    first = output.read_bytes()
    assert first.startswith(begins)
    said = capsys.readouterr()
    assert said.out == f"安和区 2026-05 草稿 {output}\n"
    assert handbook(cast, output) == 0
    assert output.read_bytes() == first
    assert not Handbook.objects.exists()


def test_what_was_published_is_given_as_it_was(
    cast: Cast, june: None, tell: Tell, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    actor = cast["group_officer"]
    kept = publishing.draft_handbook(actor, cast.units["district"].code, Month(2026, 5))
    publishing.publish(actor, kept.pk, seen=1)
    first, second = tmp_path / "first.pdf", tmp_path / "second.pdf"
    assert handbook(cast, first) == 0
    tell()
    assert handbook(cast, second, unit="leading_group") == 0
    assert first.read_bytes() == second.read_bytes()
    assert "已发布" in capsys.readouterr().out


def test_a_month_without_data_gives_a_handbook_that_says_so(
    cast: Cast, june: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert handbook(cast, tmp_path / "none.pdf", month="2025-01") == 0
    assert "没有安和区的数据" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("unit", "month", "name", "code", "complaint"),
    [
        ("district", "2026-05", "may.odt", 2, "以 .pdf 或 .docx 结尾"),
        ("district", "May", "may.pdf", 2, "不是月份"),
        ("district", "2026-07", "may.pdf", 1, "还没有开始"),
        ("estate", "2026-05", "may.pdf", 1, "没有单独的手册"),
        ("district", "2026-05", "nowhere/may.pdf", 2, "写不了"),
    ],
)
def test_what_cant_be_made_is_refused(
    cast: Cast,
    june: None,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    unit: str,
    month: str,
    name: str,
    code: int,
    complaint: str,
) -> None:
    assert handbook(cast, tmp_path / name, unit, month) == code
    assert complaint in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_unit_that_nobody_knows(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = str(tmp_path / "x.pdf")
    assert main(["handbook", "--unit", "X", "--month", "2026-05", "--output", output]) == 2
    assert main(["analysis", "months", "--unit", "X"]) == 2
    assert capsys.readouterr().err.count("没有编码为“X”的单位") == 2


def test_the_months_that_have_cases_oldest_first(
    cast: Cast, tell: Tell, june: None, capsys: pytest.CaptureFixture[str]
) -> None:
    tell()
    assert main(["analysis", "months", "--unit", cast.units["community"].code]) == 0
    assert capsys.readouterr().out.split("\n") == ["2026-05", "2026-06", "months 2", ""]
    assert main(["analysis", "months", "--unit", cast.units["neighbour"].code]) == 0
    assert capsys.readouterr().out == "months 0\n"

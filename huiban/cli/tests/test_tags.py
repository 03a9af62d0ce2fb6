from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from huiban.cli.main import main
from huiban.kernel.places.actions import NewPlace, add_place
from huiban.kernel.places.models import Kind, Tag
from huiban.kernel.places.queries import place_by_code, standing_of_tag
from huiban.kernel.territory.actions import NewUnit, add_unit
from huiban.kernel.territory.models import Level, Unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def estate(settings: Any) -> Unit:
    settings.PUBLIC_URL = "https://huiban.example.cn"
    above: Unit | None = None
    for level in (Level.DISTRICT, Level.STREET, Level.COMMUNITY, Level.ESTATE):
        above = add_unit("system", NewUnit(level.value, f"{level.label}甲", level, above))
    whole = add_place("system", NewPlace("P", Kind.ESTATE, "小区甲", unit=above))
    for number in range(1, 10):
        add_place("system", NewPlace(f"P{number}", Kind.BUILDING, f"{number}号楼", whole))
    add_place("system", NewPlace("P1-1", Kind.ENTRANCE, "1单元", place_by_code("P1")))
    assert above is not None
    return above


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "tags.pdf"


def printed(output: Path, *options: str, unit: str = "estate") -> int:
    return main(["tags", "print", "--unit", unit, "--output", str(output), *options])


@pytest.mark.parametrize("unit", ["estate", "community", "street", "district"])
def test_all_buildings_below_a_unit_are_printed(
    estate: Unit, output: Path, capsys: pytest.CaptureFixture[str], unit: str
) -> None:
    assert printed(output, "--per-page", "8", unit=unit) == 0
    assert capsys.readouterr().out == "tags 9, pages 2\n"
    assert output.read_bytes().startswith(b"%PDF-")
    assert [path.name for path in output.parent.iterdir()] == ["tags.pdf"]


def test_printing_again_repeats_the_same_tags(
    estate: Unit, output: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    printed(output)
    tokens = set(Tag.objects.values_list("token", flat=True))
    assert printed(output) == 0
    assert capsys.readouterr().out.splitlines() == ["tags 9, pages 9"] * 2
    assert set(Tag.objects.values_list("token", flat=True)) == tokens


def test_kinds_and_places_can_be_chosen(
    estate: Unit, output: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert printed(output, "--kind", "单元,estate") == 0
    assert printed(output, "--place", "P3,P1-1,P3") == 0
    assert capsys.readouterr().out.splitlines() == ["tags 2, pages 2"] * 2
    assert set(Tag.objects.values_list("place__code", flat=True)) == {"P", "P1-1", "P3"}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--unit", "404"], "404"),
        (["--kind", "亭子"], "亭子"),
        (["--kind", "点位"], "还没有这几类地点"),
        (["--place", "P404"], "P404"),
        (["--output", "tags.doc"], ".pdf"),
        (["--output", "/nowhere/tags.pdf"], "/nowhere"),
    ],
)
def test_wrong_use_prints_and_issues_nothing(
    estate: Unit,
    output: Path,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
    said: str,
) -> None:
    assert printed(output, *options) == 2
    told = capsys.readouterr()
    assert (told.out, said in told.err) == ("", True)
    assert not Tag.objects.exists()
    assert not output.exists()


def test_without_a_public_address_nothing_is_printed(
    estate: Unit, output: Path, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.PUBLIC_URL = ""
    assert printed(output) == 2
    assert "HUIBAN_URL" in capsys.readouterr().err
    assert not Tag.objects.exists()


def test_a_tag_is_revoked_by_the_number_that_is_printed_on_it(
    estate: Unit, output: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    printed(output)
    tag = Tag.objects.get(number=2)
    assert main(["tags", "revoke", "2"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "revoked 000002 小区甲2号楼"
    assert standing_of_tag(tag.token) is None
    assert main(["tags", "revoke", "2"]) == 2
    assert main(["tags", "revoke", "404"]) == 2
    printed(output)
    assert Tag.objects.filter(place=tag.place, revoked_at=None).get().number == 10

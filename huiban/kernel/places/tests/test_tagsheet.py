from __future__ import annotations

import json
import subprocess
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import segno

from huiban.kernel.base.errors import Refusal
from huiban.kernel.places import tagsheet
from huiban.kernel.places.actions import NewPlace, add_place, issue_tags
from huiban.kernel.places.models import Kind, Tag
from huiban.kernel.territory.actions import NewUnit, add_unit, change_unit
from huiban.kernel.territory.models import Level, Unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def community(settings: Any) -> Unit:
    settings.PUBLIC_URL = "https://huiban.example.cn"
    settings.DEMONSTRATION = False
    above: Unit | None = None
    for level, name in ((Level.DISTRICT, "安和区"), (Level.STREET, "幸福街道")):
        above = add_unit("system", NewUnit(level[:2], name, level, above))
    new = NewUnit("C", "幸福里社区", Level.COMMUNITY, above, duty_phone="0564-3312345")
    return add_unit("system", new)


@pytest.fixture
def tags(community: Unit) -> list[Tag]:
    unit = add_unit("system", NewUnit("E", "幸福里小区", Level.ESTATE, community))
    estate = add_place("system", NewPlace("P", Kind.ESTATE, "幸福里小区", unit=unit))
    places = [
        add_place("system", NewPlace(f"P{number}", Kind.BUILDING, f"{number}号楼", estate))
        for number in range(1, 10)
    ]
    hall = add_place("system", NewPlace("H", Kind.SPOT, "便民大厅", unit=community))
    return issue_tags([*places, hall])


def said_by(monkeypatch: pytest.MonkeyPatch, tags: list[Tag]) -> dict[str, Any]:
    """What the template is told."""
    told: dict[str, Any] = {}

    def compile_(source: Path, **options: Any) -> bytes:
        told.update(json.loads(options["sys_inputs"]["data"]))
        return b""

    monkeypatch.setattr("typst.compile", compile_)
    tagsheet.tag_sheet(tags, "二维码")
    return told


def test_a_tag_says_where_it_hangs_who_answers_and_where_it_leads(
    tags: list[Tag], monkeypatch: pytest.MonkeyPatch
) -> None:
    told = said_by(monkeypatch, tags)
    first, hall = told["tags"][0], told["tags"][-1]
    assert (first["within"], first["name"], first["number"]) == ("幸福里小区", "1号楼", "000001")
    assert (first["unit"], first["phone"]) == ("幸福里社区", "0564-3312345")
    assert first["url"] == f"https://huiban.example.cn/r/{tags[0].token}/"
    assert (hall["within"], hall["name"]) == ("幸福里社区", "便民大厅")
    assert (told["domain"], told["demonstration"]) == ("huiban.example.cn", False)


def test_the_code_leads_to_the_place_at_level_m_with_its_quiet_zone(
    tags: list[Tag], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = said_by(monkeypatch, tags)["tags"][0]
    code = segno.make(first["url"], error="m", boost_error=False, micro=False)
    assert code.error == "M"
    out = BytesIO()
    code.save(out, kind="svg", border=4, light="#ffffff", dark="#000000", xmldecl=False)
    assert first["qr"] == out.getvalue().decode()
    width = len(code.matrix) + 2 * tagsheet.QUIET_ZONE
    assert f'width="{width}" height="{width}"' in first["qr"]


def test_the_estates_telephone_is_printed_where_the_community_has_none(
    community: Unit, tags: list[Tag], monkeypatch: pytest.MonkeyPatch
) -> None:
    change_unit("system", community, duty_phone="")
    change_unit("system", Unit.objects.get(code="E"), duty_phone="0564-9")
    assert said_by(monkeypatch, tags)["tags"][0]["phone"] == "0564-9"
    assert said_by(monkeypatch, tags)["tags"][-1]["phone"] == ""


def test_a_demonstration_says_so(
    tags: list[Tag], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DEMONSTRATION = True
    assert said_by(monkeypatch, tags)["demonstration"] is True


def test_without_an_address_or_fonts_nothing_is_printed(
    tags: list[Tag], settings: Any, tmp_path: Path
) -> None:
    settings.STATICFILES_DIRS = [tmp_path]
    with pytest.raises(Refusal, match="字体"):
        tagsheet.tag_sheet(tags, "二维码")
    settings.PUBLIC_URL = ""
    with pytest.raises(Refusal, match="HUIBAN_URL"):
        tagsheet.tag_sheet(tags, "二维码")
    with pytest.raises(ValueError, match="eight"):
        tagsheet.tag_sheet(tags, "二维码", 4)


def read(pdf: bytes, tmp_path: Path, tool: str, *options: str) -> str:
    path = tmp_path / "tags.pdf"
    path.write_bytes(pdf)
    done = subprocess.run(
        [tool, *options, str(path), *(["-"] if tool == "pdftotext" else [])],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


@pytest.mark.browser
@pytest.mark.parametrize(("per_page", "pages"), [(1, 10), (8, 2)])
def test_a_printed_sheet_is_tagged_a4_and_can_be_read_out(
    tags: list[Tag], settings: Any, tmp_path: Path, per_page: int, pages: int
) -> None:
    settings.DEMONSTRATION = True
    pdf = tagsheet.tag_sheet(tags, "二维码：幸福里社区", per_page)
    facts = read(pdf, tmp_path, "pdfinfo")
    assert f"Pages:           {pages}\n" in facts
    assert "Tagged:          yes" in facts
    assert "(A4)" in facts
    text = "".join(read(pdf, tmp_path, "pdftotext").split())
    for words in (
        "幸福里小区",
        "用微信扫一扫，拍张照或写几句就能反映问题",
        "不收钱、不要身份证、不用下载",
        "huiban.example.cn",
        "编号0000",
        "0564-3312345",
        "演示数据",
    ):
        assert text.count(words) >= len(tags) - 1, words
    assert all(f"{number}号楼" in text for number in range(1, 10))
    settings.DEMONSTRATION = False
    plain = tagsheet.tag_sheet(tags, "二维码", per_page)
    assert "演示" not in read(plain, tmp_path, "pdftotext")


@pytest.mark.browser
def test_the_longest_names_keep_to_their_page(
    community: Unit, settings: Any, tmp_path: Path
) -> None:
    unit = add_unit("system", NewUnit("E", "长" * 60, Level.ESTATE, community))
    change_unit("system", community, name="社" * 60)
    place = add_place("system", NewPlace("P", Kind.BUILDING, "楼" * 60, unit=unit))
    for per_page in tagsheet.PER_PAGE:
        pdf = tagsheet.tag_sheet(issue_tags([place]), "二维码", per_page)
        assert "Pages:           1\n" in read(pdf, tmp_path, "pdfinfo")

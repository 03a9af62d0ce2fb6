"""The finished handbook, read back: bytes, fonts, missing characters, margins, what must stand there."""

from __future__ import annotations

import json
import re
import subprocess
import zipfile
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiban.kernel.base import papers as p
from huiban.kernel.base.clock import SHANGHAI, Traveller
from huiban.kernel.base.papers.fonts import MISSING
from huiban.kernel.events.pump import drain
from huiban.kernel.files.papers import fonts
from huiban.kernel.vocab.queries import forget_copy
from huiban.modules.analysis.actions.handbook_files import rendered
from huiban.modules.analysis.actions.publishing import follow_log
from huiban.modules.analysis.handbook.canonical import Section, read, written
from huiban.modules.analysis.handbook.drafting import drafted
from huiban.modules.analysis.handbook.gathering import gather
from huiban.modules.analysis.handbook.grid import GridRow, heat_grid
from huiban.modules.analysis.handbook.outline import simplified
from huiban.modules.analysis.handbook.paper import handbook_paper
from huiban.modules.analysis.reckoning.months import Month
from huiban.modules.voice import actions
from tests.cast import Cast, Tell

pytestmark = pytest.mark.django_db
MAY = Month(2026, 5)
MM = 72 / 25.4
LONG_NAME = "安和区幸福街道滨河西路南段第三网格党群服务中心联合社区"
SQUARE = [[[116.0, 31.0], [116.1, 31.0], [116.1, 31.1], [116.0, 31.1], [116.0, 31.0]]]
PUBLISHED = {
    "at": "2026-06-03T09:30:00+08:00",
    "day": "2026-06-03",
    "unit": "区党建引领基层治理领导小组",
    "post": "区领导小组办公室",
}


@pytest.fixture
def snapshot(cast: Cast, tell: Tell, clock: Traveller) -> Section:
    """A district's May with cases in both communities, homes, an outline, groups and a letter."""
    for name, homes in (("community", 400), ("neighbour", 900)):
        cast.units[name].households = homes
        cast.units[name].name = LONG_NAME if name == "neighbour" else "幸福里社区"
        cast.units[name].save()
    forget_copy()
    texts = ("电梯停运，老人下不了楼", "有煤气味", "楼上太吵", "垃圾没有人收", "路灯不亮")
    for at in range(12):
        told = tell(texts[at % 5], place="old_house" if at % 3 else "building_3")
        worker = "neighbour_worker" if at % 3 else "worker"
        actions.accept(cast[worker], told.case_id)
    clock.to(datetime(2026, 6, 3, 9, 30, tzinfo=SHANGHAI))
    drain()
    follow_log()
    return gather(cast.units["district"], MAY)


def texts_of(snapshot: Section, **more: Any) -> Section:
    return drafted(snapshot) | {"stories": [], "published": PUBLISHED} | more


def said_in(document: p.Document) -> str:
    return json.dumps([str(block) for block in document.body], ensure_ascii=False)


def outside(pdf: bytes, tmp_path: Path, tool: str, *options: str) -> str:
    path = tmp_path / "handbook.pdf"
    path.write_bytes(pdf)
    end = ["-"] if tool == "pdftotext" else []
    done = subprocess.run(
        [tool, *options, str(path), *end], capture_output=True, text=True, check=True
    )
    return done.stdout


def squeezed(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("file_format", ["pdf", "docx"])
def test_the_same_snapshot_gives_the_same_bytes(snapshot: Section, file_format: str) -> None:
    texts = texts_of(snapshot)
    first = rendered(snapshot, texts, file_format)
    assert rendered(read(written(snapshot)), read(written(texts)), file_format) == first
    assert rendered(snapshot, texts | {"summary": ["1件。"]}, file_format) != first


def test_nothing_is_printed_that_no_font_has(snapshot: Section) -> None:
    assert p.unprintable(handbook_paper(snapshot, texts_of(snapshot)), fonts()) == ""


@pytest.mark.browser
def test_fonts_are_embedded_and_no_box_is_printed(snapshot: Section, tmp_path: Path) -> None:
    pdf = rendered(snapshot, texts_of(snapshot), "pdf")
    embedded = [line.split() for line in outside(pdf, tmp_path, "pdffonts").splitlines()[2:]]
    assert embedded
    assert all(font[-5:-2] == ["yes", "yes", "yes"] for font in embedded)
    text = outside(pdf, tmp_path, "pdftotext")
    assert MISSING not in text
    assert "\ufffd" not in text
    assert "□" not in text


@pytest.mark.browser
def test_nothing_stands_beyond_the_margins_and_no_page_is_empty(
    snapshot: Section, tmp_path: Path
) -> None:
    pdf = rendered(snapshot, texts_of(snapshot), "pdf")
    for line in outside(pdf, tmp_path, "pdftotext", "-bbox").splitlines():
        if found := re.search(r'<word xMin="(\S+)" yMin="(\S+)" xMax="(\S+)" yMax="(\S+)"', line):
            left, top, right, bottom = map(float, found.groups())
            # An opening or closing mark may hang half out, its ink does not.
            assert left >= 25 * MM - 8, line
            assert right <= 185 * MM + 8, line
            assert top >= 10 * MM, line
            assert bottom <= 290 * MM, line
    pages = outside(pdf, tmp_path, "pdftotext").split("\f")[:-1]
    assert 6 <= len(pages) <= 16
    assert all(len(squeezed(page)) > 80 for page in pages[1:])


@pytest.mark.browser
def test_every_part_stands_in_its_order(snapshot: Section, tmp_path: Path) -> None:
    story = {"title": "一部电梯", "text": "腿脚不便的老人出门成了难题，当天修好。"}
    texts = texts_of(snapshot, stories=[story])
    flat = squeezed(outside(rendered(snapshot, texts, "pdf"), tmp_path, "pdftotext"))
    assert "区党建引领基层治理领导小组" in flat
    assert "2026年6月3日" in flat
    assert "草稿" not in flat
    body = flat[flat.index("附录：口径和算法") + 8 :]
    places = [
        body.index(squeezed(word))
        for word in (
            "一、本月要点",
            "二、本月数字",
            "三、发生在哪里",
            "四、反映什么",
            "五、涉及谁",
            "六、办得怎么样",
            "七、反复出现的问题",
            "一部电梯。腿脚不便",
            "八、苗头",
            "九、下月预测",
            "十、监督与整改",
            "十一、对策建议",
            "十二、政策衔接",
            "十三、更正",
            "十四、附录",
        )
    ]
    assert places == sorted(places)
    for sentence in texts["summary"]:
        assert squeezed(sentence) in body


def test_a_draft_says_that_it_is_one_and_until_when(snapshot: Section) -> None:
    texts = drafted(snapshot)
    draft = handbook_paper(snapshot, texts)
    assert "草稿" in draft.title
    assert "草稿" in draft.running
    assert draft.cover is not None
    assert "未经审定" in draft.cover.subtitle
    snapshot["is_over"] = False
    running = handbook_paper(snapshot, texts).cover
    assert running is not None
    assert dict(running.facts)["截至"].endswith("本月未结束")


def test_every_chart_has_its_words_and_its_figures_in_a_table(snapshot: Section) -> None:
    document = handbook_paper(snapshot, texts_of(snapshot))
    figures = [block for block in document.body if isinstance(block, p.Figure)]
    captions = {block.caption for block in document.body if isinstance(block, p.Table)}
    assert len(figures) >= 4
    for figure in figures:
        assert len(figure.chart.alt) > 15
    assert {"各事项件数与比较", "涉及人群件数", "各街道收到件数与户数对照"} <= captions
    assert "各诉求领域" in figures[2].chart.alt or snapshot["matters"]["has_levels"] is False


def test_outlines_make_a_map(snapshot: Section) -> None:
    units = snapshot["places"]["units"]
    east = [[[lng + 0.1, lat] for lng, lat in ring] for ring in SQUARE]
    snapshot["places"]["outlines"] = {units[0]["code"]: SQUARE, units[1]["code"]: east}
    said = said_in(handbook_paper(snapshot, texts_of(snapshot)))
    assert "各街道每千户件数热力图" in said


def test_an_empty_month_is_a_paper_that_says_so(cast: Cast) -> None:
    for unit in ("district", "community", "housing"):
        snapshot = gather(cast.units[unit], Month(2026, 4))
        document = handbook_paper(snapshot, drafted(snapshot))
        assert f"没有{cast.units[unit].name}的数据" in said_in(document)
        assert p.to_pdf(document, fonts())
        assert p.to_docx(document, fonts())


def test_the_docx_names_the_official_typefaces_and_draws_no_seal(snapshot: Section) -> None:
    with zipfile.ZipFile(BytesIO(rendered(snapshot, texts_of(snapshot), "docx"))) as file:
        styles = file.read("word/styles.xml").decode()
        body = file.read("word/document.xml").decode()
    assert "仿宋_GB2312" in styles
    assert "方正小标宋" in styles + body
    assert "C8102E" not in (styles + body).upper()


def test_restatements_and_policies_are_printed_where_there_are_any(snapshot: Section) -> None:
    snapshot["restatements"] = [
        {
            "month_label": "2026年4月",
            "label": "解决率",
            "before": "80.00%（8/10）",
            "after": "81.82%（9/11）",
        }
    ]
    snapshot["policies"] = [{"topic": "电梯更换", "state": "征求意见", "effect": ""}]
    said = said_in(handbook_paper(snapshot, texts_of(snapshot)))
    assert "81.82%（9/11）" in said
    assert "电梯更换" in said
    assert "以本表为准" in said


def test_a_grid_without_homes_shades_counts() -> None:
    rows = [GridRow("甲", (3, 0), (None, None)), GridRow("乙", (1, 8), (None, None))]
    chart = heat_grid(["电梯", "停车"], rows, measure="件数")
    assert "颜色最深的是乙的停车（8件，8件）" in chart.alt
    assert chart.rows == (("甲", "3", "0"), ("乙", "1", "8"))
    nothing = heat_grid(["电梯"], [GridRow("甲", (0,), (0.0,))], measure="件数")
    assert "这个月没有数据" in nothing.alt
    mixed = [GridRow("甲", (3,), (None,)), GridRow("乙", (1,), (0.5,))]
    assert "没有户数" in heat_grid(["电梯"], mixed, measure="件数").markup
    hidden = [GridRow("甲", (3,), (0.9,)), GridRow("乙", (None,), (None,))]
    chart = heat_grid(["电梯"], hidden, measure="件数")
    assert chart.rows == (("甲", "3"), ("乙", "＊"))
    assert "没有户数" not in chart.markup
    assert "乙的" not in chart.alt


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=4, max_size=60))
def test_an_outline_keeps_its_ends_and_adds_nothing(points: list[tuple[float, float]]) -> None:
    ring = [*points, points[0]]
    rounded = [[round(x, 5), round(y, 5)] for x, y in ring]
    # What has no breadth has no outline.
    for kept in simplified([ring]):
        assert kept[0] == kept[-1] == rounded[0]
        assert all(point in rounded for point in kept)
        assert 4 <= len(kept) <= len(ring)


def test_an_outline_loses_what_the_eye_would_miss() -> None:
    straight = [(x / 1000, 0.0) for x in range(1001)]
    ring = [*straight, (1.0, 1.0), (0.0, 1.0), (0.0, 0.0)]
    (kept,) = simplified([ring])
    assert len(kept) == 5
    assert simplified([]) == []

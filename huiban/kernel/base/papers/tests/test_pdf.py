"""The finished PDF, read back with what any office has at hand."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest
from fontTools.ttLib import TTFont

from huiban.kernel.base import papers as p
from huiban.kernel.base.papers.fonts import FILES, MISSING

MM = 72 / 25.4


class Word(NamedTuple):
    page: int
    left: float
    top: float
    right: float
    bottom: float
    text: str


def read(pdf: bytes, tmp_path: Path, tool: str, *options: str) -> str:
    path = tmp_path / "paper.pdf"
    path.write_bytes(pdf)
    end = ["-"] if tool == "pdftotext" else []
    done = subprocess.run(
        [tool, *options, str(path), *end], capture_output=True, text=True, check=True
    )
    return done.stdout


def words(pdf: bytes, tmp_path: Path) -> list[Word]:
    found, page = [], 0
    for line in read(pdf, tmp_path, "pdftotext", "-bbox").splitlines():
        page += "<page " in line
        if match := re.search(
            r'<word xMin="(\S+)" yMin="(\S+)" xMax="(\S+)" yMax="(\S+)">(.*)</', line
        ):
            left, top, right, bottom = map(float, match.groups()[:4])
            found.append(Word(page, left, top, right, bottom, match[5]))
    return found


def squeezed(text: str) -> str:
    return "".join(text.replace("\u200b", "").split())


def test_the_same_paper_gives_the_same_bytes(
    letter: p.Document, handbook: p.Document, fonts: Path
) -> None:
    for document in (letter, handbook):
        made = p.to_pdf(document, fonts)
        assert made.startswith(b"%PDF-1.7")
        assert made == p.to_pdf(document, fonts)
    assert p.to_pdf(letter, fonts) != p.to_pdf(replace(letter, title="别的"), fonts)


def test_what_no_font_has_is_named_and_marked(letter: p.Document, fonts: Path) -> None:
    """PDF/A allows no character without a shape, so that this would fail rather than print a box."""
    odd = replace(letter, body=(p.Paragraph("谢谢👍，\U0003fff0 \u0007 \ue000 𠮷"),))
    assert p.unprintable(letter, fonts) == ""
    assert "👍" in p.unprintable(odd, fonts)
    assert p.to_pdf(odd, fonts)


def test_bold_and_upright_have_the_same_characters(fonts: Path) -> None:
    have = {name: set(TTFont(fonts / name, lazy=True).getBestCmap()) for name in FILES}
    for family in ("NotoSerifSC", "NotoSansSC"):
        assert have[f"{family}-Regular.ttf"] == have[f"{family}-Bold.ttf"]
    for byte in range(0xB0, 0xF8):
        line = bytes(b for low in range(0xA1, 0xFF) for b in (byte, low))
        assert {ord(c) for c in line.decode("gb2312", "ignore")} <= have["LXGWWenKai-Regular.ttf"]


def test_a_drawing_takes_a_character_from_whichever_font_has_it(fonts: Path) -> None:
    serif, sans = (
        set(TTFont(fonts / f"Noto{kind}SC-Regular.ttf", lazy=True).getBestCmap())
        for kind in ("Serif", "Sans")
    )
    rare = "".join(map(chr, sorted(serif ^ sans)))
    chart = p.bars([p.Amount(c, 3) for c in rare if c.isprintable()], measure="件")
    document = p.Document("题" + rare, (p.Paragraph(rare), p.Figure(chart, "图" + rare)))
    assert p.to_pdf(document, fonts)


@pytest.mark.browser
def test_a_letter_is_tagged_a4_with_its_fonts_and_words(
    letter: p.Document, fonts: Path, tmp_path: Path
) -> None:
    pdf = p.to_pdf(letter, fonts)
    facts = read(pdf, tmp_path, "pdfinfo")
    assert "(A4)" in facts
    assert re.search(r"Tagged: +yes", facts)
    assert re.search(r"Pages: +3\n", facts)
    embedded = [line.split() for line in read(pdf, tmp_path, "pdffonts").splitlines()[2:]]
    assert {font[0].split("+")[1] for font in embedded} == {
        "NotoSerifSC-Regular", "NotoSerifSC-Bold", "NotoSansSC-Regular", "LXGWWenKai-Regular",
    }  # fmt: skip
    assert all(font[-5:-2] == ["yes", "yes", "yes"] for font in embedded)
    text = squeezed(read(pdf, tmp_path, "pdftotext"))
    for said in (
        letter.title,
        "安监提〔2026〕3号",
        "幸福街道办事处，区城市管理局：",
        "一、基本情况",
        "（一）反映集中在两栋楼",
        "1.时段",
        "2026年11月5日印发",
        "堃喆鼗嘏",
        "—3—",
        "特此提示。",
    ):
        assert squeezed(said) in text, said
    assert MISSING not in text


@pytest.mark.browser
def test_a_page_of_a_letter_has_22_lines_of_28_characters(fonts: Path, tmp_path: Path) -> None:
    document = p.Document("题", (p.Paragraph("测" * 28 * 60, indent=False),))
    lines = Counter(
        (word.page, round(word.top)) for word in words(p.to_pdf(document, fonts), tmp_path)
        for _ in word.text if "测" in word.text
    )  # fmt: skip
    second = [count for (page, _), count in sorted(lines.items()) if page == 2]
    assert second == [28] * 22


@pytest.mark.browser
def test_nothing_stands_beyond_the_margins(
    letter: p.Document, handbook: p.Document, fonts: Path, tmp_path: Path
) -> None:
    for document, (left, right, top, bottom) in (
        (letter, (28, 184, 37, 275)),
        (handbook, (25, 185, 10, 290)),
    ):
        for word in words(p.to_pdf(document, fonts), tmp_path):
            assert word.left >= left * MM - (7 if word.text[0] in "（《" else 1), word
            # A bracket or a full stop has its ink in one half; the other may stand out.
            assert word.right <= right * MM + 8.5, word
            assert word.top >= top * MM - 3, word
            assert word.bottom <= bottom * MM, word


@pytest.mark.browser
def test_the_date_stands_four_characters_in_and_the_issuer_over_it(
    letter: p.Document, fonts: Path, tmp_path: Path
) -> None:
    for issuer in (letter.issuer, "安和区" + "党建引领基层治理领导小组" * 2):
        found = words(p.to_pdf(replace(letter, issuer=issuer), fonts), tmp_path)
        day = next(w for w in found if w.text == "2026年11月5日")
        name = [w for w in found if w.text in issuer and w.page == day.page and w.top < day.top][-1]
        assert (name.left + name.right) / 2 == pytest.approx((day.left + day.right) / 2, abs=3)
        assert name.right <= 184 * MM + 1
        if issuer == letter.issuer:
            assert 184 * MM - day.right == pytest.approx(4 * 16, abs=3)


@pytest.mark.browser
def test_a_handbook_has_cover_contents_feet_and_heads_of_tables_on_each_page(
    handbook: p.Document, fonts: Path, tmp_path: Path
) -> None:
    pages = read(p.to_pdf(handbook, fonts), tmp_path, "pdftotext").split("\f")[:-1]
    flat = [squeezed(page) for page in pages]
    assert 5 <= len(pages) <= 7
    assert all("演示数据" in page for page in flat)
    assert "基层治理分析手册" in flat[0]
    assert "数据截止2026年10月31日24时" in flat[0]
    assert "目录" in flat[1]
    assert "附表" in flat[1]
    for number, page in enumerate(flat[1:], 1):
        foot = page[page.rindex("安和区社会工作部") :]
        assert "2026年10月" in foot
        assert str(number) in foot
    assert sum("按期办结率" in page for page in flat) >= 2
    assert "图1各社区反映件数" in flat[2]
    assert "表1各单位办理情况" in "".join(flat)

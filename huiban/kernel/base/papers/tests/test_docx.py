"""The finished DOCX: what it names, and that another program can open it."""

from __future__ import annotations

import io
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn

from huiban.kernel.base import papers as p


def parts(made: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(made)) as file:
        return {name: file.read(name).decode() for name in file.namelist() if name.endswith(".xml")}


def test_the_same_paper_gives_the_same_bytes(
    letter: p.Document, handbook: p.Document, fonts: Path
) -> None:
    for document in (letter, handbook):
        made = p.to_docx(document, fonts)
        assert made == p.to_docx(document, fonts)
        with zipfile.ZipFile(io.BytesIO(made)) as file:
            assert {entry.date_time for entry in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_letter_names_the_official_typefaces_and_pages(letter: p.Document, fonts: Path) -> None:
    made = p.to_docx(letter, fonts)
    word = docx.Document(io.BytesIO(made))
    fonts_of = {
        style.name: style.element.rPr.rFonts.get(qn("w:eastAsia"))
        for style in word.styles
        if style.name in ("Normal", "Title", "Heading 1", "Heading 2", "Heading 3")
    }
    assert fonts_of == {
        "Normal": "仿宋_GB2312",
        "Title": "方正小标宋简体",
        "Heading 1": "黑体",
        "Heading 2": "楷体_GB2312",
        "Heading 3": "仿宋_GB2312",
    }
    section = word.sections[0]
    edges = (section.top_margin, section.left_margin, section.right_margin, section.bottom_margin)
    assert [round(edge.mm) for edge in edges if edge] == [37, 28, 26, 35]
    assert 'w:linePitch="580"' in parts(made)["word/document.xml"]
    assert "Theme=" not in parts(made)["word/styles.xml"].split("w:latentStyles")[0]
    texts = [paragraph.text for paragraph in word.paragraphs]
    assert letter.title in texts
    assert "一、基本情况" in texts
    assert "2026年11月5日" in texts
    assert word.core_properties.title == letter.title


def test_heads_of_tables_repeat_and_pictures_are_told_in_words(
    handbook: p.Document, chart: p.Chart, fonts: Path
) -> None:
    made = p.to_docx(handbook, fonts)
    body = parts(made)["word/document.xml"]
    assert body.count("<w:tblHeader/>") == 2
    assert f'descr="{chart.alt}"' in body
    assert "TOC \\o" in body
    word = docx.Document(io.BytesIO(made))
    assert word.tables[1].rows[0].cells[0].text == "单位"
    assert len(word.tables[1].rows) == 70
    with zipfile.ZipFile(io.BytesIO(made)) as file:
        pictures = [name for name in file.namelist() if name.endswith(".png")]
    assert len(pictures) == 1


def test_what_xml_can_not_hold_is_left_out(letter: p.Document, fonts: Path) -> None:
    odd = replace(letter, title="题\u0000\ufffe", body=(p.Paragraph("谢谢👍\u0007\ud800\n好"),))
    text = parts(p.to_docx(odd, fonts))["word/document.xml"]
    assert "谢谢👍" in text


@pytest.mark.browser
def test_libreoffice_opens_both_and_finds_every_word(
    letter: p.Document, handbook: p.Document, fonts: Path, tmp_path: Path
) -> None:
    for name, document in (("letter", letter), ("handbook", handbook)):
        (tmp_path / f"{name}.docx").write_bytes(p.to_docx(document, fonts))
    subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation=file://{tmp_path}/profile",
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            str(tmp_path),
            str(tmp_path / "letter.docx"),
            str(tmp_path / "handbook.docx"),
        ],
        check=True,
        capture_output=True,
        timeout=180,
    )
    texts = {
        name: subprocess.run(
            ["pdftotext", str(tmp_path / f"{name}.pdf"), "-"],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for name in ("letter", "handbook")
    }
    assert 3 <= texts["letter"].count("\f") <= 4
    assert 5 <= texts["handbook"].count("\f") <= 8
    letter_said, handbook_said = ("".join(texts[name].split()) for name in ("letter", "handbook"))
    for said in ("安监提〔2026〕3号", "一、基本情况", "特此提示。", "—2—", "抄送：区委办公室"):
        assert said in letter_said, said
    for said in ("基层治理分析手册", "目录", "图1各社区反映件数", "演示数据"):
        assert said in handbook_said, said
    assert handbook_said.count("按期办结率") >= 2

"""Descriptions of papers: what they refuse, and how their parts are numbered and measured."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from huiban.kernel.base import papers as p
from huiban.kernel.base.errors import Refusal
from huiban.kernel.base.papers.fonts import check_fonts, missing_characters, printable, visible
from huiban.kernel.base.papers.measuring import width, wrapped
from huiban.kernel.base.papers.numbering import chinese_numeral, labelled
from huiban.kernel.base.papers.widths import shares


def test_numbers_of_letters_and_dates_are_those_of_the_standard() -> None:
    assert p.letter_number("安监提", 2026, 3) == "安监提〔2026〕3号"
    assert p.chinese_date(date(2026, 3, 5)) == "2026年3月5日"
    with pytest.raises(ValueError, match="begin with 1"):
        p.letter_number("安监提", 2026, 0)


@pytest.mark.parametrize(
    "number", ["安监提[2026]3号", "安监提〔26〕3号", "安监提〔2026〕03号", "〔2026〕第3号"]
)
def test_another_form_of_number_is_refused(number: str) -> None:
    with pytest.raises(ValueError, match="is not like"):
        p.Document("题", (), number=number)


def test_headings_are_numbered_by_level_and_begin_anew_below_the_next() -> None:
    body = [p.Heading("a"), p.Heading("b", 2), p.Heading("c", 3), p.Heading("d", 3)]
    body += [
        p.Heading("e"),
        p.Heading("f", 2),
        p.Heading("g", 4),
        p.Heading("h", 1, numbered=False),
    ]
    labels = [label for _, label in labelled(p.Document("题", tuple(body)))]
    assert labels == ["一、", "（一）", "1. ", "2. ", "二、", "（一）", "（1）", ""]


def test_chinese_numerals_reach_99() -> None:
    assert [chinese_numeral(n) for n in (1, 10, 11, 20, 99)] == [
        "一",
        "十",
        "十一",
        "二十",
        "九十九",
    ]
    with pytest.raises(ValueError, match="1 to 99"):
        chinese_numeral(100)


def test_only_a_handbook_counts_its_figures_and_tables(
    letter: p.Document, handbook: p.Document
) -> None:
    assert not any("表" in label for _, label in labelled(letter))
    assert [label for _, label in labelled(handbook) if label[:1] in "图表" and label] == [
        "图1",
        "表1",
    ]


def test_a_row_with_a_cell_too_few_is_refused() -> None:
    with pytest.raises(ValueError, match="one cell a column"):
        p.Table((p.Column("甲"), p.Column("乙")), (("1",),))


def test_columns_share_the_width_by_what_they_hold_or_as_told() -> None:
    rows = (("字" * 40, "1"),)
    parts = shares(p.Table((p.Column("甲"), p.Column("乙", figures=True)), rows))
    assert sum(parts) == pytest.approx(1, abs=0.001)
    assert parts[0] == pytest.approx(5 * parts[1], rel=0.01)
    told = shares(p.Table((p.Column("甲", share=1), p.Column("乙", share=3)), rows))
    assert told == [0.25, 0.75]


def test_names_break_into_lines_that_begin_with_no_closing_mark() -> None:
    assert width("网格12") == pytest.approx(3.24)
    assert wrapped("幸福里社区", 10) == ["幸福里社区"]
    assert wrapped("幸福里社区（东区）", 8) == ["幸福里社区（东", "区）"]
    assert wrapped("字" * 30, 10, 2) == ["字" * 10, "字" * 9 + "…"]
    assert wrapped("", 10) == []


def test_a_character_without_a_shape_prints_the_mark_for_one_that_lacks(fonts: Path) -> None:
    assert printable("堃喆鼗嘏𬭎〔2026〕㎡", fonts) == "堃喆鼗嘏𬭎〔2026〕㎡"
    assert printable("谢谢👍🏽\u200b！\t好\u0007\ufffe", fonts) == "谢谢〓！ 好"
    assert missing_characters("👍好👍🎉", fonts) == "👍🎉"
    assert visible("谢谢👍\u200b\u0000") == "谢谢👍"


def test_without_the_fonts_nothing_is_printed(tmp_path: Path, letter: p.Document) -> None:
    with pytest.raises(Refusal, match="字体"):
        check_fonts(tmp_path)
    with pytest.raises(Refusal, match="字体"):
        p.to_pdf(letter, tmp_path)

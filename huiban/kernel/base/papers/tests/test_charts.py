"""Charts: what they say, and that they can be read on grey paper."""

from __future__ import annotations

import itertools
import re
import struct
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from fontTools.ttLib import TTFont

from huiban.kernel.base import papers as p
from huiban.kernel.base.papers.charts.palette import (
    AFTER,
    AMOUNTS,
    BEFORE,
    INK,
    KINDS,
    contrast,
    ink_on,
)
from huiban.kernel.base.papers.charts.words import nice_step

NAMES = (
    "幸福里社区",
    "安和区幸福街道滨河西路南段第三网格党群服务中心联合社区居民",
    "和平里社区",
    "Block A-12 International Apartments",
    "望江社区（东区）",
    "小石桥社区",
    "新华社区",
)
SVG = "{http://www.w3.org/2000/svg}"


def square(west: float, south: float, side: float = 0.02) -> tuple[tuple[float, float], ...]:
    east, north = west + side, south + side
    return ((west, south), (east, south), (east, north), (west, north))


def amounts(values: tuple[float | None, ...] = (32, 18, 25, 4, 0, 7, None)) -> list[p.Amount]:
    return [p.Amount(name, value) for name, value in zip(NAMES, values, strict=True)]


def bars(values: tuple[float | None, ...]) -> p.Chart:
    return p.bars(amounts(values), measure="反映件数")


def ring(values: tuple[float | None, ...]) -> p.Chart:
    return p.ring(amounts(values), measure="反映件数")


def trend(values: tuple[float | None, ...]) -> p.Chart:
    moments = [f"2026年{month}月" for month in range(1, 8)]
    lines = [p.Line(name, values) for name in NAMES[:4]]
    return p.trend(moments, lines, measure="反映件数")


def before_after(values: tuple[float | None, ...]) -> p.Chart:
    changes = [p.Change(name, v, v and v * 2) for name, v in zip(NAMES, values, strict=True)]
    return p.before_after(changes, measure="反映件数")


def area_map(values: tuple[float | None, ...]) -> p.Chart:
    areas = [
        p.Area(name, value, (square(116.4 + 0.02 * (at % 3), 31.7 + 0.02 * (at // 3)),))
        for at, (name, value) in enumerate(zip(NAMES, values, strict=True))
    ]
    return p.area_map(areas, measure="反映件数")


def spot_map(values: tuple[float | None, ...]) -> p.Chart:
    spots = [
        p.Spot(name, value or 0, 116.4 + 0.01 * at, 31.7 + 0.013 * (at % 4))
        for at, (name, value) in enumerate(zip(NAMES, values, strict=True))
    ]
    return p.spot_map(spots * 2, [square(116.39, 31.69, 0.09)], measure="反映件数")


DRAWN: tuple[Callable[[tuple[float | None, ...]], p.Chart], ...] = (
    bars,
    ring,
    trend,
    before_after,
    area_map,
    spot_map,
)
every = pytest.mark.parametrize("drawn", DRAWN, ids=lambda drawn: drawn.__name__)
SOME: tuple[float | None, ...] = (32, 18, 25, 4, 0, 7, None)


@lru_cache
def advances(fonts: Path, bold: bool) -> dict[str, float]:
    """The width in ems of every character, as the font has it."""
    with TTFont(fonts / f"NotoSansSC-{'Bold' if bold else 'Regular'}.ttf", lazy=True) as font:
        widths, em = font["hmtx"].metrics, font["head"].unitsPerEm
        return {chr(point): widths[name][0] / em for point, name in font.getBestCmap().items()}


@every
def test_no_letter_leaves_the_drawing(
    drawn: Callable[[tuple[float | None, ...]], p.Chart], fonts: Path
) -> None:
    drawing = ET.fromstring(drawn(SOME).svg())
    across, height = map(float, drawing.attrib["viewBox"].split()[2:])
    texts = drawing.findall(f"{SVG}text")
    assert texts
    for text in texts:
        font = advances(fonts, text.get("font-weight") == "700")
        size, said = float(text.attrib["font-size"]), text.text or ""
        room = sum(font[character] for character in said) * size
        share = {"start": 0, "middle": 0.5, "end": 1}[text.attrib["text-anchor"]]
        left = float(text.attrib["x"]) - share * room
        assert left >= -0.5, said
        assert left + room <= across + 0.5, said
        assert size / 2 <= float(text.attrib["y"]) <= height, said


@every
@pytest.mark.parametrize("values", [(0.0,) * 7, (None,) * 7], ids=["zeros", "unknown"])
def test_where_there_is_nothing_the_drawing_says_so(
    drawn: Callable[[tuple[float | None, ...]], p.Chart], values: tuple[float | None, ...]
) -> None:
    chart = drawn(values)
    assert "这个月没有数据</text>" in chart.svg()
    assert chart.alt == "反映件数：这个月没有数据。"
    assert len(chart.rows) >= 7


def test_no_names_at_all_are_nothing_too() -> None:
    none: list[p.Amount] = []
    for chart in (
        p.bars(none, measure="件数"),
        p.ring(none, measure="件数"),
        p.trend([], [], measure="件数"),
        p.before_after([], measure="件数"),
        p.area_map([], measure="件数"),
        p.spot_map([], measure="件数", empty="本季度没有反映"),
    ):
        assert "没有" in chart.alt
        assert not chart.rows


@every
def test_a_drawing_has_attributes_only_and_its_own_names_of_patterns(
    drawn: Callable[[tuple[float | None, ...]], p.Chart],
) -> None:
    chart, other = drawn(SOME), drawn((1, 2, 3, 4, 5, 6, 7))
    assert chart.svg() == drawn(SOME).svg()
    assert "style" not in chart.svg()
    assert "<script" not in chart.svg()
    assert f'aria-label="{chart.alt}"' in chart.svg()
    names = [set(re.findall(r'id="([^"]+)"', each.svg())) for each in (chart, other)]
    assert not names[0] & names[1]


def test_bars_tell_the_most_the_next_and_the_least() -> None:
    chart = bars(SOME)
    assert chart.alt.startswith(
        "反映件数：共7项，合计86件；最多的是幸福里社区（32件，占37.2%），其次是"
    )
    assert chart.alt.endswith("最少的是望江社区（东区）（0件，占0.0%）；1项没有数字。")
    assert chart.head == ("单位", "反映件数（件）", "占比")
    assert chart.rows[0] == ("幸福里社区", "32", "37.2%")
    assert chart.rows[-1] == ("新华社区", "—", "—")


def test_rates_are_never_added_up() -> None:
    for unit in ("%", "件/千户", "天"):
        chart = p.bars(amounts(), measure="按期办结率", unit=unit)
        assert "合计" not in chart.alt
        assert "占比" not in chart.head


def test_a_change_names_who_rose_and_who_fell_most() -> None:
    changes = [p.Change("甲", 10, 4), p.Change("乙", 3, 9), p.Change("丙", None, 2)]
    chart = p.before_after(changes, measure="反映件数", names=("9月", "10月"))
    assert "合计由13件到15件" in chart.alt
    assert "增加最多的是乙（由3件到9件）；减少最多的是甲（由10件到4件）" in chart.alt
    assert [row[-1] for row in chart.rows] == ["-6", "+6", "—"]


def test_a_ring_draws_the_smallest_of_many_as_one_and_keeps_all_in_its_table() -> None:
    chart = p.ring([p.Amount(f"类{n}", n) for n in range(1, 10)], measure="反映件数")
    assert "其他4项" in chart.svg()
    assert len(chart.rows) == 9
    with pytest.raises(ValueError, match="negative"):
        p.ring([p.Amount("甲", -1)], measure="反映件数")


def test_a_line_has_gaps_and_limits() -> None:
    chart = trend(SOME)
    assert "从32件到7件，最多的是2026年1月（32件），最少的是2026年5月（0件）" in chart.alt
    for moments, lines, why in (
        (["1月"], [p.Line("甲", (1, 2))], "one figure a moment"),
        (["1月"], [p.Line("甲", (-1,))], "begins at zero"),
        (["1月"], [p.Line("甲", (1,))] * 5, "told apart"),
    ):
        with pytest.raises(ValueError, match=why):
            p.trend(moments, lines, measure="反映件数")


def test_a_map_hatches_what_is_unknown_and_darkens_what_is_more() -> None:
    drawing = area_map(SOME).svg()
    assert "没有数字" in drawing
    assert f'fill="{AMOUNTS[-1]}"' in drawing
    single = p.area_map([p.Area("甲", 3, (square(116.4, 31.7),))], measure="反映件数")
    assert "甲" in single.svg()


def test_steps_of_scales_are_round() -> None:
    assert [nice_step(most, 5, "件") for most in (1, 7, 32, 99, 410)] == [1, 2, 10, 20, 100]
    assert [nice_step(most, 5, "%") for most in (0.3, 1, 32)] == pytest.approx([0.1, 0.2, 10])


def test_fills_are_told_apart_in_grey() -> None:
    """Neighbours differ in lightness; where the ring closes, in pattern at least."""
    for darker, lighter in itertools.pairwise(AMOUNTS):
        assert contrast(darker, lighter) >= 1.3
    for one, other in itertools.pairwise(KINDS):
        assert contrast(one.colour, other.colour) >= 2.5
    for one, other in itertools.combinations(KINDS, 2):
        assert one.pattern != other.pattern or contrast(one.colour, other.colour) >= 2.5
    assert contrast(BEFORE.colour, AFTER.colour) >= 4.5
    for colour in AMOUNTS:
        assert contrast(ink_on(colour), colour) >= 4.5
    assert contrast(INK, "#ffffff") >= 7


@every
def test_a_drawing_becomes_a_picture_of_the_size_told(
    drawn: Callable[[tuple[float | None, ...]], p.Chart], fonts: Path
) -> None:
    chart = drawn(SOME)
    picture = chart.png(fonts, 50)
    across, height = struct.unpack(">II", picture[16:24])
    assert across == pytest.approx(chart.width_mm / 25.4 * 50, abs=1.5)
    assert height == pytest.approx(chart.height_mm / 25.4 * 50, abs=1.5)
    assert picture == chart.png(fonts, 50)

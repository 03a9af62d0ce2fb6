"""Maps and courses: drawn from what is known, and not at all from half of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from huiban.kernel.territory.models import Level, Unit
from huiban.modules.analysis.queries.heat import Judged, judged
from huiban.modules.analysis.queries.outlines import Outline
from huiban.modules.analysis.queries.screen_parts import Area, Day, Number, Times
from huiban.web.screen.drawing import columns_of, course_of, map_of, short_name, simplified
from huiban.web.screen.words import times_of, where_words


def square(west: float) -> Outline:
    ring = [[west, 31.0], [west + 0.01, 31.0], [west + 0.01, 31.01], [west, 31.01], [west, 31.0]]
    return Outline({"type": "Polygon", "coordinates": [ring]})


def area(name: str, count: int | None, expected: float | None, degree: str = "usual") -> Area:
    unit = Unit(code=name, name=name, level=Level.STREET)
    number = Number("heat", "收到", count)
    return Area(unit, number, number, number, 100, Judged(count, expected, degree))  # type: ignore[arg-type]


def test_a_map_stands_side_by_side_as_the_units_do() -> None:
    west, east = area("青石街道", 3, 3.0), area("柳岸街道", 30, 3.0, "hot")
    outlines = {west.unit.id: square(116.0), east.unit.id: square(116.01)}
    found = map_of([west, east], outlines)
    assert found is not None
    assert [shape.degree for shape in found.shapes] == ["usual", "hot"]
    assert found.shapes[0].x < found.shapes[1].x
    assert found.shapes[0].name == "青石"
    assert found.width > found.height


def test_what_is_unusual_is_drawn_over_its_neighbours() -> None:
    """Its edge is thick, and would be half hidden by whatever is drawn after it."""
    areas = [area(f"{at}号街道", 9, 3.0, "hot" if at < 5 else "usual") for at in range(7)]
    outlines = {one.unit.id: square(116.0 + at / 100) for at, one in enumerate(areas)}
    found = map_of(areas, outlines)
    assert found is not None
    assert [shape.degree for shape in found.shapes] == ["usual"] * 2 + ["hot"] * 5
    assert found.has_hot
    calm = map_of(areas[5:], outlines)
    assert calm is not None
    assert not calm.has_hot


def test_half_a_map_is_none() -> None:
    west, east = area("青石街道", 3, 3.0), area("柳岸街道", 3, 3.0)
    assert map_of([west, east], {west.unit.id: square(116.0)}) is None
    assert map_of([], {}) is None


def test_points_on_a_line_are_left_out() -> None:
    ring = [(0.0, 0.0), (5.0, 0.1), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0), (0.0, 0.0)]
    assert (5.0, 0.1) not in simplified(ring)
    assert {(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)} <= set(simplified(ring))


def test_the_course_is_as_high_as_its_fullest_day() -> None:
    first = date(2026, 5, 1)
    days = [Day(first + timedelta(days=at), at, 1) for at in range(5)]
    found = course_of(days)
    assert found is not None
    assert (found.most, found.bars[-1].top, found.bars[0].height) == (4, 0, 0)
    assert [bar.is_rest for bar in found.bars] == [False, True, True, False, False]
    assert course_of([]) is None
    assert course_of([Day(first, 0, 0)]) is not None


def test_names_and_rows() -> None:
    assert short_name("青石街道") == "青石"
    assert short_name("社区") == "社区"
    assert [columns_of(number) for number in (1, 4, 6, 9, 53)] == [1, 4, 3, 5, 8]


def test_it_is_unusual_only_beyond_what_households_explain() -> None:
    units = [Unit(code=str(at), name=str(at)) for at in range(4)]
    homes = dict(zip(units, (4000, 1000, 1000, 0), strict=True))
    counts = dict(zip(units, (400, 100, 210, 7), strict=True))
    found = judged(counts, homes, hides=False)
    assert [one.degree for one in found.values()] == ["usual", "usual", "hot", "unknown"]
    small = dict(zip(units, (400, 3, 210, 2), strict=True))
    hidden = judged(small, homes, hides=True)
    assert [one.count for one in hidden.values()] == [400, None, 210, None]
    assert [one.count for one in judged(small, homes, hides=False).values()] == [400, 3, 210, 2]


@pytest.mark.parametrize("unknown", [(0, 1, 2), (1,)])
def test_a_few_where_no_homes_are_known_are_not_left_to_be_subtracted(
    unknown: tuple[int, ...],
) -> None:
    units = [Unit(code=str(at), name=str(at)) for at in range(3)]
    homes = {unit: 0 if at in unknown else 500 for at, unit in enumerate(units)}
    found = judged(dict(zip(units, (12, 3, 9), strict=True)), homes, hides=True)
    told = [one.count for one in found.values()]
    assert told[1] is None
    assert told.count(None) == 2
    # What is expected of places with homes would tell the sum of their counts.
    assert all(one.expected is None for one in found.values())


def test_a_sum_that_is_a_few_itself_hides_all_that_adds_up_to_it() -> None:
    units = [Unit(code=str(at), name=str(at)) for at in range(2)]
    found = judged(dict(zip(units, (3, 0), strict=True)), dict.fromkeys(units, 0), hides=True)
    assert [one.count for one in found.values()] == [None, None]


def test_the_sentence_says_how_much_was_to_be_expected() -> None:
    told = where_words([area("青石街道", 37, 12.6, "hot"), area("柳岸街道", 9, 13.8)])
    assert told == "青石街道明显偏多，37件，按户数应有约13件。其余没有明显偏多。"
    assert where_words([area("柳岸街道", 9, 13.8)]) == "和户数相比，没有明显偏多的地方。"


def test_times_are_compared_only_over_enough() -> None:
    now, then = Times("本月", 30, 36.0, 24.0), Times("去年同期", 40, 72.0, 24.0)
    mean, median = times_of((now, then))
    assert (mean.value, mean.before, mean.change) == ("36.0小时", "3.0天", "比去年同期短50.00%")
    assert median.change == "与去年同期持平"
    few = Times("去年同期", 19, 72.0, 24.0)
    assert "不算百分比" in times_of((now, few))[0].change
    assert times_of((now, Times("去年同期", 0, None, None)))[0].change == "去年同期没有可比的"
    assert times_of(None) == []

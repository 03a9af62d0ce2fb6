from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiban.modules.analysis.reckoning.recurring import Course, theme_course


@pytest.mark.parametrize(
    ("sizes", "course", "words"),
    [
        ((0, 0, 6), "new", "本月新出现，6件，此前2个月没有"),
        ((6,), "new", "本月新出现，6件"),
        ((5, 0, 0, 4), "returned", "停了2个月后再次出现，4件"),
        ((5, 4, 5, 14), "growing", "本月14件，上月5件，增多，已连续4个月出现"),
        ((5, 14), "growing", "本月14件，上月5件，增多"),
        ((14, 5), "fading", "本月5件，上月14件，减少"),
        ((5, 6, 5), "persistent", "本月5件，上月6件，增减还在偶然的范围内，已连续3个月出现"),
        ((5, 5), "present", "本月5件，上月5件，与上月持平"),
        ((2, 3), "present", "本月3件，上月2件，增减还在偶然的范围内"),
        ((5, 0), "gone", "本月没有再出现，上月5件"),
        ((5, 0, 0), "absent", "本月和上月都没有出现"),
    ],
)
def test_courses(sizes: tuple[int, ...], course: Course, words: str) -> None:
    found = theme_course(sizes)
    assert (found.course, found.words) == (course, words)


def test_a_theme_without_months_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one month"):
        theme_course(())
    with pytest.raises(ValueError, match="negative"):
        theme_course((1, -1))


@given(st.lists(st.integers(0, 200), min_size=1, max_size=24))
def test_a_course_has_its_counts(sizes: list[int]) -> None:
    found = theme_course(sizes)
    assert found.this == sizes[-1]
    assert all(sizes[len(sizes) - found.running :])
    assert (found.this > 0) == (found.running > 0)
    if found.course == "growing":
        assert found.this >= 1.5 * found.last
    if found.course == "fading":
        assert found.last >= 1.5 * found.this


@given(st.integers(1, 300), st.integers(1, 300))
def test_rise_and_fall_are_judged_alike(one: int, other: int) -> None:
    rise, fall = theme_course((one, other)), theme_course((other, one))
    assert rise.p == fall.p
    assert (rise.course == "growing") == (fall.course == "fading")

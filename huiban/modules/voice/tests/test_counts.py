"""The counts of a scope, and that each number opens exactly its cases."""

from __future__ import annotations

from datetime import date
from urllib.parse import parse_qs

import pytest

from huiban.kernel.access.actor import RESIDENT
from huiban.kernel.base.clock import Traveller
from huiban.kernel.base.errors import NotPermitted
from huiban.kernel.events.pump import drain
from huiban.modules.voice import actions, queries
from huiban.modules.voice.queries import CountFilter, ListFilter
from tests.cast import Cast, Tell

pytestmark = pytest.mark.django_db

MAY = CountFilter(date(2026, 5, 1), date(2026, 5, 31))


def list_of(query: str) -> ListFilter:
    """The filter that a number's link carries."""
    said = {name: values[0] for name, values in parse_qs(query).items()}
    for name in ("start", "end"):
        if name in said:
            said[name] = date.fromisoformat(said[name])  # type: ignore[assignment]
    return ListFilter(**said)  # type: ignore[arg-type]


@pytest.fixture
def busy_month(cast: Cast, tell: Tell, clock: Traveller) -> None:
    """One solved on time, one rated badly and open, one late, one unrated, one next door."""
    worker = cast["worker"]
    solved, bad, late, unrated = (tell(text) for text in ("电梯", "噪音扰民", "垃圾", "路灯"))
    tell("隔壁的事", place="old_house")
    for reported in (solved, bad, unrated):
        actions.accept(worker, reported.case_id)
        actions.answer(worker, reported.case_id, "已处理。")
    actions.rate(queries.report_by_receipt(solved.receipt), "solved", "satisfied")
    actions.rate(queries.report_by_receipt(bad.receipt), "not_solved", "not_satisfied")
    actions.accept(worker, late.case_id)
    clock.ahead(days=12)
    drain()


def test_every_number_opens_its_cases(busy_month: None, cast: Cast) -> None:
    found = queries.counts(cast["street_officer"], MAY)
    assert {cell.key: cell.value for cell in found.cells}["received"] == 5
    numbers = [*found.cells, found.unrated, found.not_reached, *found.late_by_tier]
    for cell in numbers:
        listed = queries.case_list(cast["street_officer"], list_of(cell.query))
        assert len(listed.lines) == cell.value, cell


def test_rows_by_unit_and_category_open_their_cases(busy_month: None, cast: Cast) -> None:
    found = queries.counts(cast["street_officer"], MAY)
    assert {row.label for row in found.by_unit} == {"幸福里社区", "和睦社区"}
    for row in [*found.by_unit, *found.by_category]:
        for query, value in (
            (row.query, row.received),
            (row.open_query, row.open),
            (row.late_query, row.late),
        ):
            listed = queries.case_list(cast["street_officer"], list_of(query))
            assert len(listed.lines) == value, row


def test_rates_are_over_those_who_rated(busy_month: None, cast: Cast) -> None:
    linked = queries.counts(cast["street_officer"], MAY).rates
    found = {each.rate.code: each.rate for each in linked}
    assert (found["solved"].numerator, found["solved"].denominator) == (1, 1)
    assert (found["coverage"].numerator, found["coverage"].denominator) == (1, 2)


def test_a_case_that_rose_because_it_was_late_isnt_on_time(
    cast: Cast, tell: Tell, clock: Traveller
) -> None:
    reported = tell()
    actions.accept(cast["worker"], reported.case_id)
    clock.ahead(days=8)
    drain()
    actions.accept(cast["street_officer"], reported.case_id)
    actions.answer(cast["street_officer"], reported.case_id, "已处理。")
    linked = queries.counts(cast["street_officer"], MAY).rates
    found = {each.rate.code: each.rate for each in linked}
    assert (found["closed"].numerator, found["closed"].denominator) == (1, 1)
    assert found["on_time"].numerator == 0


def test_both_numbers_of_a_rate_open_their_cases(busy_month: None, cast: Cast) -> None:
    for each in queries.counts(cast["street_officer"], MAY).rates:
        for query, value in (
            (each.part_query, each.rate.numerator),
            (each.whole_query, each.rate.denominator),
        ):
            listed = queries.case_list(cast["street_officer"], list_of(query))
            assert len(listed.lines) == value, each


def test_a_community_counts_only_its_own(busy_month: None, cast: Cast) -> None:
    cells = queries.counts(cast["neighbour_worker"], MAY).cells
    assert {cell.key: cell.value for cell in cells}["received"] == 1


def test_last_year_stands_beside(busy_month: None, cast: Cast) -> None:
    found = queries.counts(cast["street_officer"], MAY)
    assert found.handling is not None
    assert found.handling_before is None


def test_counts_need_a_permit(cast: Cast) -> None:
    with pytest.raises(NotPermitted):
        queries.counts(RESIDENT, MAY)

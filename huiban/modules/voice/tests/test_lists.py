"""Lists of cases: complete, in order and without repeats, page after page."""

from __future__ import annotations

from itertools import product
from uuid import UUID

import pytest
from django.db import transaction

from huiban.kernel.base.calendar import Allowance
from huiban.kernel.base.clock import Traveller
from huiban.kernel.base.errors import Refusal
from huiban.kernel.duties.actions import NewDuty, close_duty, open_duty
from huiban.kernel.duties.models import Duty
from huiban.modules.voice import actions as voice
from huiban.modules.voice import queries
from huiban.modules.voice.models import Case
from huiban.modules.voice.queries import ListFilter, lists
from tests.cast import Cast, Tell

pytestmark = pytest.mark.django_db

TEXTS = ("电梯停运两天了", "垃圾没人清运", "晚上噪音太大", "说不清是什么事")


@pytest.fixture
def many(cast: Cast, tell: Tell, clock: Traveller) -> None:
    """Two dozen cases in two communities; some at the housing office, some of a neighbour's helped with."""
    for number in range(24):
        clock.ahead(minutes=number % 3)  # some at the very same moment
        place = "old_house" if number % 4 == 0 else "building_3"
        told = tell(TEXTS[number % 3 if number % 7 else 3], place)
        desk = cast["neighbour_worker" if place == "old_house" else "worker"]
        if number % 5 == 0:
            voice.accept(desk, told.case_id)
            voice.dispatch(desk, told.case_id, cast.units["housing"].id)
        if number % 8 == 0:
            helped_with(told.case_id, cast.units["community"].id)


def helped_with(case_id: UUID, unit_id: UUID) -> None:
    """A unit was asked in and has done its part."""
    allowance = Allowance("working_days", 3)
    new = NewDuty("assist", unit_id, 2, allowance, "assist", role=Duty.Role.CO)
    with transaction.atomic():
        duty, _ = open_duty(Case.SUBJECT, case_id, new)
        close_duty(duty, "done")


def pages_of(cast: Cast, who: str, wanted: ListFilter) -> list[list[str]]:
    """The references on every page."""
    pages, after = [], None
    while True:
        page = queries.case_list(cast[who], wanted, after)
        pages.append([line.reference for line in page.lines])
        after = page.next_after
        if after is None:
            return pages


FILTERS = (
    ListFilter(),
    ListFilter(category="elevator"),
    ListFilter(state="open"),
    ListFilter(tier="4"),
)
READERS = ("worker", "neighbour_worker", "housing_officer", "street_officer", "group_officer")


@pytest.mark.usefixtures("many")
def test_the_pages_hold_every_case_once_the_newest_first(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the length of a page and the steps in which duties are read."""
    for size, who, wanted in product((1, 4, 100), READERS, FILTERS):
        monkeypatch.setattr(lists, "PAGE", size)
        monkeypatch.setattr(lists, "MOST_KEYS", 2 * size + 1)
        seen = lists.narrowed(Case.objects.within(cast[who].scope), wanted).order_by("-id")
        expected = [case.reference for case in seen]
        pages = pages_of(cast, who, wanted)
        assert [reference for page in pages for reference in page] == expected, (size, who, wanted)
        assert all(len(page) == size for page in pages[:-1])
    received = [line.received_at for line in queries.case_list(cast["worker"], ListFilter()).lines]
    assert received == sorted(received, reverse=True)


@pytest.mark.usefixtures("many")
def test_the_lists_of_the_cast_differ(cast: Cast) -> None:
    """Else the test above would prove little: path alone, duties alone, both, and not all."""
    numbers = {who: sum(map(len, pages_of(cast, who, ListFilter()))) for who in cast.actors}
    assert numbers["street_officer"] == 24
    assert numbers["housing_officer"] == 5
    assert numbers["neighbour_worker"] == 6
    assert numbers["worker"] == 18 + 3
    assert numbers["city_officer"] == 0


def test_a_mark_that_is_none_is_refused(cast: Cast) -> None:
    with pytest.raises(Refusal, match="翻页"):
        queries.case_list(cast["worker"], ListFilter(), "2026-05-08~x")

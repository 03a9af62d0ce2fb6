"""Whom a case would go to, and what an event says of a unit: tables of what is told and follows."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from huiban.modules.voice import kinds
from huiban.modules.voice.rules import Owner
from huiban.modules.voice.rules_owner import (
    AreaRecords,
    Because,
    Effect,
    Link,
    Record,
    advise,
    effect_of,
)

COMMUNITY, DISTRICT, OWNER, WATER, ROADS, DESK = (UUID(int=number) for number in range(1, 7))
RULE = Owner(DISTRICT, OWNER)


def areas(near: list[Record], far: list[Record]) -> list[AreaRecords]:
    return [AreaRecords(COMMUNITY, tuple(near)), AreaRecords(DISTRICT, tuple(far))]


@pytest.mark.parametrize(
    ("near", "far", "unit", "because"),
    [
        pytest.param([], [], OWNER, Because.RULE, id="no record"),
        pytest.param([], [Record(WATER, 90, 0)], OWNER, Because.RULE, id="another did more"),
        pytest.param([Record(OWNER, 3, 3)], [], OWNER, Because.RULE, id="as many as it solved"),
        pytest.param([Record(OWNER, 0, 2)], [], OWNER, Because.RULE, id="two returns tell nothing"),
        pytest.param([Record(OWNER, 1, 3)], [], OWNER, Because.RULE, id="nobody better is known"),
        pytest.param(
            [Record(OWNER, 1, 3), Record(WATER, 3, 1)], [], WATER, Because.INSTEAD, id="instead"
        ),
        pytest.param(
            [Record(OWNER, 1, 3), Record(WATER, 2, 0)],
            [Record(WATER, 2, 0), Record(ROADS, 7, 1)],
            ROADS,
            Because.INSTEAD,
            id="two solved here tell nothing, so the district does",
        ),
        pytest.param(
            [Record(OWNER, 0, 3), Record(WATER, 9, 0, available=False), Record(ROADS, 3, 0)],
            [],
            ROADS,
            Because.INSTEAD,
            id="who can't be given it isn't",
        ),
        pytest.param(
            [Record(OWNER, 0, 3), Record(WATER, 4, 5)],
            [],
            OWNER,
            Because.RULE,
            id="not to one that gives back, too",
        ),
        pytest.param(
            [Record(OWNER, 1, 1)],
            [Record(OWNER, 2, 6), Record(WATER, 5, 0)],
            WATER,
            Because.INSTEAD,
            id="where the community tells little, the district is asked about the owner",
        ),
    ],
)
def test_the_owner_goes_first_unless_its_record_speaks_against_it(
    near: list[Record], far: list[Record], unit: UUID, because: Because
) -> None:
    pick = advise(RULE, areas(near, far))[0]
    assert (pick.unit_id, pick.because) == (unit, because)


@pytest.mark.parametrize(
    ("near", "far", "unit"),
    [
        pytest.param([], [], None, id="nothing known"),
        pytest.param([Record(WATER, 2, 0)], [Record(WATER, 2, 0)], None, id="two are few"),
        pytest.param([Record(WATER, 3, 0), Record(ROADS, 2, 0)], [], WATER, id="60 of a hundred"),
        pytest.param([Record(WATER, 3, 0), Record(DESK, 3, 0, False)], [], None, id="half of all"),
        pytest.param(
            [Record(WATER, 3, 0), Record(ROADS, 3, 0)],
            [Record(WATER, 90, 0), Record(ROADS, 3, 0)],
            None,
            id="the smallest area that tells is believed",
        ),
        pytest.param([Record(ROADS, 1, 0)], [Record(WATER, 9, 0)], WATER, id="else the district"),
    ],
)
def test_without_a_rule_most_of_the_solved_cases_decide(
    near: list[Record], far: list[Record], unit: UUID | None
) -> None:
    picks = advise(None, areas(near, far))
    assert (picks[0].unit_id if picks else None) == unit
    assert [pick.because for pick in picks[:1]] == ([Because.SHARE] if unit else [])


def test_two_others_are_named_with_what_they_did_nearest() -> None:
    near = [Record(WATER, 2, 0), Record(ROADS, 4, 1)]
    far = [Record(WATER, 8, 0), Record(ROADS, 5, 1), Record(DESK, 3, 0)]
    _, *others = advise(RULE, areas(near, far))
    assert [(p.unit_id, p.area_id, p.solved) for p in others] == [
        (ROADS, COMMUNITY, 4),
        (WATER, DISTRICT, 8),
    ]


def test_an_owner_that_was_passed_over_is_the_first_of_the_others() -> None:
    picks = advise(RULE, areas([Record(OWNER, 0, 3), Record(WATER, 5, 0)], []))
    assert [(p.unit_id, p.returned) for p in picks] == [(WATER, 0), (OWNER, 3)]


def reported(category: str = "noise") -> Link:
    return Link(kinds.REPORTED, {"category": category})


def answered(unit: UUID) -> Link:
    return Link(kinds.ANSWERED, {"unit": str(unit)})


def rated(verdict: str, satisfaction: str = "satisfied") -> Link:
    return Link(kinds.RATED, {"verdict": verdict, "satisfaction": satisfaction})


CATEGORISED = Link(kinds.CATEGORISED, {"category": "road"})
REOPENED = Link(kinds.REOPENED, {"unit": str(OWNER)})
RETURNED = Link(kinds.RETURNED, {"by_unit": str(WATER), "to_unit": str(DESK)})


@pytest.mark.parametrize(
    ("before", "event", "effect"),
    [
        pytest.param(
            [reported(), answered(OWNER)], rated("solved"), (OWNER, "noise", 1, 0), id="solved"
        ),
        pytest.param([reported(), answered(OWNER)], rated("partly"), None, id="partly"),
        pytest.param(
            [reported(), answered(OWNER)], rated("solved", "not_satisfied"), None, id="unhappy"
        ),
        pytest.param(
            [reported(), answered(OWNER), rated("solved")], rated("solved"), None, id="neighbours"
        ),
        pytest.param([reported("")], RETURNED, None, id="no category"),
        pytest.param([reported()], RETURNED, (WATER, "noise", 0, 1), id="returned"),
        pytest.param([reported(), CATEGORISED], RETURNED, (WATER, "road", 0, 1), id="categorised"),
        pytest.param(
            [reported(), answered(OWNER), rated("solved"), REOPENED, answered(WATER)],
            rated("solved"),
            (WATER, "noise", 1, 0),
            id="solved at the second answer",
        ),
        pytest.param(
            [reported(), answered(OWNER), rated("solved")],
            REOPENED,
            (OWNER, "noise", -1, 0),
            id="taken back",
        ),
        pytest.param(
            [reported(), answered(OWNER), rated("not_solved")], REOPENED, None, id="never counted"
        ),
        pytest.param([reported()], rated("solved"), None, id="nobody answered"),
    ],
)
def test_what_an_event_counts(
    before: list[Link], event: Link, effect: tuple[Any, ...] | None
) -> None:
    assert effect_of(event, before) == (Effect(*effect) if effect else None)

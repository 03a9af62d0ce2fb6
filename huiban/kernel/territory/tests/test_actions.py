from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from huiban.kernel.base.errors import Refusal
from huiban.kernel.events.models import Event
from huiban.kernel.events.seals import broken_chains
from huiban.kernel.territory import actions
from huiban.kernel.territory.actions import NewUnit
from huiban.kernel.territory.models import BranchCoverage, Level, Unit
from huiban.kernel.territory.queries import current_units, in_force, scope_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

TODAY = date(2026, 5, 8)
ACTOR = "account:admin"


def add(code: str, level: str, parent: Unit | None = None, **more: Any) -> Unit:
    return actions.add_unit(ACTOR, NewUnit(code, f"{code}单位", level, parent, **more))


@pytest.fixture
def units() -> dict[str, Unit]:
    made = {"district": add("D", Level.DISTRICT)}
    made["street"] = add("S", Level.STREET, made["district"])
    for name in ("one", "two"):
        made[name] = add(f"C-{name}", Level.COMMUNITY, made["street"])
        made[f"{name}_estate"] = add(f"E-{name}", Level.ESTATE, made[name])
    made["branch"] = add("B", Level.BRANCH, made["one"])
    actions.guide_estates(ACTOR, made["branch"], [made["one_estate"]], TODAY)
    return made


def fresh(unit: Unit) -> Unit:
    return Unit.objects.get(pk=unit.pk)


def test_a_merged_unit_ends_names_its_successor_and_hands_over_what_was_below(
    units: dict[str, Unit],
) -> None:
    day = date(2026, 5, 1)
    actions.merge_units(ACTOR, units["one"], units["two"], day)
    merged, estate, branch = fresh(units["one"]), fresh(units["one_estate"]), fresh(units["branch"])
    assert (merged.valid_to, merged.successor) == (day, units["two"])
    assert (estate.parent, estate.community) == (units["two"], units["two"])
    assert branch.parent == units["two"]
    assert not Unit.objects.filter(in_force(), pk=merged.pk).exists()
    assert Unit.objects.filter(in_force(date(2026, 4, 30)), pk=merged.pk).exists()
    # Its guidance is of the estate, which still stands.
    assert BranchCoverage.objects.get().valid_to is None
    event = Event.objects.get(kind=actions.UNIT_MERGED)
    assert event.payload == {"into": str(units["two"].id), "day": "2026-05-01"}
    assert event.actor == ACTOR
    assert list(broken_chains()) == []


def test_the_successor_sees_what_happened_in_the_merged_unit(units: dict[str, Unit]) -> None:
    assert units["one"].id not in scope_of([units["two"]]).communities
    actions.merge_units(ACTOR, units["one"], units["two"], TODAY)
    assert units["one"].id in scope_of([units["two"]]).communities


def test_the_unit_that_stands_for_a_merged_one_is_found_however_often_it_was_merged(
    units: dict[str, Unit],
) -> None:
    third = add("C-three", Level.COMMUNITY, units["street"])
    actions.merge_units(ACTOR, units["one"], units["two"], date(2026, 1, 1))
    actions.merge_units(ACTOR, fresh(units["two"]), third, date(2026, 2, 1))
    asked = [units["one"].id, third.id, units["street"].id]
    assert current_units(asked) == {
        units["one"].id: third,
        third.id: third,
        units["street"].id: units["street"],
    }


def test_a_merged_branch_hands_over_its_estates(units: dict[str, Unit]) -> None:
    other = add("B2", Level.BRANCH, units["two"])
    actions.merge_units(ACTOR, units["branch"], other, TODAY)
    rows = BranchCoverage.objects.order_by("valid_from")
    assert [(row.branch, row.valid_to) for row in rows] == [(units["branch"], TODAY), (other, None)]


def test_a_merged_estate_is_no_longer_guided(units: dict[str, Unit]) -> None:
    actions.merge_units(ACTOR, units["one_estate"], units["two_estate"], TODAY)
    assert BranchCoverage.objects.get().valid_to == TODAY


@pytest.mark.parametrize(
    ("source", "into", "day", "said"),
    [
        ("one", "one", TODAY, "它自己"),
        ("one", "street", TODAY, "同一层级"),
        ("one", "two", date(2026, 5, 9), "还没到"),
        ("one", "two", date(2000, 1, 1), "之后的日期"),
    ],
)
def test_an_improper_merger_is_refused_and_changes_nothing(
    units: dict[str, Unit], source: str, into: str, day: date, said: str
) -> None:
    with pytest.raises(Refusal, match=said):
        actions.merge_units(ACTOR, units[source], units[into], day)
    assert not Unit.objects.exclude(valid_to=None).exists()


def test_a_unit_is_merged_once_and_nothing_is_merged_into_it(units: dict[str, Unit]) -> None:
    actions.merge_units(ACTOR, units["one"], units["two"], TODAY)
    third = add("C-three", Level.COMMUNITY, units["street"])
    with pytest.raises(Refusal, match="撤并"):
        actions.merge_units(ACTOR, units["one"], third, TODAY)
    with pytest.raises(Refusal, match="撤并"):
        actions.merge_units(ACTOR, third, units["one"], TODAY)


def test_a_unit_can_not_be_added_under_a_level_that_does_not_stand_above(
    units: dict[str, Unit],
) -> None:
    with pytest.raises(Refusal, match="上级应是社区"):
        add("X", Level.ESTATE, units["street"])
    with pytest.raises(Refusal, match="没有写上级"):
        add("X", Level.STREET)
    assert not Unit.objects.filter(code="X").exists()


def test_a_change_is_noted_with_the_fields_and_never_the_words(units: dict[str, Unit]) -> None:
    changed = actions.change_unit(
        ACTOR, units["one"], name="新名字", duty_phone="0564-1", households=None
    )
    assert changed == ["name", "duty_phone"]
    assert Event.objects.get(kind=actions.UNIT_CHANGED).payload == {"fields": "name+duty_phone"}
    assert actions.change_unit(ACTOR, units["one"], name="新名字") == []
    assert fresh(units["one"]).posts.get().name == "新名字前台"


def test_a_move_under_a_wrong_parent_is_refused_and_changes_nothing(
    units: dict[str, Unit],
) -> None:
    with pytest.raises(Refusal, match="上级应是街道"):
        actions.change_unit(ACTOR, units["one"], parent=units["district"])
    assert fresh(units["one"]).parent == units["street"]

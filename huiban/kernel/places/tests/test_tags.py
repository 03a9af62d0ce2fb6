from __future__ import annotations

from datetime import date

import pytest

from huiban.kernel.base.codes import TAG_TOKEN_LENGTH
from huiban.kernel.events.models import Event
from huiban.kernel.places import actions
from huiban.kernel.places.actions import NewPlace
from huiban.kernel.places.models import Kind, Place, Tag
from huiban.kernel.places.queries import standing_of_tag
from huiban.kernel.territory.actions import NewUnit, add_unit, merge_units
from huiban.kernel.territory.models import Level, Unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def estate() -> Unit:
    above: Unit | None = None
    for level in (Level.DISTRICT, Level.STREET, Level.COMMUNITY, Level.ESTATE):
        above = add_unit("system", NewUnit(level[:2], f"{level.label}甲", level, above))
    assert above is not None
    return above


@pytest.fixture
def buildings(estate: Unit) -> list[Place]:
    return [
        actions.add_place(
            "system", NewPlace(f"B{number}", Kind.BUILDING, f"{number}号楼", unit=estate)
        )
        for number in (1, 2, 3)
    ]


def test_every_place_gets_a_tag_that_leads_to_it(estate: Unit, buildings: list[Place]) -> None:
    tags = actions.issue_tags(buildings)
    assert [tag.place for tag in tags] == buildings
    assert [tag.number for tag in tags] == [1, 2, 3]
    assert len({tag.token for tag in tags}) == 3
    assert all(len(tag.token) == TAG_TOKEN_LENGTH for tag in tags)
    standing = standing_of_tag(tags[1].token)
    assert standing is not None
    assert (standing.place, standing.unit) == (buildings[1], estate)
    assert standing_of_tag("NOSUCHTAG2") is None


def test_issuing_again_repeats_the_tag_that_hangs_there(buildings: list[Place]) -> None:
    first = actions.issue_tags(buildings[:2])
    again = actions.issue_tags([buildings[2], buildings[0]])
    assert [tag.number for tag in again] == [3, 1]
    assert again[1].token == first[0].token
    assert Tag.objects.count() == 3
    assert actions.issue_tags([]) == []


def test_a_revoked_tag_leads_nowhere_and_a_new_one_takes_its_place(buildings: list[Place]) -> None:
    (old,) = actions.issue_tags(buildings[:1])
    assert actions.revoke_tag("account:admin", old.token)
    assert standing_of_tag(old.token) is None
    assert not actions.revoke_tag("account:admin", old.token)
    (new,) = actions.issue_tags(buildings[:1])
    assert (new.number, new.token == old.token) == (2, False)
    kinds = Event.objects.filter(subject_id=buildings[0].id).order_by("sequence")
    assert [event.kind for event in kinds] == [
        actions.PLACE_ADDED,
        actions.TAG_ISSUED,
        actions.TAG_REVOKED,
        actions.TAG_ISSUED,
    ]
    # The token itself opens a page, so the log keeps only the number.
    assert not any(old.token in str(event.payload) for event in kinds)


def test_numbers_go_on_after_someone_took_the_same_one(
    buildings: list[Place], monkeypatch: pytest.MonkeyPatch
) -> None:
    actions.issue_tags(buildings[:1])
    tokens = iter([Tag.objects.get().token, "SECONDTRY2"])
    monkeypatch.setattr(actions, "new_tag_token", lambda: next(tokens))
    (tag,) = actions.issue_tags(buildings[1:2])
    assert (tag.number, tag.token) == (2, "SECONDTRY2")


def test_a_tag_in_a_merged_estate_leads_to_the_successor(
    estate: Unit, buildings: list[Place]
) -> None:
    (tag,) = actions.issue_tags(buildings[:1])
    other = add_unit("system", NewUnit("E2", "小区乙", Level.ESTATE, estate.parent))
    merge_units("system", estate, other, date(2026, 5, 1))
    standing = standing_of_tag(tag.token)
    assert standing is not None
    assert standing.unit == other

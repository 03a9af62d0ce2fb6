"""Owners and duty lists land from tables, dated, and bad rows cost only themselves."""

from __future__ import annotations

from datetime import date

import pytest

from huiban.kernel.base.tables import Row
from huiban.modules.voice.models import OwnerRule
from huiban.modules.voice.queries.owners import listed
from huiban.modules.voice.tables import load_duty_lists, load_owners
from tests.cast import Cast

pytestmark = pytest.mark.django_db
TODAY = date(2026, 5, 8)


def rows(*told: dict[str, str]) -> list[Row]:
    return [Row(number, values) for number, values in enumerate(told, start=2)]


def test_owners_land_and_a_bad_row_costs_only_itself(cast: Cast) -> None:
    units = cast.units
    told = rows(
        {"category": "供水", "area": units["district"].code, "owner": units["housing"].code},
        {"category": "没有的分类", "area": units["district"].code, "owner": units["housing"].code},
        {"category": "noise", "area": "NOWHERE", "owner": units["housing"].code},
    )
    outcome = load_owners(told, TODAY)
    assert (outcome.read, outcome.changed) == (3, 1)
    assert [number for number, _ in outcome.refused] == [3, 4]
    assert load_owners(told[:1], TODAY).same == 1


def test_a_new_owner_ends_the_old_one(cast: Cast) -> None:
    units = cast.units
    told = {"category": "elevator", "area": units["district"].code, "owner": units["street"].code}
    load_owners(rows(told), TODAY)
    kept = OwnerRule.objects.filter(category="elevator").order_by("valid_from")
    assert [(rule.owner_id, rule.valid_to) for rule in kept] == [
        (units["housing"].id, TODAY),
        (units["street"].id, None),
    ]


def test_duty_lists_are_common_or_a_communitys_own(cast: Cast) -> None:
    units = cast.units
    told = rows(
        {"category": "road", "role": "协办", "unit": ""},
        {"category": "road", "role": "主办", "unit": units["community"].code},
        {"category": "road", "role": "看着办", "unit": ""},
        {"category": "road", "role": "主办", "unit": units["street"].code},
    )
    outcome = load_duty_lists(told, TODAY)
    assert (outcome.changed, len(outcome.refused)) == (2, 2)
    assert listed(units["community"].id, "road") is True
    assert listed(units["neighbour"].id, "road") is False

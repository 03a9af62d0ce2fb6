"""Scope: unscoped queries are refused, mergers are followed, the empty scope sees nothing."""

from __future__ import annotations

import pytest

from huiban.kernel.access.queries import actor_of
from huiban.kernel.people.models import Tenure
from huiban.kernel.territory.models import Unit
from huiban.kernel.territory.scope import Scope, UnscopedQueryError
from huiban.kernel.vocab.actions import note_change
from huiban.modules.voice.models import Case
from tests.cast import Cast, Tell

pytestmark = pytest.mark.django_db


def test_a_query_that_says_no_scope_is_refused(cast: Cast, tell: Tell) -> None:
    tell()
    for ask in (
        lambda: list(Case.objects.all()),
        lambda: Case.objects.count(),
        lambda: Case.objects.filter(danger=True).exists(),
        lambda: Case.objects.filter(danger=True).first(),
        lambda: Case.objects.values_list("pk", flat=True)[0],
        lambda: Case.objects.update(danger=True),
        lambda: next(Case.objects.iterator()),
    ):
        with pytest.raises(UnscopedQueryError):
            ask()


def test_the_empty_scope_sees_nothing(cast: Cast, tell: Tell) -> None:
    tell()
    assert Case.objects.within(Scope()).count() == 0


def test_each_level_sees_its_own(cast: Cast, tell: Tell) -> None:
    tell()
    tell(place="old_house")
    seen = {
        name: Case.objects.within(cast[name].scope).count()
        for name in ("worker", "neighbour_worker", "street_officer", "group_officer")
    }
    assert seen == {
        "worker": 1,
        "neighbour_worker": 1,
        "street_officer": 2,
        "group_officer": 2,
    }
    assert Case.objects.within(cast["secretary"].scope).count() == 1
    assert Case.objects.within(cast["housing_officer"].scope).count() == 0


def test_a_merged_unit_loses_nothing(cast: Cast, tell: Tell) -> None:
    """The other street takes Happiness Street in: what was Happiness Street's, it sees."""
    tell()
    heir = cast.units["other_street"]
    Unit.objects.filter(pk=cast.units["street"].pk).update(successor=heir)
    note_change()
    officer = cast.accounts["street_officer"]
    Tenure.objects.filter(person=officer.person).update(
        post=heir.posts.create(name="平安街道前台", role="street_desk", is_front_desk=True)
    )
    assert Case.objects.within(actor_of(officer).scope).count() == 1

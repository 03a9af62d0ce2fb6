"""Who publishes a unit's handbook: a post that permits it, in a unit from which it can be read."""

from __future__ import annotations

import pytest

from huiban.kernel.access.models import Role
from huiban.kernel.access.queries import actor_of
from huiban.kernel.base.clock import Traveller
from huiban.kernel.base.errors import NotPermitted, Unseen
from huiban.kernel.events.pump import drain
from huiban.kernel.notices.models import Notice
from huiban.kernel.people.models import Tenure
from huiban.kernel.territory.models import Post
from huiban.kernel.vocab.queries import forget_copy
from huiban.modules.analysis import permits
from huiban.modules.analysis.actions import publishing
from huiban.modules.analysis.actions.stories import approve_story, write_story
from huiban.modules.analysis.queries.handbooks import (
    handbook_page,
    handbooks_page,
    publishing_unit,
    units_that_publish,
)
from huiban.modules.analysis.tests.test_publishing import MAY, TEXT, at, draft
from tests.cast import LONG_AGO, Cast, Tell

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def departments_publish(cast: Cast) -> None:
    """The departments are given what their own handbooks need."""
    role = Role.objects.get(code="department_desk")
    role.permits = [*role.permits, permits.PUBLISH]
    role.save()
    forget_copy()
    cast.actors["housing_officer"] = actor_of(cast.accounts["housing_officer"])


def test_a_department_publishes_its_own_handbook_and_no_other(
    cast: Cast, tell: Tell, clock: Traveller
) -> None:
    tell()
    at(clock, 6, 3)
    housing, district = cast.units["housing"], cast.units["district"]
    officer = cast["housing_officer"]
    own = publishing.draft_handbook(officer, housing.code, MAY)
    assert publishing.publish(officer, own.pk, seen=1).published_post == "区住建局经办"
    with pytest.raises(Unseen):
        publishing.draft_handbook(officer, district.code, MAY)
    group = cast.units["leading_group"].id
    assert units_that_publish(district) == {group}
    assert units_that_publish(housing) == {group, housing.id}


def test_who_could_not_open_the_draft_takes_no_second_look(
    cast: Cast, tell: Tell, clock: Traveller
) -> None:
    told = tell("电梯停运")
    at(clock, 6, 3)
    handbook = draft(cast)
    writer = cast["group_officer"]
    story = write_story(writer, handbook.pk, told.reference, seen=0, title="电梯", text=TEXT)
    assert approve_story(writer, story.pk, seen=1).same_person


def test_who_could_not_open_the_draft_is_not_told_of_it(
    cast: Cast, tell: Tell, clock: Traveller
) -> None:
    tell()
    at(clock, 6, 3)
    publishing.follow_log()
    assert publishing.propose_if_due() == 1
    drain()
    (told,) = Notice.objects.filter(wording="analysis.handbook_drafted")
    assert told.unit_id == cast.units["leading_group"].id


def test_what_one_post_permits_and_another_reads_is_not_published(
    cast: Cast, tell: Tell, clock: Traveller
) -> None:
    tell()
    at(clock, 6, 3)
    handbook = draft(cast)
    account = cast.accounts["district_officer"]
    second = Post.objects.create(
        unit=cast.units["housing"], name="区住建局副岗", role="department_desk"
    )
    Tenure.objects.create(person_id=account.person_id, post=second, valid_from=LONG_AGO)
    both = actor_of(account)
    district = cast.units["district"]
    with pytest.raises(NotPermitted):
        publishing.publish(both, handbook.pk, seen=1)
    with pytest.raises(Unseen):
        handbook_page(both, district.code, MAY)
    assert not handbooks_page(both, district.code).may_publish
    assert publishing_unit(both, cast.units["housing"]).post_name == "区住建局副岗"

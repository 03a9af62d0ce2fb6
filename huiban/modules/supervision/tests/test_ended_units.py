"""After a merger what a unit owed is shown, told and done where the unit that stands for it now is."""

from __future__ import annotations

import pytest

from huiban.kernel.base.clock import Traveller
from huiban.kernel.duties.actions import lead_of
from huiban.kernel.events.pump import drain
from huiban.kernel.notices.models import Notice
from huiban.kernel.territory.models import Post
from huiban.modules.supervision.actions.letters import draft_letter, issue_letter, recall_letter
from huiban.modules.supervision.actions.observing import Told, tell_district
from huiban.modules.supervision.actions.rectifying import reply_letter
from huiban.modules.supervision.models import Letter
from huiban.modules.supervision.queries.desks import supervising_unit
from huiban.modules.supervision.queries.owed import owed
from huiban.modules.supervision.tests.desk_of_supervision import (
    everything,
    finding,
    merge,
    supervise,
)
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter(cast: Cast) -> Letter:
    """A letter issued to a community that is merged into another one before it replies."""
    supervise(cast)
    draft = draft_letter(cast["supervisor"], "notice", [finding(cast, "neighbour").pk], "a-letter")
    issued = issue_letter(cast["supervisor"], draft.pk, 1)
    drain()
    merge(cast, "neighbour", "community")
    return issued


def told(cast: Cast, wording: str) -> list[str]:
    """The units that were told so."""
    sent = Notice.objects.filter(wording=f"supervision.{wording}").order_by("at", "id")
    return [notice.unit.name for notice in sent]


def test_a_merged_units_duty_is_shown_to_its_successor(cast: Cast, letter: Letter) -> None:
    (line,) = owed(cast["worker"])
    assert (line.action, line.title) == ("去回复", letter.title)
    assert owed(cast["street_officer"]) == []
    reply_letter(cast["worker"], letter.pk, "已经落实", everything(letter))
    assert owed(cast["worker"]) == []


def test_a_merged_units_successor_is_reminded_and_told(
    cast: Cast, letter: Letter, clock: Traveller
) -> None:
    for _ in range(10):
        clock.ahead(days=1)
        drain()
    recall_letter(cast["supervisor"], letter.pk, "单位已经合并，另行了解")
    drain()
    assert told(cast, "letter_arrived") == ["和睦社区"]
    for wording in ("soon_due", "late", "letter_recalled"):
        assert told(cast, wording) == ["幸福里社区"], wording


def test_an_ended_unit_supervises_nobody(cast: Cast) -> None:
    supervise(cast, "observer")
    for name in ("housing", "city_management"):
        Post.objects.create(unit=cast.units[name], name="监督岗", role="supervisor")
    district_id = cast.units["district"].pk
    assert supervising_unit(district_id) == cast.units["housing"]
    merge(cast, "housing", None)
    assert supervising_unit(district_id) == cast.units["city_management"]
    observation = tell_district(cast["observer"], Told("a-form", "burden", "重复填表"))
    duty = lead_of(observation.pk)
    assert duty is not None
    assert duty.unit == cast.units["city_management"]

"""减负观察员: heard by the district alone, protected, told what came of it, measured again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from huiban.kernel.access.models import Look
from huiban.kernel.base.clock import Traveller
from huiban.kernel.base.errors import ImproperMove, NotPermitted, Refusal, Unseen
from huiban.kernel.events.models import Event
from huiban.kernel.events.pump import drain
from huiban.kernel.moves.proof import broken_promises
from huiban.kernel.notices.models import Notice
from huiban.modules.supervision import kinds
from huiban.modules.supervision.actions.observing import (
    Told,
    answer_passed,
    look_at_observer,
    mark_seen,
    pass_on,
    send_back,
    tell_district,
    tell_outcome,
)
from huiban.modules.supervision.models import Finding, Observation
from huiban.modules.supervision.queries.observations import (
    observation_page,
    observations_passed,
    observations_told,
    own_observations,
    unread_outcomes,
)
from huiban.modules.supervision.queries.owed import owed
from huiban.modules.supervision.tests.desk_of_supervision import finding, supervise
from tests.cast import Cast, Tell

pytestmark = pytest.mark.django_db

ORIGINAL = "我们社区这周被要求重复填三张表，催得很急，我在场。"
REWORDED = "反映：同一批数据被要求重复填报。请核查。"
TOLD = Told(key="a-form", about="burden", text=ORIGINAL)


@pytest.fixture
def told(cast: Cast) -> Observation:
    """What the observer of Lucky Community told."""
    supervise(cast)
    return tell_district(cast["observer"], replace(TOLD, unit_id=cast.units["street"].id))


def test_it_goes_to_the_district_past_street_and_community(cast: Cast, told: Observation) -> None:
    drain()
    assert [line.id for line in observations_told(cast["supervisor"])] == [told.pk]
    assert [notice.unit for notice in Notice.objects.all()] == [cast.units["leading_group"]]
    assert [line.action for line in owed(cast["supervisor"])] == ["去阅办"]
    for name in sorted(set(cast.actors) - {"supervisor", "second_supervisor", "observer"}):
        assert observations_told(cast[name]) == [], name
        assert observations_passed(cast[name]) == [], name
        assert owed(cast[name]) == [], name
        with pytest.raises(Unseen):
            observation_page(cast[name], told.pk)
        with pytest.raises(Unseen):
            look_at_observer(cast[name], told.pk)


def test_who_told_it_stands_nowhere_in_the_log(cast: Cast, told: Observation) -> None:
    event = Event.objects.get(kind=kinds.OBSERVATION_TOLD)
    assert event.actor == "observer"
    account = str(cast.accounts["observer"].pk)
    assert account not in f"{event.actor} {event.payload}"


def test_the_observer_is_shown_on_record_only(cast: Cast, told: Observation) -> None:
    page = observation_page(cast["supervisor"], told.pk)
    assert page.text == ORIGINAL
    assert not Look.objects.exists()
    who = look_at_observer(cast["supervisor"], told.pk)
    assert who.name == "减负观察员"
    assert who.posts == ["幸福里社区 · 减负观察员"]
    look = Look.objects.get()
    assert (look.what, look.subject_id) == ("supervision.observer", told.pk)


def test_the_same_form_is_told_once(cast: Cast, told: Observation) -> None:
    again = tell_district(cast["observer"], TOLD)
    assert again.pk == told.pk
    assert Event.objects.filter(kind=kinds.OBSERVATION_TOLD).count() == 1


@pytest.mark.parametrize(
    ("told", "field"),
    [
        (replace(TOLD, text=" "), "text"),
        (replace(TOLD, text="长" * 4001), "text"),
        (replace(TOLD, about="else"), "about"),
        (replace(TOLD, about="case", case_reference="12"), "case"),
        (replace(TOLD, key=""), "key"),
    ],
)
def test_what_is_missing_is_said(cast: Cast, told: Told, field: str) -> None:
    supervise(cast)
    with pytest.raises(Refusal) as refused:
        tell_district(cast["observer"], told)
    assert refused.value.field == field
    assert not Observation.objects.everywhere("a test counts them").exists()


def test_only_observers_tell(cast: Cast) -> None:
    supervise(cast)
    for name in ("worker", "supervisor"):
        with pytest.raises(NotPermitted):
            tell_district(cast[name], TOLD)


def test_a_case_is_named_by_its_reference_and_none_is_given_away(cast: Cast, tell: Tell) -> None:
    supervise(cast)
    there = tell().reference
    one = tell_district(cast["observer"], replace(TOLD, about="case", case_reference=there.lower()))
    other = tell_district(
        cast["observer"], replace(TOLD, key="other", about="case", case_reference="ZZZZ2222")
    )
    assert (one.case_reference, one.case_id is not None) == (there, True)
    assert (other.case_reference, other.case_id) == ("ZZZZ2222", None)


def passed(cast: Cast, told: Observation, **more: object) -> Observation:
    """Passed on to the street, reworded."""
    street = cast.units["street"].id
    return pass_on(cast["supervisor"], told.pk, street, REWORDED, **more)  # type: ignore[arg-type]


def test_the_unit_reads_the_district_s_words_alone(cast: Cast, told: Observation) -> None:
    passed(cast, told)
    page = observation_page(cast["street_officer"], told.pk)
    assert (page.text, page.as_role, page.photos, page.about_unit) == (REWORDED, "unit", [], "")
    assert ORIGINAL not in str(vars(page.observation))
    assert [line.text for line in observations_passed(cast["street_officer"])] == [REWORDED]
    assert [line.title for line in owed(cast["street_officer"])] == [REWORDED]
    for name in ("worker", "neighbour_worker", "secretary", "district_officer"):
        with pytest.raises(Unseen):
            observation_page(cast[name], told.pk)
    mine = observation_page(cast["observer"], told.pk)
    assert (mine.text, mine.as_role) == (ORIGINAL, "observer")


def test_a_branch_is_never_asked_and_words_are_needed(cast: Cast, told: Observation) -> None:
    with pytest.raises(Refusal, match="不作为转办对象"):
        pass_on(cast["supervisor"], told.pk, cast.units["branch"].id, REWORDED)
    with pytest.raises(Refusal):
        pass_on(cast["supervisor"], told.pk, cast.units["street"].id, " ")
    with pytest.raises(Unseen):
        pass_on(cast["street_officer"], told.pk, cast.units["street"].id, REWORDED)


def test_it_is_answered_asked_again_and_told_to_the_observer(
    cast: Cast, told: Observation, clock: Traveller
) -> None:
    passed(cast, told, rule="stalled")
    with pytest.raises(Unseen):
        answer_passed(cast["worker"], told.pk, "已取消重复表格。")
    answer_passed(cast["street_officer"], told.pk, "正在核查。")
    with pytest.raises(ImproperMove):
        answer_passed(cast["street_officer"], told.pk, "正在核查。")
    send_back(cast["supervisor"], told.pk, "请说明哪几张表。")
    assert "补充要求：请说明哪几张表。" in observations_passed(cast["street_officer"])[0].text
    answer_passed(cast["street_officer"], told.pk, "已取消三张重复表格。")
    finding(cast, "street", "stalled", other=None)
    tell_outcome(cast["supervisor"], told.pk, "街道已取消三张重复表格。")
    assert unread_outcomes(cast["observer"]) == 1
    (line,) = own_observations(cast["observer"])
    assert (line.stage_label, line.is_new) == ("已告知结果", True)
    assert mark_seen(cast["observer"]) == 1
    assert unread_outcomes(cast["observer"]) == 0
    for _ in range(33):
        clock.ahead(days=1)
        drain()
    assert unread_outcomes(cast["observer"]) == 1
    effect = observation_page(cast["observer"], told.pk).effect
    assert effect is not None
    assert effect.what == "“久未接单”的发现"
    assert [(month.count, month.recount) for month in effect.months] == [(1, None), (0, None)]
    assert effect.said.startswith("从1次到0次，少了1次。")
    # A finding that falls later is told to the observer beside what was counted.
    Finding.objects.everywhere("an objection was upheld").update(state=Finding.State.VOID)
    effect = observation_page(cast["observer"], told.pk).effect
    assert effect is not None
    assert [(month.count, month.recount) for month in effect.months] == [(1, 0), (0, None)]
    assert effect.said.startswith("前后都是0次。")
    assert list(broken_promises(Observation)) == []


def test_the_district_may_answer_by_itself_and_the_matter_is_counted(
    cast: Cast, told: Observation, clock: Traveller
) -> None:
    tell_outcome(cast["supervisor"], told.pk, "这项报表本月已停用。")
    clock.ahead(days=5)
    tell_district(cast["observer"], replace(TOLD, key="b", unit_id=cast.units["street"].id))
    tell_district(cast["observer"], replace(TOLD, key="c", unit_id=cast.units["neighbour"].id))
    for _ in range(30):
        clock.ahead(days=1)
        drain()
    effect = observation_page(cast["supervisor"], told.pk).effect
    assert effect is not None
    assert effect.what == "同一单位的“基层负担”反映"
    assert [(month.count, month.recount) for month in effect.months] == [(1, None), (1, None)]

"""What a new report most likely repeats: found by marks and place, and only while it is open."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from huiban.kernel.base.clock import Traveller
from huiban.kernel.events.pump import drain
from huiban.modules.voice import actions, queries
from huiban.modules.voice.actions.reading import read_case
from huiban.modules.voice.contracts import Reported
from huiban.modules.voice.models import Case, Gram, Reading, Report
from huiban.modules.voice.queries.likeness import near_report, possibly_same
from tests.cast import Cast, Tell

pytestmark = pytest.mark.django_db

MIXER = "北门外新建的混凝土搅拌站夜里施工，粉尘大、噪音大，老人孩子睡不着"
MIXER_AGAIN = "投诉北门的搅拌站，混凝土车通宵施工噪音扰民，粉尘也飘进家里"
STREET_LAMP = "南侧路口的路灯杆被货车撞歪了，一直没有人扶正"


def told(reported: Reported) -> Report:
    return Report.objects.select_related("case").get(pk=reported.report_id)


def repeats(reported: Reported) -> list[Any]:
    return [one.case.pk for one in queries.likely_repeats(told(reported)) if one.words]


def in_index(reported: Reported) -> int:
    return Gram.objects.filter(case_id=reported.case_id).count()


# ---- what is found


def test_a_rewording_from_another_building_is_found_and_another_matter_isnt(tell: Tell) -> None:
    first, other = tell(MIXER), tell(STREET_LAMP)
    drain()
    again = tell(MIXER_AGAIN, "building_5")
    assert repeats(again) == [first.case_id]
    assert other.case_id not in repeats(again)


def test_the_same_building_and_category_is_found_before_anything_was_read(tell: Tell) -> None:
    first = tell("电梯停运")
    assert in_index(first) == 0
    assert repeats(tell("困在轿厢里，电梯门打不开")) == [first.case_id]


def test_another_districts_and_old_cases_are_not_found(
    cast: Cast, tell: Tell, clock: Traveller
) -> None:
    first = tell(MIXER)
    drain()
    clock.ahead(days=31)
    assert repeats(tell(MIXER_AGAIN)) == []
    clock.ahead(days=31)
    Case.objects.everywhere("moved by the test").filter(pk=first.case_id).update(
        received_at=clock.moment
    )
    assert repeats(tell(MIXER_AGAIN, "building_5")) == [first.case_id]
    again = tell(MIXER, "building_5")
    assert first.case_id in repeats(again)
    Case.objects.everywhere("moved by the test").filter(pk=first.case_id).update(
        district=cast.units["street"]
    )
    assert first.case_id not in repeats(again)


def test_a_case_never_repeats_itself(tell: Tell) -> None:
    first = tell(MIXER)
    drain()
    assert repeats(first) == []


def test_the_likeliest_come_first_and_no_more_than_asked_for(tell: Tell) -> None:
    for _ in range(6):
        tell("北门的搅拌站太吵了")
    exact = tell(MIXER)
    drain()
    likely = queries.likely_repeats(told(tell(MIXER)), limit=3)
    assert likely[0].case.pk == exact.case_id
    assert len(likely) == 3
    assert likely[0].words == "很像"


@pytest.mark.parametrize("text", ["灯", "😀😀😀", "The lift is broken", "电" * 3_900, "。。。"])
def test_any_words_are_looked_for(tell: Tell, text: str) -> None:
    first = tell(text)
    drain()
    assert first.case_id in repeats(tell(text))


def test_it_takes_four_statements_whatever_there_is(tell: Tell) -> None:
    for number in range(12):
        tell(f"{MIXER}，第{number}天")
    drain()
    report = told(tell(MIXER_AGAIN))
    queries.likely_repeats(report)
    with CaptureQueriesContext(
        connection,
    ) as statements:
        assert len(queries.likely_repeats(report, limit=9)) == 9
    assert len(statements) == 4


# ---- the index


def test_reading_again_doubles_nothing(tell: Tell) -> None:
    first = tell(MIXER)
    drain()
    rows = in_index(first)
    assert rows == len(Reading.objects.get(case_id=first.case_id).grams) > 8
    read_case(first.case_id)
    assert in_index(first) == rows


def test_what_was_read_in_another_way_before_leaves_nothing_behind(tell: Tell) -> None:
    first = tell(MIXER)
    drain()
    Gram.objects.filter(case_id=first.case_id).update(gram=7)
    Reading.objects.filter(case_id=first.case_id).update(grams=[7])
    read_case(first.case_id)
    assert not Gram.objects.filter(gram=7).exists()
    assert in_index(first) > 8


def test_an_ended_case_leaves_the_index_and_one_taken_up_again_returns(
    cast: Cast, tell: Tell
) -> None:
    first = tell(MIXER)
    report = told(first)
    drain()
    rows = in_index(first)
    actions.answer(cast["worker"], first.case_id, "已约谈站方，夜间停工。")
    actions.rate(report, "solved", "satisfied")
    drain()
    assert in_index(first) == 0
    actions.ask_reopening(report, "昨晚又开工了")
    drain()
    assert in_index(first) == rows
    actions.review(cast["street_officer"], first.case_id, reopen=False, reason="已停工")
    drain()
    assert in_index(first) == 0


def test_withdrawn_and_diverted_cases_leave_the_index(cast: Cast, tell: Tell) -> None:
    withdrawn, diverted = tell(MIXER), tell(MIXER)
    drain()
    actions.withdraw(told(withdrawn))
    actions.divert(cast["worker"], diverted.case_id, "outside")
    drain()
    assert Gram.objects.count() == 0
    assert repeats(tell(MIXER)) == []


def test_a_case_that_ended_before_it_was_read_isnt_put_in(tell: Tell) -> None:
    first = tell(MIXER)
    actions.withdraw(told(first))
    drain()
    assert in_index(first) == 0


def test_erasing_takes_the_marks_too(cast: Cast, tell: Tell) -> None:
    first = tell(MIXER)
    drain()
    actions.ask_erasure(told(first))
    actions.erase(cast["worker"], first.case_id)
    assert in_index(first) == 0
    assert not Reading.objects.filter(case_id=first.case_id).exists()


# ---- what residents and workers are shown


def test_residents_see_the_same_building_first_and_the_community_where_words_are_alike(
    cast: Cast, tell: Tell
) -> None:
    elsewhere = tell(MIXER, "building_5")
    stranger = tell(MIXER, "old_house")
    here = tell("太吵了，装修没完")
    drain()
    new = told(tell(MIXER_AGAIN))
    assert new.case.category == told(here).case.category == "noise"
    shown = [one.case.pk for one in near_report(new)]
    assert shown == [here.case_id, elsewhere.case_id]
    assert stranger.case_id not in shown


def test_residents_see_at_most_five(tell: Tell) -> None:
    for _ in range(8):
        tell("电梯停运")
    assert len(queries.similar_open(told(tell("电梯停运")))) == 5


def test_without_a_known_place_nothing_of_others_is_shown(cast: Cast, tell: Tell) -> None:
    tell(MIXER)
    drain()
    new = told(tell(MIXER))
    new.case.building_id = new.case.place_id = new.case.community_id = None
    assert near_report(new) == []


def test_workers_see_their_own_scope_with_the_words_in_common(cast: Cast, tell: Tell) -> None:
    ours, theirs = tell(MIXER), tell(MIXER, "old_house")
    drain()
    new = told(tell(f"{MIXER}，请管一管", "building_5"))
    seen = possibly_same(cast["worker"], new)
    assert [one.case.pk for one in seen] == [ours.case_id]
    assert "搅拌站" in "".join(seen[0].in_common)
    of_the_street = possibly_same(cast["street_officer"], new)
    assert {one.case.pk for one in of_the_street} == {ours.case_id, theirs.case_id}

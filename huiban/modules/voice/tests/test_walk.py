"""The whole walk of a case, through the same doors that the faces use."""

from __future__ import annotations

from datetime import UTC, date

import pytest

from huiban.kernel.access.queries import actor_of
from huiban.kernel.base.clock import Traveller
from huiban.kernel.base.errors import ImproperMove, NotPermitted, Refusal, Unseen
from huiban.kernel.duties.actions import lead_of
from huiban.kernel.events.models import Event
from huiban.kernel.events.pump import drain, give_positions
from huiban.kernel.events.seals import broken_chains
from huiban.kernel.moves.proof import broken_promises
from huiban.kernel.territory.actions import merge_units
from huiban.kernel.territory.models import Unit
from huiban.modules.voice import actions, queries, stages
from huiban.modules.voice.contracts import Told
from huiban.modules.voice.models import Case, Report
from tests.cast import Cast, Tell

pytestmark = pytest.mark.django_db


def the_case(reported: object) -> Case:
    pk = reported.case_id  # type: ignore[attr-defined]
    return Case.objects.everywhere("a test looks at it").get(pk=pk)


def holder(case: Case) -> str:
    lead = lead_of(case.pk)
    return lead.unit.name if lead else ""


def prove() -> None:
    assert list(broken_chains()) == []
    assert list(broken_promises(Case)) == []


def test_a_scanned_report_opens_a_case_at_its_communitys_desk(cast: Cast, tell: Tell) -> None:
    reported = tell("三号楼电梯坏了")
    case = the_case(reported)
    assert holder(case) == "幸福里社区"
    assert case.stage == stages.RECEIVED
    assert case.category == "elevator"
    assert case.building_id == cast.places["building_3"].id
    assert case.estate_id == cast.units["estate"].id
    prove()


def test_the_same_key_gives_the_first_receipt_and_makes_nothing(cast: Cast, tell: Tell) -> None:
    first = tell(key="the-same-key-twice")
    second = tell("别的话", key="the-same-key-twice")
    assert second.repeated
    assert (second.receipt, second.case_id) == (first.receipt, first.case_id)
    assert Case.objects.everywhere("counted").count() == 1


def test_words_of_danger_name_the_emergency_number_and_are_recorded(tell: Tell) -> None:
    reported = tell("楼道里有很浓的煤气味")
    assert [danger.phone for danger in reported.danger] == ["119"]
    assert the_case(reported).danger


def test_the_main_walk(cast: Cast, tell: Tell, clock: Traveller) -> None:
    """Accepted, dispatched, returned, sent again, answered, rated badly, reopened, closed."""
    reported = tell("三号楼电梯坏了，老人下不了楼")
    case_id = reported.case_id
    worker, officer = cast["worker"], cast["housing_officer"]
    actions.accept(worker, case_id)
    actions.dispatch(worker, case_id, cast.units["housing"].id)
    actions.accept(officer, case_id)
    actions.ask_return(officer, case_id, "电梯还在保修期，应由物业先报修")
    assert holder(the_case(reported)) == "区住建局"
    actions.decide_return(worker, case_id, consent=True)
    assert holder(the_case(reported)) == "幸福里社区"
    actions.dispatch(worker, case_id, cast.units["housing"].id)
    clock.ahead(hours=2)
    actions.accept(officer, case_id)
    actions.answer(officer, case_id, "维保单位已更换门机，电梯恢复运行。")
    report = queries.report_by_receipt(reported.receipt)
    actions.rate(report, "not_solved", "not_satisfied", "又停了")
    assert holder(the_case(reported)) == "幸福里社区"
    assert the_case(reported).stage == stages.REVIEWING
    actions.review(worker, case_id, reopen=True, reason="已请住建局重新派人")
    assert holder(the_case(reported)) == "区住建局"
    actions.answer(officer, case_id, "更换了控制板，观察两天正常。")
    actions.rate(queries.report_by_receipt(reported.receipt), "solved", "satisfied")
    case = the_case(reported)
    assert (case.stage, case.reopened, case.verdict) == (stages.CLOSED, 1, "solved")
    prove()


def test_a_late_case_rises_tier_by_tier(cast: Cast, tell: Tell, clock: Traveller) -> None:
    reported = tell()
    case_id = reported.case_id
    actions.accept(cast["worker"], case_id)
    actions.dispatch(cast["worker"], case_id, cast.units["branch"].id)
    seen = [holder(the_case(reported))]
    for _ in range(3):
        clock.ahead(days=12)
        drain()
        drain()
        seen.append(holder(the_case(reported)))
    assert seen == ["幸福里小区党支部", "幸福里社区", "幸福街道", "区党建引领基层治理领导小组"]
    prove()


def test_a_branch_answers_by_its_own_means(cast: Cast, tell: Tell) -> None:
    reported = tell("楼上装修太吵")
    actions.accept(cast["worker"], reported.case_id)
    actions.dispatch(cast["worker"], reported.case_id, cast.units["branch"].id)
    actions.answer(cast["secretary"], reported.case_id, "双方约定午休不施工。", means="negotiated")
    assert the_case(reported).stage == stages.ANSWERED
    prove()


def test_a_branch_that_doesnt_guide_the_estate_isnt_given_it(cast: Cast, tell: Tell) -> None:
    reported = tell(place="old_house")
    actions.accept(cast["neighbour_worker"], reported.case_id)
    with pytest.raises(Refusal, match="不负责这个小区"):
        actions.dispatch(cast["neighbour_worker"], reported.case_id, cast.units["branch"].id)


def test_a_community_isnt_given_what_its_duty_list_lacks(cast: Cast, tell: Tell) -> None:
    reported = tell("违建搭建没人管")
    actions.accept(cast["worker"], reported.case_id)
    actions.escalate(cast["worker"], reported.case_id, "需要执法")
    actions.accept(cast["street_officer"], reported.case_id)
    with pytest.raises(Refusal, match="不在幸福里社区的职责清单"):
        actions.dispatch(cast["street_officer"], reported.case_id, cast.units["community"].id)


def test_an_upheld_assignment_is_final(cast: Cast, tell: Tell) -> None:
    reported = tell("电梯停运")
    actions.dispatch(cast["worker"], reported.case_id, cast.units["housing"].id)
    actions.ask_return(cast["housing_officer"], reported.case_id, "不是我们的")
    actions.decide_return(cast["worker"], reported.case_id, consent=False, reason="职责清单写明")
    with pytest.raises(ImproperMove, match="不能再次退回"):
        actions.ask_return(cast["housing_officer"], reported.case_id, "还是不想办")
    prove()


def test_a_return_after_its_days_is_refused(cast: Cast, tell: Tell, clock: Traveller) -> None:
    reported = tell("电梯停运")
    actions.dispatch(cast["worker"], reported.case_id, cast.units["housing"].id)
    clock.ahead(days=6)
    with pytest.raises(ImproperMove, match="现在已经超过"):
        actions.ask_return(cast["housing_officer"], reported.case_id, "晚了")


def test_a_dispatch_can_be_undone_until_it_is_accepted(cast: Cast, tell: Tell) -> None:
    reported = tell("电梯停运")
    actions.dispatch(cast["worker"], reported.case_id, cast.units["housing"].id)
    actions.undo_dispatch(cast["worker"], reported.case_id)
    assert holder(the_case(reported)) == "幸福里社区"
    actions.dispatch(cast["worker"], reported.case_id, cast.units["housing"].id)
    actions.accept(cast["housing_officer"], reported.case_id)
    with pytest.raises(ImproperMove):
        actions.undo_dispatch(cast["worker"], reported.case_id)
    prove()


def test_danger_is_verified_by_another_person(cast: Cast, tell: Tell) -> None:
    reported = tell("有煤气味")
    actions.accept(cast["worker"], reported.case_id)
    actions.answer(cast["worker"], reported.case_id, "燃气公司已到场处理。")
    assert the_case(reported).stage == stages.VERIFYING
    assert holder(the_case(reported)) == "幸福街道"
    with pytest.raises(NotPermitted):
        actions.verify(cast["worker"], reported.case_id, ok=True)
    actions.verify(cast["street_officer"], reported.case_id, ok=True)
    assert the_case(reported).stage == stages.ANSWERED
    prove()


def test_a_photo_alone_is_no_answer(cast: Cast, tell: Tell) -> None:
    reported = tell()
    actions.accept(cast["worker"], reported.case_id)
    with pytest.raises(Refusal, match="只有照片不算答复"):
        actions.answer(cast["worker"], reported.case_id, "  ")


def test_the_clock_stands_still_while_the_resident_is_asked(
    cast: Cast, tell: Tell, clock: Traveller
) -> None:
    reported = tell()
    actions.accept(cast["worker"], reported.case_id)
    before = lead_of(reported.case_id)
    assert before is not None
    actions.ask_resident(cast["worker"], reported.case_id, "是哪一层？")
    clock.ahead(days=3)
    report = queries.report_by_receipt(reported.receipt)
    assert queries.follow(report).question == "是哪一层？"
    actions.answer_question(report, "四层")
    after = lead_of(reported.case_id)
    assert after is not None
    assert after.due_at > before.due_at
    assert after.paused_at is None


def test_an_unanswered_question_lapses(cast: Cast, tell: Tell, clock: Traveller) -> None:
    reported = tell()
    actions.accept(cast["worker"], reported.case_id)
    actions.ask_resident(cast["worker"], reported.case_id, "是哪一层？")
    clock.ahead(days=7)
    drain()
    lead = lead_of(reported.case_id)
    assert lead is not None
    assert lead.paused_at is None


def test_an_unrated_case_without_contact_closes(cast: Cast, tell: Tell, clock: Traveller) -> None:
    reported = tell()
    actions.accept(cast["worker"], reported.case_id)
    actions.answer(cast["worker"], reported.case_id, "灯已换好。")
    clock.ahead(days=10)
    drain()
    case = the_case(reported)
    assert (case.stage, case.result, case.verdict) == (stages.CLOSED, "unrated", "")
    prove()


def test_a_callback_is_made_by_another_unit(cast: Cast, tell: Tell, clock: Traveller) -> None:
    reported = tell(contact="13800001234")
    actions.accept(cast["worker"], reported.case_id)
    actions.answer(cast["worker"], reported.case_id, "灯已换好。")
    clock.ahead(days=10)
    drain()
    assert holder(the_case(reported)) == "幸福街道"
    actions.record_callback(cast["street_officer"], reported.case_id, "not_reached")
    case = the_case(reported)
    assert (case.stage, case.verdict) == (stages.CLOSED, "not_reached")
    prove()


def test_a_callback_for_the_districts_own_desk_goes_to_the_leading_group(
    cast: Cast, clock: Traveller
) -> None:
    told = Told(key="a-key-without-a-tag", text="公园里的灯坏了", contact="13800001234")
    reported = actions.report(told, queries.where_without_tag())
    actions.accept(cast["district_officer"], reported.case_id)
    actions.answer(cast["district_officer"], reported.case_id, "灯已换好。")
    clock.ahead(days=10)
    drain()
    assert holder(the_case(reported)) == "区党建引领基层治理领导小组"
    actions.record_callback(cast["group_officer"], reported.case_id, "solved", "satisfied")
    assert the_case(reported).stage == stages.CLOSED


def test_joining_ends_ones_own_case_and_keeps_the_receipt(cast: Cast, tell: Tell) -> None:
    first, second = tell("电梯坏了"), tell("电梯又停了")
    mine = queries.report_by_receipt(second.receipt)
    nearby = queries.similar_open(mine)
    assert [similar.case_id for similar in nearby] == [first.case_id]
    actions.join_case(mine, first.case_id)
    actions.join_case(queries.report_by_receipt(second.receipt), first.case_id)
    case = the_case(first)
    assert case.joiner_count == 1
    assert the_case(second).stage == stages.JOINED
    followed = queries.follow(queries.report_by_receipt(second.receipt))
    assert followed.reference == second.reference
    assert followed.stage == case.stage
    prove()


def test_a_joiner_never_reads_the_others_words(cast: Cast, tell: Tell) -> None:
    first, second = tell("电梯坏了"), tell("电梯又停了")
    actions.join_case(queries.report_by_receipt(second.receipt), first.case_id)
    actions.add_words(
        queries.report_by_receipt(first.receipt), "key-of-an-addition", "我住十二层，姓欧阳"
    )
    followed = queries.follow(queries.report_by_receipt(second.receipt))
    assert all("欧阳" not in step.text for step in followed.timeline)


def test_withdrawing_and_erasing_leave_a_tombstone(cast: Cast, tell: Tell) -> None:
    reported = tell(contact="13800001234")
    report = queries.report_by_receipt(reported.receipt)
    actions.withdraw(report)
    actions.ask_erasure(report)
    assert actions.erase(cast["worker"], reported.case_id) == 1
    kept = Report.objects.get(pk=report.pk)
    assert (kept.text, kept.erased_at is not None) == ("", True)
    assert queries.follow(queries.report_by_receipt(reported.receipt)).erased
    prove()


def test_what_was_kept_long_enough_is_forgotten(cast: Cast, tell: Tell, clock: Traveller) -> None:
    reported = tell(contact="13800001234")
    actions.withdraw(queries.report_by_receipt(reported.receipt))
    open_still = tell()
    clock.ahead(days=1000)
    assert actions.forget_old(dry_run=True) == 0
    clock.ahead(days=200)
    assert actions.forget_old(dry_run=True) == 1
    assert actions.forget_old() == 1
    assert actions.forget_old() == 0
    texts = dict(Report.objects.values_list("case_id", "text"))
    assert texts[reported.case_id] == ""
    assert texts[open_still.case_id]


def test_the_neighbouring_worker_sees_nothing(cast: Cast, tell: Tell) -> None:
    reported = tell()
    with pytest.raises(Unseen):
        actions.accept(cast["neighbour_worker"], reported.case_id)
    with pytest.raises(Unseen):
        queries.case_page(cast["neighbour_worker"], reported.reference)


def test_a_department_sees_what_it_was_sent(cast: Cast, tell: Tell) -> None:
    reported = tell("电梯停运")
    with pytest.raises(Unseen):
        queries.case_page(cast["housing_officer"], reported.reference)
    actions.dispatch(cast["worker"], reported.case_id, cast.units["housing"].id)
    page = queries.case_page(cast["housing_officer"], reported.reference)
    assert page.one_tap is not None
    assert page.one_tap.verb == "accept"


def test_the_inbox_offers_one_tap_to_accept_then_to_dispatch(cast: Cast, tell: Tell) -> None:
    reported = tell("电梯停运")
    line = queries.inbox(cast["worker"]).lines[0]
    assert line.one_tap is not None
    assert line.one_tap.verb == "accept"
    actions.accept(cast["worker"], reported.case_id)
    line = queries.inbox(cast["worker"]).lines[0]
    assert line.one_tap is not None
    assert (line.one_tap.verb, line.one_tap.label) == ("dispatch", "派给区住建局")


def test_the_lead_waits_for_co_handlers_or_says_so(cast: Cast, tell: Tell) -> None:
    reported = tell("电梯停运")
    actions.accept(cast["worker"], reported.case_id)
    actions.invite(cast["worker"], reported.case_id, [cast.units["housing"].id])
    with pytest.raises(Refusal, match="还有1个协办单位"):
        actions.answer(cast["worker"], reported.case_id, "已处理。")
    actions.finish_part(cast["housing_officer"], reported.case_id, "已通知维保")
    actions.answer(cast["worker"], reported.case_id, "已处理。")
    prove()


def test_a_deferral_moves_the_due_time_and_the_resident_sees_why(cast: Cast, tell: Tell) -> None:
    reported = tell()
    actions.accept(cast["worker"], reported.case_id)
    before = lead_of(reported.case_id)
    actions.defer(cast["worker"], reported.case_id, 3, "要等配件")
    after = lead_of(reported.case_id)
    assert before is not None
    assert after is not None
    assert after.due_at.astimezone(UTC) > before.due_at
    followed = queries.follow(queries.report_by_receipt(reported.receipt))
    assert followed.deferral == "要等配件"


def test_positions_follow_each_chain(cast: Cast, tell: Tell) -> None:
    for _ in range(3):
        actions.accept(cast["worker"], tell().case_id)
    give_positions()
    for case in Case.objects.everywhere("a test looks at them"):
        placed = Event.objects.filter(subject_id=case.pk).order_by("sequence")
        positions = [position or 0 for position in placed.values_list("position", flat=True)]
        assert positions == sorted(positions)
        assert all(positions)


def test_what_a_merged_community_left_undone_is_its_successors(cast: Cast, tell: Tell) -> None:
    told = tell(place="old_house")
    source, into = (Unit.objects.get(pk=cast.units[name].pk) for name in ("neighbour", "community"))
    merge_units("account:somebody", source, into, date(2026, 5, 8))
    worker = actor_of(cast.accounts["worker"])
    assert told.reference in str(queries.inbox(worker))
    actions.accept(worker, told.case_id)
    case = the_case(told)
    assert case.stage == stages.HANDLING
    actions.answer(worker, told.case_id, "已修好，恢复运行。")
    assert the_case(told).answered_by_id in {source.pk, into.pk}
    prove()

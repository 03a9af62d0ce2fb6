"""并入 and 撤销并入: nothing is lost, whoever led has it back, and every receipt goes on."""

from __future__ import annotations

import pytest

from huiban.kernel.base.clock import Traveller
from huiban.kernel.base.errors import ImproperMove, NotPermitted, Refusal, Unseen
from huiban.kernel.duties.actions import lead_of
from huiban.kernel.duties.models import Duty
from huiban.kernel.duties.rules import read_clock
from huiban.kernel.events.models import Event
from huiban.kernel.events.pump import drain
from huiban.kernel.events.seals import broken_chains
from huiban.kernel.moves.proof import broken_promises
from huiban.modules.voice import actions, kinds, queries, stages
from huiban.modules.voice.contracts import Reported
from huiban.modules.voice.models import Case, Entry, Gram, Report
from huiban.modules.voice.queries.lists import last_handling
from tests.cast import Cast, Tell

pytestmark = pytest.mark.django_db


def case_of(reported: Reported) -> Case:
    """The case that this report opened, as it is now."""
    return Case.objects.everywhere("a test looks at it").get(pk=reported.case_id)


def told(reported: Reported) -> Report:
    return queries.report_by_receipt(reported.receipt)


def prove() -> None:
    drain()
    assert list(broken_promises(Case)) == []
    assert list(broken_chains()) == []


@pytest.fixture
def pair(tell: Tell) -> tuple[Reported, Reported]:
    """Two reports of the same thing: the first is to go on."""
    return tell("电梯停运", contact="13800001234"), tell("电梯又停了，下不了楼")


Pair = tuple[Reported, Reported]


# ---- merging


def test_the_report_moves_and_keeps_its_receipt_and_reference(cast: Cast, pair: Pair) -> None:
    first, second = pair
    actions.merge(cast["worker"], second.case_id, first.case_id)
    own, into = case_of(second), case_of(first)
    assert (own.stage, own.result, own.joined_to_id) == (stages.JOINED, "merged", into.pk)
    assert into.joiner_count == 1
    followed = queries.follow(told(second))
    assert (followed.reference, followed.stage) == (second.reference, stages.RECEIVED)
    assert followed.own_text == "电梯又停了，下不了楼"
    prove()


def test_everyone_hears_the_answer_and_may_rate_it(cast: Cast, pair: Pair) -> None:
    first, second = pair
    actions.merge(cast["worker"], second.case_id, first.case_id)
    actions.answer(cast["worker"], first.case_id, "已修好。")
    assert queries.follow(told(second)).answer == "已修好。"
    actions.rate(told(second), "solved", "satisfied")
    assert case_of(first).stage == stages.CLOSED
    prove()


def test_a_case_in_handling_is_merged_with_all_that_joined_it(
    cast: Cast, tell: Tell, pair: Pair
) -> None:
    first, second = pair
    neighbour = tell("电梯不动了")
    actions.join_case(told(neighbour), second.case_id)
    actions.accept(cast["worker"], second.case_id)
    actions.merge(cast["worker"], second.case_id, first.case_id)
    assert (case_of(second).joiner_count, case_of(first).joiner_count) == (0, 2)
    assert queries.follow(told(neighbour)).reference == neighbour.reference
    assert told(neighbour).case_id == first.case_id
    prove()


def test_merging_again_changes_nothing(cast: Cast, pair: Pair) -> None:
    first, second = pair
    for _ in range(2):
        actions.merge(cast["worker"], second.case_id, first.case_id)
    assert Event.objects.filter(kind=kinds.MERGED).count() == 1
    assert case_of(first).joiner_count == 1


def test_what_is_sent_on_answered_or_ended_isnt_merged(cast: Cast, pair: Pair) -> None:
    first, second = pair
    worker = cast["worker"]
    actions.dispatch(worker, second.case_id, cast.units["housing"].id)
    with pytest.raises(ImproperMove, match="已派单"):
        actions.merge(worker, second.case_id, first.case_id)
    actions.withdraw(told(first))
    with pytest.raises(ImproperMove, match="已撤回"):
        actions.merge(worker, first.case_id, second.case_id)
    prove()


def test_nothing_is_merged_into_itself_or_into_what_has_ended(cast: Cast, pair: Pair) -> None:
    first, second = pair
    with pytest.raises(Refusal, match="自己"):
        actions.merge(cast["worker"], first.case_id, first.case_id)
    actions.withdraw(told(first))
    with pytest.raises(ImproperMove, match="不能再并入"):
        actions.merge(cast["worker"], second.case_id, first.case_id)


def test_danger_goes_into_danger_only(cast: Cast, tell: Tell, pair: Pair) -> None:
    danger, other = tell("有煤气味"), tell("煤气味很浓")
    with pytest.raises(ImproperMove, match="涉及安全"):
        actions.merge(cast["worker"], danger.case_id, pair[0].case_id)
    actions.merge(cast["worker"], danger.case_id, other.case_id)
    prove()


def test_only_the_leading_unit_merges_and_only_what_it_sees(
    cast: Cast, tell: Tell, pair: Pair
) -> None:
    first, second = pair
    with pytest.raises(NotPermitted):
        actions.merge(cast["street_officer"], second.case_id, first.case_id)
    with pytest.raises(Unseen):
        actions.merge(cast["neighbour_worker"], second.case_id, first.case_id)
    theirs = tell("电梯停运", "old_house")
    with pytest.raises(Unseen):
        actions.merge(cast["worker"], second.case_id, theirs.case_id)
    with pytest.raises(Refusal, match="不在您的范围内"):
        actions.perform(cast["worker"], "merge", second.case_id, {"into": theirs.reference})


@pytest.mark.parametrize("typed", ["", "没有这个", "ZZZZ2222", "\x00", "x" * 5_000])
def test_a_reference_that_opens_nothing_is_refused_beside_its_field(
    cast: Cast, pair: Pair, typed: str
) -> None:
    with pytest.raises(Refusal) as refused:
        actions.perform(cast["worker"], "merge", pair[1].case_id, {"into": typed})
    assert refused.value.field == "into"


def test_a_reference_or_a_key_names_the_case(cast: Cast, tell: Tell, pair: Pair) -> None:
    first, second = pair
    third = tell("电梯停运")
    done = actions.perform(cast["worker"], "merge", second.case_id, {"into": first.reference})
    assert done.undo == "unmerge"
    actions.perform(cast["worker"], "merge", third.case_id, {"into": str(first.case_id)})
    assert case_of(first).joiner_count == 2


def test_a_merged_case_counts_as_no_handling_on_time(cast: Cast, pair: Pair) -> None:
    first, second = pair
    actions.accept(cast["worker"], second.case_id)
    actions.merge(cast["worker"], second.case_id, first.case_id)
    assert not last_handling().filter(subject_id=second.case_id).exists()


# ---- taking it back


def test_unmerging_gives_back_report_stage_and_the_old_clock(
    cast: Cast, pair: Pair, clock: Traveller
) -> None:
    first, second = pair
    actions.accept(cast["worker"], second.case_id)
    before = lead_of(second.case_id)
    clock.ahead(hours=3)
    actions.merge(cast["worker"], second.case_id, first.case_id)
    clock.ahead(hours=20)
    actions.unmerge(cast["worker"], second.case_id)
    after, own = lead_of(second.case_id), case_of(second)
    assert before is not None
    assert after is not None
    assert (after.due_at, after.kind, after.unit_id) == (before.due_at, "handle", before.unit_id)
    assert after.accepted_at is not None
    assert (own.stage, own.result, own.closed_at) == (stages.HANDLING, "", None)
    assert case_of(first).joiner_count == 0
    report = told(second)
    assert (report.case_id, report.opened_case_id) == (own.pk, None)
    prove()


def test_what_nobody_had_taken_in_waits_for_that_again(cast: Cast, pair: Pair) -> None:
    first, second = pair
    before = lead_of(second.case_id)
    actions.merge(cast["worker"], second.case_id, first.case_id)
    actions.unmerge(cast["worker"], second.case_id)
    after = lead_of(second.case_id)
    assert case_of(second).stage == stages.RECEIVED
    assert before is not None
    assert after is not None
    assert (after.kind, after.due_at) == ("triage", before.due_at)
    actions.accept(cast["worker"], second.case_id)
    actions.merge(cast["worker"], second.case_id, first.case_id)
    actions.unmerge(cast["worker"], second.case_id)
    assert case_of(second).stage == stages.HANDLING
    prove()


def test_a_pause_stays_out_of_the_clock(cast: Cast, pair: Pair, clock: Traveller) -> None:
    first, second = pair
    actions.accept(cast["worker"], second.case_id)
    before = lead_of(second.case_id)
    actions.ask_resident(cast["worker"], second.case_id, "是哪一层？")
    clock.ahead(days=3)
    actions.merge(cast["worker"], second.case_id, first.case_id)
    actions.unmerge(cast["worker"], second.case_id)
    after = lead_of(second.case_id)
    assert before is not None
    assert after is not None
    assert after.paused_at is None
    assert after.due_at > before.due_at
    assert len(read_clock(after.clock)[2]) == 1
    prove()


def test_unmerging_again_changes_nothing_and_what_never_was_is_refused(
    cast: Cast, tell: Tell, pair: Pair
) -> None:
    first, second = pair
    with pytest.raises(ImproperMove, match="没有被并入"):
        actions.unmerge(cast["worker"], second.case_id)
    actions.merge(cast["worker"], second.case_id, first.case_id)
    for _ in range(2):
        actions.unmerge(cast["worker"], second.case_id)
    assert Event.objects.filter(kind=kinds.UNMERGED).count() == 1
    joined = tell("电梯停运")
    actions.join_case(told(joined), first.case_id)
    with pytest.raises(ImproperMove, match="居民自己选择"):
        actions.unmerge(cast["worker"], joined.case_id)


def test_once_the_other_case_has_ended_it_stays_merged(cast: Cast, pair: Pair) -> None:
    first, second = pair
    actions.merge(cast["worker"], second.case_id, first.case_id)
    actions.answer(cast["worker"], first.case_id, "已修好。")
    actions.rate(told(first), "solved", "satisfied")
    with pytest.raises(ImproperMove, match="已办结"):
        actions.unmerge(cast["worker"], second.case_id)
    prove()


def test_the_unit_that_leads_on_the_other_case_may_take_it_back(cast: Cast, pair: Pair) -> None:
    first, second = pair
    actions.merge(cast["worker"], second.case_id, first.case_id)
    with pytest.raises(NotPermitted):
        actions.unmerge(cast["street_officer"], second.case_id)
    actions.escalate(cast["worker"], first.case_id, "需要上级协调")
    actions.unmerge(cast["street_officer"], second.case_id)
    lead = lead_of(second.case_id)
    assert lead is not None
    assert lead.unit_id == cast.units["community"].id
    prove()


def test_mergers_of_mergers_come_apart_in_any_order(cast: Cast, tell: Tell, pair: Pair) -> None:
    first, second = pair
    third = tell("电梯第三次停运")
    worker = cast["worker"]
    actions.merge(worker, third.case_id, second.case_id)
    actions.merge(worker, second.case_id, first.case_id)
    assert case_of(first).joiner_count == 2
    actions.unmerge(worker, third.case_id)
    assert told(third).case_id == third.case_id
    assert told(second).case_id == first.case_id
    assert case_of(first).joiner_count == 1
    actions.merge(worker, third.case_id, first.case_id)
    actions.unmerge(worker, second.case_id)
    assert [told(one).case_id for one in (second, third)] == [second.case_id, first.case_id]
    prove()


def test_what_came_with_a_merged_case_goes_back_with_it(cast: Cast, tell: Tell, pair: Pair) -> None:
    first, second = pair
    third = tell("电梯第三次停运")
    worker = cast["worker"]
    actions.merge(worker, third.case_id, second.case_id)
    actions.merge(worker, second.case_id, first.case_id)
    actions.unmerge(worker, second.case_id)
    assert {told(one).case_id for one in (second, third)} == {second.case_id}
    assert (case_of(second).joiner_count, case_of(first).joiner_count) == (1, 0)
    actions.unmerge(worker, third.case_id)
    assert told(third).case_id == third.case_id
    prove()


def test_an_upheld_assignment_stays_final_through_a_merger(cast: Cast, tell: Tell) -> None:
    first, second = tell("电梯停运"), tell("电梯又停了")
    officer = cast["housing_officer"]
    for reported in (first, second):
        actions.dispatch(cast["worker"], reported.case_id, cast.units["housing"].id)
        actions.accept(officer, reported.case_id)
    actions.ask_return(officer, second.case_id, "不是我们的")
    actions.decide_return(cast["worker"], second.case_id, consent=False, reason="清单写明")
    actions.merge(officer, second.case_id, first.case_id)
    actions.unmerge(officer, second.case_id)
    with pytest.raises(ImproperMove):
        actions.ask_return(officer, second.case_id, "还是不想办")
    prove()


# ---- the index, and being forgotten


def test_the_marks_follow(cast: Cast, pair: Pair) -> None:
    first, second = pair
    drain()
    rows = Gram.objects.filter(case_id=second.case_id).count()
    actions.merge(cast["worker"], second.case_id, first.case_id)
    drain()
    assert Gram.objects.filter(case_id=second.case_id).count() == 0
    actions.unmerge(cast["worker"], second.case_id)
    drain()
    assert Gram.objects.filter(case_id=second.case_id).count() == rows > 0


def open_erasures(reported: Reported) -> int:
    owed = Duty.objects.filter(subject_id=reported.case_id, kind="erasure", closed_at=None)
    return owed.count()


def test_a_wish_to_be_forgotten_goes_with_the_report(cast: Cast, pair: Pair) -> None:
    first, second = pair
    actions.ask_erasure(told(second))
    actions.merge(cast["worker"], second.case_id, first.case_id)
    assert (open_erasures(first), open_erasures(second)) == (1, 0)
    actions.unmerge(cast["worker"], second.case_id)
    assert (open_erasures(first), open_erasures(second)) == (0, 1)
    actions.merge(cast["worker"], second.case_id, first.case_id)
    assert actions.erase(cast["worker"], first.case_id) == 1
    assert told(second).text == ""
    assert told(first).text != ""
    prove()


def test_a_wish_goes_with_a_report_that_its_resident_joins(cast: Cast, pair: Pair) -> None:
    first, second = pair
    actions.ask_erasure(told(second))
    actions.join_case(told(second), first.case_id)
    assert (open_erasures(first), open_erasures(second)) == (1, 0)
    prove()


def test_old_merged_reports_are_forgotten_with_the_words_about_both_cases(
    cast: Cast, pair: Pair, clock: Traveller
) -> None:
    first, second = pair
    actions.accept(cast["worker"], second.case_id)
    actions.ask_resident(cast["worker"], second.case_id, "张女士，是哪一层？")
    actions.merge(cast["worker"], second.case_id, first.case_id)
    actions.answer(cast["worker"], first.case_id, "已修好。")
    actions.rate(told(first), "solved", "satisfied")
    drain()
    clock.ahead(days=1_200)
    assert actions.forget_old() == 2
    assert set(Report.objects.values_list("text", flat=True)) == {""}
    assert set(Entry.objects.values_list("text", flat=True)) == {""}
    assert Gram.objects.count() == 0
    prove()

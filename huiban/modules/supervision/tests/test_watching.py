"""The rules over the log as it really is written: live, again over history, and tried out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from huiban.kernel.base.clock import Traveller
from huiban.kernel.base.clock import now as moment
from huiban.kernel.events.models import Event
from huiban.kernel.events.pump import drain
from huiban.kernel.events.seals import broken_chains
from huiban.kernel.territory.models import Level
from huiban.modules.supervision.actions import watching
from huiban.modules.supervision.models import Finding, Occurrence
from huiban.modules.voice import actions as voice
from huiban.modules.voice import queries
from tests.cast import Cast, Tell

pytestmark = pytest.mark.django_db

ANSWER = "维修人员今天上午已到三号楼，更换了楼道的灯，现在都亮了。"


def findings() -> list[Finding]:
    kept = Finding.objects.everywhere("a test looks at them").select_related("unit", "other_unit")
    return list(kept.order_by("at", "rule"))


def told(cast: Cast) -> list[tuple[str, str]]:
    """What was found, as rule and the unit's name in the cast."""
    names = {unit.id: name for name, unit in cast.units.items()}
    return [(finding.rule, names[finding.unit_id]) for finding in findings()]


def let_pass(clock: Traveller, *, days: int) -> None:
    """Days go by, with the worker at work every few hours."""
    for _ in range(days * 4):
        clock.ahead(hours=6)
        drain()


def test_what_comes_back_is_found_about_who_gave_it_back(cast: Cast, tell: Tell) -> None:
    case = tell("电梯停运").case_id
    voice.dispatch(cast["worker"], case, cast.units["housing"].id)
    voice.ask_return(cast["housing_officer"], case, "不是我们的")
    drain()
    assert findings() == []
    voice.decide_return(cast["worker"], case, consent=True)
    drain()
    (finding,) = findings()
    assert (finding.rule, finding.rule_version) == ("bounced", 1)
    assert finding.unit == cast.units["housing"]
    assert finding.other_unit == cast.units["community"]
    assert (finding.district, finding.street, finding.community) == (
        cast.units["district"],
        None,
        None,
    )
    assert finding.evidence["ways"] == ["there_and_back"]
    steps = Event.objects.filter(subject_id=case, sequence__in=finding.evidence["steps"])
    assert [event.kind for event in steps.order_by("sequence")] == [
        "voice.case_reported",
        "voice.case_dispatched",
        "voice.return_asked",
        "voice.case_returned",
    ]
    assert list(broken_chains()) == []


def test_going_up_is_a_right_and_sending_down_again_is_found(cast: Cast, tell: Tell) -> None:
    case = tell("楼下垃圾没人清运").case_id
    voice.accept(cast["worker"], case)
    voice.escalate(cast["worker"], case, "社区没有清运车")
    voice.accept(cast["street_officer"], case)
    drain()
    assert findings() == []
    voice.dispatch(cast["street_officer"], case, cast.units["community"].id)
    drain()
    assert findings() == []
    voice.accept(cast["worker"], case)
    drain()
    assert told(cast) == [("bounced", "street")]


def test_a_dispatch_that_is_taken_back_at_once_leaves_nothing(
    cast: Cast, tell: Tell, clock: Traveller
) -> None:
    case = tell("楼下垃圾没人清运").case_id
    voice.dispatch(cast["worker"], case, cast.units["street"].id)
    voice.accept(cast["street_officer"], case)
    voice.dispatch(cast["street_officer"], case, cast.units["community"].id)
    drain()
    clock.ahead(minutes=2)
    voice.undo_dispatch(cast["street_officer"], case)
    voice.answer(cast["street_officer"], case, ANSWER)
    drain()
    assert findings() == []


def test_a_branch_guides_and_is_never_the_subject(cast: Cast, tell: Tell, clock: Traveller) -> None:
    """It lets a case lie until it rises, passes another on, and is late in danger."""
    lying, passed, urgent = (
        tell(text).case_id for text in ("楼上装修太吵", "楼下垃圾", "楼道有煤气味")
    )
    for case in (lying, passed, urgent):
        voice.accept(cast["worker"], case)
        voice.dispatch(cast["worker"], case, cast.units["branch"].id)
    voice.pass_on(cast["secretary"], passed)
    voice.accept(cast["worker"], passed)
    voice.answer(cast["worker"], passed, ANSWER)
    clock.ahead(days=14)
    for _ in range(3):
        drain()
    units = {finding.unit.level for finding in findings()}
    others = {finding.other_unit.level for finding in findings() if finding.other_unit}
    assert Level.BRANCH not in units | others
    assert Event.objects.filter(kind="voice.case_lifted").exists()
    assert all(finding.unit != cast.units["branch"] for finding in findings())


def test_what_nobody_takes_on_is_found_when_its_clock_runs_out(
    cast: Cast, tell: Tell, clock: Traveller
) -> None:
    case = tell("电梯停运").case_id
    voice.accept(cast["worker"], case)
    voice.dispatch(cast["worker"], case, cast.units["city_management"].id)
    let_pass(clock, days=2)
    stalled = [pair for pair in told(cast) if pair[1] == "city_management"]
    assert stalled == [("stalled", "city_management")]


def test_taken_on_and_told_in_between_is_not_silent(
    cast: Cast, tell: Tell, clock: Traveller
) -> None:
    quiet, asked = tell("电梯异响很大").case_id, tell("电梯按钮坏了").case_id
    for case in (quiet, asked):
        voice.dispatch(cast["worker"], case, cast.units["housing"].id)
        voice.accept(cast["housing_officer"], case)
    voice.ask_resident(cast["housing_officer"], asked, "是哪一部电梯？")
    let_pass(clock, days=5)
    silent = [finding for finding in findings() if finding.rule == "silent"]
    assert {finding.case_id for finding in silent} == {quiet}


def test_a_co_handler_past_due_is_found_with_who_asked_it_in(
    cast: Cast, tell: Tell, clock: Traveller
) -> None:
    case = tell("楼下垃圾没人清运").case_id
    voice.accept(cast["worker"], case)
    voice.invite(cast["worker"], case, [cast.units["city_management"].id, cast.units["housing"].id])
    voice.finish_part(cast["housing_officer"], case, "已查看，与本局无关")
    let_pass(clock, days=6)
    found = [finding for finding in findings() if finding.rule == "co_handler_silent"]
    assert [(finding.unit, finding.other_unit) for finding in found] == [
        (cast.units["city_management"], cast.units["community"])
    ]


def test_closed_with_another_cases_text(cast: Cast, tell: Tell, clock: Traveller) -> None:
    first, second = tell("三号楼的灯不亮"), tell("五号楼前的草坪没人管", "building_5")
    for reported in (first, second):
        voice.accept(cast["worker"], reported.case_id)
        voice.answer(cast["worker"], reported.case_id, ANSWER)
    let_pass(clock, days=12)
    copied = [finding for finding in findings() if finding.rule == "copied"]
    assert [finding.case_id for finding in copied] == [second.case_id]


def test_the_resident_says_not_solved_and_it_is_reopened_after_closing(
    cast: Cast, tell: Tell, clock: Traveller
) -> None:
    reported = tell()
    voice.accept(cast["worker"], reported.case_id)
    voice.answer(cast["worker"], reported.case_id, ANSWER)
    let_pass(clock, days=12)
    report = queries.report_by_receipt(reported.receipt)
    voice.rate(report, "not_solved", "not_satisfied", "又坏了")
    voice.review(cast["street_officer"], reported.case_id, reopen=True, reason="确实又坏了")
    drain()
    assert sorted(told(cast)) == [("reopened", "community"), ("unsolved", "community")]


def test_given_to_a_community_under_another_name(cast: Cast, tell: Tell) -> None:
    """The page refuses what the list lacks, so it is sent as garbage and then called by its name."""
    renamed, honest = tell("楼下垃圾堆里搭了棚子").case_id, tell("楼下垃圾没人清运").case_id
    for case in (renamed, honest):
        voice.accept(cast["worker"], case)
        voice.categorise(cast["worker"], case, "garbage")
        voice.escalate(cast["worker"], case, "请街道统筹")
        voice.accept(cast["street_officer"], case)
        voice.dispatch(cast["street_officer"], case, cast.units["community"].id)
    voice.categorise(cast["worker"], renamed, "illegal_building")
    drain()
    assert [finding for finding in findings() if finding.rule == "outside_list"] == []
    for case in (renamed, honest):
        voice.accept(cast["worker"], case)
    drain()
    outside = [finding for finding in findings() if finding.rule == "outside_list"]
    assert [(found.case_id, found.unit, found.other_unit) for found in outside] == [
        (renamed, cast.units["street"], cast.units["community"])
    ]
    assert outside[0].evidence["ways"] == ["not_listed", "recategorised"]


def test_a_rerun_finds_nothing_new_and_history_alone_finds_the_same(
    cast: Cast, tell: Tell, clock: Traveller
) -> None:
    began = moment()
    busy_weeks(cast, tell, clock)
    until = moment() + timedelta(seconds=1)
    live = {finding.key: told_of(finding) for finding in findings()}
    assert len({told[0] for told in live.values()}) >= 4
    assert watching.rerun(began, until) == 0
    assert {finding.key for finding in findings()} == set(live)
    Finding.objects.everywhere("a database that never watched").delete()
    Occurrence.objects.all().delete()
    assert watching.rerun(began, until) == len(live)
    assert {finding.key: told_of(finding) for finding in findings()} == live
    assert watching.rerun(datetime(2026, 1, 1, tzinfo=UTC), began) == 0


def told_of(finding: Finding) -> tuple[object, ...]:
    return (
        finding.rule,
        finding.rule_version,
        finding.unit_id,
        finding.other_unit_id,
        finding.case_reference,
        finding.category,
        finding.at,
        str(finding.evidence),
    )


def busy_weeks(cast: Cast, tell: Tell, clock: Traveller) -> None:
    """A bit of everything, over three weeks."""
    for number in range(6):
        case = tell(f"电梯停运，第{number}次").case_id
        voice.accept(cast["worker"], case)
        if number % 2:
            voice.dispatch(cast["worker"], case, cast.units["housing"].id)
        if number == 1:
            voice.ask_return(cast["housing_officer"], case, "不是我们的")
            voice.decide_return(cast["worker"], case, consent=True)
        if number == 3:
            voice.accept(cast["housing_officer"], case)
            voice.defer(cast["housing_officer"], case, 2, "等配件")
            voice.defer(cast["housing_officer"], case, 3, "配件还没到")
        let_pass(clock, days=3)

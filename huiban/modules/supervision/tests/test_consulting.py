"""专题会商: called with its agenda, held, and followed up decision by decision."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from huiban.kernel.base.clock import SHANGHAI, Traveller, local
from huiban.kernel.base.errors import ImproperMove, NotPermitted, Refusal, Unseen
from huiban.kernel.duties.actions import lead_of
from huiban.kernel.events.pump import drain
from huiban.kernel.moves.proof import broken_promises
from huiban.kernel.notices.models import Notice
from huiban.modules.supervision import stages
from huiban.modules.supervision.actions.consulting import (
    Decided,
    Item,
    Meeting,
    call_consultation,
    cancel_consultation,
    hold_consultation,
    report_decision,
    reschedule,
    verify_decision,
)
from huiban.modules.supervision.models import Consultation, Decision
from huiban.modules.supervision.queries.agendas import offered_items
from huiban.modules.supervision.queries.consultations import (
    consultation_page,
    consultations,
    minutes_of,
)
from huiban.modules.supervision.queries.owed import owed
from huiban.modules.supervision.tests.desk_of_supervision import (
    also_holds,
    finding,
    goes_over,
    merge,
    supervise,
)
from tests.cast import Cast

pytestmark = pytest.mark.django_db

AT = datetime(2026, 5, 11, 15, tzinfo=SHANGHAI)
MEETING = Meeting("幸福里电梯", "区政府三楼会议室", AT)


@pytest.fixture
def called(cast: Cast) -> Consultation:
    """A consultation with the housing office and the community about a finding."""
    supervise(cast)
    found = finding(cast)
    return call(cast, items=[Item("finding", found.pk), Item("words", words="维修资金怎么用")])


def call(
    cast: Cast,
    *,
    meeting: Meeting = MEETING,
    units: tuple[str, ...] = ("housing", "community"),
    items: list[Item] | None = None,
    key: str = "a-form",
    who: str = "supervisor",
) -> Consultation:
    """Call a consultation."""
    asked = [cast.units[name].id for name in units]
    agenda = [Item("words", words="议题")] if items is None else items
    return call_consultation(cast[who], meeting, asked, agenda, key)


def test_its_parties_are_asked_and_see_it(cast: Cast, called: Consultation) -> None:
    drain()
    told = Notice.objects.filter(wording="supervision.consultation_called")
    assert {notice.unit for notice in told} == {cast.units["housing"], cast.units["community"]}
    page = consultation_page(cast["worker"], called.pk)
    assert [item.title for item in page.agenda] == [
        "区住建局：来回推转（事项TEST0001）",
        "维修资金怎么用",
    ]
    assert page.may == frozenset()
    for name in ("neighbour_worker", "street_officer", "city_officer"):
        with pytest.raises(Unseen):
            consultation_page(cast[name], called.pk)
        assert consultations(cast[name]) == []
    duty = lead_of(called.pk)
    assert duty is not None
    # The minutes are due three working days after the meeting.
    assert (duty.kind, local(duty.due_at).date()) == ("minutes", date(2026, 5, 14))


def test_the_same_form_calls_once(cast: Cast, called: Consultation) -> None:
    assert call(cast).pk == called.pk
    assert Consultation.objects.everywhere("a test counts them").count() == 1


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"meeting": Meeting(" ", "会议室", AT)}, "title"),
        ({"meeting": Meeting("电梯", "", AT)}, "place"),
        ({"meeting": Meeting("电梯", "会议室", AT + timedelta(days=300))}, "at"),
        ({"meeting": Meeting("电梯", "会议室", AT - timedelta(days=60))}, "at"),
        ({"units": ()}, "units"),
        ({"units": ("branch",)}, "units"),
        ({"items": []}, "agenda"),
        ({"items": [Item("words", words="题" * 201)]}, "agenda"),
        ({"items": [Item("words", words="题")] * 21}, "agenda"),
        ({"items": [Item("somewhere")]}, "agenda"),
        ({"key": ""}, "key"),
    ],
)
def test_what_is_missing_is_said(cast: Cast, more: dict[str, object], field: str) -> None:
    supervise(cast)
    with pytest.raises(Refusal) as refused:
        call(cast, **more)  # type: ignore[arg-type]
    assert refused.value.field == field


def test_only_the_district_calls_and_only_what_it_sees(cast: Cast) -> None:
    supervise(cast)
    for name in ("worker", "street_officer", "group_officer"):
        with pytest.raises(NotPermitted):
            call(cast, who=name)
    from huiban.kernel.base.ids import new_id

    for source in ("finding", "letter"):
        with pytest.raises(Unseen):
            call(cast, items=[Item(source, new_id())])


def test_findings_are_offered_for_an_agenda(cast: Cast) -> None:
    supervise(cast)
    found = finding(cast)
    ((heading, offered),) = offered_items(cast["supervisor"])
    assert heading == "已认定的发现"
    assert [one.value for one in offered] == [f"finding:{found.pk}"]


def test_it_is_moved_and_called_off(cast: Cast, called: Consultation) -> None:
    later = AT + timedelta(days=1)
    reschedule(cast["supervisor"], called.pk, "二楼", later)
    duty = lead_of(called.pk)
    assert duty is not None
    assert local(duty.due_at).date() == date(2026, 5, 15)
    with pytest.raises(NotPermitted):
        reschedule(cast["worker"], called.pk, "社区", later)
    with pytest.raises(Refusal):
        cancel_consultation(cast["supervisor"], called.pk, "")
    cancel_consultation(cast["supervisor"], called.pk, "问题已经解决")
    with pytest.raises(ImproperMove):
        cancel_consultation(cast["supervisor"], called.pk, "问题已经解决")
    drain()
    assert list(broken_promises(Consultation)) == []


def hold(
    cast: Cast,
    called: Consultation,
    *decisions: Decided,
    who: str = "supervisor",
    summary: str = "各方同意先修后议。",
) -> Consultation:
    """Put its minutes down; the housing office came."""
    return hold_consultation(
        cast[who],
        called.pk,
        chair="区领导小组办公室主任",
        summary=summary,
        attended=[cast.units["housing"].id],
        decisions=decisions,
    )


def decided(cast: Cast, owner: str = "housing", day: date = date(2026, 5, 20)) -> Decided:
    """Something that a unit owes by a day."""
    return Decided("更换电梯钢丝绳", cast.units[owner].id, day)


def test_minutes_are_made_after_the_meeting(
    cast: Cast, called: Consultation, clock: Traveller
) -> None:
    with pytest.raises(ImproperMove, match="还没有开"):
        hold(cast, called)
    with pytest.raises(ImproperMove, match="还没有形成纪要"):
        minutes_of(cast["supervisor"], called.pk)
    clock.to(AT + timedelta(hours=2))
    hold(cast, called, decided(cast), decided(cast, "community", date(2026, 5, 29)))
    _, minutes = minutes_of(cast["worker"], called.pk)
    assert minutes["present"] == ["区住建局"]
    assert minutes["absent"] == ["幸福里社区"]
    assert minutes["at"] == "2026年5月11日15:00"
    assert [one["due"] for one in minutes["decisions"]] == ["2026年5月20日", "2026年5月29日"]
    with pytest.raises(ImproperMove):
        hold(cast, called, decided(cast))
    assert Decision.objects.everywhere("a test counts them").count() == 2
    assert list(broken_promises(Consultation)) == []


@pytest.mark.parametrize(
    ("owner", "day", "reason"),
    [
        ("city_management", date(2026, 5, 20), "不在参加单位里"),
        ("housing", date(2026, 5, 16), "不是工作日"),
        ("housing", date(2026, 5, 11), "最早是5月12日 周二"),
        ("housing", date(2029, 5, 11), "一年以内"),
    ],
)
def test_a_decision_has_an_owner_among_the_parties_and_a_working_day(
    cast: Cast, called: Consultation, clock: Traveller, owner: str, day: date, reason: str
) -> None:
    clock.to(AT + timedelta(hours=2))
    with pytest.raises(Refusal, match=reason) as refused:
        hold(cast, called, decided(cast), decided(cast, owner, day))
    assert refused.value.field == "decision-2"
    # Nothing of it stands: neither the minutes nor the first decision.
    assert not Decision.objects.everywhere("a test counts them").exists()
    stage = Consultation.objects.everywhere("a test looks").get(pk=called.pk).stage
    assert stage == stages.CALLED


def test_a_decision_is_owed_reported_and_verified_by_somebody_else(
    cast: Cast, called: Consultation, clock: Traveller
) -> None:
    clock.to(AT + timedelta(hours=2))
    hold(cast, called, decided(cast))
    drain()
    decision = Decision.objects.everywhere("a test looks").get()
    duty = lead_of(decision.pk)
    assert duty is not None
    assert (duty.unit, local(duty.due_at).date()) == (cast.units["housing"], date(2026, 5, 20))
    assert [line.action for line in owed(cast["housing_officer"])] == ["去报结果"]
    with pytest.raises(NotPermitted):
        report_decision(cast["worker"], decision.pk, "换好了")
    with pytest.raises(Unseen):
        report_decision(cast["neighbour_worker"], decision.pk, "换好了")
    report_decision(cast["housing_officer"], decision.pk, "钢丝绳已换。")
    with pytest.raises(ImproperMove):
        report_decision(cast["housing_officer"], decision.pk, "钢丝绳已换。")
    with pytest.raises(NotPermitted):
        verify_decision(cast["housing_officer"], decision.pk, done=True)
    with pytest.raises(Refusal, match="未落实的理由"):
        verify_decision(cast["supervisor"], decision.pk, done=False)
    verify_decision(cast["supervisor"], decision.pk, done=False, text="没有检验报告")
    report_decision(cast["housing_officer"], decision.pk, "附上检验报告。")
    verify_decision(cast["supervisor"], decision.pk, done=True)
    assert Decision.objects.everywhere("a test looks").get().stage == stages.DONE
    drain()
    assert list(broken_promises(Decision)) == []
    (line,) = consultations(cast["supervisor"])
    assert (line.decisions, line.open_decisions) == (1, 0)


def test_a_late_decision_is_found_by_the_clock(
    cast: Cast, called: Consultation, clock: Traveller
) -> None:
    clock.to(AT + timedelta(hours=2))
    hold(cast, called, decided(cast))
    for _ in range(12):
        clock.ahead(days=1)
        drain()
    late = Notice.objects.filter(wording="supervision.late", unit=cast.units["housing"])
    assert late.count() == 1
    (line,) = consultation_page(cast["supervisor"], called.pk).decisions
    assert line.late


def reported(cast: Cast, called: Consultation, clock: Traveller, owner: str, who: str) -> Decision:
    """A decision that its owner has reported on."""
    clock.to(AT + timedelta(hours=2))
    hold(cast, called, decided(cast, owner))
    decision = Decision.objects.everywhere("a test looks").get()
    return report_decision(cast[who], decision.pk, "钢丝绳已换。")


def offers_to_verify(cast: Cast, called: Consultation, who: str) -> bool:
    """Whether the page offers that person to verify its one decision."""
    (line,) = consultation_page(cast[who], called.pk).decisions
    return line.may_verify


def test_who_works_for_the_owner_too_does_not_verify(
    cast: Cast, called: Consultation, clock: Traveller
) -> None:
    also_holds(cast, "supervisor", "housing", "department_desk")
    decision = reported(cast, called, clock, "housing", "housing_officer")
    assert not offers_to_verify(cast, called, "supervisor")
    with pytest.raises(NotPermitted, match="责任单位的人"):
        verify_decision(cast["supervisor"], decision.pk, done=True)
    assert offers_to_verify(cast, called, "second_supervisor")
    verify_decision(cast["second_supervisor"], decision.pk, done=True)


def test_who_works_for_the_owner_s_successor_does_not_verify(
    cast: Cast, called: Consultation, clock: Traveller
) -> None:
    decision = reported(cast, called, clock, "housing", "housing_officer")
    also_holds(cast, "supervisor", "city_management", "department_desk")
    merge(cast, "housing", "city_management")
    with pytest.raises(NotPermitted, match="责任单位的人"):
        verify_decision(cast["supervisor"], decision.pk, done=True)
    verify_decision(cast["second_supervisor"], decision.pk, done=True)


def test_who_reported_in_an_earlier_round_does_not_verify(
    cast: Cast, called: Consultation, clock: Traveller
) -> None:
    decision = reported(cast, called, clock, "housing", "housing_officer")
    verify_decision(cast["supervisor"], decision.pk, done=False, text="没有检验报告")
    also_holds(cast, "city_officer", "housing", "department_desk")
    report_decision(cast["city_officer"], decision.pk, "附上检验报告。")
    goes_over(cast, "housing_officer", "leading_group", "supervisor")
    assert not offers_to_verify(cast, called, "housing_officer")
    with pytest.raises(NotPermitted, match="责任单位的人"):
        verify_decision(cast["housing_officer"], decision.pk, done=True)
    verify_decision(cast["supervisor"], decision.pk, done=True)


def test_what_the_convener_took_on_is_verified_by_another_of_its_people(
    cast: Cast, called: Consultation, clock: Traveller
) -> None:
    also_holds(cast, "supervisor", "leading_group", "department_desk")
    decision = reported(cast, called, clock, "leading_group", "supervisor")
    with pytest.raises(NotPermitted):
        verify_decision(cast["supervisor"], decision.pk, done=True)
    verify_decision(cast["second_supervisor"], decision.pk, done=True)

"""People judge what rules found, units object, and rules change from tomorrow on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from huiban.kernel.access.actions import add_account
from huiban.kernel.access.actor import Actor
from huiban.kernel.access.queries import actor_of
from huiban.kernel.base.clock import Traveller, local, now
from huiban.kernel.base.errors import ImproperMove, NotPermitted, Refusal, Unseen
from huiban.kernel.events.models import Event
from huiban.kernel.events.pump import drain
from huiban.kernel.events.seals import broken_chains
from huiban.kernel.people.actions import give_post
from huiban.kernel.territory.models import Post
from huiban.kernel.vocab.models import Term
from huiban.modules.supervision.actions import ruling, watching
from huiban.modules.supervision.actions.findings import decide_objection, judge, object_to
from huiban.modules.supervision.models import Finding, Objection
from huiban.modules.supervision.queries.findings import Wanted, finding_page, findings_page
from huiban.modules.supervision.queries.ruling import rules_page
from huiban.modules.supervision.reading import VOCABULARY, rule_on
from huiban.modules.supervision.tests.desk_of_supervision import supervise
from huiban.modules.voice import actions as voice
from tests.cast import LONG_AGO, PASSWORD, Cast, Tell

pytestmark = pytest.mark.django_db


@pytest.fixture
def supervisor(cast: Cast) -> Actor:
    return supervise(cast, "supervisor")["supervisor"]


@pytest.fixture
def finding(cast: Cast, tell: Tell) -> Finding:
    """Housing gave a case back to the community that had sent it."""
    case = tell("电梯停运").case_id
    voice.dispatch(cast["worker"], case, cast.units["housing"].id)
    voice.ask_return(cast["housing_officer"], case, "还在保修期内")
    voice.decide_return(cast["worker"], case, consent=True)
    drain()
    return the_finding()


def the_finding() -> Finding:
    return Finding.objects.everywhere("a test looks at it").get()


def kinds_of(finding: Finding) -> list[str]:
    events = Event.objects.filter(subject_id=finding.id).order_by("sequence")
    return [event.kind.removeprefix("supervision.") for event in events]


def test_a_finding_is_confirmed_once_however_often_it_is_tapped(
    finding: Finding, supervisor: Actor
) -> None:
    for _ in range(2):
        judge(supervisor, finding.id, "confirmed", seen="open", reason="improve")
    kept = the_finding()
    assert (kept.state, kept.reason, kept.signed) == ("confirmed", "improve", "监督评价专班")
    assert kinds_of(finding) == ["finding_made", "finding_judged"]
    assert list(broken_chains()) == []


def test_who_was_slower_is_told(finding: Finding, supervisor: Actor) -> None:
    judge(supervisor, finding.id, "dismissed", seen="open", reason="wrongly_sent")
    with pytest.raises(ImproperMove, match="不予认定"):
        judge(supervisor, finding.id, "confirmed", seen="open", reason="improve")
    judge(supervisor, finding.id, "open", seen="dismissed")
    judge(supervisor, finding.id, "confirmed", seen="open", reason="improve")
    assert the_finding().state == "confirmed"


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [
        ("confirmed", ""),
        ("confirmed", "wrongly_sent"),
        ("dismissed", "improve"),
        ("dismissed", "nothing_of_the_kind"),
        ("void", "wrongly_sent"),
        ("open", "improve"),
    ],
)
def test_an_outcome_needs_a_reason_of_its_own_list(
    finding: Finding, supervisor: Actor, outcome: str, reason: str
) -> None:
    with pytest.raises(Refusal):
        judge(supervisor, finding.id, outcome, seen="open", reason=reason)
    assert the_finding().state == "open"


def test_only_supervision_at_the_district_judges_and_never_on_its_own_unit(
    cast: Cast, finding: Finding, supervisor: Actor
) -> None:
    for name in ("housing_officer", "group_officer", "district_officer"):
        with pytest.raises(NotPermitted):
            judge(cast[name], finding.id, "confirmed", seen="open", reason="improve")
    with pytest.raises(Unseen):
        judge(cast["neighbour_worker"], finding.id, "confirmed", seen="open", reason="improve")
    both = Post.objects.create(unit=cast.units["housing"], name="督查岗", role="supervisor")
    account = add_account("both", PASSWORD, "兼任", both, valid_from=LONG_AGO)
    own = Post.objects.get(unit=cast.units["housing"], is_front_desk=True)
    give_post(account.person, own, LONG_AGO)
    with pytest.raises(NotPermitted, match="您在该单位办事"):
        judge(actor_of(account), finding.id, "confirmed", seen="open", reason="improve")


def test_an_upheld_objection_makes_it_void_in_every_figure(
    cast: Cast, finding: Finding, supervisor: Actor
) -> None:
    month = f"{local(now()):%Y-%m}"
    judge(supervisor, finding.id, "confirmed", seen="open", reason="improve")
    officer = cast["housing_officer"]
    for _ in range(2):
        object_to(officer, finding.id, "电梯在保修期，应由维保单位办理，有合同。")
    objection = Objection.objects.get()
    assert bounced_in(supervisor, month) == 1
    with pytest.raises(ImproperMove, match="先答复申诉"):
        judge(supervisor, finding.id, "dismissed", seen="confirmed", reason="wrongly_sent")
    for _ in range(2):
        decide_objection(supervisor, objection.id, True, "合同属实，撤销。", "wrongly_sent")
    kept = the_finding()
    assert (kept.state, kept.reason) == ("void", "wrongly_sent")
    assert bounced_in(supervisor, month) == 0
    assert kinds_of(finding) == [
        "finding_made",
        "finding_judged",
        "objection_made",
        "objection_decided",
    ]
    with pytest.raises(ImproperMove, match="已经撤销"):
        judge(supervisor, finding.id, "confirmed", seen="void", reason="improve")
    with pytest.raises(ImproperMove, match="已经撤销"):
        object_to(officer, finding.id, "再说一次")
    until = now() + timedelta(seconds=1)
    assert watching.rerun(now() - timedelta(days=1), until) == 0
    assert the_finding().state == "void"


def bounced_in(actor: Actor, month: str) -> int:
    return next(line.made for line in rules_page(actor, month).lines if line.code == "bounced")


def test_a_refused_objection_leaves_it_and_two_are_enough(
    cast: Cast, finding: Finding, supervisor: Actor
) -> None:
    for number in range(2):
        object_to(cast["housing_officer"], finding.id, f"第{number}次：不是我们的事")
        waiting = Objection.objects.get(decided_at=None)
        with pytest.raises(Refusal):
            decide_objection(supervisor, waiting.id, False, " ")
        with pytest.raises(Refusal):
            decide_objection(supervisor, waiting.id, True, "成立", "improve")
        decide_objection(supervisor, waiting.id, False, "清单写明由贵局主办。")
    assert the_finding().state == "open"
    with pytest.raises(ImproperMove, match="最多申诉2次"):
        object_to(cast["housing_officer"], finding.id, "第三次")


def test_only_the_unit_itself_objects(cast: Cast, finding: Finding, supervisor: Actor) -> None:
    for actor in (supervisor, cast["district_officer"]):
        with pytest.raises(NotPermitted):
            object_to(actor, finding.id, "替他们说")
    for name in ("worker", "secretary", "city_officer"):
        with pytest.raises(Unseen):
            object_to(cast[name], finding.id, "替他们说")
    with pytest.raises(Refusal):
        object_to(cast["housing_officer"], finding.id, "  ")


def test_the_database_takes_one_open_objection_and_no_finding_between_a_unit_and_itself(
    cast: Cast, finding: Finding
) -> None:
    object_to(cast["housing_officer"], finding.id, "不是我们的事")
    with pytest.raises(IntegrityError), transaction.atomic():
        Objection.objects.create(
            finding=finding, unit=cast.units["housing"], words="又", signed="岗", at=now()
        )
    everywhere = Finding.objects.everywhere("a test breaks it")
    for broken in (
        {"other_unit": cast.units["housing"]},
        {"state": "dismissed", "judged_at": now()},
        {"state": "gone"},
        {"case_reference": ""},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            everywhere.filter(pk=finding.pk).update(**broken)


def test_a_page_shows_what_is_in_scope_and_no_person(
    cast: Cast, finding: Finding, supervisor: Actor
) -> None:
    for actor in (supervisor, cast["housing_officer"], cast["district_officer"]):
        page = findings_page(actor, Wanted())
        assert [(group.code, group.pairs[0].unit_name) for group in page.groups] == [
            ("bounced", "区住建局")
        ]
    assert findings_page(cast["worker"], Wanted()).groups == []
    one = finding_page(cast["housing_officer"], finding.id)
    assert [step.title for step in one.steps][-1] == "幸福里社区同意退回"
    assert (one.may_object, one.may_judge) == (True, False)
    assert finding_page(supervisor, finding.id).may_judge
    said = str(one)
    for account in cast.accounts.values():
        assert str(account.id) not in said
    with pytest.raises(NotPermitted):
        findings_page(cast["secretary"], Wanted())
    with pytest.raises(Unseen):
        finding_page(cast["worker"], finding.id)


def test_a_rule_changes_from_tomorrow_on_and_yesterday_stays_as_it_was(
    cast: Cast, tell: Tell, finding: Finding, supervisor: Actor, clock: Traveller
) -> None:
    began = now() - timedelta(days=1)
    numbers = {"backs": 2, "returns": 2, "units": 2}
    for _ in range(2):
        ruling.change_rule(supervisor, "bounced", True, numbers, seen=1)
    assert (rule_on("bounced").version, rule_on("bounced").thresholds["backs"]) == (1, 1)
    clock.ahead(days=1)
    assert (rule_on("bounced").version, rule_on("bounced").thresholds["backs"]) == (2, 2)
    case = tell("电梯异响").case_id
    voice.dispatch(cast["worker"], case, cast.units["housing"].id)
    voice.ask_return(cast["housing_officer"], case, "还在保修期内")
    voice.decide_return(cast["worker"], case, consent=True)
    drain()
    bounced = Finding.objects.everywhere("a test looks at them").filter(rule="bounced")
    assert bounced.get().pk == finding.pk
    assert watching.rerun(began, now() + timedelta(seconds=1)) == 0
    ruling.change_rule(supervisor, "bounced", False, numbers, seen=2)
    clock.ahead(days=1)
    assert not rule_on("bounced").is_on
    changes = Event.objects.filter(kind="supervision.rule_changed").order_by("sequence")
    assert [event.payload["version"] for event in changes] == [2, 3]


def test_a_rule_is_changed_by_whoever_saw_it_as_it_is(cast: Cast, supervisor: Actor) -> None:
    numbers = {"hours": 20}
    with pytest.raises(NotPermitted):
        ruling.change_rule(cast["group_officer"], "stalled", True, numbers, seen=1)
    with pytest.raises(Refusal, match="1到200"):
        ruling.change_rule(supervisor, "stalled", True, {"hours": 0}, seen=1)
    with pytest.raises(Refusal):
        ruling.change_rule(supervisor, "stalled", True, {}, seen=1)
    with pytest.raises(Unseen):
        ruling.change_rule(supervisor, "no_such_rule", True, {}, seen=1)
    ruling.change_rule(supervisor, "stalled", True, numbers, seen=1)
    with pytest.raises(Refusal, match="刚刚被别人改过"):
        ruling.change_rule(supervisor, "stalled", False, numbers, seen=1)
    assert Term.objects.filter(vocabulary=VOCABULARY, code="stalled").count() == 2


def test_too_many_that_rise_from_one_unit_in_a_month(
    cast: Cast, tell: Tell, supervisor: Actor, clock: Traveller
) -> None:
    ruling.change_rule(supervisor, "lifted_often", True, {"times": 2}, seen=1)
    clock.ahead(days=3)
    began = now()
    for _ in range(3):
        tell("楼道里的灯坏了")
    clock.ahead(days=1, hours=1)
    drain()
    often = Finding.objects.everywhere("a test looks").filter(rule="lifted_often")
    one = often.get()
    assert (one.unit, one.case_id) == (cast.units["community"], None)
    assert one.evidence["numbers"] == {"times": 2}
    assert len(finding_page(supervisor, one.id).steps) == 2
    assert watching.rerun(began, now() + timedelta(seconds=1)) == 0
    assert often.count() == 1

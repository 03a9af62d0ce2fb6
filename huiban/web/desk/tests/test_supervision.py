"""监督 at the desk: judged by supervisors, objected to by the unit, hidden from everybody else."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from huiban.kernel.base.clock import Traveller
from huiban.kernel.base.ids import new_id
from huiban.kernel.events.pump import drain
from huiban.modules.supervision.actions.trying import Trials
from huiban.modules.supervision.models import Finding, Objection
from huiban.modules.supervision.queries import findings
from huiban.modules.supervision.reading import rule_on
from huiban.modules.supervision.tests.desk_of_supervision import supervise
from huiban.modules.voice import actions as voice
from huiban.web.desk.tests.conftest import SignedIn
from tests.cast import Cast, Tell

pytestmark = pytest.mark.django_db


@pytest.fixture
def finding(cast: Cast, tell: Tell) -> Finding:
    """Housing gave a case back to the community that had sent it."""
    supervise(cast, "supervisor")
    case = tell("电梯停运").case_id
    voice.dispatch(cast["worker"], case, cast.units["housing"].id)
    voice.ask_return(cast["housing_officer"], case, "还在保修期内")
    voice.decide_return(cast["worker"], case, consent=True)
    drain()
    return the_finding()


def the_finding() -> Finding:
    return Finding.objects.everywhere("a test looks at it").get(rule="bounced")


def address(finding: Finding, verb: str = "") -> str:
    return f"/desk/supervision/findings/{finding.id}/" + (f"{verb}/" if verb else "")


def key_of(client: Client, where: str) -> str:
    found = re.search(r'name="key" value="([^"]+)"', client.get(where).content.decode())
    assert found is not None
    return found[1]


def test_a_supervisor_judges_with_one_tap_and_a_second_changes_nothing(
    finding: Finding, signed_in: SignedIn
) -> None:
    client = signed_in("supervisor")
    listed = client.get("/desk/supervision/").content.decode()
    assert "区住建局" in listed
    assert "证据，不是结论" in listed
    page = client.get(address(finding)).content.decode()
    assert "幸福里社区同意退回" in page
    assert f"/desk/case/{finding.case_reference}/" in page
    form = {
        "key": key_of(client, address(finding)),
        "seen": "open",
        "outcome": "dismissed:wrongly_sent",
        "text": "保修期内，应找维保单位。",
    }
    for _ in range(2):
        answer = client.post(address(finding, "judge"), form)
        assert (answer.status_code, answer["Location"]) == (302, "/desk/supervision/")
    kept = the_finding()
    assert (kept.state, kept.reason, kept.words) == (
        "dismissed",
        "wrongly_sent",
        "保修期内，应找维保单位。",
    )
    again = client.post(address(finding, "judge"), {"seen": "dismissed", "outcome": "open"})
    assert again["Location"] == address(finding)
    assert the_finding().state == "open"


def test_a_refused_judgement_says_why_and_keeps_the_words(
    finding: Finding, signed_in: SignedIn
) -> None:
    client = signed_in("supervisor")
    answer = client.post(
        address(finding, "judge"), {"seen": "open", "outcome": "dismissed:", "text": "留下的话"}
    )
    assert answer.status_code == 400
    assert "请从列出的理由里选一个" in answer.content.decode()
    assert "留下的话" in answer.content.decode()
    assert client.post(address(finding, "decide"), {"verdict": "perhaps"}).status_code == 400
    assert (
        client.post(address(finding, "decide"), {"verdict": "kept", "objection": "x"}).status_code
        == 404
    )


def test_the_unit_objects_and_the_supervisor_upholds_it(
    finding: Finding, signed_in: SignedIn
) -> None:
    unit, supervisor = signed_in("housing_officer"), signed_in("supervisor")
    assert "提交申诉" in unit.get(address(finding)).content.decode()
    form = {"key": key_of(unit, address(finding)), "text": "合同在保修期内。"}
    for _ in range(2):
        assert unit.post(address(finding, "object"), form).status_code == 302
    objection = Objection.objects.get()
    assert "有申诉" in supervisor.get("/desk/supervision/?state=objected").content.decode()
    answer = supervisor.post(
        address(finding, "decide"),
        {
            "objection": str(objection.id),
            "verdict": "upheld:wrongly_sent",
            "text": "合同属实。",
            "key": key_of(supervisor, address(finding)),
        },
    )
    assert answer.status_code == 302
    assert the_finding().state == "void"
    page = unit.get(address(finding)).content.decode()
    assert "合同属实。" in page
    assert "提交申诉" not in page


def test_whoever_may_not_is_told_so_and_a_neighbour_finds_nothing(
    finding: Finding, signed_in: SignedIn
) -> None:
    judged = {"seen": "open", "outcome": "confirmed:improve"}
    unit = signed_in("housing_officer")
    assert unit.post(address(finding, "judge"), judged).status_code == 403
    neighbour = signed_in("neighbour_worker")
    missing = f"/desk/supervision/findings/{new_id()}/"
    assert neighbour.get(address(finding)).status_code == neighbour.get(missing).status_code == 404
    for verb in ("judge", "object", "decide"):
        assert neighbour.post(address(finding, verb), {"verdict": "kept"}).status_code == 404
    branch = signed_in("secretary")
    for where in ("/desk/supervision/", "/desk/supervision/rules/", address(finding)):
        assert branch.get(where).status_code == 403
    assert "监督" not in branch.get("/desk/").content.decode()
    assert the_finding().state == "open"


def test_a_list_is_narrowed_by_rule_unit_and_month(finding: Finding, signed_in: SignedIn) -> None:
    client = signed_in("supervisor")
    code = finding.unit.code
    for query, is_there in (
        (f"unit={code}", True),
        ("unit=T001", False),
        ("rule=bounced&month=2026-05", True),
        ("rule=stalled", False),
        ("month=2026-04", False),
        ("state=confirmed", False),
        ("state=nonsense", True),
    ):
        page = client.get(f"/desk/supervision/?{query}").content.decode()
        assert (address(finding) in page) == is_there, query
    assert client.get("/desk/supervision/?month=soon").status_code == 400


def test_a_long_list_says_that_there_is_more(
    finding: Finding, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(findings, "MOST_LINES", 0)
    client = signed_in("supervisor")
    assert "还有1条没有列出" in client.get("/desk/supervision/").content.decode()
    monkeypatch.setattr(findings, "MOST_COUNTED", 1)
    assert "还有1条以上没有列出" in client.get("/desk/supervision/").content.decode()


def test_rules_are_tried_before_they_are_switched_on(
    finding: Finding, signed_in: SignedIn, clock: Traveller
) -> None:
    clock.ahead(days=31)
    client = signed_in("supervisor")
    rules = "/desk/supervision/rules/"
    assert "上月还没有试算" in client.get(rules).content.decode()
    for _ in range(2):
        assert client.post(f"{rules}try/").status_code == 302
    page = client.get(rules).content.decode()
    assert "正在试算" in page
    assert '<meta http-equiv="refresh" content="2">' in page
    Trials().turn(60)
    page = client.get(rules).content.decode()
    assert "正在试算" not in page
    assert "refresh" not in page.partition("</head>")[0]
    assert "上月会找出<strong>1</strong>条：区住建局1" in page
    numbers = {"backs": "2", "returns": "2", "units": "2"}
    tried = client.post(f"{rules}try/", {"rule": "bounced", **numbers})
    assert tried["Location"] == f"{rules}?rule=bounced&backs=2&returns=2&units=2#rule-bounced"
    assert "正在试算您写的数" in client.get(tried["Location"]).content.decode()
    Trials().turn(60)
    assert (
        "按您写的数试算，上月会找出<strong>0</strong>条"
        in client.get(tried["Location"]).content.decode()
    )
    form = {**numbers, "seen": "1", "on": "1", "key": key_of(client, rules)}
    for _ in range(2):
        assert client.post(f"{rules}bounced/change/", form).status_code == 302
    assert "起</span> 启用；回到原单位几次：2" in client.get(rules).content.decode()
    clock.ahead(days=1)
    assert rule_on("bounced").thresholds["backs"] == 2


@pytest.mark.parametrize("value", ["", "0", "21", "两次", "9999999"])
def test_a_threshold_that_is_none_is_refused_where_it_stands(
    finding: Finding, signed_in: SignedIn, value: str
) -> None:
    client = signed_in("supervisor")
    form = {"backs": value, "returns": "7", "units": "2", "seen": "1", "on": "1"}
    for verb in ("try/", "bounced/change/"):
        answer = client.post(f"/desk/supervision/rules/{verb}", {**form, "rule": "bounced"})
        assert answer.status_code == 400
        page = answer.content.decode()
        assert "回到原单位几次" in page
        for name in ("backs", "returns"):
            assert f'name="{name}" inputmode="numeric" required value="{form[name]}"' in page
    assert rule_on("bounced").version == 1


def test_another_s_change_of_a_rule_is_seen_before_it_is_overwritten(
    finding: Finding, signed_in: SignedIn, clock: Traveller
) -> None:
    client = signed_in("supervisor")
    change = "/desk/supervision/rules/bounced/change/"
    form = {"backs": "2", "returns": "2", "units": "2", "seen": "1", "on": "1"}
    assert client.post(change, form).status_code == 302
    mine = form | {"backs": "3"}
    for _ in range(2):
        answer = client.post(change, mine)
        page = answer.content.decode()
        assert answer.status_code == 400
        assert "回到原单位几次：2" in page
        assert 'name="backs" inputmode="numeric" required value="3"' in page
        assert 'name="seen" value="1"' in page
    assert 'type="checkbox" name="seen" value="2">' in page
    # As a browser sends it: the hidden field, then the box that was ticked.
    assert client.post(change, {**mine, "seen": ["1", "2"]}).status_code == 302
    clock.ahead(days=1)
    assert rule_on("bounced").thresholds["backs"] == 3


def test_units_read_the_rules_and_don_t_switch_them(finding: Finding, signed_in: SignedIn) -> None:
    client = signed_in("housing_officer")
    page = client.get("/desk/supervision/rules/").content.decode()
    assert "来回推转" in page
    assert "试算" not in page
    assert client.post("/desk/supervision/rules/try/").status_code == 403
    assert client.post("/desk/supervision/rules/bounced/change/", {}).status_code == 403
    other = signed_in("supervisor")
    assert other.post("/desk/supervision/rules/nonsense/change/", {}).status_code == 404
    assert other.post("/desk/supervision/rules/try/", {"rule": "nonsense"}).status_code == 404

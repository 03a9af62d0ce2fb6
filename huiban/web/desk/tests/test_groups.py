"""涉及人群 on the case page: one tap confirms, one changes; the list opens a group's cases."""

from __future__ import annotations

from huiban.modules.voice.actions.reading import read_case
from huiban.modules.voice.models import Case
from huiban.web.desk.tests.conftest import SignedIn
from tests.cast import Tell


def groups_of(reference: str) -> tuple[str, str]:
    case = Case.objects.everywhere("a test looks at it").get(reference=reference)
    return case.groups, case.groups_source


def test_one_tap_confirms_and_one_changes(signed_in: SignedIn, tell: Tell) -> None:
    client = signed_in("worker")
    reported = tell("老人坐着轮椅下不了楼")
    read_case(reported.case_id)
    path = f"/desk/case/{reported.reference}/"
    page = client.get(path).content.decode()
    assert "老年人、残疾人" in page
    assert 'value="disabled+elderly" aria-label="确认涉及人群：老年人、残疾人">' in page
    client.post(f"{path}say_groups/", {"groups": "disabled+elderly", "key": "k-1"})
    assert groups_of(reported.reference) == ("disabled+elderly", "worker")
    page = client.get(path).content.decode()
    assert ">确认</button>" not in page
    assert 'value="elderly" aria-pressed="true">残疾人</button>' in page
    client.post(f"{path}say_groups/", {"groups": "elderly", "key": "k-2"})
    assert groups_of(reported.reference) == ("elderly", "worker")
    assert "涉及人群已记为：老年人" in client.get(path).content.decode()


def test_not_stated_is_shown_and_can_be_confirmed(signed_in: SignedIn, tell: Tell) -> None:
    client = signed_in("worker")
    reference = tell("路灯不亮").reference
    page = client.get(f"/desk/case/{reference}/").content.decode()
    assert "未说明" in page
    assert 'value="" aria-label="确认涉及人群：未说明">' in page
    client.post(f"/desk/case/{reference}/say_groups/", {"groups": "", "key": "k"})
    assert groups_of(reference) == ("", "worker")


def test_an_unknown_group_is_refused_and_a_stranger_sees_nothing(
    signed_in: SignedIn, tell: Tell
) -> None:
    reference = tell("路灯不亮").reference
    path = f"/desk/case/{reference}/say_groups/"
    refused = signed_in("worker").post(path, {"groups": "martians", "key": "k"})
    assert refused.status_code == 422
    assert "没有这类人群" in refused.content.decode()
    assert signed_in("street_officer").post(path, {"groups": "elderly"}).status_code == 403
    assert signed_in("neighbour_worker").post(path, {"groups": "elderly"}).status_code == 404
    assert groups_of(reference) == ("", "")


def test_the_list_is_narrowed_to_a_group(signed_in: SignedIn, tell: Tell) -> None:
    client = signed_in("worker")
    lift, lamp = tell("老人坐着轮椅下不了楼"), tell("路灯不亮")
    read_case(lift.case_id)
    page = client.get("/desk/cases/?group=elderly").content.decode()
    assert lift.reference in page
    assert lamp.reference not in page
    assert '<option value="elderly" selected>老年人</option>' in page
    page = client.get("/desk/cases/?group=none").content.decode()
    assert lamp.reference in page
    assert lift.reference not in page

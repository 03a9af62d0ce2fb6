"""今天: what it shows, one tap, undo, filters, pages, and the look for news."""

from __future__ import annotations

import re
from datetime import date

from django.test import Client

from huiban.kernel.access.models import Role
from huiban.kernel.access.permits import ADMINISTER
from huiban.kernel.base.clock import Traveller
from huiban.kernel.duties.actions import lead_of
from huiban.kernel.events.models import Event
from huiban.kernel.people.models import Tenure
from huiban.modules.voice import actions, stages
from huiban.modules.voice.models import Case
from huiban.web.desk.tests.conftest import SignedIn
from tests.cast import Cast, Tell


def page_of(client: Client, path: str = "/desk/") -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def the_case(reference: str) -> Case:
    return Case.objects.everywhere("a test looks at it").get(reference=reference)


def one_tap(page: str, reference: str, verb: str) -> dict[str, str]:
    """The hidden fields of a line's form."""
    form = re.search(rf'action="/desk/case/{reference}/{verb}/">(.*?)</form>', page, re.DOTALL)
    assert form is not None, f"no form for {verb}"
    return dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[1]))


def test_an_empty_day_says_what_will_come(signed_in: SignedIn) -> None:
    page = page_of(signed_in("worker"))
    assert "现在没有欠着的事" in page
    assert "/desk/cases/" in page


def test_a_line_says_what_where_until_when_and_offers_one_tap(
    signed_in: SignedIn, tell: Tell
) -> None:
    reference = tell("三号楼电梯坏了").reference
    page = page_of(signed_in("worker"))
    for words in ("电梯", "三号楼电梯坏了", "幸福里小区3号楼", "今天到期", "待受理", "主办"):
        assert words in page
    assert f'action="/desk/case/{reference}/accept/"' in page
    assert "建议派给区住建局" in page


def test_one_tap_accepts_and_comes_back_saying_so(signed_in: SignedIn, tell: Tell) -> None:
    client = signed_in("worker")
    reference = tell().reference
    fields = one_tap(page_of(client, "/desk/?kind=triage"), reference, "accept")
    answer = client.post(f"/desk/case/{reference}/accept/", fields)
    assert answer["Location"] == "/desk/?kind=triage"
    assert "已接单。" in page_of(client)
    assert "已接单。" not in page_of(client)
    assert the_case(reference).stage == stages.HANDLING


def test_a_double_tap_takes_effect_once_and_says_the_same(
    signed_in: SignedIn, cast: Cast, tell: Tell
) -> None:
    client = signed_in("worker")
    reported = tell("三号楼电梯坏了")
    actions.accept(cast["worker"], reported.case_id)
    fields = one_tap(page_of(client), reported.reference, "dispatch")
    for _ in range(2):
        answer = client.post(f"/desk/case/{reported.reference}/dispatch/", fields)
        assert answer.status_code == 302
    sent = Event.objects.filter(subject_id=reported.case_id, kind="voice.case_dispatched")
    assert sent.count() == 1
    assert "已派单。" in page_of(client)


def test_a_dispatch_can_be_undone_from_the_band(
    signed_in: SignedIn, cast: Cast, tell: Tell
) -> None:
    client = signed_in("worker")
    reported = tell("三号楼电梯坏了")
    actions.accept(cast["worker"], reported.case_id)
    fields = one_tap(page_of(client), reported.reference, "dispatch")
    client.post(f"/desk/case/{reported.reference}/dispatch/", fields)
    undo = one_tap(page_of(client), reported.reference, "undo_dispatch")
    client.post(f"/desk/case/{reported.reference}/undo_dispatch/", undo)
    assert "已撤销派单" in page_of(client)
    lead = lead_of(reported.case_id)
    assert lead is not None
    assert lead.unit_id == cast.units["community"].id


def test_a_tap_that_came_too_late_says_so(signed_in: SignedIn, cast: Cast, tell: Tell) -> None:
    client = signed_in("worker")
    reported = tell()
    fields = one_tap(page_of(client), reported.reference, "accept")
    actions.accept(cast["worker"], reported.case_id)
    answer = client.post(f"/desk/case/{reported.reference}/accept/", fields)
    assert answer.status_code == 409
    assert "可能已有人先办了" in answer.content.decode()


def test_what_is_late_stands_first_and_is_marked(
    signed_in: SignedIn, tell: Tell, clock: Traveller
) -> None:
    tell("旧的一件")
    clock.ahead(days=5)
    tell("新的一件")
    page = page_of(signed_in("worker"))
    assert page.index("旧的一件") < page.index("新的一件")
    assert "已超时" in page
    late = page_of(signed_in("worker"), "/desk/?section=late")
    assert "旧的一件" in late
    assert "新的一件" not in late


def test_filters_narrow_by_kind_and_category(signed_in: SignedIn, tell: Tell) -> None:
    client = signed_in("worker")
    tell("三号楼电梯坏了")
    tell("垃圾桶满了没人清运")
    assert "垃圾桶满了" not in page_of(client, "/desk/?category=elevator")
    nothing = page_of(client, "/desk/?kind=verify")
    assert "这样筛选，现在没有要办的事" in nothing


def test_pages_follow_each_other_without_gap_or_repeat(signed_in: SignedIn, tell: Tell) -> None:
    client = signed_in("worker")
    told = {tell(f"第{number}件").reference for number in range(25)}
    first = page_of(client)
    following = re.search(r'href="(/desk/\?after=[^"]+)">下一页', first)
    assert following is not None
    second = page_of(client, following[1].replace("&amp;", "&"))
    shown = [re.findall(r'data-case="(\w+)"', page) for page in (first, second)]
    assert len(shown[0]) == 20
    assert sorted(shown[0] + shown[1]) == sorted(told)
    assert "下一页" not in second


def test_a_case_opens_beside_the_list(signed_in: SignedIn, tell: Tell) -> None:
    client = signed_in("worker")
    reference = tell().reference
    page = page_of(client, f"/desk/?case={reference}")
    assert 'data-pane="split"' in page
    assert page.count("<h1") == 1
    assert "duty-chosen" in page
    assert client.get("/desk/?case=ZZZZ2222").status_code == 404


def test_the_look_for_news_is_cheap_when_there_is_none(signed_in: SignedIn, tell: Tell) -> None:
    client = signed_in("worker")
    first = client.get("/desk/pulse/")
    again = client.get("/desk/pulse/", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    tell()
    fresh = client.get("/desk/pulse/", headers={"If-None-Match": first["ETag"]})
    assert fresh.status_code == 200
    assert fresh.json()["owed"] != first.json()["owed"]
    assert f'data-owed="{fresh.json()["owed"]}"' in page_of(client)


def test_an_administrator_without_cases_starts_at_the_shelf(signed_in: SignedIn) -> None:
    Role.objects.filter(code="administrator").update(permits=[ADMINISTER])
    assert signed_in("administrator").get("/desk/")["Location"] == "/desk/shelf/"


def test_somebody_without_a_post_is_told_what_to_do(signed_in: SignedIn) -> None:
    Tenure.objects.update(valid_to=date(2026, 5, 8))
    page = page_of(signed_in("worker"))
    assert "请找本单位管理员" in page
    assert "退出" in page

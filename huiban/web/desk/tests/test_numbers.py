"""Counts, the lists they open, notices and the shelf."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from huiban.kernel.base import clock as clocks
from huiban.kernel.base.clock import Traveller
from huiban.kernel.base.ids import new_id
from huiban.kernel.events.models import Delivery
from huiban.kernel.notices import actions as notices
from huiban.kernel.notices import wordings
from huiban.kernel.notices.models import Notice
from huiban.modules.voice import actions
from huiban.modules.voice.models import Case
from huiban.web.desk.tests.conftest import SignedIn
from tests.cast import Cast, Tell


def page_of(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def rows(page: str) -> int:
    return page.count('<th scope="row"><a href="/desk/case/')


def test_every_number_opens_as_many_cases(
    signed_in: SignedIn, cast: Cast, tell: Tell, clock: Traveller
) -> None:
    client = signed_in("street_officer")
    for text in ("三号楼电梯坏了", "垃圾桶满了", "垃圾没人清运"):
        actions.accept(cast["worker"], tell(text).case_id)
    tell("老街坊的路灯坏了", "old_house")
    clock.ahead(days=30)
    page = page_of(client, "/desk/counts/?start=2026-05-01&end=2026-06-30")
    links = re.findall(r'href="(/desk/cases/\?[^"]+)"[^>]*>(?:<span[^>]*>)?(\d+)', page)
    assert len(links) > 15
    assert any(int(number) >= 4 for _, number in links)
    for link, number in links:
        listed = page_of(client, link.replace("&amp;", "&"))
        assert rows(listed) == int(number), link


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("worker", {"/screen/", "/desk/monday/", "/desk/handbook/"}),
        ("group_officer", {"/screen/", "/desk/monday/", "/desk/handbook/"}),
        ("housing_officer", {"/screen/", "/desk/handbook/"}),
        ("secretary", {"/screen/"}),
    ],
)
def test_what_the_page_leads_to_opens(signed_in: SignedIn, name: str, shown: set[str]) -> None:
    client = signed_in(name)
    page = page_of(client, "/desk/counts/")
    ways = re.search(r'<p class="cluster no-print">(.*?)</p>', page)
    assert ways is not None
    links = re.findall(r'href="([^"]+)"', ways[1])
    assert set(links) == shown
    for link in links:
        page_of(client, link)


def test_rates_say_over_how_many_and_who_did_not_rate(signed_in: SignedIn, tell: Tell) -> None:
    tell()
    page = page_of(signed_in("worker"), "/desk/counts/")
    for words in ("解决率", "满意率", "评价覆盖率", ">0</a> / <a", "没有评价的"):
        assert words in page


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/desk/counts/?start=yesterday", "日期没有看懂"),
        ("/desk/counts/?start=2026-05-08&end=2026-05-01", "结束的日子在开始之前"),
        ("/desk/counts/?unit=NOWHERE", "没有编码为NOWHERE的单位"),
        ("/desk/cases/?state=odd", "没有这种状态"),
        ("/desk/cases/?end=2026-13-01", "日期没有看懂"),
        ("/desk/?after=nonsense", "翻页的位置不对"),
        ("/desk/cases/?after=nonsense", "翻页的位置不对"),
    ],
)
def test_what_cannot_be_read_is_answered_with_a_sentence(
    path: str, sentence: str, signed_in: SignedIn
) -> None:
    answer = signed_in("worker").get(path)
    assert answer.status_code == 400
    assert sentence in answer.content.decode()


def test_lists_follow_each_other_without_gap_or_repeat(signed_in: SignedIn, tell: Tell) -> None:
    client = signed_in("worker")
    told = {tell(f"第{number}件").reference for number in range(35)}
    first = page_of(client, "/desk/cases/?state=open")
    following = re.search(r'href="(/desk/cases/\?[^"]+)">下一页', first)
    assert following is not None
    assert "state=open" in following[1]
    second = page_of(client, following[1].replace("&amp;", "&"))
    shown = [re.findall(r'href="/desk/case/(\w+)/"', page) for page in (first, second)]
    assert sorted(shown[0] + shown[1]) == sorted(told)


def test_a_list_within_a_list_says_how_to_get_out(signed_in: SignedIn) -> None:
    client = signed_in("worker")
    assert "您的范围里还没有案件" in page_of(client, "/desk/cases/")
    assert "看全部" in page_of(client, "/desk/cases/?state=late")


@pytest.fixture
def wording(monkeypatch: pytest.MonkeyPatch) -> str:
    """A wording of this test alone."""
    monkeypatch.setitem(wordings.WORDINGS, "test.told", "有{count}件事要看一看。")
    return "test.told"


def send(cast: Cast, wording: str, case: Case | None, key: str) -> Notice:
    unit = cast.units["community"]
    subject = case.pk if case else new_id()
    return notices.send(unit.id, wording, Case.SUBJECT, subject, {"count": 3}, key)


def test_the_bell_counts_and_a_notice_opens_its_case(
    signed_in: SignedIn, cast: Cast, tell: Tell, wording: str
) -> None:
    client = signed_in("worker")
    reported = tell()
    case = Case.objects.everywhere("a test").get(pk=reported.case_id)
    before = Notice.objects.filter(unit=cast.units["community"], read_at=None).count()
    notice = send(cast, wording, case, "one")
    page = page_of(client, "/desk/notices/")
    assert "有3件事要看一看。" in page
    assert f'<span id="unread-number">{before + 1}</span>' in page
    path = f"/desk/notices/{notice.id}/{reported.reference}/"
    assert path in page
    assert client.post(path)["Location"] == f"/desk/case/{reported.reference}/"
    notice.refresh_from_db()
    assert notice.read_at == clocks.now()


def test_a_notice_about_what_one_cannot_see_leads_nowhere(
    signed_in: SignedIn, cast: Cast, wording: str
) -> None:
    send(cast, wording, None, "two")
    page = page_of(signed_in("worker"), "/desk/notices/")
    assert "有3件事要看一看。" in page
    assert "打开案件" not in page


def test_everything_can_be_marked_as_read(signed_in: SignedIn, cast: Cast, wording: str) -> None:
    client = signed_in("worker")
    send(cast, wording, None, "three")
    client.post("/desk/notices/read/")
    assert not Notice.objects.filter(unit=cast.units["community"], read_at=None).exists()
    assert "全部标为已读" not in page_of(client, "/desk/notices/")


def test_what_is_shelved_can_be_tried_again(signed_in: SignedIn) -> None:
    client = signed_in("administrator")
    assert "架上没有东西" in page_of(client, "/desk/shelf/")
    shelved = Delivery.objects.create(
        reaction="test.reaction",
        subject_type="test",
        subject_id=new_id(),
        ready_at=clocks.now(),
        state="shelved",
        attempts=8,
        problem="OperationalError",
    )
    page = page_of(client, "/desk/shelf/")
    assert "test.reaction" in page
    assert "OperationalError" in page
    client.post(f"/desk/shelf/{shelved.id}/again/")
    assert "马上再试一次" in page_of(client, "/desk/shelf/")
    shelved.refresh_from_db()
    assert (shelved.state, shelved.attempts) == ("open", 0)

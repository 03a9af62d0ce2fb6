"""手册 at the desk: drafted, edited, told and published by those who may, browsed by the others."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from django.test import Client

from huiban.kernel.base.clock import SHANGHAI, Traveller
from huiban.kernel.events.pump import drain
from huiban.modules.analysis.actions.publishing import follow_log, propose_if_due
from huiban.modules.analysis.models import Handbook, Story
from huiban.modules.supervision.tests.desk_of_supervision import supervise
from huiban.web.desk.tests.conftest import SignedIn
from tests.cast import Cast, Tell

pytestmark = pytest.mark.django_db
TEXT = "一栋老楼的电梯停了几天，腿脚不便的老人出门成了难题，维保当天修好。"


@pytest.fixture
def reference(cast: Cast, tell: Tell, clock: Traveller) -> str:
    """A case of May; May is over, and nobody has drafted anything."""
    supervise(cast, "supervisor")
    told = tell("电梯停运，请尽快修理")
    clock.to(datetime(2026, 6, 3, 9, 30, tzinfo=SHANGHAI))
    drain()
    follow_log()
    return told.reference


def address(cast: Cast, more: str = "", unit: str = "district") -> str:
    return f"/desk/handbook/{cast.units[unit].code}/2026-05/{more}"


def form(client: Client, where: str, verb: str, **typed: str) -> dict[str, str]:
    """The hidden fields of the page's form for that verb, with what was typed."""
    page = client.get(where).content.decode()
    found = re.search(rf'action="[^"]*/{verb}/">(.*?)</form>', page, re.DOTALL)
    assert found is not None, verb
    hidden = dict(re.findall(r'name="(key|seen|story|reference)" value="([^"]*)"', found[1]))
    return hidden | typed


def test_a_handbook_is_drafted_edited_and_published(
    cast: Cast, reference: str, signed_in: SignedIn
) -> None:
    client = signed_in("group_officer")
    listed = client.get("/desk/handbook/").content.decode()
    assert "2026年5月" in listed
    assert "还没有拟稿" in listed
    where = address(cast)
    assert "还没有手册" in client.get(where).content.decode()
    for _ in range(2):
        assert client.post(address(cast, "freeze/")).status_code == 302
    page = client.get(where).content.decode()
    assert "<svg" in page
    assert "安和区" in page
    assert "发布这一期" in page
    typed = form(client, where, "edit", summary="5月收到1件。", suggestions="修好电梯，1部。")
    for _ in range(2):
        assert client.post(address(cast, "edit/"), typed).status_code == 302
    assert "修好电梯，1部。" in client.get(where).content.decode()
    publish = form(client, where, "publish")
    for _ in range(2):
        assert client.post(address(cast, "publish/"), publish).status_code == 302
    page = client.get(where).content.decode()
    assert "已发布" in page
    assert "发布这一期" not in page
    assert Handbook.objects.get().published_post == "区领导小组办公室"
    refused = client.post(address(cast, "freeze/"))
    assert refused.status_code == 400
    assert "已经发布" in refused.content.decode()


def test_the_notice_of_a_draft_leads_to_it(cast: Cast, reference: str, signed_in: SignedIn) -> None:
    propose_if_due()
    drain()
    client = signed_in("group_officer")
    page = client.get("/desk/notices/").content.decode()
    assert "安和区2026年5月的分析手册已拟好草稿" in page
    found = re.search(r'action="(/desk/notices/[0-9a-f-]{36}/)"', page)
    assert found is not None
    assert client.post(found[1])["Location"] == address(cast)


def test_refused_sentences_stay_as_they_were_typed(
    cast: Cast, reference: str, signed_in: SignedIn
) -> None:
    client = signed_in("group_officer")
    client.post(address(cast, "freeze/"))
    typed = form(client, address(cast), "edit", summary="总体平稳。", suggestions="留下的话")
    answer = client.post(address(cast, "edit/"), typed)
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "要点第1句没有数字" in page
    assert "总体平稳。" in page
    assert "留下的话" in page


def test_a_story_is_told_by_one_and_looked_at_by_another(
    cast: Cast, reference: str, signed_in: SignedIn
) -> None:
    writer, other = signed_in("group_officer"), signed_in("supervisor")
    writer.post(address(cast, "freeze/"))
    story = {"reference": reference, "title": "电梯", "text": TEXT, "seen": "0"}
    assert writer.post(address(cast, "story/"), story).status_code == 302
    assert TEXT in writer.get(address(cast)).content.decode()
    approve = form(writer, address(cast), "approve")
    refused = writer.post(address(cast, "approve/"), approve)
    assert refused.status_code == 403
    assert "另一个人复看" in refused.content.decode()
    approve = form(other, address(cast), "approve")
    assert other.post(address(cast, "approve/"), approve).status_code == 302
    assert "群众身边的故事" in writer.get(address(cast)).content.decode()
    drop = form(other, address(cast), "drop")
    assert other.post(address(cast, "drop/"), drop).status_code == 302
    assert Story.objects.get().state == "dropped"


def test_others_see_what_is_published_and_nothing_before(
    cast: Cast, reference: str, signed_in: SignedIn
) -> None:
    publisher, reader = signed_in("group_officer"), signed_in("district_officer")
    publisher.post(address(cast, "freeze/"))
    for more in ("", "paper/pdf/", "paper/docx/"):
        assert reader.get(address(cast, more)).status_code == 404
        assert publisher.get(address(cast, more)).status_code == 200
    assert "还没有发布过手册" in reader.get("/desk/handbook/").content.decode()
    for verb in ("freeze", "edit", "story", "approve", "drop", "publish"):
        assert reader.post(address(cast, f"{verb}/")).status_code == 403
    publisher.post(address(cast, "publish/"), form(publisher, address(cast), "publish"))
    assert "重新统计" not in reader.get(address(cast)).content.decode()
    paper = reader.get(address(cast, "paper/pdf/"))
    assert paper["Content-Type"] == "application/pdf"
    assert paper.content == publisher.get(address(cast, "paper/pdf/")).content
    neighbour = signed_in("worker")
    for more in ("", "paper/pdf/"):
        assert neighbour.get(address(cast, more)).status_code == 404
    assert neighbour.get("/desk/handbook/?unit=nobody").status_code == 404


def test_what_isnt_there_is_not_found(cast: Cast, reference: str, signed_in: SignedIn) -> None:
    client = signed_in("group_officer")
    code = cast.units["district"].code
    for where in (
        f"/desk/handbook/{code}/2026-13/",
        f"/desk/handbook/{code}/2026-09/",
        "/desk/handbook/nobody/2026-05/",
        f"/desk/handbook/{cast.units['estate'].code}/2026-05/",
        f"/desk/handbook/{code}/2026-05/paper/odt/",
    ):
        assert client.get(where).status_code == 404
    assert client.post(f"/desk/handbook/{code}/2026-05/burn/").status_code == 404
    assert client.post(address(cast, "publish/")).status_code == 404
    assert client.post(f"/desk/handbook/{code}/2026-09/freeze/").status_code == 404


def test_later_verdicts_are_shown_as_corrections(
    cast: Cast, reference: str, signed_in: SignedIn, tell: Tell, clock: Traveller
) -> None:
    client = signed_in("group_officer")
    client.post(address(cast, "freeze/"))
    client.post(address(cast, "publish/"), form(client, address(cast), "publish"))
    assert "更正</h2>" not in client.get(address(cast)).content.decode().split("handbook-sheet")[0]
    clock.to(datetime(2026, 5, 20, 9, 30, tzinfo=SHANGHAI))
    tell("楼上太吵")
    clock.to(datetime(2026, 6, 4, 9, 30, tzinfo=SHANGHAI))
    follow_log()
    page = client.get(address(cast)).content.decode()
    assert "发布以后，下面的数字有了变化" in page

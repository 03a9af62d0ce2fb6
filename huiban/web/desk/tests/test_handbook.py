"""手册 at the desk: drafted, edited, told and published by those who may, browsed by the others."""

from __future__ import annotations

import re
from datetime import datetime
from html import unescape

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
    """What the page's form for that verb holds, with what was typed."""
    page = client.get(where).content.decode()
    found = re.search(rf'action="[^"]*/{verb}/">(.*?)</form>', page, re.DOTALL)
    assert found is not None, verb
    names = 'key|seen|story|reference|theme-[^"]*'
    fields = re.findall(rf'name="({names})"(?: maxlength="40")? value="([^"]*)"', found[1])
    fields += re.findall(r'name="(\w+)"[^>]*>([^<]*)</textarea>', found[1])
    return {name: unescape(value) for name, value in fields} | typed


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
    publish = form(client, where, "edit")
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
    publisher.post(address(cast, "publish/"), form(publisher, address(cast), "edit"))
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
    client.post(address(cast, "publish/"), form(client, address(cast), "edit"))
    assert "更正</h2>" not in client.get(address(cast)).content.decode().split("handbook-sheet")[0]
    clock.to(datetime(2026, 5, 20, 9, 30, tzinfo=SHANGHAI))
    tell("楼上太吵")
    clock.to(datetime(2026, 6, 4, 9, 30, tzinfo=SHANGHAI))
    follow_log()
    page = client.get(address(cast)).content.decode()
    assert "发布以后，下面的数字有了变化" in page


def drafted(cast: Cast, client: Client) -> Handbook:
    """The month's draft."""
    assert client.post(address(cast, "freeze/")).status_code == 302
    return Handbook.objects.get()


def test_what_another_wrote_is_seen_before_it_is_overwritten(
    cast: Cast, reference: str, signed_in: SignedIn
) -> None:
    first, second = signed_in("group_officer"), signed_in("supervisor")
    draft = drafted(cast, first)
    typed = form(second, address(cast), "edit", summary="乙写的1句。")
    saved = form(first, address(cast), "edit", summary="甲写的1句。")
    assert first.post(address(cast, "edit/"), saved).status_code == 302
    for verb in ("edit/", "publish/"):
        answer = second.post(address(cast, verb), typed)
        page = answer.content.decode()
        assert answer.status_code == 400
        assert "现在保存的内容" in page
        assert "甲写的1句。</li>" in page
        assert "乙写的1句。</textarea>" in page
        assert 'name="seen" value="1">' in page
        assert "发布这一期" not in page
    over = re.search(r'name="seen" value="(\d+)">用我写的覆盖', page)
    assert over is not None
    # As a browser sends it: the hidden field, then the button that was pressed.
    pressed = {**typed, "seen": ["1", over[1]]}
    assert second.post(address(cast, "edit/"), pressed).status_code == 302
    draft.refresh_from_db()
    assert draft.texts["summary"] == ["乙写的1句。"]


def test_what_stands_in_the_form_is_what_is_published(
    cast: Cast, reference: str, signed_in: SignedIn
) -> None:
    client = signed_in("group_officer")
    draft = drafted(cast, client)
    typed = form(client, address(cast), "edit", summary="总体平稳。")
    refused = client.post(address(cast, "publish/"), typed)
    assert refused.status_code == 400
    assert "总体平稳。</textarea>" in refused.content.decode()
    typed["summary"] = "改过的5月要点。"
    for _ in range(2):
        assert client.post(address(cast, "publish/"), typed).status_code == 302
    draft.refresh_from_db()
    assert draft.state == "published"
    assert draft.texts["summary"] == ["改过的5月要点。"]
    late = client.post(address(cast, "edit/"), typed | {"key": "late", "summary": "来晚了1步。"})
    assert late.status_code == 400
    assert "来晚了1步。</textarea>" in late.content.decode()


def test_drafted_sentences_are_published_as_they_are(
    cast: Cast, reference: str, signed_in: SignedIn
) -> None:
    client = signed_in("group_officer")
    draft = drafted(cast, client)
    draft.texts["summary"] = ["比较时请注意：样本很小。", "5月收到1件。"]
    draft.save(update_fields=["texts"])
    untouched = form(client, address(cast), "edit")
    untouched["summary"] = untouched["summary"].replace("\n", "\r\n")
    assert client.post(address(cast, "publish/"), untouched).status_code == 302
    draft.refresh_from_db()
    assert (draft.state, draft.is_edited) == ("published", False)


def test_a_story_of_a_mistyped_number_is_not_lost(
    cast: Cast, reference: str, signed_in: SignedIn
) -> None:
    client = signed_in("group_officer")
    drafted(cast, client)
    story = {"reference": "ZZZZ2222", "title": "电梯", "text": TEXT, "seen": "0"}
    answer = client.post(address(cast, "story/"), story)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "没有找到这件事，请核对编号" in page
    assert f"{TEXT}</textarea>" in page
    assert 'value="ZZZZ2222"' in page


def test_a_refused_rewriting_stands_in_its_own_form(
    cast: Cast, reference: str, signed_in: SignedIn
) -> None:
    first, second = signed_in("group_officer"), signed_in("supervisor")
    drafted(cast, first)
    story = {"reference": reference, "title": "电梯", "text": TEXT, "seen": "0"}
    assert first.post(address(cast, "story/"), story).status_code == 302
    short = second.post(address(cast, "story/"), story | {"seen": "1", "text": "太短了。"})
    page = short.content.decode()
    assert short.status_code == 400
    rewriting, _, telling = page.partition("写一个")
    assert '<details class="fold" open>' in rewriting
    assert "太短了。</textarea>" in rewriting
    assert "太短了。" not in telling
    again = story | {"seen": "1", "text": f"{TEXT}甲又改了。"}
    assert first.post(address(cast, "story/"), again).status_code == 302
    # Told anew as if nobody had told it, or from a page of before: seen first, then overwritten.
    for seen in ("0", "1"):
        mine = story | {"seen": seen, "text": f"{TEXT}乙也改了。"}
        refused = second.post(address(cast, "story/"), mine).content.decode()
        rewriting, _, telling = refused.partition("写一个")
        assert "甲又改了。</p>" in rewriting
        assert "乙也改了。</textarea>" in rewriting
        assert "乙也改了。" not in telling
    over = re.search(r'name="seen" value="(\d+)">用我写的覆盖', refused)
    assert over is not None
    pressed = {**mine, "seen": ["1", over[1]]}
    assert second.post(address(cast, "story/"), pressed).status_code == 302
    assert Story.objects.get().text.endswith("乙也改了。")

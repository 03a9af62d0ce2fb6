"""A pasted chat becomes reports, and their answers text."""

from __future__ import annotations

import re

from django.test import Client

from huiban.kernel.base.clock import Traveller, local
from huiban.modules.voice import actions
from huiban.modules.voice.models import Case, Report
from huiban.web.desk.tests.conftest import SignedIn
from tests.cast import Cast

PASTE = """王芳 2026/5/7 20:13:05
三号楼的楼道灯坏了
王芳 2026/5/7 20:14:10
三楼那个，好几天了
李雷 2026/5/7 20:15:00
好的
赵六 昨天 21:10
有人被困在电梯里，快来人
"""
LIST = """#接龙
例：3栋201 电梯坏了
1. 王芳 3栋201 电梯坏了
2. 5栋502 楼顶漏水，电话13800001234
3. 7栋 无
"""


def fields_of(page: str) -> dict[str, str]:
    """What the sheet's form would send, without a button."""
    found = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name = re.search(r'name="([^"]*)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if name and re.search(r"-\d+$|^mark$|^unit$", name[1]):
            found[name[1]] = value[1] if value else ""
    for name, value in re.findall(r'<textarea[^>]*name="(text-\d+)"[^>]*>([^<]*)<', page):
        found[name] = value
    return found


def pasted(client: Client, text: str) -> str:
    answer = client.post("/desk/chat/", {"paste": text})
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode()


def tapped(client: Client, page: str, do: str, **changed: str) -> str:
    answer = client.post("/desk/chat/", {**fields_of(page), **changed, "do": do})
    return answer.content.decode()


def reports() -> list[Report]:
    return list(Report.objects.select_related("case").order_by("received_at", "id"))


def test_a_message_becomes_a_report_with_one_tap(signed_in: SignedIn, cast: Cast) -> None:
    client = signed_in("worker")
    page = pasted(client, PASTE)
    assert "读出2件要办的事" in page
    assert "王芳" in page
    assert 'href="tel:119"' in page
    page = tapped(client, page, "take-1")
    assert "已登记1件" in page
    (report,) = reports()
    assert report.text == "三号楼的楼道灯坏了\n三楼那个，好几天了"
    assert report.channel == report.case.channel == "chat"
    assert report.case.front_desk_id == cast.units["community"].id
    assert report.told_at is not None
    assert local(report.told_at).strftime("%m-%d %H:%M") == "05-07 20:13"
    assert report.place_words == "三号楼"
    assert re.fullmatch(r"chat-[0-9a-f]{12}-1", report.sender_number)
    assert report.case.reference in page


def test_nobodys_name_is_kept(signed_in: SignedIn) -> None:
    client = signed_in("worker")
    tapped(client, pasted(client, PASTE), "all")
    kept = [str(value) for report in reports() for value in vars(report).values()]
    assert len(reports()) == 2
    assert not [value for value in kept if "王芳" in value or "赵六" in value]


def test_a_second_tap_and_a_second_paste_take_nothing_twice(
    signed_in: SignedIn, clock: Traveller
) -> None:
    client = signed_in("worker")
    page = pasted(client, PASTE)
    tapped(client, page, "take-1")
    assert "没有重复登记" in tapped(client, page, "take-1")
    clock.ahead(minutes=20)
    longer = PASTE + "孙七 2026/5/8 9:40:00\n东门口积水\n"
    tapped(client, pasted(client, longer), "all")
    assert len(reports()) == 3


def test_what_was_edited_is_what_is_told(signed_in: SignedIn) -> None:
    client = signed_in("worker")
    page = pasted(client, PASTE)
    tapped(
        client, page, "take-1", **{"text-1": "楼道灯坏了", "place-1": "三号楼三楼", "time-1": ""}
    )
    (report,) = reports()
    assert (report.text, report.place_words, report.told_at) == ("楼道灯坏了", "三号楼三楼", None)


def test_what_cant_be_told_is_refused_in_its_field_and_the_rest_goes_on(
    signed_in: SignedIn,
) -> None:
    client = signed_in("worker")
    page = tapped(client, pasted(client, PASTE), "all", **{"time-1": "2027-01-01T08:00"})
    assert "说话的时间在将来" in page
    assert len(reports()) == 1
    page = tapped(client, page, "take-1", **{"time-1": "不是时间"})
    assert "不是能读懂的时间" in page
    assert "请写几句话" in tapped(client, page, "take-1", **{"text-1": "", "time-1": ""})


def test_talk_is_left_out_and_can_be_taken_all_the_same(signed_in: SignedIn) -> None:
    client = signed_in("worker")
    page = pasted(client, PASTE)
    assert "没有当作反映的1条" in page
    page = tapped(client, page, "offer-2")
    assert "读出3件要办的事" in page
    page = tapped(client, page, "aside-1")
    assert "您选了不登记" in page
    assert reports() == []


def test_a_list_is_taken_as_a_whole(signed_in: SignedIn) -> None:
    client = signed_in("worker")
    tapped(client, pasted(client, LIST), "all")
    assert [report.text for report in reports()] == [
        "3栋201 电梯坏了",
        "5栋502 楼顶漏水，电话13800001234",
    ]


def test_the_answers_go_back_as_masked_text(signed_in: SignedIn, cast: Cast) -> None:
    client = signed_in("worker")
    page = tapped(client, pasted(client, LIST), "all")
    href = re.search(r'href="(/desk/chat/answers/[^"]*)"', page)
    assert href
    whole = client.get(href[1]).content.decode()
    assert "1. 3栋" in whole
    assert "已登记，幸福里社区" in whole
    assert "13800001234" not in whole
    first = reports()[0].case_id
    actions.accept(cast["worker"], first)
    assert "正在办" in client.get(href[1]).content.decode()
    actions.answer(cast["worker"], first, "电梯已修好，请放心使用。")
    assert "答复：电梯已修好" in client.get(href[1]).content.decode()
    assert href[1] in client.get("/desk/chat/").content.decode()


def test_a_neighbours_answers_are_nobody_elses(signed_in: SignedIn) -> None:
    page = tapped(signed_in("worker"), pasted(signed_in("worker"), LIST), "all")
    href = re.search(r'href="(/desk/chat/answers/[^"]*)"', page)
    assert href
    other = signed_in("neighbour_worker")
    assert "电梯坏了" not in other.get(href[1]).content.decode()
    assert "看进展" not in other.get("/desk/chat/").content.decode()


def test_only_who_takes_reports_in_may_paste(signed_in: SignedIn, cast: Cast) -> None:
    assert signed_in("housing_officer").get("/desk/chat/").status_code == 403
    worker = signed_in("worker")
    page = pasted(worker, PASTE)
    answer = worker.post(
        "/desk/chat/",
        {**fields_of(page), "unit": str(cast.units["neighbour"].id), "do": "take-1"},
    )
    assert answer.status_code == 403
    assert reports() == []


def test_what_is_no_chat_gets_a_sentence(signed_in: SignedIn) -> None:
    client = signed_in("worker")
    for paste in (
        "",
        " \n ",
        "12:00",
        "字" * 60_001,
        "\n".join(f"{n}号楼灯坏了\n{n}:00" for n in range(10, 99)),
    ):
        answer = client.post("/desk/chat/", {"paste": paste})
        assert answer.status_code in (200, 422)
    for odd in ("a", "😀", "長" * 9000, "\x00\ufffd", "１２３", "{{ x }}<script>alert(1)</script>"):
        answer = client.post("/desk/chat/", {"paste": odd})
        assert answer.status_code in (200, 422)
        assert b"<script>alert(1)" not in answer.content
    assert not Case.objects.everywhere("a test looks at it").exists()

"""An answer that may be none: its writer sees why, and may send it all the same."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from huiban.kernel.events.models import Event
from huiban.kernel.files.models import StoredFile
from huiban.modules.voice import actions, kinds, stages
from huiban.modules.voice.contracts import Reported
from huiban.modules.voice.models import Entry
from huiban.web.desk.tests.conftest import SignedIn
from huiban.web.desk.tests.test_case import page_of, picture, stage_of
from tests.cast import Cast, Tell

STOCK = "您反映的问题已收悉，我们将尽快协调相关部门处理。"
BETTER = "今天上午维保单位已更换门机，电梯恢复运行。"
INSIST = '<input type="hidden" name="sure" value="1">'


@pytest.fixture
def reported(cast: Cast, tell: Tell) -> Reported:
    told = tell("三号楼电梯坏了，老人下不了楼")
    actions.accept(cast["worker"], told.case_id)
    return told


def send(client: Client, reference: str, **fields: object) -> tuple[int, str]:
    answer = client.post(f"/desk/case/{reference}/answer/", {"key": "k", **fields})
    return answer.status_code, answer.content.decode()


def answer_form(page: str) -> str:
    found = re.search(r'<details class="fold" id="do-answer" open>.*?</details>', page, re.DOTALL)
    assert found
    return found[0]


def test_the_writer_sees_why_and_may_send_it_all_the_same(
    signed_in: SignedIn, reported: Reported
) -> None:
    client = signed_in("worker")
    assert INSIST not in page_of(client, reported.reference)
    status, page = send(client, reported.reference, text=STOCK)
    assert status == 422
    assert not Entry.objects.exists()
    form = answer_form(page)
    for words in ("没有提到居民反映的事", "还没有说什么时候办好", f">{STOCK}</textarea>", INSIST):
        assert words in form
    assert re.search(r"<button[^>]*>仍然发送</button>", form)
    assert page.count(INSIST) == 1
    status, _ = send(client, reported.reference, text=STOCK, sure="1")
    assert status == 302
    assert stage_of(reported.reference) == stages.ANSWERED
    event = Event.objects.get(subject_id=reported.case_id, kind=kinds.ANSWERED)
    assert event.payload["doubt"] >= 60


def test_an_answer_that_says_something_is_sent_at_once(
    signed_in: SignedIn, reported: Reported
) -> None:
    status, _ = send(signed_in("worker"), reported.reference, text=BETTER)
    assert status == 302


def test_other_refusals_offer_no_sending_all_the_same(
    signed_in: SignedIn, reported: Reported
) -> None:
    status, page = send(signed_in("worker"), reported.reference, text=" ")
    assert status == 422
    assert INSIST not in page
    assert "发出答复" in answer_form(page)


def test_a_branch_that_helped_is_told_too(signed_in: SignedIn, cast: Cast, tell: Tell) -> None:
    reported = tell("楼上装修太吵，中午休息不了")
    actions.accept(cast["worker"], reported.case_id)
    actions.dispatch(cast["worker"], reported.case_id, cast.units["branch"].id)
    client = signed_in("secretary")
    status, page = send(client, reported.reference, text=STOCK, means="negotiated")
    assert status == 422
    form = answer_form(page)
    assert 'value="negotiated" checked' in form
    assert INSIST in form
    sent = {"text": STOCK, "means": "negotiated", "sure": "1"}
    assert send(client, reported.reference, **sent)[0] == 302


def kept_in(page: str) -> str:
    found = re.search(r'name="kept" value="([^"]+)"', answer_form(page))
    assert found
    return found[1]


def test_photos_of_a_refused_form_wait_for_it(signed_in: SignedIn, reported: Reported) -> None:
    client = signed_in("worker")
    bad = SimpleUploadedFile("b.jpg", b"no picture at all", "image/jpeg")
    status, page = send(client, reported.reference, text=STOCK, camera=picture(), album=bad)
    assert status == 422
    assert "已收到1张照片，会一起发出，不用再选。" in page
    token = kept_in(page)
    status, page = send(client, reported.reference, text="", camera=picture(), kept=token)
    assert "已收到2张照片" in page
    status, _ = send(client, reported.reference, text=STOCK, sure="1", kept=kept_in(page))
    assert status == 302
    linked = StoredFile.objects.exclude(subject_id=None)
    assert linked.count() == 2
    assert page_of(client, reported.reference).count("点开看大图") == 2


@pytest.mark.parametrize("change", ["", "x", "another session", "another case"])
def test_photos_of_others_cannot_be_had(
    signed_in: SignedIn, reported: Reported, cast: Cast, tell: Tell, change: str
) -> None:
    client = signed_in("worker")
    _, page = send(client, reported.reference, text=STOCK, camera=picture())
    token = change if change in ("", "x") else kept_in(page)
    reference = reported.reference
    if change == "another session":
        client = signed_in("worker")
    elif change == "another case":
        other = tell("另一件事：三号楼门禁坏了")
        actions.accept(cast["worker"], other.case_id)
        reference = other.reference
    assert send(client, reference, text=BETTER, kept=token)[0] == 302
    assert not StoredFile.objects.exclude(subject_id=None).exists()


def test_photos_that_are_gone_do_not_stand_in_the_way_for_ever(
    signed_in: SignedIn, reported: Reported
) -> None:
    client = signed_in("worker")
    _, page = send(client, reported.reference, text=STOCK, camera=picture())
    token = kept_in(page)
    StoredFile.objects.all().delete()
    status, page = send(client, reported.reference, text=BETTER, kept=token)
    assert status == 422
    assert "照片没有保留，请重新选。" in page
    assert 'name="kept"' not in page
    assert send(client, reported.reference, text=BETTER)[0] == 302

"""One case at the desk: what the page shows, and its verbs through the one view."""

from __future__ import annotations

import io
import re

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from huiban.kernel.access.models import Look
from huiban.kernel.files.models import StoredFile
from huiban.modules.supervision.tests.desk_of_supervision import supervise
from huiban.modules.voice import actions, stages
from huiban.modules.voice.models import Case, Entry
from huiban.web.desk.tests.conftest import SignedIn
from tests.cast import Cast, Tell


def page_of(client: Client, reference: str) -> str:
    answer = client.get(f"/desk/case/{reference}/")
    assert answer.status_code == 200
    return answer.content.decode()


def stage_of(reference: str) -> str:
    return Case.objects.everywhere("a test looks at it").get(reference=reference).stage


def picture() -> SimpleUploadedFile:
    drawn = io.BytesIO()
    Image.new("RGB", (64, 48), (120, 90, 60)).save(drawn, "JPEG")
    return SimpleUploadedFile("a.jpg", drawn.getvalue(), "image/jpeg")


def test_the_page_tells_facts_words_steps_and_reckons_the_clock(
    signed_in: SignedIn, tell: Tell
) -> None:
    page = page_of(signed_in("worker"), tell("三号楼电梯坏了，老人下不了楼").reference)
    for words in ("老人下不了楼", "幸福里小区3号楼", "居民反映", "期限是怎么算的", "怎么办"):
        assert words in page


def test_the_suggestion_comes_with_its_reason(signed_in: SignedIn, cast: Cast, tell: Tell) -> None:
    reported = tell("三号楼电梯坏了")
    actions.accept(cast["worker"], reported.case_id)
    page = page_of(signed_in("worker"), reported.reference)
    assert "建议派给区住建局" in page
    assert "安和区的责任单位" in page
    chosen = f'<option value="{cast.units["housing"].id}" selected>区住建局</option>'
    assert chosen in page


def test_one_tap_sets_the_category(signed_in: SignedIn, tell: Tell) -> None:
    client = signed_in("worker")
    reference = tell("这里有一件事").reference
    assert "选一个分类" in page_of(client, reference)
    client.post(f"/desk/case/{reference}/categorise/", {"category": "elevator", "key": "k-1"})
    page = page_of(client, reference)
    assert "分类已更新" in page
    assert 'value="elevator" aria-pressed="true"' in page


def test_an_answer_without_words_is_refused_beside_its_field(
    signed_in: SignedIn, cast: Cast, tell: Tell
) -> None:
    client = signed_in("worker")
    reported = tell()
    actions.accept(cast["worker"], reported.case_id)
    refused = client.post(f"/desk/case/{reported.reference}/answer/", {"text": "  ", "key": "k-2"})
    assert refused.status_code == 422
    page = refused.content.decode()
    assert "请写几句" in page
    assert 'id="f-answer-text-wrong"' in page
    assert 'aria-invalid="true"' in page
    assert re.search(r'<details class="fold" id="do-answer" open>', page)


def test_what_was_typed_survives_a_refusal(signed_in: SignedIn, cast: Cast, tell: Tell) -> None:
    client = signed_in("worker")
    reported = tell()
    actions.accept(cast["worker"], reported.case_id)
    refused = client.post(
        f"/desk/case/{reported.reference}/defer/", {"days": "99", "reason": "要等配件", "key": "k"}
    )
    assert refused.status_code == 422
    page = refused.content.decode()
    assert 'value="99"' in page
    assert ">要等配件</textarea>" in page


def test_an_answer_carries_photos_and_a_bad_one_costs_nothing(
    signed_in: SignedIn, cast: Cast, tell: Tell
) -> None:
    client = signed_in("worker")
    reported = tell()
    actions.accept(cast["worker"], reported.case_id)
    bad = SimpleUploadedFile("b.jpg", b"no picture at all", "image/jpeg")
    answer = client.post(
        f"/desk/case/{reported.reference}/answer/",
        {"text": "灯已经换好了", "key": "k-3", "camera": picture(), "album": bad},
    )
    assert answer.status_code == 302
    assert stage_of(reported.reference) == stages.ANSWERED
    page = page_of(client, reported.reference)
    assert "灯已经换好了" in page
    assert page.count("点开看大图") == 1
    assert "已答复" in page


def test_an_answer_sent_twice_is_one_answer(signed_in: SignedIn, cast: Cast, tell: Tell) -> None:
    client = signed_in("worker")
    reported = tell()
    actions.accept(cast["worker"], reported.case_id)
    for _ in range(2):
        sent = {"text": "请问是哪一层？", "key": "the-same-key"}
        answer = client.post(f"/desk/case/{reported.reference}/ask_resident/", sent)
        assert answer.status_code == 302
    assert Entry.objects.filter(text="请问是哪一层？").count() == 1


def test_a_photo_is_shown_within_the_scope_only(
    signed_in: SignedIn, cast: Cast, tell: Tell
) -> None:
    client = signed_in("worker")
    reported, other = tell(), tell("另一件事")
    actions.accept(cast["worker"], reported.case_id)
    sent = {"text": "灯已经换好了", "key": "k-4", "camera": picture()}
    client.post(f"/desk/case/{reported.reference}/answer/", sent)
    name = StoredFile.objects.get().name
    shown = client.get(f"/desk/case/{reported.reference}/photo/{name}")
    assert shown.status_code == 200
    assert shown["Content-Type"] == "image/jpeg"
    assert shown["Cache-Control"] == "private, no-cache"
    assert client.get(f"/desk/case/{other.reference}/photo/{name}").status_code == 404
    neighbour = signed_in("neighbour_worker")
    there = neighbour.get(f"/desk/case/{reported.reference}/photo/{name}")
    assert there.status_code == 404


def test_a_photo_is_asked_for_again_and_sent_once(
    signed_in: SignedIn, cast: Cast, tell: Tell
) -> None:
    client, reported = signed_in("worker"), tell()
    actions.accept(cast["worker"], reported.case_id)
    sent = {"text": "灯已经换好了", "key": "k-6", "camera": picture()}
    client.post(f"/desk/case/{reported.reference}/answer/", sent)
    where = f"/desk/case/{reported.reference}/photo/{StoredFile.objects.get().name}"
    mark = client.get(where)["ETag"]
    again = client.get(where, headers={"if-none-match": mark})
    assert (again.status_code, again.content) == (304, b"")
    assert (again["ETag"], again["Cache-Control"]) == (mark, "private, no-cache")
    # On a computer that others share, whoever comes next is sent to the door.
    client.post("/desk/sign-out/")
    assert client.get(where, headers={"if-none-match": mark}).status_code == 302


def test_the_contact_is_behind_a_button_and_each_look_is_recorded(
    signed_in: SignedIn, cast: Cast, tell: Tell
) -> None:
    client = signed_in("worker")
    reference = tell(contact="13800001234").reference
    assert "13800001234" not in page_of(client, reference)
    assert client.get(f"/desk/case/{reference}/contact/").status_code == 405
    assert Look.objects.count() == 0
    shown = client.post(f"/desk/case/{reference}/contact/")
    assert "13800001234" in shown.content.decode()
    assert Look.objects.get().account_id == cast.accounts["worker"].id


def test_a_post_that_may_not_is_told_so_on_the_page(
    signed_in: SignedIn, cast: Cast, tell: Tell
) -> None:
    reported = tell()
    refused = signed_in("street_officer").post(
        f"/desk/case/{reported.reference}/accept/", {"key": "k-5"}
    )
    assert refused.status_code == 403
    assert "您的岗位不能办这一步" in refused.content.decode()


def test_a_verb_that_nobody_knows_is_not_found(signed_in: SignedIn, tell: Tell) -> None:
    client = signed_in("worker")
    assert client.post(f"/desk/case/{tell().reference}/vanish/", {"key": "k"}).status_code == 404


def test_what_cannot_be_taken_back_is_never_one_tap(
    signed_in: SignedIn, cast: Cast, tell: Tell
) -> None:
    from huiban.modules.voice import queries

    reported = tell()
    actions.ask_erasure(queries.report_by_receipt(reported.receipt))
    page = page_of(signed_in("worker"), reported.reference)
    assert re.search(r'<details class="fold" id="do-erase">', page)
    assert "不能恢复" in page


def test_find_forgives_how_a_reference_is_typed(signed_in: SignedIn, tell: Tell) -> None:
    client = signed_in("worker")
    reference = tell().reference
    typed = f"{reference[:4].lower()} {reference[4:]}"
    answer = client.get("/desk/find/", {"q": typed})
    assert answer["Location"] == f"/desk/case/{reference}/"
    nothing = client.get("/desk/find/", {"q": "<b>ZZZZ2222"})
    assert nothing.status_code == 200
    assert "没有找到" in nothing.content.decode()
    assert "<b>" not in nothing.content.decode()
    other = signed_in("neighbour_worker").get("/desk/find/", {"q": reference})
    assert "没有找到" in other.content.decode()


def test_whoever_reads_no_cases_learns_of_none(signed_in: SignedIn, cast: Cast, tell: Tell) -> None:
    supervise(cast)
    client = signed_in("observer")
    for text in (tell().reference, "ZZZZ2222"):
        assert client.get("/desk/find/", {"q": text}).status_code == 403
    page = client.get("/desk/supervision/observations/").content.decode()
    assert "反映" in page
    assert "desk-find" not in page
    assert "desk-find" in signed_in("worker").get("/desk/").content.decode()

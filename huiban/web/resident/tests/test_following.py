"""Following a report: what its resident sees and may do, and what nobody else does."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from huiban.kernel.files.actions import take_photo
from huiban.kernel.files.models import StoredFile
from huiban.modules.voice import actions
from huiban.modules.voice.contracts import Reported
from huiban.modules.voice.models import Case, Entry, Rating, Report
from tests.cast import Cast, Tell

KEY = "the-key-that-the-form-made"
ANSWER = "灯已经换新，各层都试过了。"


def jpeg() -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(kept, "JPEG")
    return kept.getvalue()


def at(reported: Reported) -> str:
    """The address of the report's page."""
    return f"/t/{reported.receipt}/"


def case_of(reported: Reported) -> Case:
    return Report.objects.select_related("case").get(pk=reported.report_id).case


@pytest.fixture
def told(tell: Tell) -> Reported:
    """A report that waits for its front desk."""
    return tell("楼道里的灯坏了三天")


@pytest.fixture
def answered(cast: Cast, told: Reported) -> Reported:
    """A report that was answered and waits for the resident's verdict."""
    actions.accept(cast["worker"], told.case_id)
    photo = take_photo(jpeg())
    actions.answer(cast["worker"], told.case_id, ANSWER, photo_ids=(photo.pk,))
    return told


@pytest.fixture
def asked(cast: Cast, told: Reported) -> Reported:
    """A report about which its resident is asked something."""
    actions.accept(cast["worker"], told.case_id)
    actions.ask_resident(cast["worker"], told.case_id, "请问是几楼？")
    return told


# ---- the page


def test_says_how_it_stands_and_what_comes_next(client: Client, told: Reported) -> None:
    text = client.get(at(told)).content.decode()
    for said in ("待受理", "幸福里社区前台", "前受理", "楼道里的灯坏了三天", told.reference):
        assert said in text


def test_says_nothing_to_other_sites_caches_and_searches(client: Client, told: Reported) -> None:
    page = client.get(at(told))
    assert page["Referrer-Policy"] == "no-referrer"
    assert page["Cache-Control"] == "no-store"
    assert page["X-Robots-Tag"] == "noindex"


def test_right_after_sending_the_receipt_is_large(client: Client, told: Reported) -> None:
    new = client.get(at(told) + "?new=1").content.decode()
    assert "请拍下这一页" in new
    for group in (told.receipt[:4], told.receipt[4:8], told.receipt[8:]):
        assert f"<span>{group}</span>" in new
    assert "请拍下这一页" not in client.get(at(told)).content.decode()


def test_danger_shows_whom_to_call_first(client: Client, tell: Tell) -> None:
    text = client.get(at(tell("三单元有燃气味")) + "?new=1").content.decode()
    assert 'href="tel:119"' in text
    assert text.index('href="tel:119"') < text.index("回执编号")


@pytest.mark.parametrize("receipt", ["2222222222223", "ABC", "%E5%9B%9E%E6%89%A7"])
def test_another_receipt_opens_nothing(client: Client, told: Reported, receipt: str) -> None:
    page = client.get(f"/t/{receipt}/")
    assert page.status_code == 404
    assert "回执" in page.content.decode()


def test_the_number_for_the_telephone_opens_nothing(client: Client, told: Reported) -> None:
    assert client.get(f"/t/{told.reference}/").status_code == 404
    assert client.get(f"/mine/{told.reference}/").status_code == 404


# ---- photos


def test_photos_are_shown_with_the_receipt_and_to_nobody_else(
    client: Client, answered: Reported, tell: Tell
) -> None:
    photo = StoredFile.objects.get()
    shown = client.get(f"{at(answered)}photo/{photo.name}")
    assert shown.status_code == 200
    assert shown["Content-Type"] == "image/jpeg"
    assert shown["Cache-Control"] == "no-store"
    stranger = tell("别的事")
    assert client.get(f"{at(stranger)}photo/{photo.name}").status_code == 404
    assert client.get(f"{at(answered)}photo/none.jpg").status_code == 404


# ---- what the resident does


def test_a_question_is_answered(client: Client, asked: Reported) -> None:
    assert "请问是几楼？" in client.get(at(asked)).content.decode()
    answer = client.post(at(asked) + "answer/", {"text": "三楼"})
    assert answer["Location"] == at(asked) + "?did=answer"
    assert Entry.objects.filter(kind="replied", text="三楼").exists()
    assert "请问是几楼？" in client.get(at(asked)).content.decode()
    refused = client.post(at(asked) + "answer/", {"text": "三楼，东边"})
    assert refused.status_code == 400


def test_words_and_photos_are_added_once(client: Client, told: Reported) -> None:
    photo = SimpleUploadedFile("a.jpg", jpeg(), "image/jpeg")
    sent = {"key": KEY, "text": "四楼也不亮了"}
    client.post(at(told) + "add/", {**sent, "camera": photo})
    client.post(at(told) + "add/", sent)
    assert Entry.objects.filter(kind="added").count() == 1
    assert "四楼也不亮了" in client.get(at(told)).content.decode()


def test_a_bad_photo_leaves_the_words_in_the_form(client: Client, told: Reported) -> None:
    bad = SimpleUploadedFile("a.jpg", b"no picture", "image/jpeg")
    page = client.post(at(told) + "add/", {"key": KEY, "text": "四楼也不亮了", "camera": bad})
    text = page.content.decode()
    assert page.status_code == 400
    assert "四楼也不亮了" in text
    assert 'href="#add-photos"' in text
    assert Entry.objects.filter(kind="added").count() == 0


def test_a_good_rating_closes(client: Client, answered: Reported) -> None:
    assert ANSWER in client.get(at(answered)).content.decode()
    rating = {"verdict": "solved", "satisfaction": "satisfied", "text": "谢谢"}
    assert client.post(at(answered) + "rate/", rating).status_code == 303
    assert case_of(answered).stage == "closed"
    text = client.get(at(answered) + "?did=rate").content.decode()
    assert "您的评价已经收到" in text
    assert "解决了，满意" in text


def test_a_rating_needs_both_answers(client: Client, answered: Reported) -> None:
    page = client.post(at(answered) + "rate/", {"verdict": "solved", "text": "还行"})
    text = page.content.decode()
    assert page.status_code == 400
    assert 'href="#rate-satisfaction"' in text
    assert 'value="solved" required checked' in text
    assert "还行" in text
    assert Rating.objects.count() == 0


def test_an_unsolved_matter_can_be_asked_for_again(client: Client, answered: Reported) -> None:
    client.post(at(answered) + "rate/", {"verdict": "solved", "satisfaction": "basically"})
    client.post(at(answered) + "reopen/", {"text": "又坏了"})
    assert case_of(answered).stage == "reviewing"


def test_withdrawing_asks_back_first(client: Client, told: Reported) -> None:
    asked_back = client.get(at(told) + "withdraw/").content.decode()
    assert "撤回后不再办理" in asked_back
    assert case_of(told).stage == "received"
    client.post(at(told) + "withdraw/")
    assert case_of(told).stage == "withdrawn"
    assert "withdraw/" not in client.get(at(told)).content.decode()


def test_erasure_is_asked_for(client: Client, told: Reported) -> None:
    assert "清除后不能恢复" in client.get(at(told) + "erase/").content.decode()
    client.post(at(told) + "erase/")
    assert Report.objects.get(pk=told.report_id).erasure_asked_at is not None


def test_neighbours_join_without_reading_each_other(client: Client, tell: Tell) -> None:
    first = tell("三楼的电梯门关不上，我姓王")
    second = tell("电梯门坏了")
    text = client.get(at(second) + "?new=1").content.decode()
    assert "我也遇到" in text
    assert "我姓王" not in text
    answer = client.post(at(second) + "join/", {"case": str(first.case_id)})
    assert answer["Location"] == at(second) + "?did=join"
    assert case_of(second).pk == first.case_id
    followed = client.get(at(second)).content.decode()
    assert "我姓王" not in followed
    assert second.reference in followed


def test_joining_something_else_is_refused(client: Client, told: Reported) -> None:
    page = client.post(at(told) + "join/", {"case": "not a case"})
    assert page.status_code == 400
    assert "照常办理" in page.content.decode()


def test_what_is_not_offered_is_refused(client: Client, told: Reported) -> None:
    rating = {"verdict": "solved", "satisfaction": "satisfied"}
    assert client.post(at(told) + "rate/", rating).status_code == 400
    assert client.post(at(told) + "nothing-of-the-kind/").status_code == 404


def test_a_form_s_address_shows_the_page(client: Client, told: Reported) -> None:
    answer = client.get(at(told) + "rate/")
    assert answer["Location"] == at(told)


# ---- 我的反映


@pytest.fixture
def mine(client: Client, cast: Cast) -> str:
    """The page of a report that this browser sent, by its reference."""
    path = f"/r/{cast.tags['building_3']}/tell/"
    client.post(path, {"key": KEY, "text": "一楼的灯不亮"})
    return f"/mine/{Case.objects.everywhere('a test').get().reference}/"


def test_the_phone_that_sent_it_opens_it_without_its_receipt(client: Client, mine: str) -> None:
    assert "一楼的灯不亮" in client.get("/mine/").content.decode()
    page = client.get(mine)
    assert "一楼的灯不亮" in page.content.decode()
    assert "回执编号" not in page.content.decode()
    assert page["Cache-Control"] == "no-store"


def test_another_phone_does_not(mine: str) -> None:
    assert Client().get(mine).status_code == 404
    assert Client().post(mine + "withdraw/").status_code == 404


def test_acting_by_the_cookie_needs_a_proof_of_origin(client: Client, mine: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    assert strict.post(mine + "withdraw/").status_code == 403
    assert strict.post("/mine/forget/").status_code == 403
    page = strict.get(mine + "withdraw/")
    assert page["Referrer-Policy"] == "same-origin"
    token = str(page.context["csrf_token"])
    answer = strict.post(mine + "withdraw/", {"csrfmiddlewaretoken": token})
    assert answer["Location"] == mine + "?did=withdraw"


def test_the_list_is_cleared_and_the_matter_goes_on(client: Client, mine: str) -> None:
    answer = client.post("/mine/forget/")
    assert answer["Location"] == "/mine/?forgotten=1"
    assert "已经清除" in client.get(answer["Location"]).content.decode()
    assert client.get(mine).status_code == 404
    assert Case.objects.everywhere("a test").get().stage == "received"

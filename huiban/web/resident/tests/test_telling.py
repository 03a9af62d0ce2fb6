"""Telling something: the form, its sending, and its coming back."""

from __future__ import annotations

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from huiban.kernel.access.actor import Actor
from huiban.kernel.base.codes import read_receipt
from huiban.kernel.files.queries import photos_of
from huiban.modules.voice.models import Case, Report, ReporterContact
from huiban.modules.voice.queries import report_by_receipt
from tests.cast import Cast

KEY = "the-key-that-the-form-made"


def picture(name: str = "photo.jpg", colour: str = "teal") -> SimpleUploadedFile:
    kept = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(kept, "JPEG")
    return SimpleUploadedFile(name, kept.getvalue(), "image/jpeg")


def no_picture() -> SimpleUploadedFile:
    return SimpleUploadedFile("notes.jpg", b"these are words", "image/jpeg")


@pytest.fixture
def form(cast: Cast) -> str:
    """The address of the form at building 3."""
    return f"/r/{cast.tags['building_3']}/tell/"


def sent(path: str) -> Report:
    """The report that the address of a receipt's page opens."""
    found = re.fullmatch(r"/t/(\w+)/\?new=1", path)
    assert found is not None, path
    assert read_receipt(found[1]) == found[1]
    return report_by_receipt(found[1])


def drafts_in(text: str) -> list[str]:
    return re.findall(r'name="draft" value="([^"]+)"', text)


def test_the_form_makes_a_fresh_key_each_time(client: Client, form: str) -> None:
    keys = {client.get(form).context["entered"]["key"] for _ in range(3)}
    assert len(keys) == 3
    assert all(len(key) >= 16 for key in keys)


def test_what_was_tapped_stands_first(client: Client, form: str) -> None:
    photos = client.get(form + "?with=photo").content.decode()
    words = client.get(form + "?with=words").content.decode()
    assert photos.index('name="camera"') < photos.index('name="text"')
    assert words.index('name="text"') < words.index('name="camera"')


def test_without_a_tag_the_form_asks_where(client: Client, cast: Cast, form: str) -> None:
    assert 'name="place_words"' in client.get("/tell/").content.decode()
    assert 'name="place_words"' not in client.get(form).content.decode()


def test_a_report_leads_to_its_receipt(client: Client, cast: Cast, form: str) -> None:
    answer = client.post(form, {"key": KEY, "text": "三楼的灯不亮"})
    assert answer.status_code == 303
    report = sent(answer["Location"])
    assert report.text == "三楼的灯不亮"
    assert report.channel == "scan"
    assert report.case.place == cast.places["building_3"]
    assert client.cookies["device"]["httponly"]


def test_the_script_is_told_where_to_go(client: Client, form: str) -> None:
    answer = client.post(form, {"key": KEY, "text": "灯不亮"}, HTTP_X_SENT_IN_BACKGROUND="1")
    assert answer.status_code == 201
    assert sent(answer["Location"]).text == "灯不亮"


def test_a_second_tap_leads_to_the_same_receipt(client: Client, form: str) -> None:
    answers = [client.post(form, {"key": KEY, "text": "灯不亮"}) for _ in range(2)]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert Report.objects.count() == 1


def test_without_a_tag_it_goes_to_the_district_with_the_words_where(
    client: Client, cast: Cast
) -> None:
    told = {"key": KEY, "text": "路面塌了一块", "place_words": "平安路和幸福路口"}
    report = sent(client.post("/tell/", told)["Location"])
    assert report.place_words == "平安路和幸福路口"
    assert report.channel == "web"
    assert report.case.front_desk == cast.units["district"]


def test_a_contact_is_kept_apart_from_the_report(client: Client, form: str) -> None:
    told = {"key": KEY, "text": "灯不亮", "nickname": "李阿姨", "contact": "13800001111"}
    report = sent(client.post(form, told)["Location"])
    assert ReporterContact.objects.get(report=report).contact == "13800001111"


def test_photos_come_with_it(client: Client, form: str) -> None:
    told = {"key": KEY, "camera": [picture(), picture(colour="red")], "album": picture()}
    report = sent(client.post(form, told)["Location"])
    assert len(photos_of([report.pk])) == 3


def test_nothing_at_all_is_asked_for_something(client: Client, form: str) -> None:
    page = client.post(form, {"key": KEY, "nickname": "李阿姨"})
    assert page.status_code == 400
    text = page.content.decode()
    assert "请写几句话，或者拍一张照片" in text
    assert 'value="李阿姨"' in text
    assert f'value="{KEY}"' in text
    assert Report.objects.count() == 0


def test_a_bad_photo_costs_neither_the_words_nor_the_good_ones(client: Client, form: str) -> None:
    told = {"key": KEY, "text": "三楼的灯不亮", "camera": picture(), "album": no_picture()}
    page = client.post(form, told)
    text = page.content.decode()
    assert page.status_code == 400
    assert "这个文件不是能用的照片" in text
    assert "三楼的灯不亮" in text
    drafts = drafts_in(text)
    assert len(drafts) == 1
    again = client.post(form, {"key": KEY, "text": "三楼的灯不亮", "draft": drafts})
    assert len(photos_of([sent(again["Location"]).pk])) == 1


def test_a_draft_that_we_did_not_sign_is_nobody_s(client: Client, form: str) -> None:
    told = {"key": KEY, "text": "灯不亮", "draft": "0190aaaa-forged:stamp:signature"}
    report = sent(client.post(form, told)["Location"])
    assert photos_of([report.pk]) == []


def test_a_draft_is_not_shown_in_two_reports(client: Client, form: str) -> None:
    page = client.post(form, {"key": KEY, "camera": picture(), "album": no_picture()})
    drafts = drafts_in(page.content.decode())
    first = client.post(form, {"key": KEY, "text": "灯不亮", "draft": drafts})
    assert first.status_code == 303
    second = client.post(form, {"key": f"{KEY}-2", "text": "灯不亮", "draft": drafts})
    assert second.status_code == 400
    assert Report.objects.count() == 1


def test_more_than_nine_photos_come_back_with_nine_kept(client: Client, form: str) -> None:
    page = client.post(form, {"key": KEY, "album": [picture() for _ in range(10)]})
    assert page.status_code == 400
    assert len(drafts_in(page.content.decode())) == 9


def test_a_flood_is_slowed_and_loses_no_words(client: Client, form: str) -> None:
    for number in range(6):
        client.post(form, {"key": f"{KEY}-{number}", "text": f"第{number}件事"})
    page = client.post(form, {"key": f"{KEY}-one-more", "text": "第七件事"})
    assert page.status_code == 429
    assert "第七件事" in page.content.decode()


def test_words_are_shown_as_words(client: Client, form: str) -> None:
    page = client.post(form, {"key": "short", "text": "</textarea><script>alert(1)</script>"})
    assert "<script>alert" not in page.content.decode()


def test_needs_no_cookie_and_no_proof_of_origin(cast: Cast, form: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(form, {"key": KEY, "text": "灯不亮"}).status_code == 303


def test_a_worker_of_the_neighbouring_community_does_not_get_it(
    client: Client, cast: Cast, form: str
) -> None:
    client.post(form, {"key": KEY, "text": "灯不亮"})

    def sees(actor: Actor) -> bool:
        return Case.objects.within(actor.scope).exists()

    assert sees(cast["worker"])
    assert not sees(cast["neighbour_worker"])


def test_the_words_of_danger_come_apart_from_the_page_and_packed(
    client: Client, cast: Cast
) -> None:
    answer = client.get("/danger-words/", headers={"Accept-Encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    assert len(answer.content) < 20_000
    assert "max-age" in answer["Cache-Control"]
    told = client.get("/danger-words/").json()
    assert {danger["phone"] for danger in told["dangers"]} == {"110", "119", "120"}
    assert client.post("/danger-words/").status_code == 405

"""The place's page, and the front page."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client
from pytest_django import Settings

from huiban.kernel.base.clock import SHANGHAI
from huiban.kernel.base.codes import show_receipt
from huiban.kernel.places.models import Tag
from huiban.kernel.vocab.queries import forget_copy
from huiban.modules.voice import visits
from huiban.modules.voice.models import VisitCount
from huiban.web.kit import entries
from huiban.web.kit.entries import Entry
from tests.cast import Cast, Tell

PHONE = "Mozilla/5.0 (Linux; Android 10) Chrome/78.0 MicroMessenger/8.0"


def test_greets_with_the_place_and_its_desk(client: Client, cast: Cast) -> None:
    page = client.get(f"/r/{cast.tags['building_3']}/")
    text = page.content.decode()
    assert page.status_code == 200
    assert "幸福里小区3号楼" in text
    assert "幸福里社区" in text
    assert 'href="tel:05641234567"' in text
    assert f'href="/r/{cast.tags["building_3"]}/tell/?with=photo"' in text
    assert f'href="/r/{cast.tags["building_3"]}/tell/?with=words"' in text


def test_says_nothing_to_other_sites_caches_and_searches(client: Client, cast: Cast) -> None:
    page = client.get(f"/r/{cast.tags['building_3']}/")
    assert page["Referrer-Policy"] == "no-referrer"
    assert page["Cache-Control"] == "no-store"
    assert page["X-Robots-Tag"] == "noindex"


def test_a_tag_that_was_revoked_still_shows_a_way_on(client: Client, cast: Cast) -> None:
    token = cast.tags["building_3"]
    Tag.objects.filter(token=token).update(revoked_at=datetime(2026, 5, 1, 12, tzinfo=SHANGHAI))
    for path in (f"/r/{token}/", f"/r/{token}/tell/", "/r/NEVERWAS22/"):
        page = client.get(path)
        assert page.status_code == 404, path
        assert 'href="/tell/"' in page.content.decode(), path


def test_shows_what_this_phone_sent_and_no_receipt(client: Client, cast: Cast, tell: Tell) -> None:
    path = f"/r/{cast.tags['building_3']}/"
    assert "这台手机还没有反映过" in client.get(path).content.decode()
    client.post(f"{path}tell/", {"key": "a-key-of-this-phone", "text": "一楼的灯不亮"})
    text = client.get(path).content.decode()
    assert "一楼的灯不亮" in text
    assert "待受理" in text
    assert "/t/" not in text


def test_entries_that_later_modules_register_are_listed(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entries, "_entries", {})
    entries.register(Entry("canteen", "社区食堂", "今天的饭菜", "house", lambda tag: f"/c/{tag}/"))
    token = cast.tags["building_3"]
    assert f'href="/c/{token}/"' in client.get(f"/r/{token}/").content.decode()


def test_counts_people_and_not_machines(client: Client, cast: Cast) -> None:
    path = f"/r/{cast.tags['building_3']}/"
    client.get(path, HTTP_USER_AGENT=PHONE)
    client.get(path, HTTP_USER_AGENT=PHONE)
    client.get(path, HTTP_USER_AGENT="Googlebot/2.1")
    client.get(path)
    visits.flush()
    assert VisitCount.objects.get(page="place").count == 2


# ---- the front page


def test_a_receipt_opens_its_page_however_it_is_typed(client: Client, tell: Tell) -> None:
    receipt = tell().receipt
    for typed in (receipt, receipt.lower(), show_receipt(receipt, " "), f"  {receipt}  "):
        answer = client.post("/", {"receipt": typed})
        assert answer.status_code == 303
        assert answer["Location"] == f"/t/{receipt}/"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "请输入回执编号"),
        ("2345", "您输入了4位"),
        ("3222222222222", "有一位不对"),
        ("ABCD2345", "8位的受理编号"),
    ],
)
def test_a_wrong_receipt_is_told_what_is_wrong(
    client: Client, cast: Cast, typed: str, said: str
) -> None:
    page = client.post("/", {"receipt": typed})
    assert page.status_code == 400
    assert said in page.content.decode()
    assert f'value="{typed}"' in page.content.decode()


def test_a_well_made_receipt_that_was_never_given_opens_nothing(client: Client, cast: Cast) -> None:
    page = client.post("/", {"receipt": never_given()})
    assert page.status_code == 400
    assert "没有这个回执编号" in page.content.decode()


def never_given() -> str:
    from huiban.kernel.base.codes import receipt_from

    return receipt_from(b"another installation's secret", "a-key")


def test_the_number_for_the_telephone_opens_only_on_the_phone_that_sent(
    client: Client, cast: Cast
) -> None:
    path = f"/r/{cast.tags['building_3']}/tell/"
    client.post(path, {"key": "a-key-of-this-phone", "text": "一楼的灯不亮"})
    reference = client.get("/mine/").context["lines"][0].reference
    assert client.post("/", {"receipt": reference})["Location"] == f"/mine/{reference}/"
    assert Client().post("/", {"receipt": reference}).status_code == 400


@pytest.mark.django_db
def test_an_installation_without_units_says_so(client: Client) -> None:
    forget_copy()
    assert client.get("/").status_code == 200
    page = client.get("/tell/")
    assert page.status_code == 400
    assert "还没有录入区划" in page.content.decode()


def test_a_demonstration_begins_in_its_lobby(
    client: Client, cast: Cast, settings: Settings
) -> None:
    assert client.get("/").status_code == 200
    settings.DEMONSTRATION = True
    assert client.get("/")["Location"] == "/lobby/"

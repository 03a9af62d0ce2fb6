"""Print size, the browser's own name, entries, and what every template may say."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.test import Client, RequestFactory

from huiban.kernel.base.clock import SHANGHAI, Traveller
from huiban.web.kit import devices, entries
from huiban.web.kit.context import House
from huiban.web.kit.entries import Entry


def drawn(text: str, **context: object) -> str:
    return Template(text).render(Context(context))


# ---- print size


def test_large_print_is_remembered_and_taken_back(client: Client) -> None:
    answer = client.post("/print-size/", {"size": "large", "here": "/tell/?a=1"})
    assert answer.status_code == 303
    assert answer["Location"] == "/tell/?a=1"
    assert client.cookies["print"].value == "large"
    client.post("/print-size/", {"size": "normal", "here": "/"})
    assert client.cookies["print"].value == ""


@pytest.mark.parametrize(
    "here", ["https://elsewhere.example/", "//elsewhere.example/", "tell/", ""]
)
def test_the_switch_leads_nowhere_else(client: Client, here: str) -> None:
    answer = client.post("/print-size/", {"size": "large", "here": here})
    assert answer["Location"] == "/"


# ---- the browser's own name


def carrying(cookie: str) -> HttpRequest:
    request = RequestFactory().get("/")
    request.COOKIES[devices.COOKIE] = cookie
    return request


def test_a_browser_is_known_by_what_it_was_given() -> None:
    response = HttpResponse()
    devices.remember(response, "the-name")
    cookie = response.cookies[devices.COOKIE]
    assert devices.device_of(carrying(cookie.value)) == "the-name"
    assert cookie["httponly"]
    assert cookie["max-age"] == 365 * 24 * 3600


def test_a_name_that_we_did_not_sign_is_nobody_s() -> None:
    assert devices.device_of(carrying("the-name")) == ""
    assert devices.device_of(carrying("the-name:stamp:signature")) == ""
    assert devices.device_of(RequestFactory().get("/")) == ""


# ---- entries


@pytest.fixture
def no_entries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entries, "_entries", {})


def entry(key: str, position: int, address: str) -> Entry:
    return Entry(key, f"{key}的事", "说明", "list", lambda token: address, position)


def test_entries_stand_in_their_order_where_they_have_an_address(no_entries: None) -> None:
    entries.register(entry("later", 20, "/later/"))
    entries.register(entry("sooner", 10, "/sooner/"))
    entries.register(entry("not here", 5, ""))
    assert [line.href for line in entries.entries_at("TOKEN")] == ["/sooner/", "/later/"]


def test_an_entry_is_registered_once(no_entries: None) -> None:
    entries.register(entry("same", 1, "/"))
    with pytest.raises(ValueError, match="twice"):
        entries.register(entry("same", 1, "/"))


# ---- tags


def test_an_icon_beside_words_is_decoration() -> None:
    svg = drawn('{% icon "camera" %}')
    assert 'aria-hidden="true"' in svg
    assert "<path" in svg
    assert "<!--" not in svg


def test_an_icon_alone_has_a_name_that_is_escaped() -> None:
    assert 'aria-label="&lt;照片&gt;"' in drawn('{% icon "half" label=name %}', name="<照片>")


def test_an_icon_that_nobody_drew_is_a_fault() -> None:
    with pytest.raises(LookupError, match="unicorn"):
        drawn('{% icon "unicorn" %}')


def test_times_are_said_as_the_reader_s_print_asks(clock: Traveller) -> None:
    at = datetime(2026, 5, 8, 17, 30, tzinfo=SHANGHAI)
    normal = House(demonstration=False, large=False, here="/")
    large = House(demonstration=False, large=True, here="/")
    assert ">今天17:30前</time>" in drawn("{% due at %}", at=at, house=normal)
    assert ">今天下午5:30</time>" in drawn("{% moment at %}", at=at, house=large)
    assert drawn("{% moment at %}{% due at %}", at=None) == ""


def test_a_telephone_number_becomes_a_link_that_dials() -> None:
    assert drawn("{{ number|tel }}", number="0564-123 4567") == "tel:05641234567"

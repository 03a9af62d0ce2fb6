"""Each request has its id and one line, and says where it came from to nobody else."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from huiban.web.kit.requests import ID_HEADER, RequestMiddleware, client_address
from huiban.web.kit.traces import request_id

RECEIPT = "7K3M9QTX2HWPE"


def lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    return [vars(record) for record in caplog.records if record.name == "huiban.requests"]


@pytest.mark.django_db
def test_a_request_leaves_one_line_without_what_opens_a_case(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    response = client.get(f"/t/{RECEIPT}/?from=somewhere", headers={"user-agent": "a browser"})
    (line,) = lines(caplog)
    assert (line["method"], line["path"], line["status"]) == ("GET", "/t/…/", response.status_code)
    assert line["milliseconds"] >= 0
    assert line["statements"] >= 0
    said = " ".join(str(vars(record)) for record in caplog.records if record.name != "django")
    assert RECEIPT not in " ".join(record.getMessage() for record in caplog.records)
    assert "a browser" not in said
    assert response[ID_HEADER]


def test_a_proxy_may_name_the_request_but_write_nothing_else(client: Client) -> None:
    named = client.get("/healthz", headers={ID_HEADER: "0123-abcd-4567"})
    assert named[ID_HEADER] == "0123-abcd-4567"
    for bad in ("short", "x" * 65, "two words!"):
        assert client.get("/healthz", headers={ID_HEADER: bad})[ID_HEADER] != bad


def test_the_id_is_known_within_the_request_only() -> None:
    seen: list[str] = []

    def answer(request: HttpRequest) -> HttpResponse:
        seen.append(request_id.get())
        return HttpResponse()

    response = RequestMiddleware(answer)(RequestFactory().get("/"))
    assert seen == [response[ID_HEADER]]
    assert request_id.get() == ""


def test_an_unheard_of_method_is_not_repeated(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    RequestMiddleware(lambda request: HttpResponse())(RequestFactory().generic("王秀兰", "/"))
    assert lines(caplog)[0]["method"] == "other"


def address(settings: Any, header: str, **meta: str) -> str:
    settings.CLIENT_ADDRESS_HEADER = header
    return client_address(RequestFactory().get("/", **meta))  # type: ignore[arg-type]


def test_without_a_proxy_only_the_connection_is_believed(settings: Any) -> None:
    found = address(settings, "", REMOTE_ADDR="192.0.2.7", HTTP_X_FORWARDED_FOR="198.51.100.1")
    assert found == "192.0.2.7"


def test_behind_a_proxy_the_last_entry_is_believed(settings: Any) -> None:
    forged = "203.0.113.9, 198.51.100.1"
    found = address(
        settings, "X-Forwarded-For", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=forged
    )
    assert found == "198.51.100.1"


@pytest.mark.parametrize("told", ["", "unknown", "1.2.3.4.5", "<script>"])
def test_a_header_that_says_nothing_leaves_the_connection(settings: Any, told: str) -> None:
    assert (
        address(settings, "X-Real-IP", REMOTE_ADDR="192.0.2.7", HTTP_X_REAL_IP=told) == "192.0.2.7"
    )


def test_an_address_stands_for_one_subscriber(settings: Any) -> None:
    first = address(settings, "", REMOTE_ADDR="2001:db8:1:2:aaaa::1")
    assert first == address(settings, "", REMOTE_ADDR="2001:db8:1:2:bbbb::2") == "2001:db8:1:2::"
    assert address(settings, "", REMOTE_ADDR="2001:db8:1:3::1") != first
    assert address(settings, "", REMOTE_ADDR="::ffff:192.0.2.7") == "192.0.2.7"

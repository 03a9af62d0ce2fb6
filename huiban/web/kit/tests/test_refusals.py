"""Pages for what can't be done."""

from __future__ import annotations

import pytest
from django.core.exceptions import SuspiciousOperation
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from huiban.config import urls as ours
from huiban.kernel.base.errors import ImproperMove, NotPermitted, Refusal, TooMany, Unseen

WORD = "门牌写得不完整。请补上楼号。"
RAISED: dict[str, Exception] = {
    "refusal": Refusal(WORD),
    "move": ImproperMove(WORD),
    "unseen": Unseen(WORD),
    "not-permitted": NotPermitted(WORD),
    "too-many": TooMany(WORD, 42),
    "away": OperationalError("database is locked"),
    "unread": SuspiciousOperation("too large"),
    "fault": RuntimeError("a fault of the program"),
}


def raising(request: HttpRequest, name: str) -> HttpResponse:
    raise RAISED[name]


urlpatterns = [path("raise/<str:name>/", raising), *ours.urlpatterns]
handler400, handler403 = ours.handler400, ours.handler403
handler404, handler500 = ours.handler404, ours.handler500

pytestmark = pytest.mark.urls(__name__)


@pytest.fixture
def visitor() -> Client:
    """A browser that is shown the page of a fault, as people are."""
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(
    ("name", "status"),
    [("refusal", 400), ("move", 400), ("unseen", 404), ("not-permitted", 403), ("too-many", 429)],
)
def test_a_refusal_says_its_own_sentence(visitor: Client, name: str, status: int) -> None:
    page = visitor.get(f"/raise/{name}/")
    assert page.status_code == status
    assert WORD in page.content.decode()
    assert page["Cache-Control"] == "no-store"


def test_too_many_says_when_to_come_again(visitor: Client) -> None:
    assert visitor.get("/raise/too-many/")["Retry-After"] == "42"


def test_a_database_that_is_away_is_told_without_it(visitor: Client) -> None:
    page = visitor.get("/raise/away/")
    assert page.status_code == 503
    assert "Retry-After" in page.headers
    assert "没有存上" in page.content.decode()


@pytest.mark.parametrize(("name", "status"), [("unread", 400), ("fault", 500)])
def test_what_django_reports_is_said_in_words(visitor: Client, name: str, status: int) -> None:
    page = visitor.get(f"/raise/{name}/")
    assert page.status_code == status
    assert "请" in page.content.decode()
    assert "RuntimeError" not in page.content.decode()


def test_an_address_that_leads_nowhere_shows_ways_on(visitor: Client) -> None:
    page = visitor.get("/nowhere/at/all/")
    assert page.status_code == 404
    assert 'href="/tell/"' in page.content.decode()

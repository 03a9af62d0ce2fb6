"""Every route and every field meets hostile text, broken pictures and oversized bodies: no 500."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from PIL import Image

from huiban.modules.voice import actions, queries
from huiban.modules.voice.actions.perform import VERBS as DESK_VERBS
from huiban.web.resident.verbs import VERBS as RESIDENT_VERBS
from tests.cast import PASSWORD, Cast, Tell

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]

HOSTILE = (
    "'; DROP TABLE voice_case; --",
    '<script>alert(1)</script>"onload="x',
    "{{ 7*7 }}{% include 'x' %}",
    "\u202e\u0000\U0001f600\u200b",
    "../../../../etc/passwd",
    "%00%ff",
    "9" * 400,
    "２０２６－０２－３０",
    "长" * 5_000,
)
FIELDS = (
    *("key", "text", "title", "place_words", "nickname", "contact", "verdict", "satisfaction"),
    *("unit_id", "unit_ids", "reason", "days", "category", "diversion", "consent", "ok", "reopen"),
    *("means", "without_waiting", "case_id", "drafts", "receipt", "login_name", "password", "back"),
    *("next", "size", "print", "reference", "q", "section", "kind", "after", "state", "unit"),
    *("tier", "result", "start", "end", "case", "new", "with", "tell"),
    *("period", "wall", "recount"),
    *("paste", "mark", "do", "cases", "key-1", "text-1", "time-1", "state-1"),
)


def patterns(under: URLResolver, prefix: str = "") -> Iterator[str]:
    """Every route as a string, with its gaps as <name>."""
    for pattern in under.url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern, route)
        elif isinstance(pattern, URLPattern):
            yield route


ROUTES = sorted(set(patterns(get_resolver())))


@pytest.fixture
def house(client: Client, cast: Cast, tell: Tell) -> dict[str, str]:
    """A client that is signed in and has sent a report, and what fits into the routes' gaps."""
    reported = tell("电梯停运", contact="13800001234")
    actions.accept(cast["worker"], reported.case_id)
    client.post("/desk/sign-in/", {"login_name": "worker", "password": PASSWORD})
    client.raise_request_exception = False
    return {
        "tag": cast.tags["building_3"],
        "receipt": reported.receipt,
        "reference": reported.reference,
        "verb": "answer",
        "name": "nothing.jpg",
        "unit": cast.units["community"].code,
        "month": "2026-05",
        "file_format": "pdf",
        "rule": "bounced",
        "code": "ZZZZ2222",
        "key": "open",
    }


NOTHING = "01900000-0000-7000-8000-000000000000"


def filled(route: str, gaps: dict[str, str]) -> str:
    """The route with its gaps filled."""
    for name, value in gaps.items():
        for converter in ("str:", "slug:", "uuid:", ""):
            route = route.replace(f"<{converter}{name}>", value)
    route = re.sub(r"<uuid:\w+>", NOTHING, route)
    assert "<" not in route, route
    return f"/{route}"


@pytest.mark.parametrize("route", ROUTES)
def test_no_route_breaks_on_hostile_words(
    route: str, client: Client, house: dict[str, str]
) -> None:
    address = filled(route, house)
    for words in HOSTILE:
        said = dict.fromkeys(FIELDS, words)
        for answer in (
            client.get(address, said if len(words) < 1000 else {}),
            client.post(address, said),
        ):
            assert answer.status_code < 500, (address, words[:40])
            assert b"<script>alert(1)" not in answer.content


@pytest.mark.parametrize("route", [route for route in ROUTES if "<" in route])
def test_no_route_breaks_on_hostile_addresses(
    route: str, client: Client, house: dict[str, str]
) -> None:
    for words in ("%00", "%E4%BD%A0", "'%22%3C%3E", "A" * 300, "%F0%9F%98%80", "..%2f.."):
        for name in house:
            if f"{name}>" in route:
                answer = client.get(filled(route, {**house, name: words}))
                assert answer.status_code < 500, (route, words)


@pytest.mark.parametrize("verb", sorted(DESK_VERBS))
def test_no_verb_of_the_desk_breaks_on_hostile_fields(
    verb: str, client: Client, house: dict[str, str]
) -> None:
    address = f"/desk/case/{house['reference']}/{verb}/"
    for words in HOSTILE:
        assert client.post(address, dict.fromkeys(FIELDS, words)).status_code < 500, words[:40]
    assert client.post(address, {}).status_code < 500


@pytest.mark.parametrize("verb", sorted(RESIDENT_VERBS))
def test_no_verb_of_a_resident_breaks_on_hostile_fields(
    verb: str, client: Client, house: dict[str, str]
) -> None:
    address = f"/t/{house['receipt']}/{verb}/"
    for words in HOSTILE:
        assert client.post(address, dict.fromkeys(FIELDS, words)).status_code < 500, words[:40]
    assert client.post(address, {}).status_code < 500


def pictures() -> list[bytes]:
    """Files that call themselves photos and aren't, or are too much."""
    drawn = io.BytesIO()
    Image.new("RGB", (64, 64), "teal").save(drawn, "JPEG")
    whole = drawn.getvalue()
    huge = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(huge, "PNG")
    return [
        b"",
        b"not a picture",
        whole[: len(whole) // 2],
        b"\xff\xd8\xff" + b"\x00" * 5000,
        b"GIF89a" + whole,
        b"%PDF-1.7\n" + whole,
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        huge.getvalue(),
    ]


@pytest.mark.parametrize("number", range(8))
def test_a_broken_picture_is_refused_with_a_sentence(
    number: int, client: Client, house: dict[str, str]
) -> None:
    broken = pictures()[number]
    for address in (f"/r/{house['tag']}/tell/", f"/desk/case/{house['reference']}/answer/"):
        photo = SimpleUploadedFile("IMG_0001.jpg", broken, "image/jpeg")
        answer = client.post(
            address, {"key": f"a-key-for-picture-{number}", "text": "", "album": photo}
        )
        assert answer.status_code < 500
        assert answer.status_code not in (302, 303) or "desk" in address


def test_an_oversized_body_is_refused(client: Client, house: dict[str, str]) -> None:
    for name in ("camera", "text"):
        big = SimpleUploadedFile("big.jpg", b"\xff" * 13_000_000, "image/jpeg")
        said = {"key": "a-key-for-a-big-body", name: big if name == "camera" else "x" * 3_000_000}
        answer = client.post(f"/r/{house['tag']}/tell/", said)
        assert answer.status_code in (200, 400, 413), answer.status_code


def test_what_was_told_is_shown_and_never_run(
    client: Client, cast: Cast, tell: Tell, house: dict[str, str]
) -> None:
    reported = tell('<img src=x onerror="alert(1)">')
    for address in (f"/t/{reported.receipt}/", f"/desk/case/{reported.reference}/"):
        page = client.get(address).content.decode()
        assert "<img src=x" not in page
        assert "&lt;img src=x" in page
    assert queries.inbox(cast["worker"]).lines

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.test import Client
from django.urls import path
from PIL import Image

from huiban.kernel.files import rules, uploads
from huiban.kernel.files.models import StoredFile

pytestmark = pytest.mark.django_db

HANDLER = "huiban.kernel.files.uploads.BoundedUploadHandler"


def photo(size: tuple[int, int] = (80, 60)) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "teal").save(out, "PNG")
    return out.getvalue()


def heavy(size: int) -> bytes:
    """A photo with a long tail, as heavy as told."""
    return photo() + bytes(size - len(photo()))


def named(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type="image/png")


def tell(request: HttpRequest) -> HttpResponse:
    files = [file for name in uploads.FIELDS for file in request.FILES.getlist(name)]
    held = [getattr(file.file, "_rolled", False) for file in files]
    taken, refused = uploads.take_uploads(request.FILES)
    return JsonResponse(
        {
            "text": request.POST["text"],
            "taken": [stored.width for stored in taken],
            "refused": [refusal.message for refusal in refused],
            "fields": [refusal.field for refusal in refused],
            "on_disk": held,
        }
    )


@pytest.fixture
def phone(tmp_path: Path, settings: Any) -> Client:
    routes = ModuleType("routes")
    routes.urlpatterns = [path("tell/", tell)]  # type: ignore[attr-defined]
    settings.ROOT_URLCONF = routes
    settings.MIDDLEWARE = ["django.middleware.csrf.CsrfViewMiddleware"]
    settings.FILES_ROOT = tmp_path / "files"
    settings.FILE_UPLOAD_HANDLERS = [HANDLER]
    return Client()


def sent(phone: Client, **files: Any) -> dict[str, Any]:
    answer = phone.post("/tell/", {"text": "楼道灯不亮"} | files)
    assert answer.status_code == 200, answer.content
    told: dict[str, Any] = answer.json()
    assert told["text"] == "楼道灯不亮"
    return told


def test_photos_of_both_fields_are_taken_in_with_the_words(phone: Client) -> None:
    told = sent(
        phone,
        camera=named("one.png", photo((10, 10))),
        album=[named("two.png", photo((20, 10))), named("three.png", photo((30, 10)))],
    )
    assert told["taken"] == [10, 20, 30]
    assert told["refused"] == []
    assert StoredFile.objects.count() == 3


def test_no_photos_are_no_trouble(phone: Client) -> None:
    assert sent(phone)["taken"] == []
    assert sent(phone, camera=b"")["taken"] == []


def test_a_bad_photo_never_costs_the_good_ones(phone: Client) -> None:
    told = sent(
        phone,
        camera=[named("good.png", photo()), named("a.png", b"MZ not a photo"), named("b.jpg", b"")],
        album=[named("also.png", photo())],
    )
    assert told["taken"] == [80, 80]
    assert told["refused"] == [rules.UNKNOWN_FORMAT, rules.EMPTY]
    assert told["fields"] == ["photos", "photos"]


def test_a_photo_over_the_limit_is_let_go_and_the_rest_arrives(phone: Client) -> None:
    told = sent(
        phone,
        camera=named("heavy.png", heavy(rules.PHOTO_BYTES + 1)),
        album=[named("limit.png", heavy(rules.PHOTO_BYTES)), named("good.png", photo())],
    )
    assert told["taken"] == [80, 80]
    assert told["refused"] == [rules.TOO_BIG]


def test_what_is_over_the_sum_is_let_go_and_the_rest_arrives(
    phone: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "REQUEST_PHOTO_BYTES", 1_000_000)
    told = sent(
        phone,
        album=[
            named("a.png", heavy(600_000)),
            named("b.png", heavy(600_000)),
            named("c.png", heavy(300_000)),
        ],
    )
    # The second one's room is given back, so that the third still fits.
    assert told["taken"] == [80, 80]
    assert told["refused"] == [rules.TOO_MUCH_AT_ONCE]


def test_photos_beyond_the_ninth_are_let_go(phone: Client) -> None:
    told = sent(phone, album=[named(f"{n}.png", photo()) for n in range(30)])
    assert told["taken"] == [80] * 9
    assert told["refused"] == [rules.TOO_MANY] * 21


def test_a_request_that_says_it_is_too_large_is_refused_unread(
    phone: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "REQUEST_BYTES", 100_000)
    answer = phone.post("/tell/", {"text": "x", "camera": named("a.png", heavy(99_999))})
    assert answer.status_code == 400
    # The same where the check of the form's token reads the body first.
    guarded = Client(enforce_csrf_checks=True)
    guarded.cookies["csrftoken"] = "c" * 32
    answer = guarded.post("/tell/", {"text": "x", "camera": named("a.png", heavy(99_999))})
    assert answer.status_code == 400


def test_only_large_photos_touch_the_disk(phone: Client) -> None:
    told = sent(
        phone, camera=named("small.png", photo()), album=named("large.png", heavy(3_000_000))
    )
    assert told["on_disk"] == [False, True]


def test_a_request_that_breaks_off_ends_as_a_plain_answer(phone: Client) -> None:
    body = (
        b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\nhello\r\n'
        b'--x\r\nContent-Disposition: form-data; name="camera"; filename="a.jpg"\r\n'
        b"Content-Type: image/jpeg\r\n\r\n" + heavy(200_000)
    )
    answer = phone.post("/tell/", data=body, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 200
    assert answer.json()["text"] == "hello"
    assert answer.json()["taken"] in ([], [80])

"""When nothing can be stored: a clear page that keeps what was sent."""

from __future__ import annotations

import errno
from collections.abc import Mapping

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, InternalError, OperationalError
from django.http import HttpResponse
from django.test import RequestFactory

from huiban.kernel.base.errors import Refusal
from huiban.web.kit.refusals import failed
from huiban.web.kit.storage import LONGEST_FIELD, is_storage_failure, what_was_sent


@pytest.mark.parametrize(
    "problem",
    [
        OperationalError("database or disk is full"),
        OperationalError("attempt to write a readonly database"),
        OperationalError("could not extend file: No space left on device"),
        InternalError("cannot execute INSERT in a read-only transaction"),
        OSError(errno.ENOSPC, "No space left on device"),
        OSError(errno.EROFS, "Read-only file system"),
    ],
)
def test_a_failure_to_store_is_told_from_others(problem: Exception) -> None:
    assert is_storage_failure(problem)
    wrapped = RuntimeError("while storing")
    wrapped.__cause__ = problem
    assert is_storage_failure(wrapped)


@pytest.mark.parametrize(
    "problem",
    [
        None,
        ValueError("a slip of ours"),
        IntegrityError("append-only: events_event_kept"),
        OSError(errno.ENOENT, "No such file or directory"),
        InternalError("a slip of the server's"),
        Refusal("请写几个字。"),
    ],
)
def test_any_other_fault_is_not_called_one(problem: Exception | None) -> None:
    assert not is_storage_failure(problem)


def answer_to(problem: Exception, sent: Mapping[str, object]) -> HttpResponse:
    request = RequestFactory().post("/r/ABCDE23456/tell/", sent)
    try:
        raise problem
    except type(problem):
        return failed(request)


def test_the_page_keeps_what_was_sent() -> None:
    sent = {
        "text": "三楼的灯<坏>了",
        "key": "k" * 22,
        "csrfmiddlewaretoken": "as it was",
        "camera": SimpleUploadedFile("a.jpg", b"x"),
    }
    response = answer_to(OperationalError("database or disk is full"), sent)
    page = response.content.decode()
    assert (response.status_code, response["Retry-After"]) == (503, "30")
    assert '<input type="hidden" name="text" value="三楼的灯&lt;坏&gt;了">' in page
    assert f'name="key" value="{"k" * 22}"' in page
    assert 'name="csrfmiddlewaretoken" value="as it was"' in page
    assert "再发送一次" in page
    assert "camera" not in page


def test_a_fault_of_ours_offers_no_repetition() -> None:
    response = answer_to(ValueError("a slip"), {"text": "三楼的灯坏了"})
    assert response.status_code == 500
    assert "再发送一次" not in response.content.decode()


def test_what_is_too_much_to_repeat_is_not_repeated() -> None:
    assert what_was_sent(RequestFactory().get("/", {"text": "a"})) == []
    long = RequestFactory().post("/", {"text": "长" * (LONGEST_FIELD + 1)})
    assert what_was_sent(long) == []
    many = RequestFactory().post("/", {f"field{number}": "a" for number in range(61)})
    assert what_was_sent(many) == []

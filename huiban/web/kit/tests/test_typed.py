"""What is shown again of a form that can't be taken, and the page that it was about."""

from __future__ import annotations

import pytest
from django.http import HttpRequest
from django.test import RequestFactory
from django.urls import resolve

from huiban.web.kit.storage import LONGEST_FIELD
from huiban.web.kit.typed import page_behind, texts_typed

KEY = "019e0534-b1c0-75fd-9af0-db5f3de29fcc"


def sent(address: str, **form: object) -> HttpRequest:
    request = RequestFactory().post(address, form)
    request.resolver_match = resolve(request.path)
    return request


def test_sentences_are_shown_and_signs_are_not() -> None:
    long = "一行会议情况\r\n" * (LONGEST_FIELD // 7)
    request = sent(
        "/desk/supervision/letters/",
        csrfmiddlewaretoken="a token",
        key="k" * 22,
        unit=KEY,
        day="2026-05-16",
        back="/desk/?q=%E7%94%B5",
        login_name="李 四",
        password="a long secret 密码",
        title="电梯",
        facts=long,
        note="one lift stood still",
        again="电梯",
        empty=" ",
    )
    assert texts_typed(request) == ["电梯", long.strip(), "one lift stood still"]
    assert texts_typed(RequestFactory().get("/desk/", {"title": "电梯"})) == []


@pytest.mark.parametrize(
    ("address", "page"),
    [
        (f"/desk/supervision/letters/{KEY}/edit/", f"/desk/supervision/letters/{KEY}/"),
        (f"/desk/supervision/findings/{KEY}/judge/", f"/desk/supervision/findings/{KEY}/"),
        ("/desk/handbook/330100/2026-05/edit/", "/desk/handbook/330100/2026-05/"),
        ("/desk/supervision/rules/bounced/change/", "/desk/supervision/rules/"),
        ("/desk/case/ABCD2345/accept/", "/desk/case/ABCD2345/"),
        ("/desk/supervision/consultations/call/", "/desk/supervision/consultations/call/"),
        ("/desk/chat/", "/desk/chat/"),
        ("/desk/settings/change/", "/desk/settings/"),
        ("/desk/sign-out/", "/desk/"),
        ("/desk/", "/desk/"),
    ],
)
def test_a_form_leads_back_to_the_page_of_its_record(address: str, page: str) -> None:
    assert page_behind(sent(address)) == page

"""What may stand in a log line of a path or of any other words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiban.kernel.base.codes import new_tag_token, receipt_from, show_receipt
from huiban.web.kit.traces import cut_path, cut_text

RECEIPT = receipt_from(b"a secret of the test", "a key of the test")
PHOTO = "0123456789abcdef0123456789abcdef.jpg"


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        (f"/t/{RECEIPT}/", "/t/…/"),
        (f"/t/{show_receipt(RECEIPT).lower()}/rate/", "/t/…/rate/"),
        (f"/T/{RECEIPT}", "/T/…"),
        (f"/{RECEIPT}", "/…"),
        ("/t/a mistyped receipt/", "/t/…/"),
        ("/r/ABCDE23456/tell/", "/r/…/tell/"),
        (f"/t/{RECEIPT}/photo/{PHOTO}", "/t/…/photo/…"),
        (f"/desk/case/ABCD2345/photo/{PHOTO}", "/desk/case/ABCD2345/photo/…"),
        ("/desk/case/ABCD2345/decide_return/", "/desk/case/ABCD2345/decide_return/"),
        ("/mine/ABCD2345/", "/mine/ABCD2345/"),
        ("/static/css/huiban.d85b6dc085a6.css", "/static/css/huiban.d85b6dc085a6.css"),
        ("/static/../t/ABCDEFGHJKMNP", "/static/../t/…"),
        ("/王秀兰/13812345678", "/…/…"),
        ("/", "/"),
    ],
)
def test_a_path_is_told_without_what_opens_anything(path: str, shown: str) -> None:
    assert cut_path(path) == shown


@given(key=st.text(min_size=1, max_size=20), where=st.sampled_from(["/{}", "/t/{}/", "/x/y/{}/z"]))
def test_no_receipt_survives_in_a_path(key: str, where: str) -> None:
    receipt = receipt_from(b"secret", key)
    for written in (receipt, receipt.lower(), show_receipt(receipt)):
        assert written not in cut_path(where.format(written))


@given(key=st.text(min_size=1, max_size=20))
def test_no_receipt_survives_in_words(key: str) -> None:
    receipt = receipt_from(b"secret", key)
    for written in (receipt, receipt.lower(), show_receipt(receipt), show_receipt(receipt, " ")):
        assert written not in cut_text(f"it said '{written}', then went on")


def test_a_long_path_is_shortened() -> None:
    assert len(cut_path("/nothing" * 200)) == 200


@pytest.mark.parametrize(
    "words",
    [
        "Broken pipe from /desk/case/ABCD2345/accept/",
        "OperationalError: database is locked",
        'File "/srv/huiban/kernel/events/pump.py", line 61, in deliver',
        "0199a7f2-6f1e-7c3a-9b41-52d0c8a4e7b1 waits 120 seconds",
    ],
)
def test_ordinary_words_are_left_alone(words: str) -> None:
    assert cut_text(words) == words


def test_words_lose_tags_photos_numbers_and_quoted_rows() -> None:
    token = "A" + new_tag_token()[:8] + "2"
    words = f"{{'tag': '{token}'}} {PHOTO} 13812345678 420106199001011234"
    assert cut_text(words) == "{'tag': '…'} … … …"
    assert "楼道" not in cut_text("violates check\nDETAIL:  Failing row contains (1, 楼道里的灯).")

"""The door of the desk: who gets in, for how long, and what a stranger learns."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from huiban.kernel.access.models import Account
from huiban.kernel.base.clock import Traveller
from huiban.kernel.base.ids import new_id
from huiban.kernel.vocab.actions import choose_setting
from huiban.web.desk.tests.conftest import SignedIn
from huiban.web.kit import session
from tests.cast import PASSWORD, Cast

DOOR = "/desk/sign-in/"


def knock(client: Client, name: str, password: str, **more: str) -> tuple[int, str]:
    answer = client.post(DOOR, {"login_name": name, "password": password, **more})
    return answer.status_code, answer.content.decode()


class Wall:
    """The wall's time, moved by hand."""

    def __init__(self) -> None:
        self.seconds = 1_800_000_000


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> Wall:
    hand_set = Wall()
    monkeypatch.setattr(session, "_seconds", lambda: hand_set.seconds)
    return hand_set


def test_the_right_password_opens_the_page_that_was_asked_for(client: Client, cast: Cast) -> None:
    answer = client.post(
        DOOR, {"login_name": "worker", "password": PASSWORD, "next": "/desk/counts/"}
    )
    assert answer.status_code == 302
    assert answer["Location"] == "/desk/counts/"
    assert "幸福里社区前台" in client.get("/desk/").content.decode()


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/desk/", "//evil.example/desk/", "/\\evil.example", "/", "javascript:1"],
)
def test_nobody_is_led_off_the_desk(client: Client, cast: Cast, elsewhere: str) -> None:
    answer = client.post(DOOR, {"login_name": "worker", "password": PASSWORD, "next": elsewhere})
    assert answer["Location"] == "/desk/"


def test_a_wrong_password_reads_like_an_account_that_never_was(client: Client, cast: Cast) -> None:
    wrong = knock(client, "worker", "not the password")
    unknown = knock(client, "nobody", "not the password")
    assert wrong[0] == unknown[0] == 422
    assert "手机号（账号）或密码不对" in wrong[1]
    assert wrong[1].replace("worker", "nobody").count("密码不对") == unknown[1].count("密码不对")
    assert client.get("/desk/").status_code == 302


def test_failures_in_a_row_are_made_to_wait_longer_and_longer(
    client: Client, cast: Cast, clock: Traveller
) -> None:
    waits = []
    for _ in range(10):
        answer = client.post(DOOR, {"login_name": "worker", "password": "not the password"})
        if answer.status_code == 429:
            assert "请等" in answer.content.decode()
            waits.append(int(answer["Retry-After"]))
            clock.ahead(seconds=waits[-1])
    assert waits == sorted(waits)
    assert len(waits) >= 2
    assert waits[-1] > waits[0]
    clock.ahead(hours=1)
    assert knock(client, "worker", PASSWORD)[0] == 302


def test_what_is_missing_is_named(client: Client, cast: Cast) -> None:
    status, page = knock(client, "worker", "")
    assert status == 422
    assert "请把账号和密码都填上" in page
    assert 'value="worker"' in page


def test_signing_in_takes_a_fresh_session(client: Client, cast: Cast) -> None:
    client.get(DOOR)
    knock(client, "worker", PASSWORD)
    before = client.session.session_key
    knock(client, "secretary", PASSWORD)
    assert client.session.session_key != before
    assert client.session["account"] == str(cast.accounts["secretary"].id)


def test_signing_out_takes_a_form_and_ends_everything(signed_in: SignedIn) -> None:
    client = signed_in("worker")
    assert client.get("/desk/sign-out/").status_code == 405
    assert client.get("/desk/").status_code == 200
    answer = client.post("/desk/sign-out/")
    assert answer["Location"] == DOOR
    assert client.get("/desk/").status_code == 302


def test_a_long_pause_ends_a_session_and_pages_prolong_it(signed_in: SignedIn, wall: Wall) -> None:
    client = signed_in("worker")
    for _ in range(3):
        wall.seconds += 119 * 60
        assert client.get("/desk/").status_code == 200
    wall.seconds += 121 * 60
    assert client.get("/desk/").status_code == 302


def test_a_page_that_asks_by_itself_does_not_prolong(signed_in: SignedIn, wall: Wall) -> None:
    client = signed_in("worker")
    for _ in range(12):
        wall.seconds += 600
        assert client.get("/desk/pulse/").status_code == 200
    wall.seconds += 60
    assert client.get("/desk/pulse/").status_code == 302


def test_a_session_ends_after_its_hours_however_busy(signed_in: SignedIn, wall: Wall) -> None:
    client = signed_in("worker")
    for _ in range(12):
        assert client.get("/desk/").status_code == 200
        wall.seconds += 3600
    wall.seconds += 1
    assert client.get("/desk/").status_code == 302


def test_a_district_may_choose_a_shorter_pause(signed_in: SignedIn, wall: Wall) -> None:
    client = signed_in("worker")
    choose_setting(session.IDLE_MINUTES, 10)
    wall.seconds += 11 * 60
    assert client.get("/desk/").status_code == 302


def test_a_changed_password_ends_sessions_elsewhere(signed_in: SignedIn, cast: Cast) -> None:
    client = signed_in("worker")
    account = cast.accounts["worker"]
    account.set_password("another long password")
    account.save(update_fields=["password"])
    assert client.get("/desk/").status_code == 302


def test_a_closed_account_is_out_at_once(signed_in: SignedIn, cast: Cast) -> None:
    client = signed_in("worker")
    Account.objects.filter(pk=cast.accounts["worker"].pk).update(is_active=False)
    assert client.get("/desk/").status_code == 302


def test_moving_a_demonstrations_clock_signs_nobody_out(
    signed_in: SignedIn, clock: Traveller
) -> None:
    client = signed_in("worker")
    clock.ahead(days=1)
    assert client.get("/desk/").status_code == 200


def test_a_form_sent_by_a_stranger_leads_to_the_case_and_is_not_sent_again(
    client: Client, cast: Cast
) -> None:
    answer = client.post("/desk/case/ABCD2345/accept/", {"key": "a"})
    assert answer["Location"] == "/desk/sign-in/?next=%2Fdesk%2Fcase%2FABCD2345%2F"


WORDS = "会上议定：电梯<三日内>修好。\r\n物业写明原因。"


def test_what_was_typed_outlives_the_session(signed_in: SignedIn, wall: Wall) -> None:
    client = signed_in("worker")
    wall.seconds += 121 * 60
    record = f"/desk/supervision/letters/{new_id()}/"
    form = {"key": "k" * 22, "text": WORDS, "unit": str(new_id())}
    answer = client.post(f"{record}reply/", form)
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "会上议定：电梯&lt;三日内&gt;修好。\r\n物业写明原因。</textarea>" in page
    assert "照片要重新选" in page
    assert f'href="/desk/sign-in/?next={record.replace("/", "%2F")}"' in page
    assert f'href="{record}"' in page
    assert form["key"] not in page
    assert form["unit"] not in page
    assert client.get(record).status_code == 302
    assert Client().post(f"{record}reply/", form).status_code == 302


def test_a_tap_after_the_session_shows_nothing_to_copy(signed_in: SignedIn, wall: Wall) -> None:
    client = signed_in("worker")
    wall.seconds += 121 * 60
    page = client.post("/desk/case/ABCD2345/accept/", {"key": "a"}).content.decode()
    assert "请重新登录，再做一次" in page
    assert "<textarea" not in page


def token_in(client: Client, where: str) -> str:
    found = re.search(
        r'name="csrfmiddlewaretoken" value="([^"]+)"', client.get(where).content.decode()
    )
    assert found is not None
    return found[1]


def enter(client: Client, token: str) -> None:
    form = {"login_name": "worker", "password": PASSWORD, "csrfmiddlewaretoken": token}
    assert client.post(DOOR, form).status_code == 302


def test_signing_in_in_another_tab_loses_nothing_of_the_first(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    enter(client, token_in(client, DOOR))
    first_tab = token_in(client, "/desk/")
    enter(client, first_tab)
    form = {"csrfmiddlewaretoken": first_tab, "key": "k" * 22, "body": WORDS}
    answer = client.post("/desk/case/ABCD2345/answer/", form)
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "页面已过期" in page
    assert "物业写明原因。</textarea>" in page
    assert 'href="/desk/case/ABCD2345/"' in page
    assert form["key"] not in page
    # Another site's words are never shown as the worker's own.
    elsewhere = client.post(
        "/desk/case/ABCD2345/answer/", form, headers={"Origin": "https://a.example"}
    )
    assert elsewhere.status_code == 403
    assert "物业写明原因" not in elsewhere.content.decode()


def test_a_door_that_expired_shows_neither_name_nor_password(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post(DOOR, {"login_name": "张 三", "password": "a secret 口令"})
    assert answer.status_code == 403
    assert "<textarea" not in answer.content.decode()

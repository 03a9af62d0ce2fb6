"""征求意见: anybody reads a published draft and comments once a tap, without an account or a script."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client

from huiban.kernel.base.clock import Traveller
from huiban.modules.analysis.actions.policies import drop
from huiban.modules.analysis.actions.policy_comments import (
    Answering,
    answer_comments,
    consult,
    publish_outcome,
)
from huiban.modules.analysis.actions.policy_force import Enactment, put_in_force
from huiban.modules.analysis.models import Policy, PolicyComment
from huiban.modules.analysis.tests.desk_of_policies import drafted, now
from tests.cast import Cast

pytestmark = pytest.mark.django_db

KEY = "the-key-that-the-form-made"


@pytest.fixture
def asked(cast: Cast) -> Policy:
    """A draft about lifts in one street, open for ten days."""
    policy = drafted(cast, area_id=cast.units["street"].id)
    return consult(cast["group_officer"], policy.pk, date(2026, 5, 8), date(2026, 5, 17), seen=1)


def page(client: Client, policy: Policy) -> str:
    """Its public page as text."""
    answer = client.get(f"/p/{policy.code}/")
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_a_draft_is_read_in_plain_words_and_commented(client: Client, asked: Policy) -> None:
    read = page(client, asked)
    assert "电梯旧了，怎么商量、怎么出钱更换。" in read
    assert "到<strong>5月17日 周日</strong>为止" in read
    assert "草案第1稿" in read
    (key,) = re.findall(r'name="key" value="([^"]+)"', read)
    for _ in range(2):
        answer = client.post(f"/p/{asked.code}/", {"key": key, "text": "低楼层少出钱"})
        assert (answer.status_code, answer["Location"]) == (303, f"/p/{asked.code}/?sent=1")
    assert [one.text for one in PolicyComment.objects.all()] == ["低楼层少出钱"]
    thanked = client.get(answer["Location"]).content.decode()
    assert "收到了，谢谢您" in thanked
    # Nobody else's words are shown.
    assert "低楼层少出钱" not in thanked


def test_a_comment_without_words_comes_back(client: Client, asked: Policy) -> None:
    answer = client.post(f"/p/{asked.code}/", {"key": KEY, "text": " "})
    assert answer.status_code == 400
    assert "请写几句您的意见" in answer.content.decode()
    answer = client.post(f"/p/{asked.code}/", {"key": KEY, "text": "长" * 1001})
    assert "现在有1001字" in answer.content.decode()
    assert "长长长" in answer.content.decode()
    assert PolicyComment.objects.count() == 0


def test_a_flood_is_told_to_wait(client: Client, asked: Policy) -> None:
    for number in range(7):
        answer = client.post(f"/p/{asked.code}/", {"key": f"{KEY}-{number}", "text": "好"})
    assert answer.status_code == 429
    assert PolicyComment.objects.count() == 6


def test_nothing_is_found_before_a_draft_is_published(client: Client, cast: Cast) -> None:
    policy = drafted(cast)
    for code in (policy.code, "ZZZZ2222", "x"):
        assert client.get(f"/p/{code}/").status_code == 404
        assert client.post(f"/p/{code}/", {"key": KEY, "text": "好"}).status_code == 404


def test_it_ends_by_itself_and_says_what_was_made_of_it(
    client: Client, asked: Policy, cast: Cast, clock: Traveller
) -> None:
    client.post(f"/p/{asked.code}/", {"key": KEY, "text": "低楼层少出钱"})
    clock.ahead(days=10)
    over = page(client, asked)
    assert "意见收集已经结束，共1条" in over
    assert "<textarea" not in over
    late = client.post(f"/p/{asked.code}/", {"key": f"{KEY}-2", "text": "还有一句"})
    assert late.status_code == 400
    assert "意见征集已经结束" in late.content.decode()
    actor = cast["group_officer"]
    ids = list(asked.comments.values_list("pk", flat=True))
    told = Answering(ids, "低楼层应当少出", "partly", "按楼层定比例。")
    answer_comments(actor, asked.pk, told, "a-form")
    assert "按楼层定比例" not in page(client, asked)
    publish_outcome(actor, asked.pk)
    outcome = page(client, asked)
    assert "部分采纳" in outcome
    assert "按楼层定比例。" in outcome
    put_in_force(actor, asked.pk, Enactment(date(2026, 6, 1)), seen=1)
    assert "<strong>6月1日 周一</strong>起施行" in page(client, asked)
    clock.ahead(days=20)
    assert "正在施行，从6月1日 周一起" in page(client, asked)


def test_what_is_given_up_says_why(client: Client, asked: Policy, cast: Cast) -> None:
    drop(cast["group_officer"], asked.pk, "省里统一规定")
    assert "终止：省里统一规定" in page(client, now(asked))


def test_a_place_shows_what_its_street_asks(
    client: Client, asked: Policy, cast: Cast, clock: Traveller
) -> None:
    tag = cast.tags["building_3"]
    assert f'href="/p/{asked.code}/"' in client.get(f"/r/{tag}/").content.decode()
    assert asked.title in client.get("/p/").content.decode()
    second = drafted(cast, key="another-topic", area_id=cast.units["district"].id)
    days = date(2026, 5, 8), date(2026, 5, 20)
    consult(cast["group_officer"], second.pk, *days, seen=1)
    assert 'href="/p/"' in client.get(f"/r/{tag}/").content.decode()
    clock.ahead(days=30)
    assert "正在征求意见" not in client.get(f"/r/{tag}/").content.decode()
    over = client.get("/p/").content.decode()
    assert "现在没有在征求意见的草案" in over
    assert "已经结束的" in over
    assert f'href="/p/{asked.code}/"' in over
    assert "征求意见已结束，没有收到意见" in over

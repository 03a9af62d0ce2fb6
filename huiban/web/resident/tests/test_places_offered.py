"""您说的是不是这里？: offered after sending without a tag, confirmed with one tap or left alone."""

from __future__ import annotations

import pytest
from django.test import Client

from huiban.kernel.access.actor import SYSTEM
from huiban.modules.voice import actions, queries
from huiban.modules.voice.contracts import Reported, Told
from huiban.modules.voice.models import Case, Report
from tests.cast import Cast, Tell

QUESTION = "您说的是不是这里？"


@pytest.fixture
def told(cast: Cast) -> Reported:
    """A report from the form that no tag opened."""
    told = Told(key="the-key-that-the-form-made", text="幸福里小区三栋的灯坏了", channel="web")
    return actions.report(told, queries.where_without_tag())


def at(reported: Reported) -> str:
    return f"/t/{reported.receipt}/"


def case() -> Case:
    return Case.objects.everywhere("a test looks at it").get()


def test_the_form_sends_and_then_asks(client: Client, cast: Cast) -> None:
    sent = {"key": "the-key-that-the-form-made", "text": "老街坊小区5号楼没水"}
    answer = client.post("/tell/", sent)
    page = client.get(answer["Location"]).content.decode()
    assert page.index("回执编号") < page.index(QUESTION)
    assert "老街坊小区5号楼</button>" in page
    assert page.count('name="place"') == 1


def test_one_tap_confirms_and_the_question_is_gone(
    client: Client, cast: Cast, told: Reported
) -> None:
    place = cast.places["building_3"]
    page = client.get(at(told)).content.decode()
    assert f'value="{place.id}"' in page
    for _ in range(2):
        answer = client.post(at(told) + "place/", {"place": str(place.id)})
        assert answer["Location"] == at(told) + "?did=place"
    page = client.get(answer["Location"]).content.decode()
    assert "地点已经记下" in page
    assert QUESTION not in page
    assert "幸福里小区3号楼" in page
    assert case().place == place


@pytest.mark.parametrize("place", ["", "nothing", "00000000-0000-0000-0000-000000000001"])
def test_what_was_not_offered_is_refused_in_words(
    client: Client, told: Reported, place: str
) -> None:
    page = client.post(at(told) + "place/", {"place": place})
    assert page.status_code == 400
    assert "请从列出的地点里选" in page.content.decode()
    assert case().place is None


def test_large_print_is_not_asked(client: Client, told: Reported) -> None:
    client.cookies["print"] = "large"
    assert QUESTION not in client.get(at(told) + "?new=1").content.decode()


def test_a_scanned_place_and_words_without_a_place_are_not_asked(
    client: Client, cast: Cast, tell: Tell
) -> None:
    scanned = tell("老街坊小区5号楼没水")
    assert QUESTION not in client.get(at(scanned) + "?new=1").content.decode()
    vague = Told(key="another-key-of-the-form", text="3楼的灯坏了三天", channel="web")
    reported = actions.report(vague, queries.where_without_tag())
    assert QUESTION not in client.get(at(reported) + "?new=1").content.decode()


def test_erased_words_name_no_place(client: Client, told: Reported) -> None:
    actions.erase_report(SYSTEM, Report.objects.get())
    assert QUESTION not in client.get(at(told)).content.decode()


def test_the_phone_that_sent_it_confirms_with_a_proof_of_origin(client: Client, cast: Cast) -> None:
    client.post("/tell/", {"key": "the-key-that-the-form-made", "text": "幸福里小区3号楼没水"})
    page = f"/mine/{case().reference}/"
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    sent = {"place": str(cast.places["building_3"].id)}
    assert strict.post(page + "place/", sent).status_code == 403
    token = str(strict.get(page).context["csrf_token"])
    answer = strict.post(page + "place/", {**sent, "csrfmiddlewaretoken": token})
    assert answer["Location"] == page + "?did=place"
    assert case().place == cast.places["building_3"]

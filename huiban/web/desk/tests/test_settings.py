"""设置: an administrator changes the district's numbers from a day on, and nobody else does."""

from __future__ import annotations

import pytest
from django.test import Client

from huiban.kernel.access.upkeep import SETTING_CHANGED
from huiban.kernel.base.clock import Traveller
from huiban.kernel.events.models import Event
from huiban.kernel.vocab.queries import setting
from huiban.modules.voice import kinds
from huiban.web.desk.tests.conftest import SignedIn


def change(client: Client, key: str, value: str, day: str = "2026-05-08") -> tuple[int, str]:
    answer = client.post("/desk/settings/change/", {"key": key, "value": value, "day": day})
    return answer.status_code, answer.content.decode()


def test_a_number_holds_from_its_day_on_and_is_on_record(
    signed_in: SignedIn, clock: Traveller
) -> None:
    client = signed_in("administrator")
    assert change(client, kinds.SURE_PERCENT, "75", "2026-05-09")[0] == 302
    assert setting(kinds.SURE_PERCENT) == 60
    page = client.get("/desk/settings/").content.decode()
    assert "建议分类的把握到百分之几" in page
    assert "起改为75" in page
    clock.ahead(days=1)
    assert setting(kinds.SURE_PERCENT) == 75
    event = Event.objects.get(kind=SETTING_CHANGED)
    assert event.payload["value"] == "75"


def test_saying_the_same_again_changes_nothing(signed_in: SignedIn) -> None:
    client = signed_in("administrator")
    for _ in range(2):
        assert change(client, kinds.VERDICT_DAYS, "3")[0] == 302
    assert change(client, kinds.PARTLY_COUNTS, "yes")[0] == 302
    assert setting(kinds.PARTLY_COUNTS) is True
    assert Event.objects.filter(kind=SETTING_CHANGED).count() == 2


@pytest.mark.parametrize(
    ("key", "value", "day", "reason"),
    [
        (kinds.SURE_PERCENT, "101", "2026-05-08", "1到100之间"),
        (kinds.SURE_PERCENT, "许多", "2026-05-08", "整数"),
        (kinds.SURE_PERCENT, "٣", "2026-05-08", "整数"),
        (kinds.PARTLY_COUNTS, "maybe", "2026-05-08", "是或否"),
        (kinds.LIFTED_LEVELS, "branch", "2026-05-08", "运行手册"),
        (kinds.SURE_PERCENT, "70", "2026-05-07", "过去的日子"),
        (kinds.SURE_PERCENT, "70", "明天", "从哪一天起"),
        ("voice.unheard_of", "1", "2026-05-08", "没有这项设置"),
    ],
)
def test_what_does_not_fit_comes_back_with_the_reason(
    signed_in: SignedIn, key: str, value: str, day: str, reason: str
) -> None:
    status, page = change(signed_in("administrator"), key, value, day)
    assert status == 400
    assert reason in page
    assert not Event.objects.filter(kind=SETTING_CHANGED).exists()


def test_a_worker_changes_none(signed_in: SignedIn) -> None:
    client = signed_in("worker")
    assert client.get("/desk/settings/").status_code == 403
    assert change(client, kinds.SURE_PERCENT, "75")[0] == 403
    assert setting(kinds.SURE_PERCENT) == 60

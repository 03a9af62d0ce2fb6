from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from huiban.kernel.access.actor import Actor, Seat
from huiban.kernel.base.clock import Traveller
from huiban.kernel.base.ids import new_id
from huiban.kernel.events.models import Delivery
from huiban.kernel.events.pump import drain
from huiban.kernel.notices import actions, outbox, queries, wordings
from huiban.kernel.notices.models import Notice
from huiban.kernel.territory.models import Unit
from huiban.kernel.vocab.actions import choose_setting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

ARRIVED = "test.arrived"
OVERDUE = "test.overdue"


@pytest.fixture(autouse=True)
def declared() -> Iterator[None]:
    wordings.declare(ARRIVED, "有一件新的反映，请在今天受理。")
    wordings.declare(OVERDUE, "有一件事超时{days}天，请尽快办理。")
    yield
    del wordings.WORDINGS[ARRIVED], wordings.WORDINGS[OVERDUE]


@pytest.fixture
def community() -> Unit:
    return unit("001001", "安乐社区")


@pytest.fixture
def neighbour() -> Unit:
    return unit("001002", "和平社区")


@pytest.fixture
def data(tmp_path: Path, settings: Any) -> Path:
    settings.DATA = tmp_path
    return tmp_path


def unit(code: str, name: str) -> Unit:
    return Unit.objects.create(code=code, name=name, level="district", valid_from=date(2020, 1, 1))


def actor_in(*units: Unit) -> Actor:
    seats = tuple(
        Seat(new_id(), "前台", unit.id, unit.name, unit.level, unit.id, frozenset())
        for unit in units
    )
    return Actor("account:test", seats=seats)


def send(to: Unit, key: str, wording: str = ARRIVED, **payload: Any) -> Notice:
    return actions.send(to.id, wording, "voice.case", new_id(), payload, key)


def test_a_unit_is_told_once_however_often_it_is_sent(community: Unit) -> None:
    first = send(community, "event-1")
    assert send(community, "event-1") == first
    send(community, "event-2", OVERDUE, days=2)
    said = queries.notices_of([community.id])
    assert [line.text for line in said] == [
        "有一件事超时2天，请尽快办理。",
        "有一件新的反映，请在今天受理。",
    ]
    assert {(line.unit_name, line.read) for line in said} == {("安乐社区", False)}


def test_only_the_unit_that_was_told_is_shown_it(community: Unit, neighbour: Unit) -> None:
    send(community, "event-1")
    assert queries.unread_count([neighbour.id]) == 0
    assert queries.notices_of([neighbour.id]) == []
    assert queries.unread_count([community.id, neighbour.id]) == 1
    assert queries.unread_count([]) == 0


def test_a_wording_nobody_declared_and_one_that_lacks_a_value_are_refused(community: Unit) -> None:
    with pytest.raises(KeyError):
        send(community, "event-1", "test.unknown")
    with pytest.raises(ValueError, match="days"):
        send(community, "event-1", OVERDUE)
    assert not Notice.objects.exists()
    with pytest.raises(ValueError, match="twice"):
        wordings.declare(ARRIVED, "又一句")


def test_a_notice_whose_wording_is_gone_is_still_shown(community: Unit) -> None:
    notice = send(community, "event-1")
    Notice.objects.filter(pk=notice.pk).update(wording="old.wording")
    assert queries.notices_of([community.id])[0].text == "有一条新消息，请打开查看。"


def test_reading_marks_the_own_units_notices_and_no_others(
    community: Unit, neighbour: Unit
) -> None:
    first, second = send(community, "event-1"), send(community, "event-2")
    other = send(neighbour, "event-3")
    assert actions.mark_read(actor_in(community), [first.id, other.id]) == 1
    assert queries.unread_count([community.id]) == 1
    assert queries.unread_count([neighbour.id]) == 1
    assert actions.mark_read(actor_in(community)) == 1
    assert actions.mark_read(actor_in(community)) == 0
    second.refresh_from_db()
    assert second.read_at is not None


def test_pages_follow_one_another_and_the_count_stops_at_a_hundred(
    community: Unit, clock: Traveller
) -> None:
    for number in range(103):
        send(community, f"event-{number}")
        clock.ahead(seconds=number % 3)  # several share a moment
    assert queries.unread_count([community.id]) == 100
    seen = []
    page = queries.notices_of([community.id])
    while page:
        seen += [line.id for line in page]
        page = queries.notices_of([community.id], page[-1].id)
    newest_first = Notice.objects.order_by("-at", "-id").values_list("id", flat=True)
    assert seen == list(newest_first)
    assert len(seen) == 103
    assert len(queries.notices_of([community.id], new_id())) == 50


def test_without_a_channel_nothing_leaves_the_house(community: Unit, data: Path) -> None:
    send(community, "event-1")
    assert not Delivery.objects.exists()
    assert not outbox.outbox_path().exists()


def test_the_file_channel_writes_each_notice_once_it_holds(community: Unit, data: Path) -> None:
    choose_setting(actions.CHANNEL, "file")
    notice = send(community, "event-1", OVERDUE, days=3)
    send(community, "event-1", OVERDUE, days=3)
    assert not outbox.outbox_path().exists(), "writing is the pump's work, not the sender's"
    assert drain() == 1
    lines = outbox.outbox_path().read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == [
        {
            "id": str(notice.id),
            "at": notice.at.isoformat(),
            "unit": "001001",
            "unit_name": "安乐社区",
            "wording": OVERDUE,
            "text": "有一件事超时3天，请尽快办理。",
            "subject_type": "voice.case",
            "subject_id": str(notice.subject_id),
        }
    ]
    assert drain() == 0


def test_a_notice_that_was_undone_is_never_written(community: Unit, data: Path) -> None:
    choose_setting(actions.CHANNEL, "file")
    with transaction.atomic():
        send(community, "event-1")
        transaction.set_rollback(True)
    assert drain() == 0
    assert not outbox.outbox_path().exists()


def test_a_channel_closed_meanwhile_says_nothing(community: Unit, data: Path) -> None:
    choose_setting(actions.CHANNEL, "file")
    send(community, "event-1")
    choose_setting(actions.CHANNEL, "none")
    assert drain() == 1
    assert not outbox.outbox_path().exists()


@pytest.mark.faults
def test_a_full_disk_delays_the_message_and_loses_nothing(
    community: Unit, data: Path, clock: Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose_setting(actions.CHANNEL, "file")
    notice = send(community, "event-1")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("os.fsync", full)
        assert drain() == 0
    clock.ahead(seconds=5)
    assert drain() == 1
    # At least once: the line that the failed try left is there too, under the same id.
    lines = outbox.outbox_path().read_text(encoding="utf-8").splitlines()
    assert {json.loads(line)["id"] for line in lines} == {str(notice.id)}


def test_a_line_left_half_written_spoils_no_other(data: Path) -> None:
    outbox.append_line({"id": "1"})
    with outbox.outbox_path().open("ab") as file:
        file.write(b'{"id": "2", "te')
    outbox.append_line({"id": "3"})
    lines = outbox.outbox_path().read_text(encoding="utf-8").splitlines()
    assert lines == ['{"id": "1"}', '{"id": "2", "te', '{"id": "3"}']

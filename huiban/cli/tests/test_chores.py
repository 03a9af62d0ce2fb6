"""The worker's upkeep: at most once a minute, one failure holding up nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from django.contrib.sessions.models import Session
from PIL import Image

from huiban.cli.operations import chores
from huiban.cli.operations.chores import Chore, Chores
from huiban.kernel.access.models import SignInFailure
from huiban.kernel.base.clock import Traveller
from huiban.kernel.events.models import Seal
from huiban.kernel.files.actions import take_photo
from huiban.kernel.files.models import StoredFile
from huiban.modules.voice.models import FloodCount


class Times:
    """A chore that counts."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> int:
        self.count += 1
        return self.count


def test_chores_run_once_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    moment = 1000.0
    monkeypatch.setattr("time.monotonic", lambda: moment)
    times = Times()
    upkeep = Chores((Chore("count", times),), seconds_between=60)
    for _ in range(5):
        upkeep.turn()
    assert times.count == 1
    moment += 59.9
    upkeep.turn()
    assert times.count == 1
    moment += 0.2
    upkeep.turn()
    assert times.count == 2


@pytest.mark.django_db
def test_a_chore_that_fails_holds_up_no_other(caplog: pytest.LogCaptureFixture) -> None:
    def failing() -> None:
        raise OSError("no such disk")

    times = Times()
    Chores((Chore("broken", failing), Chore("count", times))).turn()
    assert times.count == 1
    (record,) = [record for record in caplog.records if record.name == "huiban.chores"]
    assert vars(record)["part"] == "broken"


@pytest.mark.django_db(transaction=True)
def test_the_night_seals_and_clears(clock: Traveller) -> None:
    picture = BytesIO()
    Image.new("RGB", (40, 40), "teal").save(picture, "JPEG")
    old = take_photo(picture.getvalue())
    clock.ahead(hours=30)
    young = take_photo(picture.getvalue())
    wall = datetime.now(UTC)  # noqa: TID251 - sessions are dated by the wall
    for key, age in (("old", 1), ("young", -1)):
        Session.objects.create(
            session_key=key, session_data="", expire_date=wall - timedelta(hours=age)
        )
    Chores().turn()
    assert Seal.objects.count() == 1
    assert list(StoredFile.objects.values_list("pk", flat=True)) == [young.pk] != [old.pk]
    assert list(Session.objects.values_list("pk", flat=True)) == ["young"]


@pytest.mark.django_db
def test_tallies_go_when_they_hold_nobody_back(clock: Traveller) -> None:
    for days in (1, 3):
        before = clock.moment - timedelta(days=days)
        SignInFailure.objects.create(key=f"k{days}", failures=9, blocked_until=before)
        FloodCount.objects.create(key=f"k{days}", count=9, window_start=before, last_at=before)
    assert chores.clear_old_tallies() == 2
    assert [row.key for row in SignInFailure.objects.all()] == ["k1"]
    assert [row.key for row in FloodCount.objects.all()] == ["k1"]


@pytest.mark.django_db
def test_old_sessions_go_a_bounded_number_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chores, "SESSIONS_AT_ONCE", 2)
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    for number in range(3):
        Session.objects.create(session_key=f"s{number}", session_data="", expire_date=long_ago)
    assert [chores.clear_old_sessions() for _ in range(3)] == [2, 1, 0]

"""What the house says of itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from huiban.kernel.base import clock as house_clock
from huiban.kernel.base.clock import Traveller
from huiban.kernel.base.ids import new_id
from huiban.kernel.events.models import Delivery
from huiban.web.kit import health


def waiting(seconds: float, **more: Any) -> Delivery:
    told = {"reaction": "test.hears", "subject_type": "test", "subject_id": new_id(), **more}
    ready_at = house_clock.now() - timedelta(seconds=seconds)
    return Delivery.objects.create(ready_at=ready_at, **told)


def test_the_process_answers_without_the_database(client: Client) -> None:
    # Without the mark that would let this test ask it.
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert client.post("/healthz").status_code == 405


@pytest.mark.django_db
def test_nothing_waits(client: Client, clock: Traveller) -> None:
    waiting(-60)
    told = client.get("/readyz")
    assert told.status_code == 200
    assert told.json() | {"disk": ""} == {
        "ready": True,
        "database": "ok",
        "pump_lag_seconds": 0.0,
        "pump": "ok",
        "shelf": 0,
        "disk": "",
    }
    assert "no-store" in told["Cache-Control"]


@pytest.mark.django_db
def test_the_oldest_that_could_go_is_the_lag(client: Client, clock: Traveller) -> None:
    waiting(30)
    waiting(90)
    waiting(500, state=Delivery.State.DONE)
    told = client.get("/readyz").json()
    assert (told["pump_lag_seconds"], told["pump"], told["ready"]) == (90.0, "late", True)


@pytest.mark.django_db
def test_what_lies_on_the_shelf_is_counted_and_holds_up_no_lag(
    client: Client, clock: Traveller
) -> None:
    shelved = waiting(900, state=Delivery.State.SHELVED, sequence=1)
    waiting(800, subject_id=shelved.subject_id, sequence=2)
    told = client.get("/readyz").json()
    assert (told["shelf"], told["pump_lag_seconds"], told["pump"]) == (1, 0.0, "ok")


@pytest.mark.django_db
def test_tables_of_an_older_version_are_not_ready(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "unapplied_migrations", lambda: ["voice.0009_more"])
    told = client.get("/readyz")
    assert (told.status_code, told.json()["database"]) == (503, "behind")


def test_a_database_that_is_away_is_not_ready(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> list[str]:
        raise OperationalError("connection refused")

    monkeypatch.setattr(health, "unapplied_migrations", away)
    told = client.get("/readyz")
    assert (told.status_code, told.json()) == (503, {"ready": False, "database": "away"})


@pytest.mark.django_db
def test_a_test_s_database_has_every_migration(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_was_up_to_date", False)
    assert health.unapplied_migrations() == []

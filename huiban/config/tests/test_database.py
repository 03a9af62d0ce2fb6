"""What DATABASE_URL may say."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from huiban.config.database import database_from

DATA = Path("/srv/huiban")


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("", "/srv/huiban/huiban.sqlite3"),
        ("sqlite:///var/lib/a.sqlite3", "/var/lib/a.sqlite3"),
        ("sqlite:////var/lib/a.sqlite3", "/var/lib/a.sqlite3"),
        ("sqlite:////var/%E5%BA%93.sqlite3", "/var/库.sqlite3"),
    ],
)
def test_sqlite_is_named_by_its_path(url: str, path: str) -> None:
    made = database_from(url, DATA)
    assert (made["ENGINE"], made["NAME"]) == ("huiban.config.sqlite", path)


def test_sqlite_is_durable_unless_asked_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HUIBAN_SQLITE_SYNCHRONOUS", raising=False)
    told = database_from("", DATA)["OPTIONS"]
    assert "synchronous=FULL" in told["init_command"]
    assert told["transaction_mode"] == "IMMEDIATE"
    monkeypatch.setenv("HUIBAN_SQLITE_SYNCHRONOUS", "NORMAL")
    assert "synchronous=NORMAL" in database_from("", DATA)["OPTIONS"]["init_command"]
    monkeypatch.setenv("HUIBAN_SQLITE_SYNCHRONOUS", "OFF")
    with pytest.raises(ImproperlyConfigured, match="FULL or NORMAL"):
        database_from("", DATA)


def test_postgresql_is_named_by_host_or_by_socket() -> None:
    by_host = database_from("postgresql://somebody:se%40cret@db.example:5433/district", DATA)
    assert by_host["NAME"] == "district"
    assert (by_host["USER"], by_host["PASSWORD"]) == ("somebody", "se@cret")
    assert (by_host["HOST"], by_host["PORT"]) == ("db.example", "5433")
    by_socket = database_from("postgres://somebody@/district?host=/run/postgresql", DATA)
    assert (by_socket["HOST"], by_socket["USER"]) == ("/run/postgresql", "somebody")


def test_statements_stay_planned_unless_a_pooler_forbids_it() -> None:
    own = database_from("postgresql://somebody@db.example/district", DATA)
    assert own["OPTIONS"]["prepare_threshold"] == 3
    pooled = database_from("postgresql://somebody@db.example/district?prepare=off", DATA)
    assert pooled["OPTIONS"]["prepare_threshold"] is None


@pytest.mark.parametrize("url", ["mysql://a/b", "district", "file:///a"])
def test_any_other_database_is_refused_with_what_would_do(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="postgresql://USER"):
        database_from(url, DATA)

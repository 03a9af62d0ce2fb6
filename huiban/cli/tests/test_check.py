"""`check`: each thing that would keep an installation from working is said loudly."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from huiban.cli.main import main
from huiban.cli.operations import fitness
from huiban.cli.operations.fitness import Finding, Weight
from huiban.config.keys import load_secrets, secrets_path
from huiban.kernel.base.cipher import KEY_BYTES, Keyring, aes_cipher
from huiban.kernel.base.clock import Traveller
from huiban.kernel.base.errors import Refusal
from huiban.kernel.base.ids import new_id
from huiban.kernel.events.models import Delivery
from huiban.kernel.people import sealed
from huiban.kernel.vocab.models import CalendarYear
from tests.cast import Cast, Tell


def worst(found: list[Finding]) -> Weight:
    return max((finding.weight for finding in found), key=list(Weight).index)


def words(found: list[Finding]) -> str:
    return "\n".join(finding.sentence for finding in found)


@pytest.mark.parametrize(
    ("url", "weight", "says"),
    [
        ("", Weight.FAULT, "HUIBAN_URL"),
        ("huiban.example.cn", Weight.FAULT, "写得不对"),
        ("https://huiban.example.cn/district", Weight.FAULT, "不带路径"),
        ("http://huiban.example.cn", Weight.FAULT, "https"),
        ("https://huiban.example.cn", Weight.GOOD, "https://huiban.example.cn"),
    ],
)
def test_a_real_installation_has_an_encrypted_address(
    settings: Any, url: str, weight: Weight, says: str
) -> None:
    settings.DEMONSTRATION, settings.PUBLIC_URL = False, url
    found = list(fitness.public_address())
    assert worst(found) is weight
    assert says in words(found)


def test_a_demonstration_may_stand_anywhere(settings: Any) -> None:
    settings.DEMONSTRATION, settings.PUBLIC_URL = True, ""
    assert worst(list(fitness.public_address())) is Weight.GOOD


def test_behind_a_proxy_the_header_is_missed(settings: Any) -> None:
    settings.PUBLIC_URL, settings.SECURE = "https://huiban.example.cn", True
    settings.CLIENT_ADDRESS_HEADER = ""
    assert worst(list(fitness.public_address())) is Weight.WARNING
    settings.CLIENT_ADDRESS_HEADER = "X-Forwarded-For"
    assert worst(list(fitness.public_address())) is Weight.GOOD


@pytest.fixture
def data(settings: Any, tmp_path: Path) -> Path:
    load_secrets(tmp_path)
    settings.DATA = tmp_path
    return tmp_path


def test_the_data_folder_is_good(data: Path) -> None:
    assert worst(list(fitness.data_folder())) is Weight.GOOD
    assert [path.name for path in data.iterdir()] == ["keys"]


def test_keys_that_others_can_read_are_a_fault(data: Path) -> None:
    secrets_path(data).chmod(0o644)
    found = list(fitness.data_folder())
    assert worst(found) is Weight.FAULT
    assert "chmod 600" in words(found)


def test_a_folder_that_can_t_be_written_is_a_fault(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object, **_more: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.NamedTemporaryFile", full)
    found = list(fitness.data_folder())
    assert worst(found) is Weight.FAULT
    assert "No space left" in words(found)


@pytest.mark.django_db
def test_the_schema_is_good_and_its_guards_stand() -> None:
    assert worst(list(fitness.database())) is not Weight.FAULT
    assert worst(list(fitness.schema())) is Weight.GOOD


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL keeps this itself")
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("journal", "synchronous", "weight"),
    [("wal", 2, Weight.GOOD), ("wal", 1, Weight.FAULT), ("delete", 2, Weight.FAULT)],
)
def test_what_is_committed_must_outlive_a_power_failure(
    monkeypatch: pytest.MonkeyPatch, journal: str, synchronous: int, weight: Weight
) -> None:
    told = {"database_list": "/srv/a", "journal_mode": journal, "synchronous": synchronous}
    monkeypatch.setattr(fitness, "_pragma", lambda name, column=0: told[name])
    assert worst(list(fitness.durability())) is weight


@pytest.mark.django_db
def test_a_lost_trigger_is_a_fault() -> None:
    lost = "voice_case_kept"
    on = " ON voice_case" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {lost}{on}")
    found = list(fitness.schema())
    assert worst(found) is Weight.FAULT
    assert lost in words(found)
    with pytest.raises(Refusal, match=lost):
        fitness.refuse_unfit()


@pytest.mark.django_db
def test_tables_that_are_behind_keep_it_from_starting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fitness, "unapplied_migrations", lambda: ["voice.0009_more"])
    with pytest.raises(Refusal, match="huiban migrate"):
        fitness.refuse_unfit()


@pytest.mark.django_db
def test_a_database_of_a_newer_version_keeps_it_from_starting() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('voice', '0099_later', %s)",
            [datetime(2026, 5, 8, tzinfo=UTC)],
        )
    with pytest.raises(Refusal, match="0099_later"):
        fitness.refuse_unfit()


def test_the_wrong_keys_keep_it_from_starting(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    fitness.refuse_unfit()
    other = aes_cipher(Keyring({"k1": b"o" * KEY_BYTES}, "k1"))
    monkeypatch.setattr(sealed, "field_cipher", lambda: other)
    with pytest.raises(Refusal, match="restore --keys"):
        fitness.refuse_unfit()


def test_years_without_a_calendar_are_named(cast: Cast) -> None:
    found = list(fitness.work_calendar())
    assert worst(found) is Weight.WARNING
    assert "2027年" in words(found)
    assert "2026年" not in words(found)
    CalendarYear.objects.create(year=2027, source="a notice", loaded_at=datetime.now(UTC))  # noqa: TID251
    assert worst(list(fitness.work_calendar())) is Weight.GOOD


def test_a_clock_that_ran_back_is_a_fault(cast: Cast, tell: Tell, clock: Traveller) -> None:
    from huiban.kernel.events.pump import give_positions

    tell()
    give_positions()
    clock.ahead(minutes=-2)
    assert worst(list(fitness.machine_clock())) is not Weight.FAULT
    clock.ahead(hours=-1)
    assert worst(list(fitness.machine_clock())) is Weight.FAULT
    clock.to(datetime(1970, 1, 2, tzinfo=UTC))
    assert worst(list(fitness.machine_clock())) is Weight.FAULT


@pytest.mark.django_db
def test_an_empty_installation_is_told_what_comes_next() -> None:
    found = words(list(fitness.furnishing()))
    for command in ("reference load", "territory import", "account create"):
        assert command in found


def test_a_furnished_installation_lacks_nothing(cast: Cast) -> None:
    assert worst(list(fitness.furnishing())) is Weight.GOOD


@pytest.mark.django_db
def test_a_worker_that_doesn_t_run_and_a_shelf_are_told(clock: Traveller) -> None:
    assert list(fitness.pump()) == []
    for state in (Delivery.State.OPEN, Delivery.State.SHELVED):
        Delivery.objects.create(
            reaction="test.hears",
            subject_type="test",
            subject_id=new_id(),
            ready_at=clock.moment - timedelta(minutes=5),
            state=state,
        )
    found = list(fitness.pump())
    assert [finding.weight for finding in found] == [Weight.WARNING, Weight.WARNING]
    assert "300" in words(found)


def test_every_finding_has_a_line_and_the_last_one_counts(
    cast: Cast, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.PUBLIC_URL = "https://huiban.example.cn"
    assert main(["check"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1].startswith("检查完毕：0 项不行")
    settings.PUBLIC_URL = ""
    assert main(["check"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1].startswith("检查完毕：1 项不行")
    assert any(line.startswith("不行\t") and "HUIBAN_URL" in line for line in lines)

"""The installation's secrets: made once, whole, for their owner alone, never beside old data."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from huiban.config import keys

# Each process waits for the same moment, so that they really start together.
RACER = """
import sys, time
from pathlib import Path
from huiban.config.keys import load_secrets
while not Path(sys.argv[1], "go").exists():
    time.sleep(0.001)
print(load_secrets(Path(sys.argv[1])).fingerprint)
"""


@pytest.mark.concurrency
def test_processes_that_start_at_once_agree_on_the_keys(tmp_path: Path) -> None:
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", RACER, str(tmp_path)], stdout=subprocess.PIPE, text=True
        )
        for _ in range(8)
    ]
    (tmp_path / "go").touch()
    said = {racer.communicate(timeout=60)[0].strip() for racer in racers}
    assert [racer.returncode for racer in racers] == [0] * 8
    assert said == {keys.load_secrets(tmp_path).fingerprint}
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["secrets.json"]


def test_keys_stay_as_they_are(tmp_path: Path) -> None:
    first = keys.load_secrets(tmp_path)
    assert keys.load_secrets(tmp_path) == first
    other = keys.load_secrets(tmp_path / "elsewhere")
    assert other.fingerprint != first.fingerprint
    assert {other.session, other.receipt, other.lookup}.isdisjoint(
        {first.session, first.receipt, first.lookup}
    )


def test_only_the_owner_reads_them(tmp_path: Path) -> None:
    keys.load_secrets(tmp_path)
    path = keys.secrets_path(tmp_path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_what_is_printed_of_them_gives_nothing_away(tmp_path: Path) -> None:
    secrets = keys.load_secrets(tmp_path)
    shown = f"{secrets} {secrets!r} {secrets.fingerprint}"
    kept = json.loads(keys.secrets_path(tmp_path).read_text(encoding="utf-8"))
    for secret in (kept["session"], kept["receipt"], kept["lookup"], kept["field_keys"]["k1"]):
        assert secret not in shown


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"session": "s", "receipt": "not hex"}', "\0"])
def test_a_damaged_file_is_named_and_not_quoted(tmp_path: Path, text: str) -> None:
    path = keys.secrets_path(tmp_path)
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ImproperlyConfigured, match="读不出来") as refused:
        keys.load_secrets(tmp_path)
    assert str(path) in str(refused.value)
    assert "not hex" not in str(refused.value)
    assert path.read_text(encoding="utf-8") == text


def test_no_keys_are_made_beside_a_database_that_lost_its_own(tmp_path: Path) -> None:
    (tmp_path / keys.DATABASE_FILE).write_bytes(b"SQLite format 3\0")
    with pytest.raises(ImproperlyConfigured, match="restore --keys"):
        keys.load_secrets(tmp_path)
    assert not keys.secrets_path(tmp_path).exists()

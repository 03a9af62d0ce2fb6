"""A whole installation out of one place and into another, on the engine of the run."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.scratch import Scratch, scratch_place

# Whole processes, many of them refused: damaged archives, other keys, places that aren't empty.
pytestmark = pytest.mark.faults

LOOK = """
import json, sys
import django
django.setup()
from django.contrib.sessions.models import Session
from huiban.kernel.events.models import Event
from huiban.kernel.files.models import StoredFile
from huiban.kernel.people.models import Person
from huiban.modules.voice import queries
from huiban.modules.voice.models import ReporterContact
reports = [queries.report_by_receipt(receipt) for receipt in sys.argv[1:]]
print(json.dumps({
    "texts": [report.text for report in reports],
    "contacts": [ReporterContact.objects.get(report=report).contact for report in reports],
    "names": sorted(person.name for person in Person.objects.all()),
    "photos": sorted(StoredFile.objects.values_list("name", flat=True)),
    "events": [event.hash for event in Event.objects.order_by("position")],
    "payloads": [event.payload for event in Event.objects.order_by("position")],
    "sessions": Session.objects.count(),
}))
"""
SIGN_IN = """
import django
django.setup()
from django.contrib.sessions.backends.db import SessionStore
session = SessionStore()
session["account"] = "somebody"
session.create()
"""
GO_ON = """
import django
django.setup()
from huiban.kernel.events.pump import drain, give_positions
from huiban.modules.voice import actions, queries
from huiban.modules.voice.contracts import Told
from huiban.modules.voice.models import VisitCount
from huiban.kernel.places.models import Tag
scanned = queries.where_of_tag(Tag.objects.first().token)
before = VisitCount.objects.get()
assert VisitCount.objects.create(day=before.day, page="another", count=1).pk > before.pk
sent = actions.report(Told(key="a-key-after-the-restore", text="恢复之后"), scanned.where)
drain()
assert give_positions() > 0
"""


@dataclass
class Origin:
    """An installation with something in it, and what was backed up from it."""

    place: Scratch
    receipts: list[str]
    archive: Path
    keys: Path


def huiban(place: Scratch, *arguments: str | Path) -> tuple[int, str, str]:
    done = place.run("-m", "huiban.cli.main", *map(str, arguments))
    return done.returncode, done.stdout, done.stderr


def look(place: Scratch, receipts: list[str]) -> dict[str, Any]:
    done = place.run("-c", LOOK, *receipts)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Origin]:
    folder = tmp_path_factory.mktemp("origin")
    with scratch_place(folder / "data", tables=True) as place:
        furnished = place.run("-m", "tests.furnish")
        assert furnished.returncode == 0, furnished.stderr
        assert place.run("-c", SIGN_IN).returncode == 0
        (place.data / "models").mkdir(exist_ok=True)
        (place.data / "models" / "category-tries.jsonl").write_text("{}\n", encoding="utf-8")
        receipts = [report["receipt"] for report in json.loads(furnished.stdout.splitlines()[-1])]
        assert huiban(place, "analysis", "fold")[0] == 0
        made = Origin(place, receipts, folder / "all.tar.gz", folder / "keys.json")
        code, out, err = huiban(place, "backup", made.archive, "--keys", made.keys)
        assert code == 0, err
        assert out.startswith("已备份：")
        yield made


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Scratch]:
    with scratch_place(tmp_path / "elsewhere") as place:
        yield place


def test_everything_comes_back_as_it_was(origin: Origin, empty: Scratch) -> None:
    code, out, err = huiban(empty, "restore", origin.archive, "--keys", origin.keys)
    assert (code, out) == (0, "已恢复：密钥，数据库和照片 5 张\n"), err
    before, after = look(origin.place, origin.receipts), look(empty, origin.receipts)
    learnt = sorted(path.name for path in (origin.place.data / "models").iterdir())
    assert learnt
    assert sorted(path.name for path in (empty.data / "models").iterdir()) == learnt
    assert after.pop("sessions") == 0, "everybody signs in again"
    assert before.pop("sessions") == 1
    assert after == before
    assert len(after["texts"]) == 4
    assert after["contacts"] == ["13800000001"] * 4
    code, out, err = huiban(empty, "verify")
    assert (code, out) == (0, "核对完毕：全部相符\n"), err
    # What counts its rows itself goes on after them, and the chains grow on.
    done = empty.run("-c", GO_ON)
    assert done.returncode == 0, done.stderr
    assert huiban(empty, "verify")[0] == 0
    assert not (empty.data / "restoring").exists()


def test_the_archive_holds_no_key_and_no_sign_in(origin: Origin, tmp_path: Path) -> None:
    shutil.unpack_archive(origin.archive, tmp_path, "gztar")
    kept = json.loads(origin.keys.read_text(encoding="utf-8"))
    secrets = [kept["session"], kept["receipt"], kept["lookup"], kept["field_keys"]["k1"]]
    needles = [*secrets, *origin.receipts, "13800000001", "somebody"]
    for path in tmp_path.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert [needle for needle in needles if needle.encode() in data] == [], path
    assert origin.keys.stat().st_mode & 0o777 == 0o600


def test_a_taken_name_stays_as_it_is(origin: Origin) -> None:
    before = origin.archive.read_bytes(), origin.keys.read_bytes()
    assert huiban(origin.place, "backup", origin.archive)[0] == 1
    assert huiban(origin.place, "backup", "--keys", origin.keys)[0] == 1
    assert (origin.archive.read_bytes(), origin.keys.read_bytes()) == before
    assert huiban(origin.place, "backup")[0] == 2
    assert huiban(origin.place, "backup", "/nowhere/at/all.tar.gz")[0] == 2


def test_other_keys_are_refused_unless_the_right_ones_are_lost(
    origin: Origin, empty: Scratch
) -> None:
    code, _, err = huiban(empty, "restore", origin.archive)
    assert code == 1
    assert "--keys" in err
    assert not (empty.data / "files").exists()
    code, _, err = huiban(empty, "restore", origin.archive, "--without-keys")
    assert code == 0, err
    # It runs, but says before every start that what is sealed can't be opened.
    code, out, _ = huiban(empty, "check")
    assert code == 1
    assert "打不开" in out


def test_a_place_that_isn_t_empty_is_left_as_it_is(origin: Origin) -> None:
    before = look(origin.place, origin.receipts)
    code, _, err = huiban(origin.place, "restore", origin.archive)
    assert code == 1
    assert "已经有数据" in err
    assert look(origin.place, origin.receipts) == before


def test_files_that_lie_there_are_not_mixed_with_others(origin: Origin, empty: Scratch) -> None:
    stranger = empty.data / "files" / "ab" / "cd" / "abcd.jpg"
    stranger.parent.mkdir(parents=True)
    stranger.write_bytes(b"x")
    code, _, err = huiban(empty, "restore", origin.archive, "--keys", origin.keys)
    assert code == 1
    assert "已经有文件" in err
    assert stranger.read_bytes() == b"x"


def test_an_empty_installation_with_its_tables_will_do(origin: Origin, empty: Scratch) -> None:
    shutil.copytree(origin.place.data / "keys", empty.data / "keys")
    assert huiban(empty, "migrate")[0] == 0
    code, _, err = huiban(empty, "restore", origin.archive)
    assert code == 0, err
    assert look(empty, origin.receipts)["texts"] == look(origin.place, origin.receipts)["texts"]


def test_a_damaged_archive_changes_nothing(origin: Origin, empty: Scratch, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.tar.gz"
    damaged.write_bytes(origin.archive.read_bytes()[:-4000])
    code, _, err = huiban(empty, "restore", damaged, "--keys", origin.keys)
    assert code == 1
    assert "备份" in err
    assert not (empty.data / "restoring").exists()
    assert not (empty.data / "files").exists()
    code, _, err = huiban(empty, "restore", origin.archive)
    assert code == 0, err


def test_keys_are_never_changed_for_others(origin: Origin, empty: Scratch) -> None:
    huiban(empty, "migrate")
    mine = (empty.data / "keys" / "secrets.json").read_bytes()
    code, _, err = huiban(empty, "restore", "--keys", origin.keys)
    assert code == 1
    assert "另一套密钥" in err
    assert (empty.data / "keys" / "secrets.json").read_bytes() == mine
    assert huiban(origin.place, "restore", "--keys", origin.keys)[0] == 0, "the same are welcome"
    assert huiban(empty, "restore", "--keys", "/nowhere")[0] == 2

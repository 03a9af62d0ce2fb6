"""A lake on a disk and in a bucket: the same lake, and what either refuses in a sentence."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from moto.server import ThreadedMotoServer

from huiban.kernel.base.clock import Traveller
from huiban.kernel.base.errors import Refusal
from huiban.modules.analysis.lake import storage as lake_storage
from huiban.modules.analysis.lake.asking.ask import ask, measure_of
from huiban.modules.analysis.lake.asking.engines import engine
from huiban.modules.analysis.lake.asking.measures import MEASURES, Months
from huiban.modules.analysis.lake.checking import faults, manifests, unnamed
from huiban.modules.analysis.lake.filling.export import Outcome, export
from huiban.modules.analysis.lake.storage import MARK, Storage, storage_at
from huiban.modules.analysis.lake.tests.lakes import OURS, content, fill, play, told
from tests.cast import Cast, Tell

BUCKET = "s3://city/lake of the city"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of a storage that speaks S3, over a real socket."""
    found = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    found.start()
    _host, port = found.get_host_and_port()
    yield f"http://127.0.0.1:{port}"
    found.stop()


@pytest.fixture
def bucket(server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Storage]:
    """A lake in a bucket, which is emptied afterwards."""
    import boto3

    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "anyone")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "whatever")
    made = boto3.resource("s3", endpoint_url=server, region_name="us-east-1").Bucket("city")
    made.create()
    yield storage_at(BUCKET, server)
    made.objects.all().delete()


def export_to(storage: Storage, **options: Any) -> Outcome:
    return export(storage, OURS, lambda words: None, **options)


@pytest.mark.thorough
@pytest.mark.django_db
def test_a_bucket_holds_the_same_lake_as_a_folder(
    cast: Cast, tell: Tell, clock: Traveller, bucket: Storage, tmp_path: Path
) -> None:
    play(cast, tell, clock, stories=3)
    fill(tmp_path)
    export_to(bucket)
    for table, rows in content(tmp_path).items():
        assert told(bucket, table) == rows
    with engine("duckdb") as found:
        for measure in MEASURES.values():
            here, there = (
                ask(storage, measure, found, Months()).rows
                for storage in (storage_at(str(tmp_path)), bucket)
            )
            assert here.equals(there), measure.name


@pytest.mark.thorough
@pytest.mark.django_db
def test_a_bucket_is_followed_mended_and_swept(
    cast: Cast, tell: Tell, clock: Traveller, bucket: Storage
) -> None:
    play(cast, tell, clock, stories=2)
    export_to(bucket)
    named = {path for one in manifests(bucket) for path in one.parts}
    assert export_to(bucket).mended == 0
    play(cast, tell, clock, stories=1, seed=9)
    assert export_to(bucket).events > 0
    # Whoever still reads finds what was replaced, until the next run.
    left = unnamed(bucket, manifests(bucket))
    assert left
    assert set(left) <= named
    export_to(bucket)
    assert unnamed(bucket, manifests(bucket)) == []
    cut = next(path for path in bucket.listed("events"))
    bucket.write(cut, bucket.read(cut)[:-5])
    assert export_to(bucket).mended == 1
    swapped = bucket.read(cut)
    bucket.write(cut, swapped[:40] + b"\0\0\0\0" + swapped[44:])
    assert export_to(bucket).mended == 0
    assert export_to(bucket, thoroughly=True).mended == 1
    assert bucket.read(cut) == swapped


def test_a_bucket_that_isnt_there_is_refused_in_a_sentence(bucket: Storage, server: str) -> None:
    nowhere = storage_at("s3://nobody-made-it/lake", server)
    with pytest.raises(Refusal, match="不是数据湖"):
        manifests(nowhere)
    with pytest.raises(Refusal, match=r"读写不了.*HUIBAN_LAKE_ENDPOINT"):
        nowhere.write("events/x", b"x")


def test_places_that_make_no_sense_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("", encoding="utf-8")
    for place, endpoint, words in (
        ("ftp://somewhere/lake", "", "看不懂"),
        ("s3://", "", "看不懂"),
        ("s3://city/lake", "storage.example.cn", "HUIBAN_LAKE_ENDPOINT 写得不对"),
        (str(file), "", "是一个文件"),
    ):
        with pytest.raises(Refusal, match=words):
            storage_at(place, endpoint)


def test_a_folder_that_is_no_lake_is_refused(tmp_path: Path) -> None:
    (tmp_path / "manifests").mkdir()
    (tmp_path / "manifests" / "notes.json").write_text("{}", encoding="utf-8")
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(Refusal, match=r"不是数据湖.*--lake"):
            manifests(storage_at(str(folder)))
    (tmp_path / "manifests" / f"{OURS}.json").write_text('{"format": 7}', encoding="utf-8")
    with pytest.raises(Refusal, match="另一版程序"):
        manifests(storage_at(str(tmp_path)))


def test_a_folder_that_cant_be_written_is_refused() -> None:
    with pytest.raises(Refusal, match=r"读写不了.*权限和磁盘空间"):
        storage_at("/proc/lake").write("events/x", b"x")


def test_a_folder_that_a_neighbour_takes_away_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = lake_storage._make_folder
    taken: list[Path] = []

    def made_and_taken(folder: Path) -> None:
        real(folder)
        if not taken:
            taken.append(folder)
            folder.rmdir()

    monkeypatch.setattr(lake_storage, "_make_folder", made_and_taken)
    storage = storage_at(str(tmp_path))
    storage.write("events/district=A/x", b"here")
    assert storage.read("events/district=A/x") == b"here"


def test_a_write_that_breaks_off_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage = storage_at(str(tmp_path))
    storage.write("events/x", b"before")

    def full(*_anything: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(Refusal, match="No space left"):
        storage.write("events/x", b"after")
    assert [path.name for path in (tmp_path / "events").iterdir()] == ["x"]
    assert storage.read("events/x") == b"before"


@pytest.mark.django_db
def test_what_is_replaced_stays_while_somebody_reads(
    cast: Cast, tell: Tell, clock: Traveller, tmp_path: Path
) -> None:
    play(cast, tell, clock, stories=1)
    fill(tmp_path)
    storage = storage_at(str(tmp_path))
    reads, goes_on = threading.Event(), threading.Event()

    def read() -> None:
        with storage.being_read():
            reads.set()
            goes_on.wait(60)

    reader = threading.Thread(target=read)
    reader.start()
    assert reads.wait(60)
    tell("楼上太吵")
    fill(tmp_path)
    left = unnamed(storage, manifests(storage))
    goes_on.set()
    reader.join()
    assert left, "the case's month was replaced, and its file must be there still"
    fill(tmp_path)
    assert unnamed(storage, manifests(storage)) == []
    assert (tmp_path / MARK).exists()


@pytest.mark.django_db
def test_a_file_that_breaks_within_is_named_by_whoever_asks(
    cast: Cast, tell: Tell, tmp_path: Path
) -> None:
    tell()
    fill(tmp_path)
    storage = storage_at(str(tmp_path))
    path = next(iter(storage.listed("cases")))
    text = storage.read(path)
    storage.write(path, text[:4] + b"\xff" * (len(text) - 8) + text[-4:])
    assert faults(storage, manifests(storage)[0].parts.values(), thoroughly=False) == []
    with (
        engine("duckdb") as found,
        pytest.raises(Refusal, match=r"1个文件坏了.*huiban lake export"),
    ):
        ask(storage, measure_of("cases"), found, Months())
    storage.remove(path)
    with engine("duckdb") as found, pytest.raises(Refusal, match=f"{path}：文件不见了"):
        ask(storage, measure_of("cases"), found, Months())
